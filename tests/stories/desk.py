"""Whole cases as their people carry them through: each record answered, signed, decided and sealed in the chat.

What a question is asked and what fits it is read from the pack; everything is then typed, tapped and sent.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import col, select

from bot.use_cases.case_facts import load_facts
from dialogs import engine
from dialogs.packs.schema import Question
from dialogs.packs.schema import Record as Form
from dialogs.values import Attach, Choose, Done, Input, Skip, TakeOffer, Text, Unknown
from models.tables import Case, Opinion, Record
from tests.demands.filling import fitting, wanted
from tests.evidence.files import photo, tone
from tests.support.filling import choose_form
from tests.support.house import Chat, House

Answers = Mapping[str, Any]
_colours = itertools.cycle(["steelblue", "olive", "firebrick", "teal", "purple", "orange", "navy", "maroon"])
_lengths = itertools.count(11)


@dataclass
class Desk:
    """The people of one agency, by role, and the case they work on."""

    house: House
    agency: str
    people: dict[str, Chat] = field(default_factory=dict)

    async def at(self, role: str, index: int = 0) -> Chat:
        """The chat of the `index`-th person with the role."""
        name = f"{role}{index}"
        if name not in self.people:
            self.people[name] = await self.house.person(self.agency, role, index)
        return self.people[name]

    async def open(self, answers: Answers) -> None:
        """Open a case."""
        officer = await self.at("officer")
        await officer.send("/new")
        await self.answer(officer, answers)
        await officer.tap("确认并定稿")

    async def make(self, title: str, answers: Answers, *, by: str = "officer", departing: str | None = None) -> Record:
        """Begin a record in the newest case, answer it, confirm, sign and decide it, and see it sealed.

        departing: the reason given where the record is begun or submitted out of its order.
        """
        maker = await self.begin(title, by=by, departing=departing)
        await self.answer(maker, answers)
        return await self.finish(maker, departing=departing)

    async def begin(self, title: str, *, by: str = "officer", departing: str | None = None) -> Chat:
        """The maker's chat, where the first question stands."""
        maker = await self.at(by)
        await maker.send("/cases")
        await maker.tap("〔2026〕")
        await maker.tap("制作文书")
        await choose_form(maker, title)
        await _depart(maker, departing)
        return maker

    async def finish(self, maker: Chat, *, departing: str | None = None) -> Record:
        """From the answered record to its seal."""
        record, form = await self.current(maker)
        await maker.tap("确认并定稿")
        await _depart(maker, departing)
        record, _ = await self._read(record.id)
        if record.state == "draft" and form.second_officer_confirms:
            await (await self.at("officer", 1)).tap("确认并定稿")
        record, _ = await self._read(record.id)
        assert record.state in ("frozen", "sealed"), await maker.transcript(3)
        if record.state == "frozen" and form.sign_off:
            await maker.tap("拍摄已签名的纸质文书")
            await maker.upload(photo(colour=next(_colours)), "photo", "signed.jpg")
        await self.decide(record.id)
        record, _ = await self._read(record.id)
        if record.state == "frozen":
            await maker.tap("封存文书")
            record, _ = await self._read(record.id)
        assert record.state == "sealed", (form.title, await maker.transcript(4))
        return record

    async def decide(self, record_id: int | None) -> None:
        """Everybody asked agrees, one after the other."""
        for _ in range(6):
            record, form = await self._read(record_id)
            step = await self._pending(record)
            if step is None:
                return
            role = next(each.by for each in form.review if each.id == step)
            await (await self.at(role)).tap("同意")
        raise AssertionError("the decisions do not end")

    async def answer(self, chat: Chat, answers: Answers) -> list[str]:
        """Answer until nothing is open; the questions asked, in order."""
        asked: list[str] = []
        while True:
            form, question, labels, candidates = await self._next(chat, answers)
            if question is None:
                assert not set(answers) - set(asked), f"{form.id}: never asked {set(answers) - set(asked)}"
                return asked
            asked.append(question.id)
            assert asked.count(question.id) < 3, (form.id, question.id, await chat.transcript(3))
            for inputs in candidates:
                if await self._try(chat, inputs, labels, question, answers):
                    break
            else:
                raise AssertionError((form.id, question.id, await chat.transcript(3)))

    async def _try(
        self, chat: Chat, inputs: tuple[Input, ...], labels: Mapping[str, str], question: Question, answers: Answers
    ) -> bool:
        """Whether the question is settled by these inputs."""
        if any(isinstance(sent, Choose) and sent.option not in labels for sent in inputs):
            return False
        for sent in inputs:
            if isinstance(sent, TakeOffer) and not any("采用：" in button for button in (await chat.buttons())[-20:]):
                return False
            await self._do(chat, sent, labels)
            _, following, _, _ = await self._next(chat, answers)
            if following is None or following.id != question.id:
                return True
        return False

    async def _next(
        self, chat: Chat, answers: Answers
    ) -> tuple[Form, Question | None, dict[str, str], list[tuple[Input, ...]]]:
        """What is asked next, the words on its buttons, and what might be answered, best first."""
        async with self.house.app.database.reading() as session:
            work = await self.house.app.make_work(session)
            record = await _draft(session, chat)
            form = work.shelf.get(record.pack).record(record.form)
            case = await session.get_one(Case, record.case_id)
            facts = await load_facts(work, case, record)
        draft = engine.draft_from_json(record.answers)
        name = engine.next_question(form, draft, facts)
        if name is None:
            return form, None, {}, []
        question = next(each for each in form.questions if each.id == name)
        labels = {choice.id: choice.text for choice in engine.prompt(form, draft, facts, name).choices}
        if name in answers:
            return form, question, labels, list(wanted(question, answers[name]))
        if question.type == "officers" and len(facts.officers) < question.least:
            picked = [Choose(each.id) for each in facts.register if each.id in labels][: question.least]
            return form, question, labels, [(*picked, Done())]
        return form, question, labels, list(fitting(question, form, draft, facts))

    async def _do(self, chat: Chat, sent: Input, labels: Mapping[str, str]) -> None:
        match sent:
            case Text(text):
                await chat.send(text)
            case Choose(option):
                await chat.tap(labels.get(option, option))
            case Done():
                await chat.tap("就这些")
            case TakeOffer():
                await chat.tap("采用：")
            case Skip(reason):
                await chat.tap("跳过")
                if reason:
                    await chat.send(reason)
            case Unknown(reason):
                await chat.tap("不详")
                await chat.send(reason)
            case Attach(_, "photo"):
                await chat.upload(photo(colour=next(_colours)), "photo", "scene.jpg")
            case Attach(_, "recording"):
                await chat.upload(tone(next(_lengths) / 10), "document", "recording.ogg")
            case Attach(_, _):
                await chat.upload(f"附件{next(_lengths)}".encode(), "document", "paper.txt")

    async def current(self, chat: Chat) -> tuple[Record, Form]:
        """The draft a person works on."""
        async with self.house.app.database.reading() as session:
            record = await _draft(session, chat)
        return await self._read(record.id)

    async def _read(self, record_id: int | None) -> tuple[Record, Form]:
        async with self.house.app.database.reading() as session:
            work = await self.house.app.make_work(session)
            record = await session.get_one(Record, record_id)
            return record, work.shelf.get(record.pack).record(record.form)

    async def _pending(self, record: Record) -> str | None:
        async with self.house.app.database.reading() as session:
            query = select(Opinion).where(
                col(Opinion.record_id) == record.id,
                col(Opinion.round) == record.round,
                col(Opinion.result) == "pending",
            )
            found = (await session.exec(query)).first()
            return found.step if found and record.state == "frozen" else None


async def _draft(session: Any, chat: Chat) -> Record:
    query = select(Record).where(col(Record.maker_id) == chat.id, col(Record.state) == "draft")
    record = (await session.exec(query.order_by(col(Record.id).desc()).limit(1))).first()
    assert record is not None, await chat.transcript(4)
    return record


async def _depart(chat: Chat, reason: str | None) -> None:
    if any("写明原因" in button for button in (await chat.buttons())[-4:]) and reason is not None:
        await chat.tap("写明原因")
        await chat.send(reason)
