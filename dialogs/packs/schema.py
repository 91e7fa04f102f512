"""What a regulation pack states, as validated values. One regulation is one `Pack`.

Ids are `[a-z][a-z0-9_]*`, pack ids may hold hyphens. Conditions are CEL over `Facts` (see `dialogs.facts`).
`basis` cites articles as `XG-8` or `XG-10.2` (article 10, item 2), general law as `行政处罚法-55`, and the agency's
own choice as `setting`. Durations are never rounded.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=48)]
PackId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Basis = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Condition = Annotated[str, StringConstraints(min_length=1, max_length=500)]
AnswerName = Annotated[str, StringConstraints(pattern=r"^answers\.[a-z][a-z0-9_]*$")]

Role = Literal["officer", "reviewer", "legal_reviewer", "approver", "head", "supervisor", "archivist"]
QuestionType = Literal[
    "text", "long_text", "choice", "choices", "yes_no", "date", "datetime", "number", "amount", "phone",
    "resident_id", "organisation_code", "place", "officers", "photo", "recording", "file", "refusal", "dialogue",
    "table",
]  # fmt: skip


class Element(BaseModel):
    """Common to everything a pack states: nothing unknown is accepted, and the articles are cited."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    basis: tuple[Basis, ...] = ()
    origin: tuple[PackId, ...] = ()  # packs that state it, the base first; set by the loader, so an extension shows


class Titled(Element):
    id: Id
    title: Title


class Option(BaseModel):
    """One choice. `sounds` are other ways people say it, for matching a spoken answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Id
    title: Title
    sounds: tuple[str, ...] = ()


class Column(BaseModel):
    """One column of a table; a row may leave it empty unless `required`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Id
    title: Title
    required: bool = True


class Question(Element):
    """One thing asked. `ask` is the question shown in chat, `label` its name on the paper (default: `ask`).

    offer: where a known value comes from: `now`, `officers`, `place`, `case.<fact>`, `agency.<field>`,
        `answers.<id>`, `number.<id>` (of the newest record of the form that question names), or `text:<literal>`.
        Offered to the officer, never filled in silently.
    when: asked only while this holds; answers given before are parked, not lost.
    check: must hold for the answer to be taken; `check_message` says why not (Chinese, one sentence).
    skip: `no` (default when required), `free`, or `with_reason` (the reason is stored and printed).
    unknown: the officer may answer 'unknown' with a reason.
    level: for recordings and photos: `must`, `waivable` (a written reason stands in for it), `preferred`.
    columns: of a table, whose rows conditions see as a list of maps from column to text ('' where left empty).
    sets: the case fact this answer becomes when the record is submitted.
    block: how the paper shows it; by default chosen from the type. `opinion` is an approval cell, signed in it when
        a signature slot has the question's id.
    group: neighbouring questions of one group share one cell of the paper's table, under this heading.
    """

    id: Id
    type: QuestionType
    ask: Title
    label: str | None = Field(default=None, max_length=60)
    help: str | None = Field(default=None, max_length=300)
    example: str | None = Field(default=None, max_length=120)
    required: bool = True
    skip: Literal["no", "free", "with_reason"] | None = None
    unknown: bool = False
    when: Condition | None = None
    check: Condition | None = None
    check_message: str | None = Field(default=None, max_length=120)
    offer: str | None = Field(default=None, max_length=80)
    options: tuple[Option, ...] = ()
    columns: tuple[Column, ...] = Field(default=(), max_length=8)
    must: Literal["any", "all"] = "any"
    least: int = Field(default=1, ge=0, le=50)
    most: int = Field(default=50, ge=1, le=200)
    longest: int = Field(default=2000, ge=1, le=20000)
    level: Literal["must", "waivable", "preferred"] | None = None
    outline: tuple[str, ...] = ()
    sets: Id | None = None
    block: Literal["field", "paragraph", "dialogue", "images", "list", "opinion", "none"] | None = None
    group: str | None = Field(default=None, max_length=60)

    @property
    def paper_label(self) -> str:
        return self.label or self.ask


class SignatureSlot(Element):
    """Who signs the frozen paper. `who` names a person of the record, not an account role.

    name: where the signer's name is known from: `answers.<id>` or `case.<fact>`; asked for when nothing is there.
    """

    id: Id
    label: Title
    who: Literal["officer", "second_officer", "party", "witness", "other"]
    name: Annotated[str, StringConstraints(pattern=r"^(answers|case)\.[a-z][a-z0-9_]*$")] | None = None
    may_refuse: bool = False
    required: bool = True
    when: Condition | None = None


class ReviewStep(Element):
    """One opinion asked of a role once everybody has signed, in order. Steps whose `when` fails are left out.

    of_unit: only people of the case's own unit are asked.
    reads_compliance: the compliance check of the case is shown before the buttons, and that it was read is kept.
    """

    id: Id
    title: Title
    by: Role
    when: Condition | None = None
    of_unit: bool = False
    reads_compliance: bool = False
    return_allowed: bool = True


