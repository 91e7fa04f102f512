"""The whole ladder of one overdue deadline on the phones of its people, by the demonstration's clock.

The chapters are one story on one database and go in order. Set ZHILU_SCREENSHOTS to a folder to look at the pages.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import icalendar
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Town
from tests.browser.phone import Phone
from tests.stories.xigang import OPENING
from tests.support.need import need

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OFFICER, SECOND, HEAD, SUPERVISOR = "林晓舟", "宋一鸣", "郭建平", "沈若兰"
OWED = "补报立案审批表"
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def officer(town: Town) -> Phone:
    return town.phone(OFFICER)


@pytest.fixture
def second(town: Town) -> Phone:
    return town.phone(SECOND)


@pytest.fixture
def head(town: Town) -> Phone:
    return town.phone(HEAD)


@pytest.fixture
def supervisor(town: Town) -> Phone:
    return town.phone(SUPERVISOR)


def pass_time(phone: Phone, by: timedelta) -> datetime:
    """Move the demonstration's clock forward; what it shows then."""
    phone.say(f"/clock +{round(by.total_seconds() / 60)}m")
    shown = re.search(r"(\d+)年(\d+)月(\d+)日\D*(\d+):(\d+)", phone.sees("演示时钟现在是").inner_text())
    assert shown is not None
    year, month, day, hour, minute = map(int, shown.groups())
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def told(phone: Phone, text: str) -> int:
    return phone.log.locator("li.from-bot").filter(has_text=text).count()


def test_what_is_owed_is_said_with_its_reckoning(officer: Phone, second: Phone, head: Phone, supervisor: Phone) -> None:
    for phone in (second, head, supervisor):
        phone.sees("您好")
    officer.tap("新建案件")
    officer.fill(OPENING)
    officer.tap("确认并定稿")
    officer.sees(OWED)
    officer.command("待办事项与期限")
    card = officer.sees("期限（1）")
    expect(card).to_contain_text("立案审批表")
    officer.shoot("ladder-01-deadlines")
    officer.tap("期限详情")
    card = officer.sees("算法：")
    for part in ("第八条", "24 小时", "还剩"):
        expect(card).to_contain_text(part)
    officer.shoot("ladder-02-term")


def test_before_the_end_both_officers_are_told_and_one_says_i_know(officer: Phone, second: Phone) -> None:
    pass_time(officer, timedelta(hours=18, minutes=10))
    for phone in (officer, second):
        expect(phone.sees(f"期限提醒：{OWED}")).to_contain_text("还剩")
    officer.shoot("ladder-03-six-hours-left")
    officer.tap("知道了，暂不重复提醒")
    officer.sees("知道了")
    officer.shoot("ladder-04-known")
    pass_time(officer, timedelta(hours=4))  # the next step comes all the same
    expect(officer.log.get_by_text(f"期限提醒：{OWED}")).to_have_count(2)


def test_at_the_end_the_supervisor_is_told_who_urges(officer: Phone, supervisor: Phone) -> None:
    pass_time(officer, timedelta(hours=2))
    alert = supervisor.sees(f"逾期：{OWED}")
    for part in ("西财案〔20", OFFICER, "第八条", "已逾期"):
        expect(alert).to_contain_text(part)
    supervisor.shoot("ladder-05-overdue")
    supervisor.command("逾期事项")
    supervisor.sees("逾期事项（1）")
    supervisor.shoot("ladder-06-list")
    supervisor.tap("部门 ▾")
    supervisor.sees("按部门筛选逾期事项")
    supervisor.shoot("ladder-07-filter")
    supervisor.newest.get_by_role("button", name="（1）").first.tap()
    supervisor.sees("筛选：部门")
    supervisor.tap("1. 西财案")
    card = supervisor.sees("合规检查：")
    expect(card).to_contain_text(OFFICER)
    supervisor.shoot("ladder-08-card")
    supervisor.tap("催办并留言")
    supervisor.say("请今天下班前补报。")
    expect(supervisor.sees("已催办")).to_contain_text(SECOND)
    expect(officer.sees("催办：" + OWED)).to_contain_text("请今天下班前补报。")
    officer.shoot("ladder-09-urged")


def test_what_stays_undone_comes_higher_and_every_day(officer: Phone, head: Phone, supervisor: Phone) -> None:
    assert not told(head, OWED)
    pass_time(officer, timedelta(hours=24))
    expect(head.sees(f"逾期：{OWED}")).to_contain_text("已逾期 24 小时")
    head.shoot("ladder-10-the-head")
    for days, hours in ((3, 48), (4, 24)):
        pass_time(officer, timedelta(hours=hours))
        for phone in (officer, head, supervisor):
            phone.sees(re.compile(rf"逾期：{OWED}.*已逾期 {days} 天", re.DOTALL))
    officer.shoot("ladder-11-every-day")


