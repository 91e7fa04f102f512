"""Officers who do anything: facts drawn from a pack at random, answers that fit a question and ones that do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from dialogs import engine
from dialogs.engine.sheet import seen
from dialogs.facts import DeadlineFact, EvidenceFact, Facts, OfficerFact, RecordFact
from dialogs.packs.schema import Pack, Question, Record
from dialogs.questions import KINDS
from dialogs.values import (
    Accepted,
    Answer,
    Attach,
    Choose,
    Clear,
    Done,
    Draft,
    Input,
    Place,
    ReplaceLine,
    Skip,
    TakeOffer,
    Text,
    Unknown,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 25, 7, 30, tzinfo=UTC)  # 15:30 in Shanghai
OFFICERS = (
    OfficerFact("1", "李明", "辽B-001", "检查科"),
    OfficerFact("2", "王芳", "辽B-002", "检查科"),
    OfficerFact("3", "赵强", "辽B-003", "法规科"),
)
JUNK = ("", " ", "是", "否", "也许", "3", "-1", "昨天", "问：谁？", "<b>&", "2026-13-40", "１２", "x" * 3000)
TYPED: dict[str, tuple[str, ...]] = {
    "text": ("《行政处罚法》第五十七条第一款第一项", "第五十七条第一款"),
    "long_text": ("依据《行政处罚法》第五十七条第一款第一项，情况属实。",),
    "number": ("2", "30", "1", "0"),
    "amount": ("200元", "1000元", "0元"),
    "phone": ("13812345678",),
    "resident_id": ("11010519491231002X",),
    "organisation_code": ("91350100M000100Y43",),
    "place": ("大连市西岗区某路1号",),
}


@dataclass
class Desk:
    """One record being filled in. `events`: what was stored, as AnswerEvents hold it."""

    pack: Pack
    record: Record
    facts: Facts
    draft: Draft
    events: list[tuple[int, str, dict[str, Any] | None]] = field(default_factory=list)
    said: int = 0

    def answer(self, question: str, sent: Input, by: str = "1", expects: int | None = None) -> bool:
        """Send one input; whether it was taken."""
        if isinstance(sent, Attach) and sent.id not in {each.id for each in self.facts.evidence}:
            piece = EvidenceFact(sent.id, sent.kind, question, NOW, seconds=sent.seconds)
            self.facts = replace(self.facts, evidence=(*self.facts.evidence, piece))
        step = engine.answer(self.record, self.draft, Answer(question, sent, by, expects), self.facts)
        taken = isinstance(step.effects[0], Accepted)
        assert taken or step.draft is self.draft
        if step.draft.revision != self.draft.revision:
            given = step.draft.answers.get(question)
            self.events.append((step.draft.revision, question, engine.given_to_json(given) if given else None))
        self.draft = step.draft
        return taken

    def visible(self) -> tuple[Question, ...]:
        return engine.visible(self.record, self.draft, self.facts)

    def settle(self, question: Question, random: Random | None = None) -> bool:
        """Answer one question with something that fits; False when it takes nothing."""
        ways = list(self._fitting(question))
        if random is not None:
            random.shuffle(ways)
        for inputs in ways:
            before = (self.draft, self.facts, len(self.events))
            if all(self.answer(question.id, sent) for sent in inputs) and not self._open(question):
                return True
            self.draft, self.facts = before[0], before[1]
            del self.events[before[2] :]
        return False

    def finish(self) -> list[str]:
        """Go on to the end as anyone would, and put right what the review names; the questions that stay in the way."""
        for _ in range(3 * len(self.record.questions) + 3):
            following = engine.next_question(self.record, self.draft, self.facts)
            if following is None:
                break
            if not self.settle(self._question(following)):
                return [following]
        else:
            return ["the end"]
        return self._put_right()

    def _put_right(self) -> list[str]:
        for _ in range(8):
            lacks = [
                each.question for each in engine.review(self.record, self.draft, self.facts).lacking if each.blocks
            ]
            if not lacks:
                return []
            for name in lacks:
                self.answer(name, Clear())
                question = next((each for each in self.visible() if each.id == name), None)
                if question is not None and not self.settle(question):
                    self._loosen(question)
            for _ in range(len(self.record.questions)):
                following = engine.next_question(self.record, self.draft, self.facts)
                if following is None or not self.settle(self._question(following)):
                    break
        return lacks

    def _loosen(self, question: Question) -> None:
        """Take back what the question's check compares it with, to answer both anew."""
        for other in self.record.questions:
            if question.check and other.id != question.id and f"answers.{other.id}" in question.check:
                self.answer(other.id, Clear())

    def _open(self, question: Question) -> bool:
        return engine.next_question(self.record, self.draft, self.facts) == question.id

    def _question(self, name: str) -> Question:
        return next(each for each in self.record.questions if each.id == name)

    def _fitting(self, question: Question) -> Iterator[tuple[Input, ...]]:
        kind = KINDS[question.type]
        self.said += 1
        if kind.evidence:
            seconds = 60.0 if kind.evidence == "recording" else None
            pieces = [
                Attach(f"{question.id}-{self.said}-{n}", kind.evidence, seconds) for n in range(max(question.least, 1))
            ]
            yield (*pieces, Done())
        prompt = engine.prompt(self.record, self.draft, self.facts, question.id)
        choices = [choice.id for choice in prompt.choices]
        match question.type:
            case "choices" | "officers":
                clear = () if prompt.given is None else (Clear(),)
                yield (*clear, *(Choose(each) for each in choices[: question.most]), Done())
                for each in choices:
                    yield (*clear, Choose(each), Done())
            case "table":
                cells = [f"某某{self.said}", "2", "完好", "现场", "备注", "备注", "甲", "乙"]
                row = "，".join(cells[: len(question.columns)])
                yield (Text("\n".join([row] * max(question.least, 1))), Done())
            case "dialogue":
                yield (Text(f"问：{question.id}第{self.said}问？\n答：第{self.said}答。"), Done())
            case _ if choices:
                yield from ((Choose(each),) for each in choices)
        yield from ((Text(text),) for text in self._typed(question))
        if prompt.offer is not None:
            yield (TakeOffer(), Done()) if kind.collects else (TakeOffer(),)
        if prompt.skip != "no":
            yield (Skip("客观条件不具备"),)
        if prompt.unknown:
            yield (Unknown("对方未提供"),)

    def _typed(self, question: Question) -> Iterator[str]:
        if question.type in ("text", "long_text"):
            yield f"{question.id}之{self.said}"
        if question.type in ("date", "datetime"):
            yield from self._moments(question.type)
        yield from TYPED.get(question.type, ())
        if question.example:
            yield question.example

    def _moments(self, kind: str) -> Iterator[str]:
        """Moments near those given so far, and near now."""
        values = [each.value for each in self.draft.answers.values() if isinstance(each.value, str)]
        given = [moment for value in values if (moment := _moment(value)) is not None]
        steps = [timedelta(), timedelta(minutes=1), timedelta(minutes=-1), timedelta(days=1), timedelta(days=-1)]
        far = [timedelta(days=days) for days in (7, 15, 30, 60, -7, -30)]
        for near in (NOW - timedelta(hours=1), *given, NOW):
            for step in (*steps, *far):
                at = (near + step).astimezone(SHANGHAI)
                yield f"{at:%Y-%m-%d}" if kind == "date" else f"{at:%Y-%m-%d %H:%M}"


