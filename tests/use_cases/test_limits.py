"""Cards of the largest records a pack and an agency may have stay deliverable: 4,096 characters, 100 buttons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.i18n import translator
from bot.screen import MESSAGE_LIMIT, Screen, fit
from bot.views.opinions import Request, request_screen
from bot.views.questions import conflict_screen, question_screen
from bot.views.review import review_screen
from dialogs import engine
from dialogs.facts import Facts, OfficerFact
from dialogs.packs.schema import Effective, Pack, Question, ReviewStep
from dialogs.packs.schema import Record as Form
from dialogs.values import Conflict, Draft, Given, Lacking, Review, ReviewLine
from models.tables import Case, Evidence, Opinion, Record

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
T = translator("zh_Hans_CN")
LONG = "长" * 60
QUESTIONS = tuple(
    Question(id=f"q{n}", type="long_text", ask=LONG, label=LONG, basis=("LY-10.1", "行政处罚法-42")) for n in range(60)
)
PACK = Pack(id="p", short="LY", title="试行办法", version="1.0.0", effective=Effective(**{"from": "unknown"}))
FORM = Form(id="long", title="长文书", stage="start", questions=QUESTIONS)
RECORD = Record(id=1, agency_id=1, case_id=1, pack="p@1", form="long", maker_id=1, created_at=NOW)
CASE = Case(id=1, agency_id=1, pack="p@1", officer_id=1, opened_at=NOW)
FACTS = Facts(
    now=NOW,
    case={},
    agency={"name": "某局", "code": "x"},
    officers=(),
    register=tuple(OfficerFact(str(n), f"某某{n}", f"XG{n:06}", "科") for n in range(300)),
    evidence=(),
    deadlines=(),
)


def fits(screen: Screen) -> bool:
    """Whole, that is: nothing had to be cut, so its marks are there still."""
    return fit(screen.text, MESSAGE_LIMIT) == screen.text and sum(map(len, screen.rows)) <= 100


def test_a_review_with_everything_missing() -> None:
    lines = tuple(ReviewLine(q.id, LONG, "字" * 2000, "answered", q.basis, 1) for q in QUESTIONS)
    lacking = tuple(Lacking(q.id, LONG, "record.unanswered", q.basis) for q in QUESTIONS)
    hints = tuple(Lacking(q.id, LONG, "record.photo_preferred", q.basis, blocks=False) for q in QUESTIONS)
    for page in range(5):
        screen = review_screen(T, RECORD, PACK, FORM, Review(lines, lacking + hints), page=page)
        assert fits(screen)
        assert "48" in screen.text.split("\n✗")[-1]


def test_the_approvers_card_of_a_long_record() -> None:
    RECORD.content = {"answers": [{"label": LONG, "text": "字" * 2000} for _ in range(60)]}
    step, opinion = (
        ReviewStep(id="head", title="负责人意见", by="approver"),
        Opinion(id=1, record_id=1, round=1, step="head", asked_at=NOW),
    )
    pieces = [
        Evidence(
            id=n, agency_id=1, case_id=1, key=str(n), kind="recording", sha256="0" * 64, size=1, seconds=36000.0,
            received_at=NOW, wall_at=NOW, officer_id=1,
        )
        for n in range(200)
    ]  # fmt: skip
    request = Request(
        RECORD, CASE, FORM, opinion, step, "林晓舟", pieces, ["周海平"] * 60, [("应当先告知" * 20, "来不及" * 160)] * 30
    )
    screen = request_screen(T, replace(request, beyond_unit=True, stands_for="郭建平"))
    assert fits(screen)
    assert "另有 38 项" in screen.text
    assert "另有 26 项" in screen.text
    assert "代郭建平" in screen.text


def test_a_register_of_hundreds_shows_whom_was_chosen_and_says_that_there_are_more() -> None:
    officers = Question(id="officers", type="officers", ask="由哪两名执法人员承办？", least=2, most=2)
    form = Form(id="o", title="登记", stage="start", questions=(officers,))
    draft = Draft("p@1", "o", 1, {"officers": Given(["299"], "collecting", 1, "1", NOW)})
    prompt = engine.prompt(form, draft, FACTS, "officers")
    screen = question_screen(T, 1, PACK, form, prompt, slot="q1")
    assert fits(screen)
    assert screen.rows[0][0].text.startswith("☑ 某某299")
    assert screen.rows[0][0].data == "a:1:0:1:c299"
    assert "直接输入" in screen.text


def test_two_long_answers_in_conflict_are_both_shown() -> None:
    given = Given("甲" * 2000, "answered", 1, "2", NOW)
    prompt = engine.prompt(FORM, Draft("p@1", "long", 1, {"q0": given}), FACTS, "q0")
    screen = conflict_screen(T, 1, FORM, prompt, Conflict("q0", given, "乙" * 2000), FACTS, "宋一鸣")
    assert fits(screen)
    assert "乙" in screen.text
