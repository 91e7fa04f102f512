"""The board's HTML: notes, counts, filters, the list and its pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from bot.i18n import Translator
from bot.transports.webchat.html import Html, joined, tag
from bot.use_cases.board import PAGE, Board, Row, Tally
from bot.use_cases.board_query import SORTS, WITHIN, Wanted
from bot.views import board as view
from bot.views.moments import moment

_LONGEST = "60"


def board_body(t: Translator, board: Board) -> Html:
    return joined((
        _notes(t, board),
        _counts(t, board),
        _filters(t, board),
        tag("section", _head(t, board), _list(t, board), _paging(t, board), id="list", aria_labelledby="list-title"),
    ))  # fmt: skip


def address(wanted: Wanted, *, path: str = "/board", **other: str) -> str:
    said = urlencode(wanted.query(**other))
    return f"{path}?{said}" if said else path


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
        tag(
            "table",
            tag("caption", t("Cases by unit and by what is due; as of {moment}", moment=moment(t, board.now))),
            tag("thead", tag("tr", *(tag("th", head, scope="col") for head in heads))),
            tag("tbody", *rows),
            class_="counts",
        ),
        aria_labelledby="counts-title",
    )


def _tally(name: str, tally: Tally, unit: str | None = None) -> Html:
    def cell(count: int, *, strong: bool = False, **filters: str) -> Html:
        link = address(Wanted(), **filters, unit=str(tally.unit) if unit is None else unit)
        shown = str(count) if tally.unit is None or not count else tag("a", str(count), href=link)
        return tag("td", shown, class_="late" if strong and count else None)

    return tag(
        "tr",
        tag("th", tag("bdi", name), scope="row"),
        cell(tally.overdue, strong=True, late="1"),
        cell(tally.due_24, within="24"),
        cell(tally.due_72, within="72"),
        tag("td", str(tally.open)),
    )


def _filters(t: Translator, board: Board) -> Html:
    wanted, choices = board.wanted, board.choices
    within = {each: view.within_name(t, each) for each in WITHIN}
    sorts = {name: t("Most urgent first") if name == "due" else head for name, head in _sortable(t).items()}
    if wanted.descending:
        sorts[wanted.sort] = t("{order}, turned round", order=sorts[wanted.sorted_by])
    return tag(
        "form",
        tag("h2", t("Filter"), id="filter-title"),
        _select("unit", t("Unit"), t("all"), view.unit_choices(t, choices), wanted.unit),
        _select("officer", t("Officer"), t("all"), choices.officers, wanted.officer),
        _select("stage", t("Stage"), t("all"), choices.stages, wanted.stage),
        _select("deadline", t("Deadline"), t("all"), choices.deadlines, wanted.deadline),
        _select("within", t("Due"), t("at any time"), within, str(wanted.within or "")),
        _select("sort", t("Order"), None, sorts, wanted.sort),
        tag("label", t("Case number"), tag("input", name="q", value=wanted.text, maxlength=_LONGEST, type="search")),
        tag(
            "label",
            tag("input", type="checkbox", name="late", value="1", checked=wanted.late),
            t("Only what is overdue"),
            class_="tick",
        ),
        tag("div", tag("button", t("Show"), class_="primary"), tag("a", t("All cases"), href="/board"), class_="doing"),
        method="get",
        action="/board",
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
    title = t("Cases {first} to {last} of {total}", first=first + 1, last=first + len(board.rows), total=board.total)
    return tag(
        "div",
        tag("h2", title if board.rows else t("No case fits"), id="list-title"),
        tag(
            "p",
            tag("a", t("Refresh"), href=address(board.wanted, page=_page(board.wanted.page))),
            " ",
            tag("a", t("Download as CSV"), href=address(board.wanted, path="/board.csv")) if board.rows else None,
        ),
        class_="head",
    )


def _page(number: int) -> str:
    return str(number) if number > 1 else ""


def _list(t: Translator, board: Board) -> Html | None:
    if not board.rows:
        return tag("p", t("No case fits these filters."))
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
        return tag("tr", tag("th", number, scope="row", role="rowheader"), cell("owed", t("secret")), role="row")
    late = view.is_late(row, now)
    return tag(
        "tr",
        tag("th", _opening(t, row, number), scope="row", role="rowheader"),
        cell("unit", tag("bdi", row.unit or "—")),
        cell("officer", tag("bdi", row.officer)),
        cell("stage", row.stage or "—"),
        cell("owed", row.deadline.owed if row.deadline else t("nothing")),
        cell("due", *_due(t, row, now), class_="late" if late else None),
        cell("basis", view.article_text(t, row) or "—"),
        role="row",
    )


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
