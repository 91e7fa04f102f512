"""What lists ask the database of a case, its stage and whether it is secret, is what the case's own card says."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.shelf import Shelf, reference_of
from bot.use_cases.case_facts import load_facts
from bot.use_cases.secrecy import closed_cases, secret_to
from bot.use_cases.stages import stages_of
from bot.work import Person, Work
from dialogs.course import course_of
from dialogs.packs.loader import load_pack
from dialogs.packs.schema import Pack, Procedure
from models.tables import Agency, AgencySetting, Case, CaseFact, Officer, Record
from tests.support.house import House
from tests.support.postgres import either_database, postgres_server, postgres_url

__all__ = ["either_database", "postgres_server", "postgres_url"]

CASES = 40  # of each agency
OFFICE = load_pack(Path(__file__).parents[1] / "support" / "office.yaml")


@pytest.fixture
async def house(either_database: dict[str, str], tmp_path: Path) -> AsyncIterator[House]:
    house = await House.open(tmp_path, **either_database)
    assert house.app.database.is_sqlite != bool(either_database)
    yield house
    await house.close()


async def add_case(work: Work, agency: Agency, pack: Pack, facts: Mapping[str, object]) -> Case:
    first, second = (await work.with_role(agency.id or 0, "officer"))[:2]
    case = Case(
        agency_id=agency.id or 0,
        unit_id=first.unit_id,
        pack=reference_of(pack),
        state="open",
        officer_id=first.id or 0,
        second_officer_id=second.id,
        opened_at=work.now,
    )
    work.session.add(case)
    await work.session.flush()
    work.session.add_all([CaseFact(case_id=case.id or 0, name=name, value=value) for name, value in facts.items()])
    return case


def add_record(work: Work, case: Case, form: str, state: str = "sealed", pack: Pack | None = None) -> None:
    reference = reference_of(pack) if pack else case.pack
    answers = {"pack": reference, "record": form, "revision": 0, "answers": {}}
    work.session.add(
        Record(
            agency_id=case.agency_id,
            case_id=case.id or 0,
            pack=reference,
            form=form,
            state=state,
            answers=answers,
            maker_id=case.officer_id,
            created_at=work.now,
        )
    )


async def agreed(work: Work, agency: Agency) -> dict[int, str]:
    """Case -> title of its stage, as a list has it; fails where the case's card would say another."""
    cases = (await work.session.exec(select(Case).where(col(Case.agency_id) == agency.id))).all()
    stages = await stages_of(work, agency.id or 0, {each.pack: work.shelf.get(each.pack) for each in cases})
    numbers = select(Case.id, stages.number).where(col(Case.agency_id) == agency.id)
    found = {case_id: stages.at(number) for case_id, number in await work.session.exec(numbers)}
    for case in cases:
        pack = work.shelf.get(case.pack)
        current = course_of(pack, await load_facts(work, case, None)).current
        listed = found[case.id]
        assert (listed.id if listed else None) == current, case
        if listed:
            reached = select(Case.id).where(stages.reached(listed.id), col(Case.agency_id) == agency.id)
            assert case.id in (await work.session.exec(reached)).all()
            assert listed.title in [each.title for each in pack.stages]
    return {case_id: stage.title for case_id, stage in found.items() if stage and case_id is not None}


async def test_every_shipped_regulation(house: House) -> None:
    chance = random.Random(20260305)
    async with house.app.database.transaction() as session:
        work = await house.app.make_work(session)
        agencies = (await session.exec(select(Agency))).all()
        assert len({each.pack for each in agencies}) == 5
        for agency in agencies:
            pack = work.shelf.newest(agency.pack)
            for _ in range(CASES):
                kind = chance.choice(["penalty", "inspection", "licence", None])
                facts = {"kind_of_act": kind, "urgent": chance.choice([True, False])}
                case = await add_case(work, agency, pack, facts if chance.random() < 0.9 else {})
                for form in chance.sample(pack.records, chance.randint(0, 5)):
                    add_record(work, case, form.id, chance.choice(["draft", "frozen", "sealed", "cancelled"]))
            await session.flush()
            assert len(set((await agreed(work, agency)).values())) >= 3, "the cases are varied"


