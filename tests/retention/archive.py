"""A small archive: evidence with terms, and decisions that dispose of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.jobs.kinds import KINDS, Control, Tools
from bot.jobs.kinds.disposal import Disposal
from bot.shelf import Shelf
from bot.use_cases.confirm_record import confirm_record
from bot.use_cases.finish_record import seal
from bot.work import Work
from dialogs import engine
from dialogs.packs.schema import Make, Option, Pack, Question, Record, Retention, ReviewStep
from dialogs.values import Draft, Given
from models.ledger_reading import Fault
from models.tables import Case, Evidence, Job
from models.tables import Record as Row
from models.verify import verify
from tests.evidence import conftest
from tests.evidence.conftest import NOW, World, world

__all__ = ["world"]

Outcome = Callable[[Work, Job], Awaitable[None]]
LATER = NOW + timedelta(days=100)


def small(*terms: Mapping[str, Any]) -> Pack:
    handed_over = Option(id="handed_over", title="移交档案馆")
    means = Question(
        id="means",
        type="choice",
        ask="怎样处置？",
        required=False,
        options=(Option(id="deleted", title="删除"), handed_over),
    )
    numbers = Question(id="numbers", type="text", ask="哪几号？", required=False, when="answers.means != 'handed_over'")
    forms = (
        Record(id="store", title="归档登记", stage="stage", archives_case=True, paper=False),
        Record(id="decide", title="处置审批", stage="stage", questions=(means, numbers), disposes="answers.numbers",
               paper=False, second_officer_confirms=False, repeatable=True),
        Record(id="judged", title="处置审批表", stage="stage", questions=(means, numbers), disposes="answers.numbers",
               paper=False, second_officer_confirms=False, repeatable=True,
               review=(ReviewStep(id="head", title="主要负责人意见", by="head"),)),
        Record(id="disc", title="光盘移交单", stage="stage", makes=(Make(kind="disc_image"),), paper=False,
               second_officer_confirms=False, repeatable=True),
    )  # fmt: skip
    kept = tuple(Retention(id=f"t{n}", title="期限", basis=("SM-1",), **term) for n, term in enumerate(terms))
    return conftest.PACK.model_copy(update={"records": (*conftest.PACK.records, *forms), "retention": kept})


@dataclass
class Archive:
    world: World

    async def keep(self, data: bytes, kind: str, name: str = "") -> Evidence:
        await self.world.ask("sound" if kind == "voice" else "photos" if kind == "photo" else "papers")
        kept = await self.world.send(self.world.file(data, kind, name))
        assert kept is not None
        return kept

    async def decision(self, numbers: str, form: str = "decide", **others: str) -> Row:
        """A draft that names these numbers."""
        async with self.world.work() as work:
            by = str(self.world.people["li"].id)
            said = {**others, "numbers": numbers}
            given = {name: Given(value, "answered", 1, by, self.world.now) for name, value in said.items()}
            answers = engine.draft_to_json(Draft("small@1.0.0", form, 1, given))
            record = Row(
                agency_id=1, case_id=self.world.case_id, pack="small@1.0.0", form=form, revision=1,
                answers=answers, maker_id=self.world.people["li"].id, created_at=self.world.now,
            )  # fmt: skip
            work.session.add(record)
        return record

    async def seal(self, numbers: str) -> None:
        """The decision is sealed, as if nothing had been checked before, and its job done."""
        record = await self.decision(numbers)
        async with self.world.work() as work:
            row = await work.session.get_one(Row, record.id)
            case = await work.session.get_one(Case, row.case_id)
            row.content = {"answers": [{"question": "numbers", "value": numbers}]}
            row.content_hash, row.state = "0" * 64, "frozen"
            await seal(work, self.world.people["li"], row, case, work.shelf.get(row.pack).record("decide"))
        await self.remove()

    async def disc(self) -> None:
        """A record that hands the case's recordings over is submitted."""
        async with self.world.work() as work:
            record = Row(
                agency_id=1, case_id=self.world.case_id, pack="small@1.0.0", form="disc", revision=1,
                answers=engine.draft_to_json(Draft("small@1.0.0", "disc", 1, {})),
                maker_id=self.world.people["li"].id, created_at=self.world.now,
            )  # fmt: skip
            work.session.add(record)
        await self.world.act(confirm_record, record.id, 1)

    async def work_off(self, kind: str, outcome: Outcome) -> None:
        """Do the waiting jobs of a kind, as a worker and the server do."""
        tools = Tools(self.world.settings, self.world.database, self.world.vault, Shelf({"small": conftest.PACK}))
        for job in await self.world.jobs(kind):
            if not job.applied:
                result = await KINDS[kind](tools).run(
                    record_id=job.record_id, evidence_id=job.evidence_id, arguments=job.arguments, control=Control()
                )
                await self.apply(job, result, outcome)

    async def apply(self, job: Job, result: Mapping[str, Any], outcome: Outcome) -> None:
        async with self.world.work() as work:
            row = await work.session.get_one(Job, job.id)
            row.state, row.result = "done", dict(result)
            await outcome(work, row)
            row.applied, row.result = True, None
            work.session.add(row)

    async def remove(self) -> None:
        """Do the jobs that take bytes away."""
        tools = Tools(self.world.settings, self.world.database, self.world.vault)
        for job in await self.world.jobs("disposal"):
            await Disposal(tools).run(
                record_id=job.record_id, evidence_id=None, arguments=job.arguments, control=Control()
            )

    async def row(self, number: int | None) -> Evidence:
        async with self.world.database.reading() as session:
            return await session.get_one(Evidence, number)

    async def faults(self) -> list[Fault]:
        """Faults of files and rows; the record above was sealed without its leaf of freezing."""
        report = await verify(self.world.database, self.world.vault)
        return [fault for fault in report.faults if not fault.what.startswith("record:")]


@pytest.fixture
def archive(world: World, monkeypatch: pytest.MonkeyPatch) -> Archive:
    pack = small(
        {"of": "recordings", "months": 3}, {"of": "recordings", "permanent": True, "when": "item.kind == 'photo'"}
    )
    monkeypatch.setattr(conftest, "PACK", pack)
    return Archive(world)
