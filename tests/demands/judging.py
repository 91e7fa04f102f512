"""Whether a pack does what its regulation demands, as `*.yaml` beside this file state it article by article.

Pure and quick, so that the same demands can be held against hundreds of changed packs (`tests.demands.mutants`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from dialogs import engine
from dialogs.conditions import Scope, compile_condition
from dialogs.deadlines import Event, OpenDeadline, Opens, events
from dialogs.engine.asking import skipping
from dialogs.facts import Facts
from dialogs.packs.schema import Deadline, Pack, Question, Record
from dialogs.values import Accepted, Answer, Draft, Skip
from tests.demands.filling import complete, facts_of
from tests.demands.written import moment, value
from tests.support.yaml_files import read_yaml

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass(frozen=True)
class Demand:
    """One demand: the articles it rests on, what it says in our words, and what is looked at."""

    pack: str
    articles: tuple[str, ...]
    says: str
    looks: Mapping[str, Any] = field(repr=False)

    @property
    def about(self) -> str:
        """The record, deadline or rule it is about; '' for the pack itself."""
        return next((str(self.looks[key]) for key in ("record", "deadline", "rule") if key in self.looks), "")


def demands(pack: Pack) -> list[Demand]:
    """What is demanded of a pack: its own file, and general law as far as the pack takes it over."""
    own, law = HERE / f"{pack.id}.yaml", HERE / "general-law.yaml"
    taken = {each.id for each in (*pack.rules, *pack.deadlines)}
    stated = list(read_yaml(own)["demands"]) if own.exists() else []
    stated += [each for each in read_yaml(law)["demands"] if each.get("rule", each.get("deadline")) in taken]
    return [_demand(pack.id, entry) for entry in stated]


def _demand(pack: str, entry: Mapping[str, Any]) -> Demand:
    articles = entry["article"]
    looks = {key: value for key, value in entry.items() if key not in ("article", "says")}
    return Demand(pack, tuple(articles) if isinstance(articles, list) else (str(articles),), entry["says"], looks)


def faults(pack: Pack, demand: Demand) -> list[str]:
    """What the pack fails to do; empty when the demand is met. A crash is a fault too."""
    try:
        return list(_faults(pack, demand))
    except (AssertionError, KeyError, ValueError) as fault:
        return [f"{type(fault).__name__}: {fault}"]


def _faults(pack: Pack, demand: Demand) -> Iterator[str]:
    looks = demand.looks
    facts = facts_of(pack, looks.get("facts"))
    if "record" in looks:
        record = pack.record(looks["record"])
        yield from _record(pack, record, facts, looks, demand.articles)
    elif "deadline" in looks:
        deadline = _named(pack.deadlines, looks["deadline"])
        yield from _deadline(pack, deadline, facts, looks)
    elif "rule" in looks:
        rule = _named(pack.rules, looks["rule"])
        if "basis" in looks and list(rule.basis) != list(looks["basis"]):
            yield f"{rule.id} rests on {rule.basis}"
        yield from _rule(rule.when, rule.holds, pack, looks)
    else:
        yield from _pack(pack, looks)


def _named(elements: Sequence[Any], name: str) -> Any:
    for element in elements:
        if element.id == name:
            return element
    raise KeyError(name)


# --- records ------------------------------------------------------------------------------------------------


def _record(
    pack: Pack, record: Record, facts: Facts, looks: Mapping[str, Any], articles: tuple[str, ...]
) -> Iterator[str]:
    of_drafts = (*_ASKED, "insists", "free", "may", "own", "asks", "silent", *_SENDS, "sets", "makes")
    if any(key in looks for key in of_drafts):
        draft, facts = complete(pack, record, facts, looks.get("answers", {}))
        asked = {each.id: each for each in engine.visible(record, draft, facts)}
        for key, look in (*_ASKED.items(), ("insists", _insists), ("free", _free), ("may", _may), ("own", _own)):
            for name in looks.get(key, ()):
                if name not in asked:
                    yield f"{record.id}.{name} is not asked"
                else:
                    yield from look(record, asked[name], draft, facts)
        yield from (f"{record.id}.{name} is not asked" for name in looks.get("asks", ()) if name not in asked)
        yield from (f"{record.id}.{name} is asked" for name in looks.get("silent", ()) if name in asked)
        yield from _submission(record, draft, facts, looks)
        if looks.get("cites", True):
            yield from _uncited(record, asked, looks, articles)
    for name, wanted in looks.get("options", {}).items():
        question = _named(record.questions, name)
        found = [option.id for option in question.options]
        if found != list(wanted):
            yield f"{record.id}.{name} offers {found}, not {list(wanted)}"
    for name, wrong in looks.get("refuses", {}).items():
        yield from _refuses(pack, record, facts_of(pack, looks.get("facts")), looks, name, wrong)
    yield from _people(pack, record, facts, looks)
    yield from _needs(pack, record, looks)
    yield from _shape(record, looks)


def _insists(record: Record, question: Question, draft: Draft, facts: Facts) -> Iterator[str]:
    """It cannot be left: not skipped, not even with a reason, and the record is not ready without it."""
    if skipping(question) != "no":
        yield f"{record.id}.{question.id} may be skipped"
    for sent in (Skip(), Skip("不方便")):
        bare = _without(draft, question.id)
        if isinstance(engine.answer(record, bare, Answer(question.id, sent, "1"), facts).effects[0], Accepted):
            yield f"{record.id}.{question.id} takes a skip"
    if not _lacks(record, question, draft, facts):
        yield f"{record.id} is ready without {question.id}"


def _must(record: Record, question: Question, draft: Draft, facts: Facts) -> Iterator[str]:
    yield from _level("must", record, question, draft, facts)
    yield from _insists(record, question, draft, facts)


def _waivable(record: Record, question: Question, draft: Draft, facts: Facts) -> Iterator[str]:
    """Only a written reason stands in for it."""
    yield from _level("waivable", record, question, draft, facts)
    bare = _without(draft, question.id)
    if isinstance(engine.answer(record, bare, Answer(question.id, Skip(), "1"), facts).effects[0], Accepted):
        yield f"{record.id}.{question.id} is waived without a reason"
    given = engine.answer(record, bare, Answer(question.id, Skip("现场不适宜录像"), "1"), facts)
    if not isinstance(given.effects[0], Accepted) or _blocks(record, question, given.draft, facts):
        yield f"{record.id}.{question.id} cannot be waived with a reason"
    if not _lacks(record, question, draft, facts):
        yield f"{record.id} is ready without {question.id}"


def _preferred(record: Record, question: Question, draft: Draft, facts: Facts) -> Iterator[str]:
    yield from _level("preferred", record, question, draft, facts)
    if not any(lack.question == question.id for lack in _lacking(record, _without(draft, question.id), facts)):
        yield f"{record.id}: nobody is told that {question.id} is wanted"


def _free(record: Record, question: Question, draft: Draft, facts: Facts) -> Iterator[str]:
    if skipping(question) != "free":
        yield f"{record.id}.{question.id} cannot be left open"


def _may(record: Record, question: Question, draft: Draft, facts: Facts) -> Iterator[str]:
    """It may be attached, and nobody is told when it is not."""
    yield from _free(record, question, draft, facts)
    if question.level is not None:
        yield f"{record.id}.{question.id} is {question.level}, though it only may be"


def _own(record: Record, question: Question, draft: Draft, facts: Facts) -> Iterator[str]:
    """Asked by the agency's own choice: shown as such, and no article is cited for it."""
    if question.basis != ("setting",):
        yield f"{record.id}.{question.id} rests on {question.basis}, not on the agency's own choice"


