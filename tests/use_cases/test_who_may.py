"""Who may begin, read and stand in: by role, by unit, by secrecy, and for somebody away; what is opened is kept."""

from __future__ import annotations

from sqlmodel import col, select

from models.tables import Access, Case, Delegation, Evidence, LedgerLeaf, Opinion, Paper, Record
from tests.papers.reading import docx_text
from tests.stories.xigang import photo
from tests.support.filling import fill
from tests.support.office import Office


async def case_state(office: Office) -> str:
    async with office.house.app.database.reading() as session:
        return (await session.exec(select(Case))).one().state


async def go_away(office: Office, name: str, deputy: str, until: str = "明天") -> None:
    await office[name].send("/away")
    await office[name].tap(deputy)
    await office[name].send(until)
    await office[name].send("外出培训")


async def latest(office: Office) -> Opinion:
    async with office.house.app.database.reading() as session:
        return (await session.exec(select(Opinion).order_by(col(Opinion.id).desc()).limit(1))).one()


# --- roles and archiving ------------------------------------------------------------------------------------


async def test_the_archivist_archives_and_nobody_elses_confirmation_is_waited_for(office: Office) -> None:
    await office.make("归档登记", {"卷号": "第1卷"}, name="辛")
    assert await case_state(office) == "archived"
    async with office.house.app.database.reading() as session:
        leaves = (await session.exec(select(LedgerLeaf.kind))).all()
    assert "case.archived" in leaves


async def test_a_role_begins_only_what_is_its_own(office: Office) -> None:
    await office.list_forms("辛")
    offered = " ".join(await office["辛"].buttons())
    assert "调查报告" not in offered
    assert "负责此事" in await office.forge("辛", "start:1:report")
    assert "负责此事" in await office.forge("甲", "start:1:loan")
    assert "负责此事" in await office.forge("庚", "start:1:archive")


async def test_of_an_archived_case_only_what_comes_after_is_begun_and_corrected(office: Office) -> None:
    await office.make("调查报告", {"查明": "属实。"})
    await office.make("归档登记", {"卷号": "第1卷"}, name="辛")
    assert "本案已归档" in await office.forge("甲", "start:1:visit")
    async with office.house.app.database.reading() as session:
        report = (await session.exec(select(Record.id).where(col(Record.form) == "report"))).one()
    assert "本案已归档" in await office.forge("甲", f"cor:{report}")
    await office.make("档案借阅单", {"谁借阅": "王某"}, name="辛")
    async with office.house.app.database.reading() as session:
        assert (await session.exec(select(Record.state).where(col(Record.form) == "loan"))).one() == "sealed"


async def test_a_cancelled_draft_does_not_come_back_into_an_archived_case(office: Office) -> None:
    await office.begin("走访记录")
    await office["甲"].tap("取消")
    await office.make("归档登记", {"卷号": "第1卷"}, name="辛")
    assert "本案已归档" in await office["甲"].tap("撤销")


async def test_whoever_fills_in_a_record_sends_files_for_it_and_nobody_else_does(office: Office) -> None:
    await office.begin("归档登记", "辛")
    await office["辛"].upload(photo(), "photo", "a.jpg")
    await office["庚"].upload(photo("red"), "photo", "b.jpg")
    assert "角色" in await office["庚"].last()
    async with office.house.app.database.reading() as session:
        kept = (await session.exec(select(Evidence))).one()
    assert kept.officer_id == office["辛"].id


async def test_officers_still_confirm_their_own_records_together(office: Office) -> None:
    await office.begin("走访记录")
    await fill(office["甲"], {"看到了什么": "无人。"})
    await office["甲"].tap("确认并定稿")
    async with office.house.app.database.reading() as session:
        assert (await session.exec(select(Record.state).where(col(Record.form) == "visit"))).one() == "draft"


# --- reading ------------------------------------------------------------------------------------------------


async def test_readers_see_their_units_cases_and_what_they_are_asked(office: Office) -> None:
    async def sees(name: str) -> bool:
        return "王大山" in await office.forge(name, "case:1")

    assert [name for name in "甲乙丙丁戊己庚辛壬" if await sees(name)] == ["甲", "乙", "丙", "戊", "己", "庚", "辛"]
    await office.set_roles("丙", "officer")  # nobody of the unit is left to decide its step
    await office.decision()
    assert await sees("丁")
    await office["丁"].tap("✔ 同意")
    assert await sees("丁")  # whoever has decided in a case may look it up later
    await office["壬"].send("/cases")
    assert not any("2026" in each for each in await office["壬"].buttons())


async def test_a_secret_case_opens_to_its_officers_and_those_cleared_only(office: Office) -> None:
    await office.make("定密登记", {"密级": "tap:内部"})
    for name in "甲乙己":
        assert "王大山" in await office.forge(name, "case:1")
    for name in "庚辛丙":
        assert "已定密" in await office.forge(name, "case:1")
        assert "已定密" in await office.forge(name, "rec:1")
        assert "已定密" in await office.forge(name, "pap:1")
    await office["庚"].send("/cases")
    (shown,) = [each for each in (await office["庚"].buttons())[-3:] if "2026" in each]
    assert "王大山" not in shown
    await office["己"].send("/cases")
    assert any("王大山" in each for each in (await office["己"].buttons())[-3:])


