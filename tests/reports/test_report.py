"""A report says what the month was, in every form, and goes to whom it is meant for."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image
from sqlmodel import col, select

from bot.i18n import translator
from bot.reports import chart
from bot.reports.files import render
from bot.reports.gathering import Report, gather, report_from_json
from bot.use_cases.reports import order_due_reports
from bot.views.reports import bare_card, report_card
from models.tables import Agency, AgencySetting, DigestSent, Job, Record
from tests.papers.reading import pdf_text, squeezed
from tests.reports.month import MADE, Month, at, give_away, month
from tests.support.need import need

ZH = translator("zh_Hans_CN")


@pytest.fixture
async def november(tmp_path: Path) -> AsyncIterator[Month]:
    made = await month(tmp_path)
    yield made
    await made.database.close()


async def _report(made: Month, text: str = "2026-11") -> Report:
    async with made.database.reading() as session:
        return await gather(made.work(session), await session.get_one(Agency, 1), text)


async def _card(made: Month, report: Report) -> str:
    async with made.database.reading() as session:
        return report_card(ZH, made.work(session).shelf, report, ()).text


async def _files(made: Month, report: Report) -> dict[str, bytes]:
    async with made.database.reading() as session:
        return dict(render(report, made.work(session).shelf))


async def test_every_figure_of_the_month_is_right(november: Month) -> None:
    found = (await _report(november)).now
    whole = found.whole
    assert (whole.cases_opened, whole.cases_archived, whole.records_sealed) == (2, 1, 4)
    assert (whole.records_returned, whole.departures) == (2, 2)
    assert (whole.terms_in_time, whole.terms_late, whole.terms_overdue, whole.terms_left) == (5, 2, 2, 1)
    assert whole.handed_over == {"in_time": 3, "late": 1, "overdue": 1}
    assert whole.faults == {"lost": 1, "leaked": 1}
    states = {name: (each.terms_in_time, each.terms_late, each.terms_overdue) for name, each in found.units.items()}
    assert states == {"财政监督科": (3, 2, 2), "会计管理科": (2, 0, 0)}
    states = {name: (each.terms_in_time, each.terms_late, each.terms_overdue) for name, each in found.officers.items()}
    assert states == {"李明": (3, 1, 1), "王芳": (0, 1, 1), "赵强": (2, 0, 0)}


async def test_a_report_of_a_past_month_says_the_same_whenever_it_is_made(november: Month) -> None:
    """What was met in December is not yet met at November's end; October is compared as it stood at its own."""
    before = (await _report(november)).before
    assert (before.whole.terms_in_time, before.whole.terms_late, before.whole.terms_overdue) == (1, 1, 2)
    assert (before.whole.cases_opened, before.whole.departures, before.whole.records_returned) == (1, 1, 1)
    assert before.whole.faults == {"not_made": 1}
    october = await _report(november, "2026-10")
    assert october.now == before
    async with november.database.reading() as session:
        later = await gather(
            november.work(session, MADE + timedelta(days=90)), await session.get_one(Agency, 1), "2026-11"
        )
    assert later == await _report(november)


async def test_a_case_counts_for_whoever_held_it_then(november: Month) -> None:
    await give_away(november, "11-06 12:00")
    found = (await _report(november)).now.officers
    # Two handovers in time and the one that fell due on the 6th at 10:00 were 李明's; what came after is 赵强's.
    assert (found["李明"].terms_in_time, found["李明"].terms_late, found["李明"].terms_overdue) == (2, 1, 0)
    assert (found["赵强"].terms_in_time, found["赵强"].terms_late, found["赵强"].terms_overdue) == (3, 0, 1)
    assert found["李明"].cases_opened == 1 and found["赵强"].cases_opened == 1


async def test_the_card_names_the_figures_beside_those_before(november: Month) -> None:
    card = await _card(november, await _report(november))
    for line in (
        "按时率 55.6% （25.0%，+30.6 个百分点）",
        "按时 5 (1) · 逾期完成 2 (1) · 逾期未完成 2 (2)",
        "以前逾期、仍未完成 1 (0)",
        "逾期（按条文）：第十八条 2 (2)；第十六条 2 (1)",
        "按时率 60.0% （50.0%，+10.0 个百分点） · 按时 3 (1) · 逾期完成 1 (1) · 逾期未完成 1 (0)",
        "监督检查发现的问题（第二十条）：2 (1)",
        "· 违反规定泄露记录信息 1 (0)",
        "偏离规定步骤 2 (1) · 退回文书 2 (1)",
        "· 财政监督科 42.9% 3/7 （0.0%，+42.9 个百分点）",
        "· 李明 60.0% 3/5 (—)",
    ):
        assert line in card
    assert "李明" not in bare_card(ZH, await _report(november)).text