def _level(level: str, record: Record, question: Question, draft: Draft, facts: Facts) -> Iterator[str]:
    if question.level != level:
        yield f"{record.id}.{question.id} is {question.level}, not {level}"


Look = Callable[[Record, Question, Draft, Facts], Iterator[str]]
_ASKED: dict[str, Look] = {"must": _must, "waivable": _waivable, "preferred": _preferred}
_SENDS = ("emits", "seals", "withholds")


def _without(draft: Draft, name: str) -> Draft:
    return replace(draft, answers={key: given for key, given in draft.answers.items() if key != name})


def _lacking(record: Record, draft: Draft, facts: Facts) -> Any:
    return engine.review(record, draft, facts).lacking


def _blocks(record: Record, question: Question, draft: Draft, facts: Facts) -> bool:
    return any(lack.blocks and lack.question == question.id for lack in _lacking(record, draft, facts))


def _lacks(record: Record, question: Question, draft: Draft, facts: Facts) -> bool:
    return _blocks(record, question, _without(draft, question.id), facts)


def _uncited(
    record: Record, asked: Mapping[str, Question], looks: Mapping[str, Any], articles: tuple[str, ...]
) -> Iterator[str]:
    """Each question looked at must rest on the article, by itself or through its record."""
    known = {*record.basis}
    names = [name for key in (*_ASKED, "insists", "preferred", "may") for name in looks.get(key, ())]
    cited = known.union(*(asked[name].basis for name in names if name in asked))
    if "reviews" in looks:
        cited = cited.union(*(step.basis for step in record.review))
    if "signs" in looks:
        cited = cited.union(*(slot.basis for slot in record.sign_off if slot.id in looks["signs"]))
    for article in articles:
        if not any(basis == article or basis.startswith(f"{article}.") for basis in cited):
            yield f"nothing looked at in {record.id} cites {article}"


