"""What the board's address asks for: `?unit=&officer=&deadline=&stage=&due=&q=&sort=&page=`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

SORTS = ("due", "case", "unit", "officer", "stage")
LATE = "late"
WITHIN = ("24", "72")  # hours
_LONGEST = 60
_LARGEST = 9  # digits: what any id column and offset holds


@dataclass(frozen=True)
class Choices:
    """What may be filtered by: value -> name."""

    units: Mapping[str, str]
    officers: Mapping[str, str]
    deadlines: Mapping[str, str]
    stages: Mapping[str, str]


@dataclass(frozen=True)
class Complaint:
    """A value that could not be used, and was left out."""

    name: str
    value: str


@dataclass(frozen=True)
class Wanted:
    """Filters and order, all known to be right.

    unit: its id, `0` for cases of none. due: `late`, or ending within so many hours. sort: `-` turns it round.
    """

    unit: str = ""
    officer: str = ""
    deadline: str = ""
    stage: str = ""
    due: str = ""
    text: str = ""
    sort: str = "due"
    page: int = 1

    @property
    def sorted_by(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    @property
    def case_id(self) -> int:
        """The case meant by a text that is a number, for cases that have none yet; 0 for no case."""
        return int(self.text) if _is_number(self.text) else 0

    @property
    def tells_of_the_case(self) -> bool:
        """Whether being in the list tells more of a case than its number: secret ones are then left out."""
        return bool(self.unit or self.officer or self.stage or self.deadline or self.due)

    def on_page(self, page: int) -> Wanted:
        return replace(self, page=page)

    def filters(self) -> dict[str, str]:
        """What narrows the list, as the address says it."""
        said = {
            "unit": self.unit,
            "officer": self.officer,
            "deadline": self.deadline,
            "stage": self.stage,
            "due": self.due,
            "q": self.text,
        }
        return {name: value for name, value in said.items() if value}

    def query(self, **other: str) -> dict[str, str]:
        """The address of this list; `other` values instead, '' takes one away. The page is not kept."""
        said = {**self.filters(), "sort": "" if self.sort == "due" else self.sort, **other}
        return {name: value for name, value in said.items() if value}


def read_query(query: Mapping[str, str], choices: Choices) -> tuple[Wanted, tuple[Complaint, ...]]:
    """What is wanted, without the values that cannot be."""
    given = {name: value.strip() for name, value in query.items() if value.strip()}
    known: dict[str, frozenset[str]] = {
        "unit": frozenset({"0", *choices.units}),
        "officer": frozenset(choices.officers),
        "deadline": frozenset(choices.deadlines),
        "stage": frozenset(choices.stages),
        "due": frozenset({LATE, *WITHIN}),
        "sort": frozenset({*SORTS, *(f"-{each}" for each in SORTS)}),
    }
    wrong = [name for name, values in known.items() if name in given and given[name] not in values]
    if "page" in given and not (_is_number(given["page"]) and int(given["page"])):
        wrong.append("page")
    complaints = tuple(Complaint(name, given.pop(name)[:_LONGEST]) for name in wrong)
    wanted = Wanted(
        unit=given.get("unit", ""),
        officer=given.get("officer", ""),
        deadline=given.get("deadline", ""),
        stage=given.get("stage", ""),
        due=given.get("due", ""),
        text=given.get("q", "")[:_LONGEST],
        sort=given.get("sort", "due"),
        page=int(given.get("page", 1)),
    )
    return wanted, complaints


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _LARGEST
