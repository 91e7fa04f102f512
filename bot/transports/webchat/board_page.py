"""The board's HTML: notes, counts, filters, the list and its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from bot.i18n import Translator
from bot.transports.webchat.html import Html, joined, tag
from bot.use_cases.board import PAGE, Board, Row, Standing, Tally
from bot.use_cases.board_query import LATE, SORTS, Wanted
from bot.views import board as view
from bot.views.moments import moment

_LONGEST = "60"


def board_body(t: Translator, board: Board) -> Html:
    rows = (_head(t, board), _notes(t, board), _chosen(t, board), _list(t, board), _paging(t, board))
    return joined((
        tag("div", _counts(t, board), _stages(t, board), class_="glance"),
        _filters(t, board),
        tag("section", *rows, id="list", aria_labelledby="list-title"),
    ))  # fmt: skip


def address(wanted: Wanted, *, path: str = "/board", part: str = "#list", **other: str) -> str:
    """Leads on to the list itself: on a phone it lies below the counts and filters."""
    said = urlencode(wanted.query(**other))
    return (f"{path}?{said}" if said else path) + part


def _notes(t: Translator, board: Board) -> Html | None:
    notes = [view.complaint_text(t, each) for each in board.complaints]
    if board.wanted.tells_of_the_case and any(each.unit is None for each in board.tallies):
        notes.append(t("Secret cases are left out of a list filtered like this."))
    return tag("ul", *(tag("li", note) for note in notes), class_="notes", role="status") if notes else None


def _counts(t: Translator, board: Board) -> Html:
    """Each number leads to the cases it counts, where a filter can name them."""
    heads = (t("Unit"), t("Overdue"), t("Within 24 hours"), t("Within 3 days"), t("Cases open"))
    whole = Tally(0)
    for each in board.tallies:
        whole.overdue += each.overdue
        whole.due_24 += each.due_24
        whole.due_72 += each.due_72
        whole.open += each.open
    rows = [_tally(t("Whole agency"), whole, unit=""), *(_tally(view.unit_name(t, x), x) for x in board.tallies)]
    return tag(
        "section",
        tag("h2", t("Cases at a glance"), id="counts-title"),
        _table(t("Cases by unit and by what is due; as of {moment}", moment=moment(t, board.now)), heads, rows),
        aria_labelledby="counts-title",
    )


def _table(caption: str, heads: Sequence[str], rows: Sequence[Html]) -> Html:
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *(tag("th", head, scope="col") for head in heads))),
        tag("tbody", *rows),
        class_="counts",
    )


def _stages(t: Translator, board: Board) -> Html | None:
    if not board.standings:
        return None
    return tag(
        "section",
        tag("h2", t("Where cases stand"), id="stages-title"),
        _table(
            t("Open cases by stage; secret ones are not counted here"),
            (t("Stage"), t("Overdue"), t("Cases open")),
            [_standing(each) for each in board.standings],
        ),
        aria_labelledby="stages-title",
    )


def _standing(standing: Standing) -> Html:
    stage = standing.stage
    return tag(
        "tr",
        tag("th", standing.title, scope="row"),
        _number(standing.overdue, address(Wanted(), stage=stage, due=LATE), late=True),
        _number(standing.open, address(Wanted(), stage=stage)),
    )


def _number(count: int, href: str | None, *, late: bool = False) -> Html:
    """A cell of a table of counts; `href`: where the cases counted are listed."""
    shown = tag("a", str(count), href=href) if href and count else str(count)
    return tag("td", shown, class_="late" if late and count else None)


def _tally(name: str, tally: Tally, unit: str | None = None) -> Html:
    def cell(count: int, due: str = "") -> Html:
        href = address(Wanted(), due=due, unit=str(tally.unit) if unit is None else unit)
        return _number(count, href if tally.unit is not None else None, late=due == LATE)

    ends = ((tally.overdue, LATE), (tally.due_24, "24"), (tally.due_72, "72"))
    cells = (cell(count, due) for count, due in ends)
    whole = "whole" if unit is not None else None
    return tag("tr", tag("th", tag("bdi", name), scope="row"), *cells, cell(tally.open), class_=whole)


def _filters(t: Translator, board: Board) -> Html:
    wanted, choices = board.wanted, board.choices
    sorts = {name: t("Most urgent first") if name == "due" else head for name, head in _sortable(t).items()}
    if wanted.descending:
        sorts[wanted.sort] = t("{order}, turned round", order=sorts[wanted.sorted_by])
    return tag(
        "form",
        tag("h2", t("Filter"), id="filter-title", class_="unseen"),
        _select("unit", t("Unit"), t("all"), view.unit_choices(t, choices), wanted.unit),
        _select("officer", t("Officer"), t("all"), choices.officers, wanted.officer),
        _select("stage", t("Stage"), t("all"), choices.stages, wanted.stage),
        _select("deadline", t("Deadline"), t("all"), choices.deadlines, wanted.deadline),
        _select("due", t("Falls due"), t("at any time"), view.due_choices(t), wanted.due),
        _select("sort", t("Order"), None, sorts, wanted.sort),
        tag("label", t("Case number"), tag("input", name="q", value=wanted.text, maxlength=_LONGEST, type="search")),
        tag("button", t("Show"), class_="primary"),
        method="get",
        action="/board#list",
        aria_labelledby="filter-title",
        role="search",
    )


def _sortable(t: Translator) -> dict[str, str]:
    heads = view.heads(t)
    return {name: heads[name] for name in SORTS}


def _select(name: str, label: str, nothing: str | None, choices: Mapping[str, str], chosen: str) -> Html:
    options = [tag("option", nothing, value="")] if nothing is not None else []
    options += [tag("option", text, value=value, selected=value == chosen) for value, text in choices.items()]
    return tag("label", label, tag("select", *options, name=name))


def _head(t: Translator, board: Board) -> Html:
    first = (board.wanted.page - 1) * PAGE
    file = address(board.wanted, path="/board.csv", part="")
    title = t("Cases {first} to {last} of {total}", first=first + 1, last=first + len(board.rows), total=board.total)
    return tag(
        "div",
        tag("h2", title if board.rows else t("No case fits"), id="list-title"),
        tag(
            "p",
            tag("a", t("Refresh"), href=address(board.wanted, page=_page(board.wanted.page))),
            " ",
            tag("a", t("Download as CSV"), href=file) if board.rows else None,
        ),
        class_="head",
    )


def _chosen(t: Translator, board: Board) -> Html | None:
    """What the list is narrowed to, beside the list: the filters may be out of sight."""
    wanted, choices = board.wanted, board.choices
    told = (
        view.unit_choices(t, choices).get(wanted.unit),
        choices.officers.get(wanted.officer),
        choices.stages.get(wanted.stage),
        choices.deadlines.get(wanted.deadline),
        view.due_choices(t).get(wanted.due),
        wanted.text or None,
    )
    if not wanted.filters():
        return None
    names = (tag("bdi", each) for each in told if each)
    return tag("p", t("Filtered by:"), " ", *names, " ", tag("a", t("All cases"), href="/board#list"), class_="chosen")


def _page(number: int) -> str:
    return str(number) if number > 1 else ""


def _list(t: Translator, board: Board) -> Html | None:
    if not board.rows:
        return tag("p", t("No case fits these filters.") if board.wanted.filters() else t("There are no open cases."))
    return tag(
        "table",
        tag("caption", t("Cases, with what is owed next in each; press a number to open the case in the chat")),
        tag("thead", tag("tr", *_heads(t, board.wanted), role="row"), role="rowgroup"),
        tag("tbody", *(_row(t, row, board.now) for row in board.rows), role="rowgroup"),
        class_="cases",
        role="table",  # said, since narrow screens lay it out as cards, which would take its meaning away
    )


def _heads(t: Translator, wanted: Wanted) -> list[Html]:
    cells = []
    for name, head in view.heads(t).items():
        if name not in SORTS:
            cells.append(tag("th", head, scope="col", role="columnheader"))
            continue
        current = wanted.sorted_by == name
        turned = current and not wanted.descending
        link = tag("a", head, href=address(wanted, sort=f"-{name}" if turned else "" if name == "due" else name))
        sort = ("descending" if wanted.descending else "ascending") if current else None
        cells.append(tag("th", link, scope="col", role="columnheader", aria_sort=sort))
    return cells


def _row(t: Translator, row: Row, now: datetime) -> Html:
    number = tag("bdi", view.case_text(t, row))
    heads = view.heads(t)

    def cell(name: str, *content: str | None, class_: str | None = None) -> Html:
        return tag("td", *content, role="cell", data_head=heads[name], class_=class_)

    if row.secret:
        secret = tag("td", t("secret"), role="cell", colspan="6", class_="secret")
        return tag("tr", tag("th", number, scope="row", role="rowheader"), secret, role="row")
    late = view.is_late(row, now)
    return tag(
        "tr",
        tag("th", _opening(t, row, number), scope="row", role="rowheader"),
        cell("unit", tag("bdi", row.unit or "—")),
        cell("officer", _officers(row)),
        cell("stage", row.stage or "—"),
        cell("owed", row.deadline.owed if row.deadline else t("nothing")),
        cell("due", *_due(t, row, now), class_="late" if late else None),
        cell("basis", view.article_text(t, row) or "—", class_="basis"),
        role="row",
        class_="overdue" if late else None,
    )


def _officers(row: Row) -> Html:
    """Each name by itself, so that none is broken over two lines while there is room for it."""
    *others, last = row.officers
    return tag("span", *(tag("bdi", f"{name}、") for name in others), tag("bdi", last))


def _opening(t: Translator, row: Row, number: Html) -> Html:
    """A button in a form of its own: opening writes to the chat, which following a link must not."""
    return tag(
        "form",
        tag("button", number, name="case", value=row.number or str(row.case_id), title=t("Open in the chat")),
        method="post",
        action="/board/open",
    )


def _due(t: Translator, row: Row, now: datetime) -> tuple[Html | str, ...]:
    if row.due_at is None:
        return ("—",)
    when = tag("time", view.due_text(t, row), datetime=row.due_at.isoformat())
    return (tag("strong", view.left_text(t, row, now)), tag("br"), when)


def _paging(t: Translator, board: Board) -> Html | None:
    if board.pages == 1:
        return None
    page, wanted = board.wanted.page, board.wanted

    def link(text: str, to: int, rel: str) -> Html:
        if not 1 <= to <= board.pages or to == page:
            return tag("span", text, aria_disabled="true", role="link")
        return tag("a", text, href=address(wanted, page=_page(to)), rel=rel)

    return tag(
        "nav",
        link(t("First page"), 1, "first"),
        link(t("Previous page"), page - 1, "prev"),
        tag("span", t("Page {page} of {pages}", page=page, pages=board.pages), aria_current="page"),
        link(t("Next page"), page + 1, "next"),
        link(t("Last page"), board.pages, "last"),
        class_="paging",
        aria_label=t("Pages of the list"),
    )