def _submission(record: Record, draft: Draft, facts: Facts, looks: Mapping[str, Any]) -> Iterator[str]:
    """Events sent on submission (`emits`), on sealing (`seals`), and never (`withholds`)."""
    if any(key in looks for key in _SENDS):
        sent = {event for event, _ in engine.emissions(record, draft, facts)}
        sealed = {event for event, _ in engine.sealed_emissions(record, draft, facts)}
        yield from (f"{record.id} does not send {event}" for event in looks.get("emits", ()) if event not in sent)
        yield from (f"{record.id} does not seal {event}" for event in looks.get("seals", ()) if event not in sealed)
        yield from (f"{record.id} sends {event}" for event in looks.get("withholds", ()) if event in sent | sealed)
    if "sets" in looks:
        found = engine.submitted_facts(record, draft, facts)
        for name, wanted in looks["sets"].items():
            if found.get(name) != wanted:
                yield f"{record.id} sets {name} to {found.get(name)!r}, not {wanted!r}"
    if "makes" in looks:
        kinds = {make.kind for make in engine.makes(record, draft, facts)}
        yield from (f"{record.id} makes no {kind}" for kind in looks["makes"] if kind not in kinds)


def _refuses(
    pack: Pack, record: Record, facts: Facts, looks: Mapping[str, Any], name: str, wrong: Any
) -> Iterator[str]:
    """A wrong answer is not taken, while filling in goes on to its end without it."""
    complete(pack, record, facts, looks.get("answers", {}))
    try:
        complete(pack, record, facts, {**looks.get("answers", {}), name: wrong})
    except AssertionError as fault:
        if name in str(fault):
            return
        raise
    yield f"{record.id}.{name} takes {wrong!r}"


def _people(pack: Pack, record: Record, facts: Facts, looks: Mapping[str, Any]) -> Iterator[str]:
    if "signs" in looks:
        slots = {slot.id: slot for slot in record.sign_off if slot.required}
        yield from (f"{record.id}: {name} need not sign" for name in looks["signs"] if name not in slots)
    if "may_refuse" in looks:
        slots = {slot.id: slot for slot in record.sign_off if slot.may_refuse}
        yield from (f"{record.id}: {name} cannot refuse to sign" for name in looks["may_refuse"] if name not in slots)
    if "reviews" in looks:
        scope = Scope({}, facts)
        steps = [s.by for s in record.review if s.when is None or compile_condition(s.when).holds(scope)]
        if steps != list(looks["reviews"]):
            yield f"{record.id} is decided by {steps}, not {list(looks['reviews'])}"
    if "reads_compliance" in looks and not any(step.reads_compliance for step in record.review):
        yield f"{record.id}: nobody reads the compliance check"
    yield from _rests(record, looks)
    if "second_officer" in looks and record.second_officer_confirms != looks["second_officer"]:
        yield f"{record.id}: the second officer's confirmation is {record.second_officer_confirms}"
    if "by" in looks and not set(looks["by"]) <= set(record.by):
        yield f"{record.id} may be begun by {record.by}"


