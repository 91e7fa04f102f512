"""A case of 西岗区财政局 on the phones of its people: real server, real workers, real speech recognition, real browser.

The chapters are one story on one database and go in order. Set ZHILU_SCREENSHOTS to a folder to look at the pages.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Town
from tests.browser.phone import Phone
from tests.stories.xigang import INTERVIEW, OPENING

pytestmark = [pytest.mark.browser, pytest.mark.whisper, pytest.mark.slow]

OFFICER, SECOND, REVIEWER, HEAD, SUPERVISOR = "林晓舟", "宋一鸣", "江亦云", "郭建平", "沈若兰"
PARTY = "大连海晏商贸有限公司"


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
def reviewer(town: Town) -> Phone:
    return town.phone(REVIEWER)


@pytest.fixture
def supervisor(town: Town) -> Phone:
    return town.phone(SUPERVISOR)


def picture(folder: Path, name: str, colour: str) -> Path:
    path = folder / name
    Image.effect_noise((1200, 900), 40).convert("RGB").save(path, "JPEG")
    Image.blend(Image.open(path), Image.new("RGB", (1200, 900), colour), 0.7).save(path, "JPEG")
    return path


def test_a_sign_in_link_asks_first_and_works_once(town: Town) -> None:
    link = town.server.links[OFFICER]
    phone = Phone.of(town.browser, OFFICER, town.shots)
    phone.page.goto(link)
    expect(phone.page.get_by_role("heading", name=f"以“{OFFICER}”登录")).to_be_visible()
    expect(phone.page.get_by_role("button")).to_have_count(1)
    phone.shoot("01-sign-in")
    phone.page.reload()  # as a link preview would: looking uses nothing up
    phone.page.get_by_role("button", name="登录").tap()
    phone.ready()
    phone.sees(f"{OFFICER}，您好")
    phone.shoot("02-menu")
    town.phones[OFFICER] = phone

    stranger = Phone.of(town.browser, "", town.shots)
    stranger.page.goto(link)
    expect(stranger.page.get_by_text("登录链接已被使用")).to_be_visible()
    expect(stranger.page.get_by_role("button")).to_have_count(0)
    stranger.shoot("03-link-used")
    stranger.page.context.close()


def test_an_urgent_case_says_at_once_what_is_owed(officer: Phone) -> None:
    officer.tap("新建案件")
    officer.fill(OPENING, until="统一社会信用代码")
    officer.say("91210203MA0AAAAA1X")
    officer.sees("校验码不符")
    officer.shoot("04-wrong-code")
    officer.say("91210203MA0AAAAA1K")
    officer.asked("法定代表人")
    officer.fill(OPENING)
    officer.sees(PARTY)
    officer.sees("内容齐全")
    officer.shoot("05-review-of-opening")
    officer.tap("确认并定稿")
    owed = officer.sees("补报立案审批表")
    expect(owed).to_contain_text("第八条")
    expect(officer.sees("自 ")).to_contain_text("24 小时")
    officer.sees("当事人：" + PARTY)
    officer.shoot("06-what-is-owed")


def test_english_and_back(officer: Phone) -> None:
    page = officer.page
    page.get_by_role("button", name="更多").tap()
    page.get_by_role("dialog").get_by_role("button", name="English").tap()
    page.get_by_role("button", name="Commands").tap()
    officer.shoot("07-english-commands")
    page.get_by_role("dialog").get_by_role("button", name="my cases").tap()
    officer.sees("Cases").get_by_role("button", name=PARTY).tap()
    officer.sees(f"Party: {PARTY}")
    officer.shoot("08-english-case")
    page.get_by_role("button", name="More").tap()
    page.get_by_role("dialog").get_by_role("button", name="中文").tap()
    expect(page.get_by_role("button", name="添加附件")).to_be_visible()


def test_an_interview_is_led_question_by_question(officer: Phone) -> None:
    officer.begin("询问笔录")
    officer.fill(INTERVIEW, until="身份证号码")
    officer.say("210203199003074517")
    expect(officer.sees("校验码不符")).to_contain_text("示例")
    officer.shoot("09-wrong-id")
    officer.say("210203199003074516")

    officer.asked("工作单位和职务")
    officer.tap("暂停")
    officer.sees("已暂停")
    officer.command("继续上次未完成的文书")
    officer.asked("工作单位和职务")
    officer.tap("取消", exact=True)
    officer.sees("已取消")
    officer.shoot("10-cancelled")
    officer.tap("撤销")
    officer.asked("工作单位和职务")
    officer.tap("跳过")
    officer.asked("联系电话")
    officer.tap("上一题")
    officer.asked("工作单位和职务")


def test_a_spoken_answer_is_read_back_and_corrected(officer: Phone) -> None:
    officer.record(seconds=4)
    officer.sees("已收到录音录像")
    heard = officer.sees("听到：")
    expect(heard).to_contain_text("是否正确？点按之前不保存。")
    officer.shoot("11-heard")
    heard.get_by_role("button", name="改正").tap()
    officer.sees("请发送正确的文字")
    officer.say(f"{PARTY}经理")
    expect(officer.sees("最初听到：")).to_contain_text(f"听到：{PARTY}经理")
    officer.shoot("12-heard-and-corrected")
    officer.tap("✓ 采用")
    officer.asked("联系电话")
    officer.sees(f"{PARTY}经理 · 已保存")


def test_a_photo_comes_back_with_its_watermark(town: Town, officer: Phone) -> None:
    officer.attach("从相册选择", picture(town.server.folder, "现场.jpg", "steelblue"))
    expect(officer.sees("已收到照片")).to_contain_text("SHA-256")
    view = officer.sees("水印图")
    expect(view.get_by_role("img", name="照片")).to_be_visible()
    officer.shoot("13-photo")
    view.get_by_role("img", name="照片").tap()
    officer.shoot("14-watermark")
    officer.page.get_by_role("dialog").get_by_role("button", name="关闭").tap()


def test_the_conversation_outlives_the_server(town: Town, officer: Phone) -> None:
    town.server.kill()
    lost = officer.page.get_by_role("status").filter(has_text="网络已断开")
    expect(lost).to_be_visible()
    officer.write("13987654321")
    expect(officer.log.get_by_role("listitem").last).to_contain_text("等待网络")
    officer.shoot("15-no-server")
    town.server.start()
    expect(lost).to_be_hidden()
    officer.asked("住址")
    expect(officer.log.get_by_text("13987654321", exact=True)).to_have_count(2)  # as typed, and as the settled answer
    officer.tap("上一题")
    officer.asked("联系电话")
    expect(officer.newest).to_contain_text("现有答案：13987654321")
    officer.say("13912345678")
    officer.asked("住址")


def test_an_interview_recorded_whole_becomes_the_dialogue(town: Town, officer: Phone) -> None:
    officer.fill(INTERVIEW, until="告知被询问人哪些权利")
    officer.tap("依据")
    officer.sees("第十条第（九）项")
    officer.shoot("16-why")
    officer.tap("答案", exact=True)
    officer.sees("请选择要修改的答案")
    officer.shoot("17-all-answers")
    officer.tap("核对")
    expect(officer.sees("询问内容：未回答")).to_contain_text("第十条第（二）项")
    officer.shoot("18-what-is-missing")
    officer.tap("补答缺项")
    officer.asked("告知被询问人哪些权利")
    officer.fill(INTERVIEW, until="逐句记录")
    officer.say("问：公司的账簿在哪里？\n答：会计拿走了，我不清楚。")
    officer.asked("现有答案")
    officer.shoot("19-dialogue")

    officer.attach("录音文件", town.interview)
    shares = officer.shares_until("的转写稿")
    assert len(shares) > 2, "the progress card never moved"
    draft = officer.sees("的转写稿")
    expect(draft).to_contain_text(re.compile(r"1\. [问答?] A 0:0"))
    officer.shoot("20-draft")
    # These two read sentences, so by form neither asks: each voice is told in a tap or two.
    officer.tap("声音A：?")
    expect(draft).to_contain_text("1. 问 A 0:0")
    officer.tap("声音B：?")
    officer.tap("声音B：问")
    expect(draft).to_contain_text("2. 答 B 0:0")
    officer.tap("从第 1 行听起")
    assert officer.plays("摘录") > 1
    officer.shoot("20b-extract")
    officer.tap("下一行")
    assert officer.plays("2. ") > 1
    draft.get_by_role("button", name="3", exact=True).tap()
    officer.sees("第 3 行")
    officer.shoot("21-line")
    officer.tap("改正文字")
    officer.sees("请发送正确的文字")
    officer.say("账簿是今年三月交给会计的。")
    expect(officer.newest).to_contain_text("机器原稿：")
    expect(officer.tap_for("返回转写稿", "的转写稿")).to_contain_text("账簿是今年三月交给会计的。")
    officer.shoot("22-draft-corrected")
    officer.tap("采用这份转写稿")
    officer.sees("您是否已听取录音录像")
    officer.shoot("22b-listened")
    officer.tap("我已听录音核对，采用")
    officer.sees("转写文字已作为答案采用")
    officer.asked("账簿是今年三月交给会计的。")
    officer.shoot("23-draft-used")
    officer.tap("就这些")


def test_both_officers_confirm_and_the_papers_come(officer: Phone, second: Phone) -> None:
    officer.fill(INTERVIEW)
    officer.sees("内容齐全")
    officer.shoot("24-review")
    officer.tap("确认并定稿")
    officer.sees("已请另一名执法人员确认")
    expect(second.sees(f"{OFFICER}已确认本文书")).to_contain_text("询问笔录")
    second.sees("内容齐全")
    second.shoot("24b-second-officer")
    second.tap("确认并定稿")
    assert officer.paper("询问笔录", "pdf").startswith(b"%PDF")
    assert officer.paper("询问笔录", "docx").startswith(b"PK")
    officer.shoot("25-papers")


def test_signed_on_the_screen_and_on_paper_then_sealed(town: Town, officer: Phone) -> None:
    expect(officer.sees("状态：已定稿")).to_contain_text("☐ 被询问人")
    officer.shoot("26-to-be-signed")
    officer.draw("被询问人", picture="27-signing")
    expect(officer.sees("☑ 被询问人 周海平")).to_contain_text("屏幕手写签名")
    officer.draw("询问人")
    officer.sees(f"☑ 询问人 {OFFICER}")
    officer.tap("拍摄已签名的纸质文书")
    officer.sees("请发送已签名纸质文书的照片")
    officer.attach("从相册选择", picture(town.server.folder, "已签名.jpg", "oldlace"))
    expect(officer.sees(f"☑ 询问人（记录人） {SECOND}")).to_contain_text("纸质签名")
    officer.shoot("28-signed")
    officer.tap("封存文书")
    officer.sees("已封存，内容不能再改动")
    officer.tap("打开文书")
    card = officer.sees("状态：已封存")
    expect(card.get_by_role("button", name="更正（制作新版本）")).to_be_visible()
    officer.shoot("29-sealed")
    officer.tap("与机器原稿对照")
    compared = officer.sees("机器原稿与封存文本对照")
    expect(compared.locator("u").filter(has_text="账簿是今年三月交给会计的")).to_be_visible()
    expect(compared.locator("s").first).to_be_visible()
    officer.shoot("29b-compared")


def test_the_supervisor_learns_of_what_is_late(officer: Phone, supervisor: Phone) -> None:
    officer.say("/clock +19h")
    officer.sees("期限提醒：补报立案审批表")
    officer.shoot("30-reminder")
    officer.say("/clock +6h")
    alert = supervisor.sees("逾期：补报立案审批表")
    for part in ("西财案〔20", "1号", OFFICER, "第八条", "已逾期"):
        expect(alert).to_contain_text(part)
    supervisor.shoot("31-alert")
    alert.get_by_role("button", name="西财案").first.tap()  # both things owed by then are of this case
    supervisor.sees(f"当事人：{PARTY}")
    supervisor.shoot("32-case-of-the-alert")


def test_the_start_record_is_returned_corrected_and_approved(officer: Phone, reviewer: Phone, head: Phone) -> None:
    officer.begin("立案审批表")
    officer.fill({"承办人的意见": "建议立案调查。", "重大行政执法": "否", "引起争议": "否"})
    officer.tap("确认并定稿")
    officer.sees("期限办结")
    officer.draw("承办人")
    officer.sees(f"☑ 承办人 {OFFICER}")
    reviewer.sees(f"{OFFICER}送请审批")
    reviewer.tap("✔ 同意", exact=True)
    head.sees(f"{OFFICER}送请审批")
    head.shoot("33-to-be-approved")
    head.tap("退回并说明理由")
    head.sees("请写明退回理由")
    head.say("请补充案情。")
    officer.sees("请补充案情。")
    officer.shoot("34-returned")
    officer.tap("现在修改")
    officer.reviewed()
    officer.tap("修改答案")
    officer.sees("请选择要修改的答案")
    officer.tap("基本案情")
    officer.asked("基本案情")
    officer.say("日常检查发现该公司2025年账簿全部缺失。")
    officer.reviewed()
    officer.tap("确认并定稿")
    officer.sees("☐ 承办人")  # the card of the new round, not the one already signed
    officer.draw("承办人")
    officer.sees(f"☑ 承办人 {OFFICER}")
    reviewer.sees("2025年账簿全部缺失")
    reviewer.tap("✔ 同意", exact=True)
    head.sees("2025年账簿全部缺失")
    head.tap("✔ 同意", exact=True)
    officer.sees(f"{HEAD}已同意")
    officer.sees("已封存，内容不能再改动")  # at once: the approval was the last thing owed
    officer.tap("打开文书")
    officer.sees(f"☑ 局负责人意见 · {HEAD} · 同意")
    officer.shoot("35-approved-and-sealed")
    assert officer.paper("立案审批表 西财立", "pdf", copies=3).startswith(b"%PDF")  # as frozen twice, and as sealed