def test_the_morning_says_what_is_overdue(officer: Phone, supervisor: Phone) -> None:
    now = pass_time(officer, timedelta(minutes=1))
    nine = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), SHANGHAI) + timedelta(hours=9)
    pass_time(officer, nine - now)
    for _ in range(10):  # until the first working day
        if told(supervisor, "早上好"):
            break
        supervisor.page.wait_for_timeout(5000)
        if not told(supervisor, "早上好"):
            pass_time(officer, timedelta(days=1))
    digest = supervisor.sees("早上好")
    expect(digest).to_contain_text("逾期事项（1）")
    digest.scroll_into_view_if_needed()
    supervisor.shoot("ladder-12-digest")
    officer.sees("提要")
    officer.shoot("ladder-13-officers-summary")


def test_the_board_shows_the_case_first(town: Town, supervisor: Phone) -> None:
    supervisor.say("/start")
    with supervisor.page.context.expect_page() as opened:
        supervisor.tap("监督看板")
    page = opened.value
    expect(page.get_by_role("main")).to_contain_text("西财案")
    expect(page.get_by_role("main")).to_contain_text("已逾期")
    page.screenshot(path=town.shots / "ladder-14-board.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.screenshot(path=town.shots / "ladder-15-board-wide.png")
    page.close()


def test_the_report_comes_as_card_chart_workbook_and_paper(town: Town, officer: Phone, supervisor: Phone) -> None:
    need(shutil.which("soffice") is not None, "LibreOffice is not installed")
    today = pass_time(officer, timedelta(minutes=1))
    supervisor.command("周报、月报")
    supervisor.tap("本月")
    title = f"月报 {today.year}年{today.month}月"  # last month's has come by itself where a month has turned
    supervisor.sees(re.compile(rf"{today.year}年{today.month}月统计报表"))
    files = {kind: made_file(supervisor, title, kind) for kind in ("xlsx", "pdf")}
    supervisor.shoot("ladder-16-report")
    chart = supervisor.log.get_by_role("img").last
    expect(chart).to_be_visible()
    files["png"] = fetched(supervisor, str(chart.get_attribute("src")))
    for kind, data in files.items():
        (town.shots / f"report.{kind}").write_bytes(data)
    assert Image.open(io.BytesIO(files["png"])).width >= 1000
    assert files["pdf"].startswith(b"%PDF")
    assert "紧急启动补报" in as_csv(town.shots / "report.xlsx")


def made_file(phone: Phone, title: str, kind: str) -> bytes:
    links = phone.log.get_by_role("link", name=re.compile(rf"下载.*{title}.*\.{kind}"))
    expect(links).to_have_count(1)
    return fetched(phone, str(links.last.get_attribute("href")))


def fetched(phone: Phone, address: str) -> bytes:
    return phone.page.request.get(urljoin(phone.page.url, address)).body()


def as_csv(workbook: Path) -> str:
    """All sheets of a workbook as LibreOffice reads them."""
    options = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    folder = workbook.parent / "sheets"
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", options]
    subprocess.run([*command, "--outdir", folder, workbook], check=True, timeout=120, capture_output=True)
    return "\n".join(each.read_text("utf-8") for each in folder.glob("*.csv"))


def test_the_phones_own_calendar_shows_the_deadline(officer: Phone) -> None:
    officer.command("在手机日历里看期限")
    card = officer.sees("在手机自带的日历里看办案期限")
    officer.shoot("ladder-17-calendar")
    feed = officer.page.request.get(card.locator("code").inner_text())
    assert feed.headers["content-type"].startswith("text/calendar")
    calendar = icalendar.Calendar.from_ical(feed.body())
    (event,) = (each for each in calendar.walk("VEVENT") if OWED in str(each["summary"]))
    assert isinstance(event.decoded("dtstart"), datetime | date)


def test_what_is_done_ends_the_ladder(officer: Phone, supervisor: Phone) -> None:
    officer.command("待办事项与期限")
    officer.sees("期限（1）")
    officer.newest.get_by_role("button", name="去办：立案审批表").tap()
    officer.fill({"承办人的意见": "建议立案调查。", "重大行政执法": "否", "引起争议": "否"})
    officer.tap("确认并定稿")
    officer.sees("期限办结")
    officer.shoot("ladder-18-done")
    reminded = told(supervisor, f"逾期：{OWED}")
    pass_time(officer, timedelta(days=2))
    supervisor.command("逾期事项")
    supervisor.sees(re.compile("没有逾期|逾期事项"))
    assert told(supervisor, f"逾期：{OWED}") == reminded
    supervisor.shoot("ladder-19-nothing-overdue")