def _rests(record: Record, looks: Mapping[str, Any]) -> Iterator[str]:
    """Whose demand a need, an opinion or a question is: the regulation's, general law's, or the agency's own."""
    parts = {each.id: each for each in (*record.questions, *record.review, *record.needs)}
    for name, wanted in looks.get("rests", {}).items():
        if name not in parts:
            yield f"{record.id} has no {name}"
        elif list(parts[name].basis) != list(wanted):
            yield f"{record.id}.{name} rests on {list(parts[name].basis)}, not {list(wanted)}"
    for name, wanted in looks.get("labels", {}).items():
        if _named(record.questions, name).paper_label != wanted:
            yield f"{record.id}.{name} is labelled {_named(record.questions, name).paper_label}"


def _needs(pack: Pack, record: Record, looks: Mapping[str, Any]) -> Iterator[str]:
    """`warns`: needs that do not hold in `facts`; `quiet`: facts in which none of them is told."""
    if "warns" in looks:
        unmet = _unmet(record, facts_of(pack, looks.get("facts")), looks)
        yield from (f"{record.id} begins without a word on {name}" for name in looks["warns"] if name not in unmet)
    if "quiet" in looks:
        told = set(looks.get("warns", ())) & _unmet(record, facts_of(pack, looks["quiet"]), looks)
        yield from (f"{record.id}: {name} is told although all is well" for name in sorted(told))
    if "expected" in looks:
        for facts, wanted in ((looks.get("facts"), True), (looks["expected"], False)):
            found = _holds(record.expected, facts_of(pack, facts))
            if found is not wanted:
                yield f"{record.id}: expected is {found} where it should be {wanted}"
    if "starts" in looks:
        for facts, wanted in ((looks.get("facts"), True), (looks["starts"], False)):
            if _holds(record.starts_with, facts_of(pack, facts), empty=True) is not wanted:
                yield f"{record.id}: beginning is {not wanted} where it should be {wanted}"


def _unmet(record: Record, facts: Facts, looks: Mapping[str, Any]) -> set[str]:
    scope = Scope(looks.get("answers", {}), facts)
    return {need.id for need in record.needs if not compile_condition(need.holds).holds(scope)}


def _holds(condition: str | None, facts: Facts, *, empty: bool = False) -> bool:
    return empty if condition is None else compile_condition(condition).holds(Scope({}, facts))


def _shape(record: Record, looks: Mapping[str, Any]) -> Iterator[str]:
    if "title" in looks and record.title != looks["title"]:
        yield f"{record.id} is titled {record.title}"
    if "stage" in looks and record.stage != looks["stage"]:
        yield f"{record.id} stands in stage {record.stage}"
    if "basis" in looks and list(record.basis) != list(looks["basis"]):
        yield f"{record.id} rests on {record.basis}"
    if "needs" in looks and [need.id for need in record.needs] != list(looks["needs"]):
        yield f"{record.id} needs {[need.id for need in record.needs]}"
    if "paper" in looks and record.paper is not looks["paper"]:
        yield f"{record.id}: a paper is {record.paper}"
    if "occupies" in looks and (record.occupies is not None) is not looks["occupies"]:
        yield f"{record.id} keeps nobody busy"
    if "archives" in looks and record.archives_case is not looks["archives"]:
        yield f"{record.id} does not archive the case"
    if "after_archive" in looks and record.after_archive is not looks["after_archive"]:
        yield f"{record.id} cannot be begun once the case is archived"


# --- deadlines, rules, the pack itself ----------------------------------------------------------------------


