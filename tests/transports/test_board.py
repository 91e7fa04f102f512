"""The supervisor's board as a browser without scripts gets it: who sees which cases, in what order, and as a file."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlmodel import col, select

from bot.shelf import reference_of
from models.tables import Agency, Case, Delegation, Officer, Unit
from tests.stories.xigang import AGENCY, open_case
from tests.support.postgres import either_database, postgres_server, postgres_url
from tests.support.statements import statements
from tests.transports.board import Desk, desk

__all__ = ["desk", "either_database", "postgres_server", "postgres_url"]

OTHER = "辽阳市住房公积金管理中心"


# --- who


async def test_only_those_who_supervise_open_it(desk: Desk) -> None:
    number = await desk.case(-1)
    for name in ("沈若兰", "高振远", "郭建平"):  # supervisor, head, approver
        assert (await desk.get(name=name)).status == 200
        assert (await desk.get("/board.csv", name)).status == 200
    taken = len(await desk.leaves())
    for name in ("林晓舟", "江亦云", "陆知行", "罗文静"):  # officer, reviewer, legal reviewer, archivist
        for address in ("/board", "/board.csv"):
            answer = await desk.get(address, name)
            assert (answer.status, number in answer.text) == (403, False), name
            assert "此页面供监督人员使用" in answer.text
    assert len(await desk.leaves()) == taken == 3


async def test_without_signing_in_there_is_nothing_but_the_way_back(desk: Desk) -> None:
    number = await desk.case(-1)
    answer = await desk.browser.get("/board?due=late", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/signed-out")
    assert "/board?due=late" in await (await desk.browser.get("/signed-out")).text()
    refused = await desk.browser.get("/board.csv")
    assert refused.status == 401 and number not in await refused.text()
    assert (await desk.browser.post("/board/open", data={"case": number})).status == 401
    assert (await desk.get()).numbers == [number]
    await desk.change("沈若兰", active=False)
    assert (await desk.get()).status == 303, "who has left is signed out"


async def test_a_deputy_reads_as_the_absent_person_does_but_no_secrets(desk: Desk) -> None:
    number, secret = await desk.case(-1), await desk.case(-1, secrecy="privacy")
    menu = await desk.house.person(AGENCY, "legal_reviewer")
    assert "监督看板" not in await menu.buttons()
    absent, deputy = await desk.change("沈若兰"), await desk.change("陆知行", roles=["officer"])
    async with desk.house.app.database.transaction() as session:
        now = (await desk.house.app.make_work(session)).now
        days = {"since": now - timedelta(days=1), "until": now + timedelta(days=1)}
        people = {"absent_id": absent.id or 0, "deputy_id": deputy.id or 0}
        session.add(Delegation(agency_id=absent.agency_id, reason="出差", **people, **days))
    answer = await desk.get(name="陆知行")
    assert answer.numbers == [number, secret] and answer.row(secret) == "已定密"
    assert (await desk.get(name="沈若兰")).row(secret) != "已定密", "privacy is open to supervisors"
    await menu.send("/menu")
    assert "监督看板" in await menu.buttons()


async def test_an_approver_reads_their_own_unit_s(desk: Desk) -> None:
    own, other = await desk.case(-1, unit="局领导"), await desk.case(-2, unit="财政监督科")
    answer = await desk.get(name="郭建平")
    assert answer.numbers == [own] and other not in answer.text and answer.total == 1
    assert answer.counts == {"全单位": [1, 0, 0, 1], "局领导": [1, 0, 0, 1], "启动": [1, 1]}
    assert other not in (await desk.get("/board.csv", "郭建平")).text
    assert (await desk.get(name="高振远")).numbers == [other, own]


async def test_another_agency_is_not_there_at_all(desk: Desk) -> None:
    mine, foreign = await desk.case(-1), await desk.case(-2, agency=OTHER, unit="执法科", officers=["何庆云"])
    assert (await desk.get()).numbers == [mine] and (await desk.get()).counts["全单位"] == [1, 0, 0, 1]
    assert (await desk.get(name="蒋雨桐")).numbers == [foreign]
    unit, officer = await desk.id_of(Unit, "执法科"), await desk.id_of(Officer, "何庆云")
    for query in ({}, {"q": "辽公积金"}, {"unit": unit}, {"officer": officer}, {"due": "late"}):
        answer = await desk.get(**query)
        assert not any(text in answer.text for text in (foreign, "何庆云", "执法科")), query
        assert answer.status == (400 if {"unit", "officer"} & set(query) else 200)
        assert foreign not in (await desk.get("/board.csv", **query)).text


# --- which, and in what order


async def test_overdue_first_then_by_what_ends_soonest(desk: Desk) -> None:
    idle = await desk.case()
    later, soon = await desk.case(100), await desk.case(3)
    late, latest = await desk.case(500, -1), await desk.case(-50, -2)
    await desk.case(state="archived")  # nothing is owed in it any more
    archived = await desk.case(50, state="archived")
    await desk.case(-1, state="abandoned")
    await desk.case(state="opening")
    answer = await desk.get()
    assert answer.numbers == [latest, late, soon, archived, later, idle]
    assert "已逾期 50 小时" in answer.row(latest) and "还剩" in answer.row(soon) and "无 | —" in answer.row(idle)
    marked = answer.tree.xpath("//tr[contains(@class, 'overdue')]/th")
    assert [each.text_content() for each in marked] == [latest, late]
    turned = await desk.get(sort="-due")
    assert turned.numbers == [later, archived, soon, late, latest, idle], "a case stands by its first end"


async def test_other_orders(desk: Desk) -> None:
    second = await desk.case(-1, unit="财政监督科", officers=["林晓舟"], number="西财案2")
    tenth = await desk.case(-2, unit=None, officers=["宋一鸣"], number="西财案10")
    first = await desk.case(-3, unit="局领导", officers=["宋一鸣", "林晓舟"], number="西财案1")
    assert (await desk.get(sort="case")).numbers == [second, tenth, first], "in the order they were numbered"
    assert (await desk.get(sort="-case")).numbers == [first, tenth, second]
    for turn in ("", "-"):
        assert (await desk.get(sort=f"{turn}unit")).numbers[-1] == tenth, "no unit comes last either way"
        answer = await desk.get(sort=f"{turn}officer")
        assert [each for each in answer.numbers if each != second] == [first, tenth], "the most urgent first"
    for sort in ("unit", "officer"):  # which of two names comes first is the database's to say
        assert (await desk.get(sort=sort)).numbers != (await desk.get(sort=f"-{sort}")).numbers
    answer = await desk.get(sort="officer")
    assert answer.tree.xpath("//th[@aria-sort='ascending']//text()") == ["承办人"]
    assert answer.tree.xpath("//th[@aria-sort]//a/@href") == ["/board?sort=-officer#list"]


async def test_filters_narrow_and_stand_in_the_address(desk: Desk) -> None:
    a = await desk.case(-1, 200, unit="财政监督科", officers=["林晓舟"], deadlines=["oversight", "archive"])
    b = await desk.case(5, unit="局领导", officers=["宋一鸣", "林晓舟"], forms=["case_opening", "interview"])
    c = await desk.case(60, unit=None, officers=["宋一鸣"])
    d = await desk.case()
    officer, unit = await desk.id_of(Officer, "林晓舟"), await desk.id_of(Unit, "局领导")
    stages = {each: (await desk.get(stage=each)).numbers for each in ("start", "investigation")}
    assert stages == {"start": [a, c, d], "investigation": [b]}
    for query, expected in (
        ({}, [a, b, c, d]),
        ({"due": "late"}, [a]),
        ({"due": "24"}, [b]),
        ({"due": "72"}, [b, c]),
        ({"unit": unit}, [b]),
        ({"unit": "0"}, [c]),
        ({"officer": officer}, [a, b, d]),
        ({"officer": officer, "due": "24"}, [b]),
        ({"deadline": "archive"}, [a]),
        ({"q": a}, [a]),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
        ({"q": " 西财案 "}, [a, b, c, d]),
        ({"unit": "", "due": "", "q": "", "nobody": "asked"}, [a, b, c, d]),
    ):
        answer = await desk.get(**query)
        assert (answer.status, answer.numbers, answer.total) == (200, expected, len(expected)), query
        file = await desk.get("/board.csv", **query)
        assert [line[0] for line in file.lines[1:]] == expected, query
    answer = await desk.get(due="24", unit=unit)
    assert answer.tree.xpath("//select[@name='unit']/option[@selected]/@value") == [unit]
    assert answer.tree.xpath("//select[@name='due']/option[@selected]/@value") == ["24"]
    assert answer.tree.xpath("//*[@class='chosen']/bdi/text()") == ["局领导", "24 小时内到期"]
    assert answer.tree.xpath("//a[text()='下载 CSV']/@href") == [f"/board.csv?unit={unit}&due=24"]
    told = (await desk.get(deadline="archive")).row(a)
    assert "还剩" in told, "a list of one deadline tells of that one"


async def test_letters_and_cases_without_a_number_are_found(desk: Desk) -> None:
    lettered = await desk.case(number="XG-Alpha-7")
    bare = await desk.case(number="待去号")
    async with desk.house.app.database.transaction() as session:
        case = (await session.exec(select(Case).where(col(Case.number) == bare))).one()
        case.number = None
        session.add(case)
    assert (await desk.get(q="xg-ALPHA")).numbers == [lettered]
    [unnumbered] = (await desk.get(q=str(case.id))).numbers
    assert str(case.id) in unnumbered
    assert (await desk.get(sort="-case")).numbers == [lettered, unnumbered], "no number comes last"


async def test_every_count_leads_to_as_many_cases(desk: Desk) -> None:
    for due in ((-5, 3), (2,), (60,), (), (-1,)):
        await desk.case(*due, unit="财政监督科", forms=["case_opening"])
        await desk.case(*due, unit="局领导", forms=["interview"], officers=["宋一鸣"])
        await desk.case(*due, unit=None)
    answer = await desk.get()
    counts = answer.counts
    assert counts["全单位"] == [6, 6, 9, 15]
    assert counts["财政监督科"] == counts["局领导"] == counts["未定部门"] == [2, 2, 3, 5]
    assert counts["调查取证"] == [2, 5]
    links = answer.tree.xpath("//table[contains(@class, 'counts')]//a")
    assert len(links) == 4 * 4 + 2 * 2
    for link in links:
        assert link.get("href").endswith("#list")
        assert (await desk.get(link.get("href"))).total == int(link.text_content()), link.get("href")


async def test_every_case_is_on_one_page_whatever_the_order(desk: Desk) -> None:
    everybody = []
    for n in range(111):
        secrecy = "state_secret" if n % 17 == 3 else ""
        unit = ("财政监督科", "局领导", None)[n % 3]
        everybody.append(await desk.case(*([n - 20] if n % 4 else []), unit=unit, secrecy=secrecy))
    for sort in ("due", "-due", "case", "-unit", "stage", "officer"):
        pages = [await desk.get(sort=sort, page=str(page)) for page in (1, 2, 3)]
        assert [len(each.numbers) for each in pages] == [50, 50, 11]
        listed = [number for page in pages for number in page.numbers]
        assert sorted(listed) == sorted(everybody), sort
        whole = await desk.get("/board.csv", sort=sort)
        assert [line[0] for line in whole.lines[1:]] == listed, sort
    assert "第 101 至 111 件，共 111 件" in pages[2].text and "第 3 页，共 3 页" in pages[2].text
    links = {each.text_content(): each.get("href") for each in pages[1].tree.xpath("//nav[@class='paging']/a")}
    assert links["首页"] == links["上一页"] == "/board?sort=officer#list"
    assert links["下一页"] == links["末页"] == "/board?sort=officer&page=3#list"
    assert (await desk.get(sort="officer", page="99")).numbers == pages[2].numbers, "past the end is the end"


async def test_as_many_statements_for_many_cases_as_for_few(desk: Desk) -> None:
    counted = []
    for many in (3, 40):
        for n in range(many):
            await desk.case(n - 2, forms=["case_opening"], secrecy="privacy" if n % 5 == 0 else "")
        await desk.get()
        with statements(desk.house.app.database) as found:
            assert (await desk.get()).status == 200
        counted.append(len(found))
    assert counted[0] == counted[1] < 30


# --- addresses nobody made here


UNREADABLE: list[tuple[dict[str, str], str]] = [
    ({"unit": "999999"}, "没有部门“999999”"),
    ({"unit": "1 or 1=1"}, "没有部门“1 or 1=1”"),
    ({"officer": "-1"}, "没有执法人员“-1”"),
    ({"stage": "<script>alert(1)</script>"}, "没有阶段“<script>alert(1)</script>”"),
    ({"deadline": "x" * 5000}, "没有期限“" + "x" * 60 + "”"),
    ({"due": "late1"}, "“late1”不是到期条件"),
    ({"due": "48"}, "“48”不是到期条件"),
    ({"sort": "name"}, "不能按“name”排序"),
    ({"page": "0"}, "“0”不是页码"),
    ({"page": "-3"}, "“-3”不是页码"),
    ({"page": "9" * 40}, "“" + "9" * 40 + "”不是页码"),
    ({"page": "２"}, "“２”不是页码"),
    ({"page": "1;drop table"}, "“1;drop table”不是页码"),
]


async def test_what_cannot_be_read_is_said_and_left_out(desk: Desk) -> None:
    number = await desk.case(-1)
    for query, note in UNREADABLE:
        answer = await desk.get(**query)
        assert (answer.status, answer.numbers) == (400, [number]), query
        assert len(answer.notes) == 1 and note in answer.notes[0]
        assert answer.tree.xpath("//script") == [] and "<script>alert" not in answer.text
        refused = await desk.get("/board.csv", **query)
        assert refused.status == 400 and "请回到监督看板重新选择" in refused.text and number not in refused.text
    assert await desk.leaves() == [], "no file was taken away"


async def test_odd_bytes_find_nothing_and_break_nothing(desk: Desk) -> None:
    number = await desk.case(-1)
    for raw in ("q=%00", "q=%ff%fe", "q=" + "%F0%9F%92%A5" * 200, "q=%27%22%3C", "q=a&q=b", "&&=&", "q=%ED%A0%80"):
        answer = await desk.get(f"/board?{raw}")
        assert answer.status == 200, raw
        assert answer.numbers in ([], [number])


async def test_whatever_people_have_typed_stays_text(desk: Desk) -> None:
    evil = '"><img src=x onerror=alert(1)>&amp;'
    number = await desk.case(-1, number=f"案{evil}1")
    await desk.change("林晓舟", name=f"林{evil}")
    await desk.change("沈若兰", name=f"沈{evil}")
    async with desk.house.app.database.transaction() as session:
        for unit in (await session.exec(select(Unit))).all():
            unit.name = f"{unit.name}{evil}"
            session.add(unit)
    answer = await desk.get(name=f"沈{evil}", q=evil)
    assert answer.numbers == [number] and evil in answer.row(number)
    assert [each.get("src").split("/")[-1] for each in answer.tree.xpath("//img")] == ["icon.svg"]
    assert answer.tree.xpath("//input[@name='q']/@value") == [evil]
    assert answer.tree.xpath("//button[@name='case']/@value") == [number]
    assert answer.tree.xpath("//@onerror") == []


# --- secrets


async def test_a_secret_case_is_its_number_and_answers_to_no_filter(desk: Desk) -> None:
    plain = await desk.case(-1)
    secret = await desk.case(-2, 3, secrecy="state_secret", unit="局领导", officers=["宋一鸣"], forms=["interview"])
    answer = await desk.get()
    assert answer.numbers == [plain, secret], "its place does not tell when something is due"
    assert (await desk.get(sort="-due")).numbers == [plain, secret]
    assert answer.row(secret) == "已定密"
    assert answer.tree.xpath(f"//button[@value='{secret}']") == []
    assert answer.counts == {
        "全单位": [2, 1, 1, 2],
        "财政监督科": [1, 0, 0, 1],
        "已定密案件": [1, 1, 1, 1],
        "启动": [1, 1],
    }
    unit, officer = await desk.id_of(Unit, "局领导"), await desk.id_of(Officer, "宋一鸣")
    deadlines = answer.tree.xpath("//select[@name='deadline']/option/@value")[1:]
    asked = [{"unit": unit}, {"officer": officer}, {"due": "late"}, {"due": "24"}, {"due": "72"}]
    asked += [{"stage": "investigation"}, *({"deadline": each} for each in deadlines)]
    for query in asked:
        for sort in ("due", "-due", "case", "stage"):
            found = await desk.get(**query, sort=sort)
            assert secret not in found.text and found.status == 200, query
            assert found.total == len(found.numbers), "nor is it counted"
        assert "已定密的案件不列入" in found.notes[0]
        assert secret not in (await desk.get("/board.csv", **query)).text, query
    assert (await desk.get(q=secret)).numbers == [secret], "its number is no secret"
    [line] = [each for each in (await desk.get("/board.csv")).lines if each[0] == secret]
    assert line[1:] == ["", "", "", "已定密", "", "", ""]
    cleared = await desk.get(name="高振远", due="late")
    assert cleared.numbers == [secret, plain] and "宋一鸣" in cleared.row(secret)


# --- as a file


async def test_the_file_opens_in_a_spreadsheet_and_runs_nothing(desk: Desk) -> None:
    starts = (
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "＝1",
        "＋1",
        "－1",
        "＠a",
        "\t=1",
        " =1",
        "\u3000=1",
        '=cmd|"x"!A1,2',
        "a=1",
    )
    for n, name in enumerate(starts):
        await desk.case(n - 100, number=f"{name}", unit="财政监督科")
    await desk.change("林晓舟", name="=HYPERLINK(1)")
    answer = await desk.get("/board.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="board-\d{4}-\d\d-\d\d\.csv"', answer.headers["Content-Disposition"])
    assert answer.headers["Cache-Control"] == "no-store"
    heads, *lines = answer.lines
    assert heads == ["案件", "部门", "承办人", "阶段", "下一项应办", "截止（北京时间）", "逾期小时数", "依据"]
    assert [line[0] for line in lines] == [f"'{each}" for each in starts[:-1]] + ["a=1"]
    for line in lines:
        assert len(line) == len(heads) and line[2] == "'=HYPERLINK(1)、宋一鸣"
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in line)
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", line[5]) and line[7].startswith(("第", "《"))
    assert lines[0][6] == "100" and answer.text.count("\r\n") == len(lines) + 1


async def test_who_takes_which_list_away_is_kept(desk: Desk) -> None:
    await desk.case(-1)
    await desk.case(3)
    await desk.get("/board.csv", due="late", sort="-case")
    await desk.get("/board.csv", "高振远")
    first, second = await desk.leaves()
    assert first.data == {"filters": {"due": "late"}, "cases": 1} and second.data == {"filters": {}, "cases": 2}
    assert [first.officer_id, second.officer_id] == [
        int(await desk.id_of(Officer, "沈若兰")),
        int(await desk.id_of(Officer, "高振远")),
    ]
    assert first.subject == f"agency:{first.agency_id}"
    assert (await desk.browser.head("/board.csv")).status in (404, 405) and len(await desk.leaves()) == 2


async def test_a_long_list_comes_whole(desk: Desk) -> None:
    async with desk.house.app.database.transaction() as session:
        work = await desk.house.app.make_work(session)
        agency = (await session.exec(select(Agency).where(col(Agency.name) == AGENCY))).one()
        officer = (await work.with_role(agency.id or 0, "officer"))[0]
        pack = reference_of(work.shelf.newest(agency.pack))
        common = {"agency_id": agency.id, "pack": pack, "state": "open", "officer_id": officer.id}
        session.add_all([Case(number=f"长{n}", opened_at=work.now, **common) for n in range(1234)])
    lines = (await desk.get("/board.csv")).lines
    assert [line[0] for line in lines[1:]] == [f"长{n}" for n in range(1234)]


# --- how it is made


async def test_it_is_plain_html_that_a_reader_can_walk_through(desk: Desk) -> None:
    for n in range(55):
        await desk.case(n - 3, forms=["interview"], secrecy="state_secret" if n == 9 else "")
    answer = await desk.get(due="72")
    tree = answer.tree
    assert tree.xpath("//script") == [] and tree.xpath("//@style") == []
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert tree.get("lang") == "zh-Hans-CN" and tree.xpath("//title/text()") == ["监督看板 · 执录"]
    assert [len(tree.xpath(f"//{name}")) for name in ("header", "main", "h1")] == [1, 1, 1]
    assert not set(tree.xpath("//h3|//h4")) and len(tree.xpath("//h2")) == 4
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert set(tree.xpath("//@aria-labelledby")) <= set(ids)
    assert tree.xpath("//body/a[1]/@href") == ["#list"] and "list" in ids
    for nav in tree.xpath("//nav"):
        assert nav.get("aria-label")
    for field in tree.xpath("//form[@role='search']//select | //form[@role='search']//input"):
        assert field.getparent().tag == "label" and field.getparent().text.strip()
    for table in tree.xpath("//table"):
        assert table.xpath("./caption")[0].text_content()
        assert set(table.xpath("./thead//th/@scope")) == {"col"}
        assert all(row.xpath("./th/@scope") == ["row"] for row in table.xpath("./tbody/tr"))
        width = len(table.xpath("./thead//th"))
        for row in table.xpath("./tbody/tr"):
            assert sum(int(cell.get("colspan", "1")) for cell in row) == width
    assert tree.xpath("//form[@role='search']/@method") == ["get"]


async def test_it_speaks_the_reader_s_language(desk: Desk) -> None:
    number = await desk.case(-1, unit=None)
    secret = await desk.case(-1, secrecy="state_secret")
    await desk.change("沈若兰", language="en")
    answer = await desk.get(page="x")
    assert answer.tree.get("lang") == "en"
    assert "Overdue by 1 hour" in answer.row(number)
    assert answer.row(secret) == "secret" and answer.notes == ["“x” is not a page; the first one is shown."]
    chrome = " ".join(
        answer.tree.xpath("//h1/text() | //h2/text() | //caption/text() | //label/text() | //th/a/text()")
    )
    assert "Supervisor's board" in chrome and not re.search(r"[\u4e00-\u9fff]", chrome)
    assert (await desk.get("/board.csv")).lines[0][0] == "Case"
    assert "cannot be used" in (await desk.get("/board.csv", due="x")).text


async def test_a_row_opens_its_case_in_the_chat(desk: Desk) -> None:
    officer = await desk.house.person(AGENCY, "officer")
    await open_case(desk.house, officer)
    supervisor = await desk.house.person(AGENCY, "supervisor")
    [number] = (await desk.get()).numbers
    [button] = (await desk.get()).tree.xpath("//button[@name='case']")
    assert button.getparent().get("action") == "/board/open" and button.get("value") == number
    foreign = {"Origin": "https://elsewhere.example"}
    assert (await desk.browser.post("/board/open", data={"case": number}, headers=foreign)).status == 403
    for nothing in ({}, {"case": "  "}):
        assert (await desk.browser.post("/board/open", data=nothing)).status == 400
    answer = await desk.browser.post("/board/open", data={"case": number}, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    await desk.house.settle()
    assert number in await supervisor.last() and "海晏" in await supervisor.last()


async def test_an_agency_without_cases_has_an_empty_board(desk: Desk) -> None:
    answer = await desk.get()
    assert answer.status == 200 and "没有在办案件。" in answer.text and answer.numbers == []
    assert len((await desk.get("/board.csv")).lines) == 1
