"""One kind of record may belong to another stage in another procedure."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from dialogs.course import course_of, startable
from dialogs.facts import Facts, RecordFact
from dialogs.packs.lint import lint
from dialogs.packs.loader import load_pack

PACK = load_pack(Path(__file__).parents[2] / "dialogs" / "packs" / "xinglongtai-housing-construction")


def case_with(*forms: str, kind: str) -> Facts:
    made = tuple(
        RecordFact(str(n), each, PACK.record(each).title, PACK.record(each).stage, "sealed", "1")
        for n, each in enumerate(forms)
    )
    return Facts(now=datetime(2026, 3, 3, 1, tzinfo=UTC), case={"kind_of_act": kind}, records=made)


def test_a_record_stands_in_the_stage_of_the_procedure_the_case_goes() -> None:
    def stage(kind: str) -> str:
        return next(
            each.stage for each in startable(PACK, case_with(kind=kind), {"officer"}) if each.form.id == "inspection"
        )

    assert (stage("penalty"), stage("inspection")) == ("investigation", "implementation")


def test_the_case_comes_on_in_its_own_procedure() -> None:
    forms = ("case_opening", "inspection")
    assert course_of(PACK, case_with(*forms, kind="inspection")).current == "implementation"
    assert course_of(PACK, case_with(*forms, kind="penalty")).current == "investigation"


def test_a_stage_or_procedure_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    text = (
        "id: some-pack\nshort: SP\ntitle: 某规定\nversion: 1.0.0\neffective: {from: unknown}\nextends: "
        f"{PACK.id}\narticles:\n  - {{no: 1, about: 记录}}\n"
        "records:\n  - id: interview\n    basis: [SP-1]\n"
        "    stage_in: {inspection: execution, licence: start}\n"
    )
    path = tmp_path / "some-pack.yaml"
    path.write_text(text, encoding="utf-8")
    codes = [fault.code for fault in lint(path)]
    assert "record.stage_unknown" in codes and "record.procedure_unknown" in codes