def _deadline(pack: Pack, deadline: Deadline, facts: Facts, looks: Mapping[str, Any]) -> Iterator[str]:
    """`event` at `opens` opens it until `due`; each of `closes` ends it, each of `replaced` gives way; `tells` whom."""
    subject = looks.get("subject", "e1" if deadline.per == "subject" else "")
    answers = {name: value(each) for name, each in looks.get("answers", {}).items()}
    event = Event(looks["event"], moment(looks["opens"]), subject, None, answers)
    opened = [each for each in events(pack, event, (), facts) if isinstance(each, Opens)]
    mine = [each for each in opened if each.deadline_id == deadline.id]
    if not mine:
        yield f"{deadline.id} does not open on {looks['event']}"
        return
    if mine[0].due.at != moment(looks["due"]):
        yield f"{deadline.id} is due at {mine[0].due.at}, not {looks['due']}"
    if "shut" in looks:
        closed = events(pack, event, (), facts_of(pack, looks["shut"]))
        if any(isinstance(each, Opens) and each.deadline_id == deadline.id for each in closed):
            yield f"{deadline.id} opens where it must not"
    for names, met in ((looks.get("closes", ()), True), (looks.get("replaced", ()), False)):
        for name in names:
            running = OpenDeadline("k", deadline.id, subject, event.at)
            later = Event(name, event.at + timedelta(minutes=5))
            ended = [each for each in events(pack, later, (running,), facts) if getattr(each, "key", None) == "k"]
            if not ended or ended[0].met is not met:  # type: ignore[union-attr]
                yield f"{deadline.id} is not {'met' if met else 'replaced'} by {name}"
    told = {who for rung in deadline.ladder for who in rung.to}
    yield from (f"{deadline.id} never tells the {who}" for who in looks.get("tells", ()) if who not in told)
    overdue = {who for rung in deadline.ladder if rung.after_hours is not None for who in rung.to}
    yield from (f"{deadline.id} never alerts the {who}" for who in looks.get("alerts", ()) if who not in overdue)
    early = any(rung.before_hours is not None for rung in deadline.ladder)
    if looks.get("reminds", True) and not early:
        yield f"{deadline.id} does not remind before its end"


def _rule(when: str | None, holds: str, pack: Pack, looks: Mapping[str, Any]) -> Iterator[str]:
    """`broken`: facts in which it is broken; `kept`: facts in which it applies and holds; `silent`: it says nothing."""
    for key, wanted in (("broken", (True, False)), ("kept", (True, True)), ("silent", (False, None))):
        if key not in looks:
            continue
        facts = facts_of(pack, looks[key])
        applies = when is None or _holds(when, facts)
        if applies is not wanted[0]:
            yield f"{looks['rule']}: applying is {applies} in {key}"
        elif applies and _holds(holds, facts) is not wanted[1]:
            yield f"{looks['rule']}: holding is {not wanted[1]} in {key}"


def _pack(pack: Pack, looks: Mapping[str, Any]) -> Iterator[str]:
    """Lists of ids that must stand in order (`stages`, `kinds_of_act`), or be `absent` or `present` in any."""
    for key in ("stages", "kinds_of_act", "procedures"):
        if key in looks and [each.id for each in getattr(pack, key)] != list(looks[key]):
            yield f"{key} are {[each.id for each in getattr(pack, key)]}"
    for key in ("retention", "secrecy", "outlines", "settings"):
        known = {each.id: each for each in getattr(pack, key)}
        for name, wanted in looks.get(key, {}).items():
            found = known[name].model_dump(exclude_defaults=True)
            for part, wants in (wanted or {}).items():
                stands = list(found[part]) if isinstance(found.get(part), tuple) else found.get(part)
                if stands != wants:
                    yield f"{key} {name}: {part} is {stands!r}, not {wants!r}"
    stands = {each.id for each in (*pack.records, *pack.deadlines, *pack.rules)}
    yield from (f"{name} stands" for name in looks.get("absent", ()) if name in stands)
    yield from (f"{name} is missing" for name in looks.get("present", ()) if name not in stands)
    for test in looks.get("tested_by", ()):
        yield from _untested(test)
    for role, title in looks.get("roles", {}).items():
        if pack.roles.get(role) != title:
            yield f"the {role} is called {pack.roles.get(role)}"


def _untested(name: str) -> Iterator[str]:
    """What the software itself does is tested elsewhere: `tests/devices/test_register.py::test_a_device_is_issued`."""
    path, _, function = name.partition("::")
    file = ROOT / path
    if not file.is_file() or f"def {function}(" not in file.read_text(encoding="utf-8"):
        yield f"there is no test {name}"