async def test_in_a_secret_case_only_the_cleared_are_asked(office: Office) -> None:
    await office.make("定密登记", {"密级": "tap:内部"})
    await office.decision()
    assert not any("送请审批" in text for text in await office["丙"].texts())
    assert any("没有其他人可以" in text for text in await office["甲"].texts())


async def test_what_somebody_opens_is_kept_once_in_ten_minutes(office: Office) -> None:
    async def kept(name: str) -> list[str]:
        async with office.house.app.database.reading() as session:
            found = await session.exec(
                select(Access.what).where(col(Access.officer_id) == office[name].id).order_by(col(Access.id))
            )
            return list(found.all())

    await office.forge("庚", "case:1")
    await office.forge("庚", "case:1")
    await office.forge("庚", "rec:1")
    assert await kept("庚") == ["case", "record:1"]
    await office["甲"].send("/clock +1h")
    await office.forge("庚", "case:1")
    assert await kept("庚") == ["case", "record:1", "case"]
    assert await kept("丁") == []


# --- deputies -----------------------------------------------------------------------------------------------


async def test_a_deputy_is_asked_beside_the_absent_and_decides_in_their_stead(office: Office) -> None:
    await go_away(office, "己", "壬科员")
    assert "您代理己局长" in "\n".join(await office["壬"].texts())
    await office.decision()
    await office["丙"].tap("✔ 同意")
    assert any("您代己局长作出决定" in text for text in await office["壬"].texts())
    assert any("送请审批" in text for text in await office["己"].texts())
    await office["壬"].tap("✔ 同意")
    given = await latest(office)
    assert (given.officer_id, given.stands_for_id) == (office["壬"].id, office["己"].id)
    await office["甲"].send("/cases")
    await office["甲"].tap("号")
    assert "己局长（由壬科员代）" in await office["甲"].tap("处罚决定书")
    async with office.house.app.database.reading() as session:
        leaves = (await session.exec(select(LedgerLeaf).where(col(LedgerLeaf.kind) == "record.approved"))).all()
        sealed = select(Paper.sha256).where(col(Paper.stage) == "sealed", col(Paper.format) == "docx")
        paper = (await session.exec(sealed)).one()
    assert leaves[-1].data["stands_for"] == office["己"].id
    assert "己局长（由壬科员代）" in docx_text(office.house.app.vault.read(paper))


async def test_what_waits_when_somebody_leaves_goes_to_the_deputy_at_once(office: Office) -> None:
    await office.decision()
    await office["丙"].tap("✔ 同意")
    await go_away(office, "己", "壬科员")
    assert any("您代己局长作出决定" in text for text in await office["壬"].texts())
    await office["己"].send("/away")
    await office["己"].tap("我已返岗")
    opinion = await latest(office)
    await office["壬"].tap("✔ 同意")
    assert (await latest(office)).result == "pending"
    assert "己局长已返岗" in "\n".join(await office["壬"].texts())
    await office["己"].tap("✔ 同意")
    assert (await latest(office)).id == opinion.id
    assert (await latest(office)).stands_for_id is None


async def test_a_deputy_never_decides_on_their_own_record(office: Office) -> None:
    await go_away(office, "己", "乙承办")
    await office.decision()
    await office["丙"].tap("✔ 同意")
    assert not any("您代己局长" in text for text in await office["乙"].texts())
    assert "本人承办" in await office.forge("乙", f"ap:{(await latest(office)).id}")


async def test_a_deputy_who_decided_an_earlier_step_is_not_asked(office: Office) -> None:
    await go_away(office, "己", "丙审核")
    await office.decision()
    await office["丙"].tap("✔ 同意")
    assert not any("您代己局长作出决定" in text for text in await office["丙"].texts())


async def test_it_ends_by_itself_when_its_last_day_is_over(office: Office) -> None:
    await go_away(office, "己", "壬科员", until="今天")
    await office["甲"].send("/clock +30h")
    await office.decision()
    await office["丙"].tap("✔ 同意")
    assert not any("您代己局长作出决定" in text for text in await office["壬"].texts())
    await office["己"].send("/away")
    assert "离岗期间由谁" in await office["己"].last()


async def test_reminders_go_to_the_deputy_too(office: Office) -> None:
    await go_away(office, "己", "壬科员", until="后天")
    await office["甲"].send("/clock +11h")
    for name in "甲己壬":
        assert any("逾期：作出处罚决定" in text for text in await office[name].texts()), name
    assert "王大山" in await office["壬"].tap("打开")  # reads what the absent person reads


async def test_a_deputy_needs_a_day_to_come_and_a_colleague_who_is_there(office: Office) -> None:
    await office["己"].send("/away")
    await office["己"].tap("壬科员")
    assert "已经过去" in await office["己"].send("昨天")
    assert "读不出" in await office["己"].send("不知道") or "日期" in await office["己"].last()
    await office["己"].tap("算了")
    await go_away(office, "壬", "丁审核")
    assert "不能代理您" in await office.forge("己", f"awd:{office['壬'].id}")
    async with office.house.app.database.reading() as session:
        assert len((await session.exec(select(Delegation))).all()) == 1
