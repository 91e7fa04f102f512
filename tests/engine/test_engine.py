"""The engine's promises: derived next question, parking, conflicts, offers, review, content."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from dialogs import engine
from dialogs.facts import EvidenceFact, RecordFact
from dialogs.values import (
    Accepted,
    AddLines,
    Attach,
    Choose,
    Clear,
    Complete,
    Conflict,
    Done,
    Line,
    Parked,
    Rejected,
    Reopened,
    Skip,
    TakeOffer,
    Text,
    Unknown,
)
from models.errors import Missing
from tests.engine.forms import FACTS, NOW, OPTIONS, Sitting, form, question

BRANCH = form(
    question("refused", "refusal"),
    question("why", "long_text", when="answers.refused in ['questioning', 'other']"),
    question("witness", "text", when="answers.why != null", required=False),
    question("sum", "amount", check="answers.sum < 5000", check_message="不得超过5000元", sets="fine"),
)


def test_the_next_question_is_derived_in_order_and_optional_ones_are_asked_once() -> None:
    sitting = Sitting(form(question("a", "text"), question("b", "text", required=False), question("c", "text")))
    assert sitting.next == "a"
    sitting.say("c", Text("先答后面的"))
    sitting.say("a", Text("甲"))
    assert sitting.next == "b" and Complete() in sitting.effects
    sitting.say("b", Skip())
    assert sitting.next is None


def test_leaving_a_branch_parks_its_answers_and_coming_back_reopens_them() -> None:
    sitting = Sitting(BRANCH)
    for at, typed in (("refused", "其他"), ("why", "拒绝开门"), ("witness", "赵六"), ("sum", "100")):
        sitting.say(at, Text(typed))
    before = engine.canonical(BRANCH, sitting.draft, FACTS)
    sitting.say("refused", Choose("none"))
    assert Parked(("why", "witness")) in sitting.effects
    assert [line.question for line in engine.review(BRANCH, sitting.draft, FACTS).lines] == ["refused", "sum"]
    assert "拒绝开门" not in json.dumps(engine.canonical(BRANCH, sitting.draft, FACTS), ensure_ascii=False)
    sitting.say("refused", Choose("other"))
    assert Reopened(("why", "witness")) in sitting.effects
    after = engine.canonical(BRANCH, sitting.draft, FACTS)
    assert engine.record_hash(after) == engine.record_hash(before)


def test_what_does_not_apply_cannot_be_answered() -> None:
    sitting = Sitting(BRANCH)
    assert sitting.say("why", Text("x")) == Rejected("why", "answer.not_asked")
    assert sitting.say("nothing", Text("x")) == Rejected("nothing", "answer.not_asked")
    with pytest.raises(Missing):
        engine.prompt(BRANCH, sitting.draft, FACTS, "why")


def test_a_rejection_leaves_the_draft_and_shows_an_example() -> None:
    sitting = Sitting(BRANCH)
    before = sitting.draft
    found = sitting.say("sum", Text("六千"))
    assert found == Rejected("sum", "answer.check_failed", {"message": "不得超过5000元"}, "3500元")
    assert sitting.draft is before


def test_two_officers_compare_and_set() -> None:
    sitting = Sitting(form(question("a", "text"), question("p", "photo")))
    sitting.say("a", Text("甲"), by="1", expects=0)
    stored = sitting.draft.answers["a"]
    assert sitting.say("a", Text("乙"), by="2", expects=0) == Conflict("a", stored, "乙")
    assert sitting.value("a") == "甲"
    assert sitting.say("a", Text("甲"), by="2", expects=0) == Accepted("a", stored)
    assert sitting.draft.revision == 1
    assert sitting.say("a", Clear(), by="2", expects=0) == Conflict("a", stored, None)
    sitting.say("a", Text("乙"), by="2", expects=1)
    assert sitting.value("a") == "乙"
    sitting.say("a", Text("丙"), by="1")
    assert sitting.value("a") == "丙"


def test_what_only_adds_never_conflicts() -> None:
    sitting = Sitting(
        form(question("p", "photo"), question("talk", "dialogue"), question("m", "choices", options=OPTIONS))
    )
    sitting.say("p", Attach("p1", "photo"), by="1", expects=0)
    sitting.say("p", Attach("p2", "photo"), by="2", expects=0)
    assert sitting.value("p") == ["p1", "p2"]
    sitting.say("p", Attach("p2", "photo"), by="2", expects=0)
    assert sitting.value("p") == ["p1", "p2"]
    sitting.say("talk", Text("姓名？"), by="1", expects=0)
    sitting.say("talk", AddLines((Line("answer", "张三"),)), by="2", expects=0)
    assert len(sitting.value("talk")) == 2  # type: ignore[arg-type]
    sitting.say("m", Choose("a"), by="1", expects=0)
    sitting.say("m", Choose("b"), by="1", expects=0)  # the same keyboard, tapped twice
    assert sitting.value("m") == ["a", "b"]
    assert isinstance(sitting.say("m", Choose("c"), by="2", expects=0), Conflict)


def test_skip_and_unknown_follow_the_question() -> None:
    sitting = Sitting(
        form(
            question("a", "text"),
            question("b", "text", required=False, skip="with_reason"),
            question("c", "phone", unknown=True),
            question("d", "photo", required=False),
        )
    )
    assert sitting.say("a", Skip("忙")).code == "answer.required"  # type: ignore[union-attr]
    assert sitting.say("a", Unknown("不知")).code == "answer.unknown_not_allowed"  # type: ignore[union-attr]
    assert sitting.say("b", Skip(" ")).code == "answer.reason_needed"  # type: ignore[union-attr]
    sitting.say("b", Skip("当事人未到场"))
    sitting.say("c", Unknown("拒绝提供"))
    sitting.say("d", Skip())
    texts = {line.question: line.text for line in engine.review(sitting.record, sitting.draft, FACTS).lines}
    assert texts == {"a": "", "b": "未填写，理由：当事人未到场", "c": "不详，理由：拒绝提供", "d": "／"}


def test_skipping_never_drops_what_was_collected() -> None:
    sitting = Sitting(form(question("talk", "dialogue", required=False)))
    sitting.say("talk", Text("姓名？"))
    assert sitting.say("talk", Skip()).code == "answer.clear_first"  # type: ignore[union-attr]
    sitting.say("talk", Clear())
    assert sitting.next == "talk"
    sitting.say("talk", Skip())
    assert sitting.next is None


@pytest.mark.parametrize(
    ("type", "source", "value", "text"),
    [
        ("datetime", "now", "2026-03-05T15:30:00+08:00", "2026年3月5日15时30分"),
        ("date", "now", "2026-03-05", "2026年3月5日"),
        ("officers", "officers", ["1", "2"], "张三（执法证号：LN001）、李四（执法证号：LN002）"),
        ("place", "place", {"text": "大连市西岗区"}, "大连市西岗区"),
        ("text", "case.party", "某公司", "某公司"),
        ("text", "case.when", "2026年3月1日", "2026年3月1日"),
        ("resident_id", "case.number", "11010519491231002X", "11010519491231002X"),
        ("text", "agency.name", "某局", "某局"),
        ("text", "text:依法执行", "依法执行", "依法执行"),
        ("text", "answers.kind", "乙类", "乙类"),
        ("yes_no", "case.urgent", True, "是"),
    ],
)
def test_offers(type: str, source: str, value: object, text: str) -> None:
    facts = replace(
        FACTS,
        case={"party": "某公司", "number": "11010519491231002x", "urgent": True, "when": "2026-03-01"},
        agency={"name": "某局"},
    )
    sitting = Sitting(form(question("kind", "choice", options=OPTIONS), question("q", type, offer=source)), facts)
    sitting.say("kind", Choose("b"))
    offered = engine.prompt(sitting.record, sitting.draft, facts, "q").offer
    assert offered is not None and (offered.value, offered.text) == (value, text)
    sitting.say("q", TakeOffer())
    assert sitting.value("q") == value and sitting.draft.answers["q"].state == "answered"
    assert engine.prompt(sitting.record, sitting.draft, facts, "q").offer is None


@pytest.mark.parametrize("source", ["case.none", "agency.none", "answers.none", "place", "text:不是电话"])
def test_an_offer_that_is_not_there_or_does_not_fit_is_not_made(source: str) -> None:
    sitting = Sitting(form(question("q", "phone", offer=source)))
    assert engine.prompt(sitting.record, sitting.draft, FACTS, "q").offer is None
    assert sitting.say("q", TakeOffer()).code == "answer.nothing_offered"  # type: ignore[union-attr]


def test_the_number_of_the_newest_record_of_a_form_is_offered() -> None:
    def numbered(id: str, form: str, number: str | None) -> RecordFact:
        return RecordFact(id, form, "", "", "sealed", "1", number=number)

    records = (numbered("1", "a", "〔2026〕1号"), numbered("2", "a", "〔2026〕2号"), numbered("3", "b", None))
    facts = replace(FACTS, records=records)
    asked = form(question("kind", "choice", options=OPTIONS), question("q", "text", offer="number.kind"))
    sitting = Sitting(asked, facts)
    sitting.say("kind", Choose("a"))
    offered = engine.prompt(asked, sitting.draft, facts, "q").offer
    assert offered is not None and offered.text == "〔2026〕2号"
    sitting.say("kind", Choose("b"))
    assert engine.prompt(asked, sitting.draft, facts, "q").offer is None


def test_previous_question_walks_back_over_what_applies() -> None:
    sitting = Sitting(BRANCH)
    sitting.say("refused", Choose("none"))
    back = [engine.previous_question(BRANCH, sitting.draft, FACTS, each) for each in (None, "sum", "refused")]
    assert back == ["sum", "refused", None]


def test_review_knows_must_waivable_and_preferred_recordings() -> None:
    sitting = Sitting(
        form(
            question("must", "recording", level="must", required=False, skip="free"),
            question("waivable", "recording", level="waivable"),
            question("preferred", "recording", level="preferred"),
            question("many", "choices", options=OPTIONS),
        )
    )
    sitting.say("many", Choose("a"))

    def lacking() -> dict[str, tuple[str, bool]]:
        found = engine.review(sitting.record, sitting.draft, sitting.facts).lacking
        return {lack.question: (lack.code, lack.blocks) for lack in found}

    assert lacking() == {
        "must": ("record.recording_missing", True),
        "waivable": ("record.recording_missing", True),
        "preferred": ("record.recording_preferred", False),
        "many": ("record.unfinished", True),
    }
    assert sitting.say("must", Skip("没电")).code == "answer.required"  # type: ignore[union-attr]
    sitting.say("waivable", Skip("设备故障"))
    sitting.say("preferred", Skip())
    sitting.say("many", Done())
    sitting.say("must", Attach("r1", "recording", 12.0))
    sitting.say("must", Done())
    assert lacking() == {"preferred": ("record.recording_preferred", False)}
    assert engine.review(sitting.record, sitting.draft, sitting.facts).ready
    sitting.facts = replace(FACTS, evidence=(EvidenceFact("r1", "recording", "must", NOW, "withdrawn"),))
    assert lacking()["must"] == ("record.recording_missing", True)


def test_review_evaluates_checks_again() -> None:
    record = form(question("begun", "datetime"), question("ended", "datetime", check="answers.ended >= answers.begun"))
    sitting = Sitting(record)
    sitting.say("begun", Text("14:00"))
    sitting.say("ended", Text("15:00"))
    sitting.say("begun", Text("15:10"))
    (lack,) = engine.review(record, sitting.draft, FACTS).lacking
    assert (lack.question, lack.code, lack.blocks) == ("ended", "record.check_failed", True)


def test_a_failing_condition_never_crashes_and_never_hides() -> None:
    record = form(question("a", "text", when="case.x > 'y'"), question("b", "text", check="answers.b > 3"))
    sitting = Sitting(record, replace(FACTS, case={"x": 1}))
    assert sitting.next == "a"
    assert sitting.say("b", Text("x")).code == "pack.condition_failed"  # type: ignore[union-attr]
    codes = [(lack.question, lack.code) for lack in engine.review(record, sitting.draft, sitting.facts).lacking]
    assert ("a", "record.condition_failed") in codes


def test_submission_sets_facts_and_emits_events() -> None:
    record = form(
        question("urgent", "yes_no", sets="urgent"),
        question("at", "datetime", sets="started_at"),
        question("day", "date"),
        question("name", "text", unknown=True, sets="name"),
        emits=[
            {"event": "case.started_urgently", "when": "answers.urgent", "at": "answers.at"},
            {"event": "case.ended", "at": "answers.day"},
            {"event": "case.never", "when": "answers.name != null"},
        ],
    )
    sitting = Sitting(record)
    sitting.say("urgent", Choose("yes"))
    sitting.say("at", Text("14:00"))
    sitting.say("day", Text("昨天"))
    sitting.say("name", Unknown("未说明"))
    assert engine.submitted_facts(record, sitting.draft, FACTS) == {
        "urgent": True,
        "started_at": "2026-03-05T14:00:00+08:00",
    }
    assert [(name, at and at.isoformat()) for name, at in engine.emissions(record, sitting.draft, FACTS)] == [
        ("record.form.submitted", None),
        ("case.started_urgently", "2026-03-05T06:00:00+00:00"),
        ("case.ended", "2026-03-03T16:00:00+00:00"),
    ]


def test_drafts_survive_json() -> None:
    sitting = Sitting(BRANCH)
    sitting.say("refused", Choose("other"))
    sitting.say("why", Text("理由"))
    assert engine.draft_from_json(json.loads(json.dumps(engine.draft_to_json(sitting.draft)))) == sitting.draft


def test_prompt_shows_where_we_are_and_what_may_be_done() -> None:
    sitting = Sitting(
        form(question("a", "text"), question("m", "choices", options=OPTIONS, help="逐项告知", basis=["XG-10"]))
    )
    sitting.say("m", Choose("b"))
    prompt = engine.prompt(sitting.record, sitting.draft, FACTS, "m")
    assert (prompt.position, prompt.total, prompt.skip, prompt.collecting) == (2, 2, "no", True)
    assert [(choice.id, choice.chosen) for choice in prompt.choices] == [("a", False), ("b", True), ("c", False)]
    assert (prompt.given_text, prompt.help, prompt.basis) == ("乙类", "逐项告知", ("XG-10",))