async def test_the_workbook_holds_numbers_under_a_frozen_header(november: Month) -> None:
    book = load_workbook(BytesIO((await _files(november, await _report(november)))["xlsx"]))
    assert book.sheetnames == ["汇总", "部门", "人员", "期限按条", "音像移交", "问题"]
    rows = {name: [list(row) for row in book[name].iter_rows(values_only=True)] for name in book.sheetnames}
    assert all(book[name].freeze_panes == "B2" for name in book.sheetnames)
    assert all(book[name].column_dimensions["A"].width >= 9 for name in book.sheetnames)
    summary = {row[0]: row[1:] for row in rows["汇总"][1:14]}
    assert summary == {
        "新立案件": [2, 1, 1], "归档案件": [1, 0, 1], "封存文书": [4, 2, 2], "审核、审批退回": [2, 1, 1],
        "偏离规定步骤（已说明理由）": [2, 1, 1], "期限：按时完成": [5, 1, 4], "期限：逾期完成": [2, 1, 1],
        "期限：逾期未完成": [2, 2, 0], "期限：以前逾期、期末仍未完成": [1, 0, 1], "音像记录：按时移交": [3, 1, 2],
        "音像记录：逾期移交": [1, 1, 0], "音像记录：逾期未移交": [1, 0, 1], "监督检查发现的问题": [2, 1, 1],
    }  # fmt: skip
    assert rows["汇总"][14][1:] == [pytest.approx(5 / 9), 0.25, pytest.approx(5 / 9 - 0.25)]
    assert book["汇总"]["B15"].number_format == "0.0%"
    assert [row[:5] for row in rows["部门"][1:]] == [["财政监督科", 3, 2, 2, 1], ["会计管理科", 2, 0, 0, 0]]
    assert [row[:5] for row in rows["人员"][1:]] == [["李明", 3, 1, 1, 0], ["王芳", 0, 1, 1, 1], ["赵强", 2, 0, 0, 0]]
    assert [row[9:] for row in rows["人员"][1:]] == [[1, 0, 2, 0, 2, 1], [0, 0, 1, 0, 0, 1], [1, 1, 1, 2, 0, 0]]
    assert [[*row[:5], *row[6:]] for row in rows["期限按条"][1:]] == [
        ["第十八条", "归档", 1, 1, 1, 2, 2, 0],
        ["第十六条", "音像记录移交", 2, 1, 1, 2, 1, 1],
        ["第十六条", "返回后移交音像记录", 1, 0, 0, 0, 0, 0],
        ["第八条", "紧急启动补报", 1, 0, 0, 0, 0, 0],
    ]
    assert [row[:4] for row in rows["音像移交"][1:]] == [
        ["全机关", 3, 1, 1], ["财政监督科", 3, 1, 1], ["会计管理科", 0, 0, 0],
    ]  # fmt: skip
    assert [row[2:] for row in rows["问题"][1:]] == [[0, 1, -1], [1, 0, 1], [0, 0, 0], [1, 0, 1], [0, 0, 0]]


async def test_the_workbook_opens_in_libreoffice(november: Month, tmp_path: Path) -> None:
    calc = shutil.which("soffice") and any(Path("/usr/lib").glob("libreoffice/program/libsclo.so"))
    need(calc, "LibreOffice Calc is not installed")
    file = tmp_path / "report.xlsx"
    file.write_bytes((await _files(november, await _report(november)))["xlsx"])
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", every_sheet]
    subprocess.run([*command, "--outdir", str(tmp_path), str(file)], check=True, capture_output=True, timeout=120)
    with (tmp_path / "report-部门.csv").open(encoding="utf-8") as read:
        rows = list(csv.reader(read))
    assert rows[1][:5] == ["财政监督科", "3", "2", "2", "1"]