def _moment(value: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def junk(random: Random, question: Question) -> Input:
    """An input that may or may not mean anything to this question."""
    options = [each.id for each in question.options] or ["yes", "no", "none", "1", "2"]
    return random.choice(
        (
            Text(random.choice(JUNK)),
            Choose(random.choice([*options, "nothing"])),
            Done(),
            TakeOffer(),
            Clear(),
            Skip(random.choice((None, "无法取得"))),
            Unknown(random.choice(("", "不配合"))),
            Place(38.9, 121.6, 10.0),
            Attach(f"j{random.randrange(5)}", random.choice(("photo", "recording", "file")), 3.0),
            ReplaceLine(random.randrange(3), random.choice(("", "改后"))),
        )
    )


# --- facts --------------------------------------------------------------------------------------------------


def facts_of(pack: Pack, random: Random) -> Facts:
    """A case of the pack at some moment of its life: anything may have happened, in any order, or nothing."""
    much = random.random()
    forms = [form for form in pack.records if random.random() < much]
    return Facts(
        now=NOW,
        case=_case(pack, random),
        agency={"name": "某局", "code": "some"},
        officers=OFFICERS[: random.randrange(1, 3)],
        register=OFFICERS,
        evidence=tuple(
            EvidenceFact(f"e{n}", random.choice(("photo", "recording", "file")), None, NOW, record="1")
            for n in range(2)
        ),
        deadlines=tuple(
            DeadlineFact(
                each.id, random.choice(("open", "met", "overdue", "replaced")), _before(random), NOW + timedelta(days=1)
            )
            for each in pack.deadlines
            if random.random() < 0.5
        ),
        place=random.choice((None, "大连市西岗区某路1号")),
        records=tuple(_record(form, n, random) for n, form in enumerate(forms, start=1)),
        happened={event: _before(random) for event in events_of(pack) if random.random() < much},
        settings={each.id: _setting(each, random) for each in pack.settings},
    )


def events_of(pack: Pack) -> list[str]:
    """Every event a case of the pack may know."""
    stated = [each.event for form in pack.records for each in form.emits]
    own = [
        f"record.{form.id}.{what}" for form in pack.records for what in ("submitted", "approved", "returned", "sealed")
    ]
    return list(dict.fromkeys([*stated, *own, "case.opened", "evidence.recording_received"]))


def _case(pack: Pack, random: Random) -> dict[str, object]:
    values: dict[str, object] = {"number": "某案〔2026〕1号", "state": "open", "opened_at": _before(random).isoformat()}
    for form in pack.records:
        values |= {name: value for name, value in form.sets.items() if random.random() < 0.5}
        for question in form.questions:
            if question.sets and random.random() < 0.7:
                values[question.sets] = _value(question, random)
    if pack.kinds_of_act:
        values["kind_of_act"] = random.choice(pack.kinds_of_act).id
    return values


def _record(form: Record, number: int, random: Random) -> RecordFact:
    state = random.choice(("draft", "frozen", "sealed", "sealed"))
    at = _before(random)
    answers = {each.id: seen(each, _value(each, random)) for each in form.questions if random.random() < 0.7}
    return RecordFact(
        id=str(number),
        form=form.id,
        title=form.title,
        stage=form.stage,
        state=state,  # type: ignore[arg-type]  # one of the three
        maker="1",
        answers=answers,
        number=f"某文〔2026〕{number}号",
        submitted_at=None if state == "draft" else at,
        sealed_at=at if state == "sealed" else None,
    )


def _setting(setting: Any, random: Random) -> object:
    choices: dict[str, Sequence[object]] = {
        "yes_no": (True, False),
        "number": (1, 3, 30),
        "choice": [option.id for option in setting.options],
    }
    return random.choice([setting.value, *choices.get(setting.type, ())])


def _value(question: Question, random: Random) -> object:
    """A stored value of the question's type."""
    options = [option.id for option in question.options]
    match question.type:
        case "yes_no":
            return random.random() < 0.5
        case "choice":
            return random.choice(options)
        case "choices":
            return random.sample(options, random.randrange(1, len(options) + 1))
        case "refusal":
            return random.choice(("none", "questioning", "evidence", "signing", "other"))
        case "date":
            return _before(random).date().isoformat()
        case "datetime":
            return _before(random).astimezone(SHANGHAI).isoformat()
        case "number":
            return random.randrange(100)
        case "amount":
            return "200.00"
        case "officers":
            return ["1", "2"]
        case "photo" | "recording" | "file":
            return ["e0"]
        case "table":
            return [{column.id: "某某" for column in question.columns}]
        case "dialogue":
            return [{"role": "question", "text": "谁？", "recording": None, "start": None, "end": None}]
    return "某某"


def _before(random: Random) -> datetime:
    return NOW - timedelta(days=random.randrange(20), minutes=random.randrange(600))