class Emission(BaseModel):
    """A domain event (`case.started_urgently`) sent when the record is submitted, or `on` its sealing, if `when` holds.

    What an approval brings about (an act is ended by the approved closing) waits for the sealing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    event: Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z_0-9]+)+$")]
    when: Condition | None = None
    at: str | None = None  # `answers.<datetime question>`: the moment meant; default is the moment it is sent
    on: Literal["submitted", "sealed"] = "submitted"


class Make(Element):
    """A file made of the case when the record is submitted and `when` holds, besides the record's paper.

    disc_image: an ISO 9660 image of the case's recordings with a manifest, to be burnt and handed over.
    case_index: the list of the case's records and evidence (归档目录), once the record is sealed.
    of: what a disc image holds.
    """

    kind: Literal["disc_image", "case_index"]
    of: Literal["recordings"] = "recordings"
    when: Condition | None = None


class Need(Element):
    """What the regulation wants to have happened before a record is begun or submitted.

    Never a wall: whoever goes on without it says why, and the case shows a departure.

    holds: over the case (`happened`, `records`, `case`, `settings`, `now`); of `at: submitting` also `answers`.
    says: one sentence for the officer: what is still missing. first: the record to do instead, offered as a button.
    """

    id: Id
    holds: Condition
    says: Title
    first: Id | None = None
    at: Literal["beginning", "submitting"] = "beginning"


class Occupies(BaseModel):
    """Whom a record keeps busy and when, so that one person in two places at once is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    people: tuple[AnswerName, ...]
    from_: AnswerName = Field(alias="from")
    until: AnswerName


class Record(Titled):
    """A form the law requires: its questions, its paper, who confirms, signs and approves.

    stage_in: the stage it belongs to in the procedures named, where that is another than `stage`.
    opens_case: answering it opens a case (one record of a pack).
    archives_case: sealing it archives the case; then only records `after_archive` may be begun.
    disposes: the answer that lists numbers of the case's evidence; sealing the record disposes of their bytes, as far
        as their terms of retention are over.
    finds_fault: the question, a choice, that says what was found wrong with a case's records; figures count by it.
    starts_with: shown only when this holds for the case.
    expected: the case lacks this record while this holds and none is submitted; told by the compliance check.
    needs: what should have happened before; see `Need`.
    by: roles that may begin and fill it in; an officer only in their own cases.
    sets: case facts that its submission sets as they stand here, besides those of its questions.
    occupies: see `Occupies`.
    paper: whether a formal paper is made; without one the record seals on submission.
    goes_out: the paper is addressed to somebody: it bears the agency's seal, its approval stands on a page apart.
    numbering: series of the agency's 文号 pattern; None for papers without number.
    """

    stage: Id
    stage_in: dict[Id, Id] = Field(default_factory=dict)
    opens_case: bool = False
    archives_case: bool = False
    after_archive: bool = False
    disposes: AnswerName | None = None
    finds_fault: AnswerName | None = None
    by: tuple[Role, ...] = ("officer",)
    starts_with: Condition | None = None
    expected: Condition | None = None
    needs: tuple[Need, ...] = ()
    sets: dict[Id, bool | str] = Field(default_factory=dict)
    occupies: Occupies | None = None
    repeatable: bool = True
    paper: bool = True
    goes_out: bool = False
    numbering: Id | None = None
    second_officer_confirms: bool = True
    questions: tuple[Question, ...] = ()
    sign_off: tuple[SignatureSlot, ...] = ()
    review: tuple[ReviewStep, ...] = ()
    emits: tuple[Emission, ...] = ()
    makes: tuple[Make, ...] = ()
    closing_text: str | None = Field(default=None, max_length=300)