async def test_the_paper_prints_the_same_figures(november: Month) -> None:
    text = pdf_text((await _files(november, await _report(november)))["pdf"])
    lines = {squeezed(line) for line in text.splitlines()}
    for line in (
        "期限：按时完成51+4", "期限：逾期未完成220", "期限按时率55.6%25.0%+30.6", "音像记录按时移交率60.0%50.0%+10.0",
        "财政监督科32242.9%0.0%022", "会计管理科200100.0%50.0%200", "李明31160.0%—021", "第十八条归档11133.3%20",
        "第十六条音像记录移交21150.0%1+1", "全机关31160.0%50.0%+10.0", "第二十条不制作或不按要求制作记录01-1",
    ):  # fmt: skip
        assert line in lines, text
    assert "2026年11月（2026年11月1日至2026年11月30日）" in squeezed(text)


async def test_the_chart_is_a_picture_in_a_chinese_face(november: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a missing glyph is only warned of
        data = (await _files(november, await _report(november)))["chart"]
    with Image.open(BytesIO(data)) as picture:
        assert picture.format == "PNG" and picture.width == 1760
    monkeypatch.setattr(chart, "choose_fonts", lambda known: type("None_", (), {"heading": ("Absent",)}))
    chart.font_families.cache_clear()
    try:
        assert chart.font_families()[0] == "Noto Sans CJK SC"  # the packaged one, where the system has none
    finally:
        chart.font_families.cache_clear()


async def test_an_agency_may_hide_the_figures_of_each_officer(november: Month) -> None:
    async with november.database.transaction() as session:
        session.add(
            AgencySetting(
                agency_id=1, setting="figures_per_officer", value=False, set_by="高局", set_at=at("11-01 09:00")
            )
        )
    report = await _report(november)
    assert report.now.officers == {} and report.now.whole.terms_in_time == 5
    assert "李明" not in await _card(november, report)
    files = await _files(november, report)
    assert "李明" not in pdf_text(files["pdf"])
    sheet = load_workbook(BytesIO(files["xlsx"]))["人员"]
    assert sheet["A2"].value == "本机关设定统计报表不列出每名执法人员。"


async def test_names_that_look_like_formulas_stay_names(november: Month) -> None:
    async with november.database.transaction() as session:
        from models.tables import Officer

        officer = await session.get_one(Officer, 1)
        officer.name = "=1+1"
        session.add(officer)
    book = load_workbook(BytesIO((await _files(november, await _report(november)))["xlsx"]))
    assert book["人员"]["A2"].value == "=1+1" and book["人员"]["A2"].data_type == "s"


async def test_a_report_survives_being_stored(november: Month) -> None:
    report = await _report(november)
    assert report_from_json(json.loads(json.dumps(report.to_json()))) == report


async def test_week_and_month_come_once_to_supervisor_and_head_on_their_morning(november: Month) -> None:
    """The first of December 2026 is a Tuesday: the week's report is a day late for a server that was down.

    Nothing comes before the morning, after hours or on a Sunday.
    """

    async def order(moment: str) -> int:
        async with november.database.transaction() as session:
            return await order_due_reports(november.work(session, at(moment)))

    for moment, ordered in (
        ("11-30 20:00", 0), ("12-01 07:59", 0), ("12-01 08:00", 2), ("12-01 08:01", 0),
        ("12-06 10:00", 0), ("12-07 08:00", 1),
    ):  # fmt: skip
        assert await order(moment) == ordered, moment
    async with november.database.reading() as session:
        sent = (await session.exec(select(DigestSent).order_by(col(DigestSent.id)))).all()
        jobs = (await session.exec(select(Job).order_by(col(Job.id)))).all()
    assert [(each.kind, each.period, each.officer_id) for each in sent] == [
        ("week", "2026-W48", 4), ("week", "2026-W48", 5), ("month", "2026-11", 4), ("month", "2026-11", 5),
        ("week", "2026-W49", 4), ("week", "2026-W49", 5),
    ]  # fmt: skip
    assert [(each.arguments["period"], each.arguments["to"]) for each in jobs] == [
        ("2026-W48", [4, 5]), ("2026-11", [4, 5]), ("2026-W49", [4, 5]),
    ]  # fmt: skip


async def test_a_draft_order_is_no_fault_found(november: Month) -> None:
    async with november.database.transaction() as session:
        session.add(
            Record(
                agency_id=1, case_id=1, pack="xigang-finance@0", form="oversight_order", state="draft", maker_id=4,
                created_at=at("11-02 09:00"), content={"answers": [{"question": "fault", "value": "altered"}]},
            )
        )  # fmt: skip
    assert "altered" not in (await _report(november)).now.whole.faults
