"""Which records may be begun, what is expected, what should come first, and which steps of review apply."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from dialogs.course import Startable, course_of, startable, steps_of, unmet
from dialogs.facts import Facts, RecordFact
from dialogs.packs.loader import load_pack
from dialogs.packs.schema import Need, Pack

PACK = load_pack(Path(__file__).parent.parent / "support" / "office.yaml")
NOW = datetime(2026, 3, 3, 1, tzinfo=UTC)


def made(form: str, state: str = "sealed", number: int = 1) -> RecordFact:
    record = PACK.record(form)
    return RecordFact(str(number), form, record.title, record.stage, state, "1")  # type: ignore[arg-type]


def facts(*records: RecordFact, **case: object) -> Facts:
    return Facts(now=NOW, case={"party_name": "王大山"} | case, records=records)


def begun(known: Facts, *roles: str, archived: bool = False) -> list[str]:
    return [each.form.id for each in startable(PACK, known, roles, archived=archived)]


def test_a_role_begins_what_its_forms_say_and_an_opening_is_begun_in_no_case() -> None:
    assert begun(facts(), "officer") == ["report", "visit", "decision", "marking", "archive"]
    assert begun(facts(), "archivist") == ["archive", "loan"]
    assert begun(facts(), "supervisor") == []
    assert begun(facts(), "officer", "archivist", archived=True) == ["loan"]


def test_what_is_not_repeatable_is_offered_until_it_is_submitted() -> None:
    once = replace_form("report", repeatable=False)
    drafted, submitted = facts(made("report", "draft")), facts(made("report", "frozen"))
    assert "report" in [each.form.id for each in startable(once, drafted, {"officer"})]
    assert "report" not in [each.form.id for each in startable(once, submitted, {"officer"})]


def test_a_record_is_expected_until_one_is_submitted() -> None:
    def expected(known: Facts) -> list[str]:
        return [each.form.id for each in startable(PACK, known, {"officer"}) if each.expected]

    assert expected(facts()) == ["report"]
    assert expected(facts(made("report", "draft"))) == ["report"]
    assert expected(facts(made("report", "frozen"))) == []
    assert expected(Facts(now=NOW)) == []


def test_needs_are_judged_where_they_belong() -> None:
    decision = PACK.record("decision")
    assert [need.id for need in unmet(decision, facts(), "beginning")] == ["reported"]
    assert unmet(decision, facts(made("report")), "beginning") == ()
    assert [need.id for need in unmet(decision, facts(), "submitting", {"ruling": "罚款"})] == ["reasoned"]
    assert unmet(decision, facts(), "submitting", {"reasons": "从轻"}) == ()


def test_a_need_that_cannot_be_judged_is_put_before_a_person() -> None:
    broken = Need(id="broken", holds="case.party_name + 1 > 2", says="无法判断。")
    form = PACK.record("decision").model_copy(update={"needs": (broken,)})
    assert unmet(form, facts(), "beginning") == (broken,)


def test_the_case_goes_the_first_procedure_that_fits_and_stands_at_its_furthest_stage() -> None:
    general, short = course_of(PACK, facts(made("opening"))), course_of(PACK, facts(made("opening"), quick=True))
    assert general.procedure is not None and general.procedure.id == "general"
    assert short.procedure is not None and short.procedure.id == "short"
    assert [stage.id for stage in short.stages] == ["start", "review", "archiving", "investigation"]
    assert general.current == "start"
    later = facts(made("opening"), made("decision", "draft"), made("report"))
    assert course_of(PACK, later).current == "review"


def test_a_stage_outside_the_procedure_does_not_move_the_case() -> None:
    assert course_of(PACK, facts(made("opening"), made("report"), quick=True)).current == "start"


def test_a_pack_without_procedures_goes_by_its_stages() -> None:
    plain = PACK.model_copy(update={"procedures": ()})
    course = course_of(plain, facts(made("report")))
    assert course.procedure is None
    assert course.current == "investigation"


def test_a_step_applies_while_its_condition_holds_or_cannot_be_judged() -> None:
    decision = PACK.record("decision")
    assert [step.id for step in steps_of(decision, facts(), {"major": True})] == ["unit", "legal", "head"]
    assert [step.id for step in steps_of(decision, facts(), {"major": False})] == ["unit", "head"]
    broken = decision.review[1].model_copy(update={"when": "case.party_name + 1 > 2"})
    assert steps_of(decision.model_copy(update={"review": (broken,)}), facts(), {}) == (broken,)


def replace_form(form_id: str, **changes: object) -> Pack:
    records = tuple(each.model_copy(update=changes) if each.id == form_id else each for each in PACK.records)
    return PACK.model_copy(update={"records": records})


def test_what_cannot_be_judged_locks_nothing() -> None:
    """A rule that adds a number to a text fails; the case must go on all the same."""
    faulty = "case.party_name + 1 > 5"
    known = facts(made("visit"))
    assert "visit" in [each.form.id for each in _begun(replace_form("visit", starts_with=faulty), known)]
    (report,) = [each for each in _begun(replace_form("report", expected=faulty), known) if each.form.id == "report"]
    assert not report.expected
    broken = PACK.model_copy(
        update={"procedures": (PACK.procedures[0].model_copy(update={"when": faulty}), *PACK.procedures[1:])}
    )
    course = course_of(broken, known)
    assert course.procedure is not None and course.procedure.id == "general"


def _begun(pack: Pack, known: Facts) -> tuple[Startable, ...]:
    return startable(pack, known, {"officer"})