class Within(BaseModel):
    """A term in exactly one unit. Days: the opening day does not count and the term ends at 24:00 of the last."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    hours: int | None = Field(default=None, ge=1)
    days: int | None = Field(default=None, ge=1)
    workdays: int | None = Field(default=None, ge=1)
    setting: Id | None = None  # a number setting that stands in for the number written here
    count_first_day: bool = False
    roll_holidays: bool = False  # move the end to the next working day


class Rung(Element):
    """One reminder. Exactly one of `before`/`after` hours (0 after = at the time) or the share of the term left.

    to: people of the case (`officer`, `second_officer`), the reviewers of its unit (`unit_head`) or a role of the
    agency. repeat_hours: with `after`, it comes again this often until the term ends.
    """

    id: Id
    before_hours: float | None = Field(default=None, gt=0)
    before_share: float | None = Field(default=None, gt=0, lt=1)
    after_hours: float | None = Field(default=None, ge=0)
    repeat_hours: float | None = Field(default=None, ge=1)
    to: tuple[Role | Literal["second_officer", "unit_head"], ...] = ("officer",)


class Extension(Element):
    """How a term may be made longer: by whom, by how much and how often. The reason is always asked."""

    by: Role
    within: Within
    times: int = Field(default=1, ge=1)


class Deadline(Titled):
    """A term that opens and closes by events. `per` says whether a case has one, or each recording/record one.

    Its end is `within` a term, or `until` a date or moment answered in the record whose event opens it; never both.
    replaced_on: events that end it without being met, because another term takes its place.
    counts_as: what figures count it among: `handover` of recordings.
    """

    opens_on: str
    opens_when: Condition | None = None
    closes_on: tuple[str, ...]
    replaced_on: tuple[str, ...] = ()
    within: Within | None = None
    until: AnswerName | None = None
    per: Literal["case", "subject"] = "case"
    counts_as: Literal["handover"] | None = None
    owed: Title  # what must be done, shown in reminders
    extension: Extension | None = None
    ladder: tuple[Rung, ...] = ()


Function = Literal[
    "officer_register", "device_register", "compliance_check", "sealed_versions", "protected_storage", "backup",
    "access_log", "watermark", "unit_scope", "supervision", "figures", "pack_extension", "approval_trail",
]  # fmt: skip


class Article(BaseModel):
    """One article of the text: what it is about in our words, or why it asks nothing of software.

    functions: what of the software itself answers it, where no element of a pack could.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    no: int = Field(ge=1)
    about: Title
    asks_nothing: str | None = None
    functions: tuple[Function, ...] = ()
    items: int = Field(default=0, ge=0)  # numbered items (项); 0 when it has none


class Effective(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    from_: str = Field(alias="from", pattern=r"^(unknown|\d{4}-\d{2}-\d{2})$")
    note: str | None = None


class Setting(Titled):
    """What an agency decides for itself; conditions see it as `settings.<id>`. `value` is the default.

    With basis `setting` it fills a silence of the regulation, shown as 本机关设定（非规定原文）; with an article of
    another law (`行政处罚法-60`) it switches a rule of general law on, shown as 通用法律，非本制度.
    A `text` only informs: nothing reads it.
    """

    type: Literal["text", "yes_no", "number", "choice"] = "text"
    value: bool | int | str
    options: tuple[Option, ...] = ()
    reason: Title


class Procedure(Titled):
    """One way a case goes, in order of its stages. The first whose `when` holds is the case's own."""

    stages: tuple[Id, ...]
    when: Condition | None = None


class Rule(Titled):
    """A demand on the case as a whole, judged by the compliance check: `holds` while `when` does.

    grade: `must` (missing or departed from), `hint` (told, blocks nothing).
    says: one sentence on what is wrong when it does not hold.
    """

    when: Condition | None = None
    holds: Condition
    says: Title
    grade: Literal["must", "hint"] = "must"


class Outline(Titled):
    """Questions an officer is prompted with in the dialogue of `record` while `when` holds, before the form's own."""

    record: Id
    when: Condition | None = None
    lines: tuple[Title, ...]


class Retention(Titled):
    """How long something is kept at least. `item` of the condition: `kind`, `form`, `question`, `seconds`,
    `device` (true for a recording by a registered device).

    Exactly one of days, months, years, `as_case` (as long as the case file) and `permanent`. Of several the longest.
    """

    of: Literal["recordings", "case"]
    when: Condition | None = None
    days: int | None = Field(default=None, ge=1)
    months: int | None = Field(default=None, ge=1)
    years: int | None = Field(default=None, ge=1)
    as_case: bool = False
    permanent: bool = False


class Secrecy(Titled):
    """A level of secrecy a case may bear (case fact `secrecy`): besides its officers only these roles open it."""

    opens_to: tuple[Role, ...] = ()


class Pack(BaseModel):
    """A regulation, whole. Published versions are immutable: `id@version` names one content (`sha256`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: PackId
    short: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,8}$")]
    title: Title
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    effective: Effective
    extends: tuple[PackId, ...] = ()
    articles: tuple[Article, ...] = ()
    roles: dict[Role, str] = Field(default_factory=dict)
    kinds_of_act: tuple[Titled, ...] = ()
    stages: tuple[Titled, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    records: tuple[Record, ...] = ()
    rules: tuple[Rule, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    outlines: tuple[Outline, ...] = ()
    retention: tuple[Retention, ...] = ()
    secrecy: tuple[Secrecy, ...] = ()
    settings: tuple[Setting, ...] = ()
    terms: tuple[str, ...] = ()  # words speech recognition should know
    sha256: str = ""

    def amounts(self) -> frozenset[str]:
        """The case facts that are sums of money."""
        asked = (question for record in self.records for question in record.questions)
        return frozenset(each.sets for each in asked if each.sets and each.type == "amount")

    def record(self, record_id: str) -> Record:
        """The record named; KeyError when the pack has none."""
        for record in self.records:
            if record.id == record_id:
                return record
        raise KeyError(record_id)