async def test_procedures_that_look_at_facts_sums_and_the_agency_s_settings(house: House) -> None:
    way = ("start", "review", "archiving")
    amount = OFFICE.record("opening").questions[1].model_copy(update={"id": "sum", "type": "amount", "sets": "fine"})
    opening = OFFICE.record("opening")
    opening = opening.model_copy(update={"questions": (*opening.questions, amount)})
    pack = OFFICE.model_copy(
        update={
            "records": (opening, *(each for each in OFFICE.records if each.id != "opening")),
            "procedures": (
                Procedure(id="broken", title="坏", stages=way, when="case.no_such.thing > 3"),
                Procedure(id="merged", title="合", stages=("archiving", "start"), when="settings.roles_may_merge"),
                Procedure(id="short", title="简易", stages=way, when="case.quick"),
                Procedure(id="large", title="大额", stages=("review", "start"), when="case.fine > 1000.0"),
                Procedure(id="list", title="单", stages=("start",), when="'a' in case.marks"),
                *OFFICE.procedures[1:],
            ),
        }
    )
    async with house.app.database.transaction() as session:
        work = replace(await house.app.make_work(session), shelf=Shelf({pack.id: pack}))
        agency = (await session.exec(select(Agency).order_by(col(Agency.id)))).all()[0]
        for quick in (True, False, None):
            for fine in ("500.00", "2000.00", None):
                for marks in (["a", "乙"], [], None):
                    case = await add_case(work, agency, pack, {"quick": quick, "fine": fine, "marks": marks})
                    add_record(work, case, "report")
                    add_record(work, case, "opening")
        await session.flush()
        before = await agreed(work, agency)
        assert len(set(before.values())) > 1
        chosen = {"agency_id": agency.id, "set_by": "己局长", "set_at": work.now}
        session.add(AgencySetting(setting="roles_may_merge", value=True, **chosen))
        await session.flush()
        assert await agreed(work, agency) != before


async def test_records_of_a_version_that_no_case_is_left_on(house: House) -> None:
    kept = tuple(each for each in OFFICE.records if each.id not in ("visit", "decision"))
    moved = OFFICE.record("decision").model_copy(update={"stage": "archiving"})
    new = OFFICE.model_copy(update={"version": "2.0.0", "records": (*kept, moved), "sha256": "2" * 64})
    empty: dict[str, tuple[object, ...]] = {"stages": (), "procedures": ()}
    bare = OFFICE.model_copy(update={"version": "3.0.0", "records": kept, "sha256": "3" * 64, **empty})
    async with house.app.database.transaction() as session:
        work = replace(await house.app.make_work(session), shelf=Shelf({"office": new}, published=(OFFICE, bare)))
        agency = (await session.exec(select(Agency).order_by(col(Agency.id)))).all()[0]
        by_form = {}
        for form in ("visit", "decision"):
            case = await add_case(work, agency, new, {})
            add_record(work, case, form, pack=OFFICE)
            by_form[form] = case.id
        stageless = await add_case(work, agency, bare, {})
        await session.flush()
        found = await agreed(work, agency)
        assert found == {by_form["visit"]: "调查", by_form["decision"]: "归档"}, stageless


async def test_secret_cases_are_the_same_in_a_list_and_one_by_one(house: House) -> None:
    async with house.app.database.transaction() as session:
        work = await house.app.make_work(session)
        agencies = (await session.exec(select(Agency))).all()
        answers = set()
        for agency in agencies:
            pack = work.shelf.newest(agency.pack)
            levels: list[object] = [None, "", "unheard of", 0, False, *(each.id for each in pack.secrecy)]
            for level in levels:
                await add_case(work, agency, pack, {"secrecy": level})
            lonely = await add_case(work, agency, pack, {"secrecy": "state_secret"})
            lonely.second_officer_id = None
            await add_case(work, agency, pack, {})
            await session.flush()
            mine = col(Case.agency_id) == agency.id
            cases = (await session.exec(select(Case).where(mine))).all()
            for officer in (await session.exec(select(Officer).where(col(Officer.agency_id) == agency.id))).all():
                person = Person(officer, agency)
                closed = closed_cases(person, {each.pack: work.shelf.get(each.pack) for each in cases})
                listed = set((await session.exec(select(Case.id).where(mine, closed))).all())
                assert listed == await secret_to(work, person, cases), officer.roles
                answers.add(frozenset(listed))
        assert len(answers) > 3, "who may open what differs by role"
