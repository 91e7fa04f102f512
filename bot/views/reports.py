"""A report as a chat card, its files, and the choice of a period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.i18n import Translator
from bot.reports.gathering import Report, basis_of, by_article
from bot.screen import Attachment, Button, Rows, Screen, bold, join, plain, shorten
from bot.shelf import Shelf
from bot.use_cases.figures import Figures
from bot.use_cases.periods import period
from bot.views.moments import day, end
from bot.views.overdue import no_unit
from bot.views.periods import period_name

_UNITS, _OFFICERS, _ARTICLES, _LONGEST = 8, 8, 6, 40

Periods = Sequence[tuple[str, str]]


def periods_screen(t: Translator, usual: Periods) -> Screen:
    text = t("Of which period? Another one can be written: /report 2026-11, /report 2026-11-01..2026-11-15")
    return Screen(plain(text), Rows().flow(_buttons(t, usual), widest=24, most=2).row(Button(t("Menu"), "menu")).done())


def _buttons(t: Translator, usual: Periods) -> list[Button]:
    names = {
        "this_week": t("This week"),
        "last_week": t("Last week"),
        "this_month": t("This month"),
        "last_month": t("Last month"),
    }
    return [Button(names[name], f"report:{text}") for name, text in usual]


def coming_screen(t: Translator, text: str) -> Screen:
    return Screen(
        plain(t("The report of {period} is being made and follows in a moment.", period=period_name(t, text)))
    )


def fault_screen(t: Translator, text: str, sentence: str) -> Screen:
    return Screen(join(["✗ " + plain(t("Report of {period}", period=period_name(t, text))), sentence]))


def bare_card(t: Translator, report: Report) -> Screen:
    """For chats outside the agency's network: that it is there, and how timely all were."""
    lines = [
        bold(t("Report of {period}", period=period_name(t, report.text))),
        plain(_timeliness(t, report.now.whole, report.before.whole)),
    ]
    lines.append(plain(t("The whole report is in the web chat.")))
    return Screen(join(lines))


def file_screen(t: Translator, form: str, sha256: str, name: str) -> Screen:
    kind = {"chart": t("Chart"), "xlsx": t("Workbook"), "pdf": t("Paper")}[form]
    attachment = Attachment("photo" if form == "chart" else "document", sha256, name)
    return Screen(plain(f"{kind} · {name.rpartition('.')[0]}"), attachment=attachment)


def report_card(t: Translator, shelf: Shelf, report: Report, usual: Periods) -> Screen:
    """The figures people look at first, each beside that of the period before."""
    now, before = report.now.whole, report.before.whole
    named = period(report.text)
    lines = [
        bold(f"{report.agency} · {t('Report of {period}', period=period_name(t, report.text))}"),
        plain(t("{first} to {last}, as of {moment}; in brackets {before}", first=day(t, named.first),
                last=day(t, named.last), moment=end(t, report.at), before=period_name(t, report.before_text))),
        "",
        bold(t("Deadlines")),
        plain(_timeliness(t, now, before)),
        plain(t("in time {in_time} · late {late} · not met {overdue}",
                in_time=_beside(now.terms_in_time, before.terms_in_time),
                late=_beside(now.terms_late, before.terms_late),
                overdue=_beside(now.terms_overdue, before.terms_overdue))),
        plain(t("overdue from before and still not met: {n}", n=_beside(now.terms_left, before.terms_left))),
        *_articles(t, shelf, report),
        "",
        bold(t("Recordings handed over")),
        plain(_handed(t, now, before)),
        "",
        *_faults(t, shelf, report),
        plain(t("Departures: {departures} · returned records: {returned}",
                departures=_beside(now.departures, before.departures),
                returned=_beside(now.records_returned, before.records_returned))),
        *_groups(t, report),
    ]  # fmt: skip
    return Screen(join(lines), Rows().flow(_buttons(t, usual), widest=24, most=4).done())


def _timeliness(t: Translator, now: Figures, before: Figures) -> str:
    share = t("Met in time: {share}", share=_percent(now.timeliness))
    return share + _change(t, now.timeliness, before.timeliness)


def _change(t: Translator, now: float | None, before: float | None) -> str:
    if now is None or before is None:
        return f" ({_percent(before)})"
    return " " + t("({before}, {change} points)", before=_percent(before), change=f"{(now - before) * 100:+.1f}")


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"


def _beside(now: int, before: int) -> str:
    return f"{now} ({before})"


def _articles(t: Translator, shelf: Shelf, report: Report) -> Iterator[str]:
    """What was late or is not met, by the article it rests on."""
    missed: dict[str, list[int]] = {}
    for each in by_article(shelf, t, report):
        counts = missed.setdefault(each.article, [0, 0])
        for n, states in enumerate((each.now, each.before)):
            counts[n] += states.get("late", 0) + states.get("overdue", 0)
    shown = [f"{shorten(article, _LONGEST)} {_beside(*counts)}" for article, counts in missed.items() if any(counts)]
    if shown:
        yield plain(t("Overdue by article: {list}", list="；".join(shown[:_ARTICLES])))


def _handed(t: Translator, now: Figures, before: Figures) -> str:
    counts = t(
        "in time {in_time} · late {late} · not met {overdue}",
        **{each: _beside(now.handed_over.get(each, 0), before.handed_over.get(each, 0)) for each in
           ("in_time", "late", "overdue")},
    )  # fmt: skip
    share = t("Met in time: {share}", share=_percent(now.handover_timeliness))
    return f"{share}{_change(t, now.handover_timeliness, before.handover_timeliness)} · {counts}"


def _faults(t: Translator, shelf: Shelf, report: Report) -> Iterator[str]:
    now, before = report.now.whole.faults, report.before.whole.faults
    basis = basis_of(shelf, t, report.pack, report.fault_basis)
    total = _beside(sum(now.values()), sum(before.values()))
    yield bold(t("Faults found ({basis}): {n}", basis=basis, n=total))
    for kind in dict.fromkeys((*report.fault_kinds, *now, *before)):
        if now.get(kind) or before.get(kind):
            title = shorten(report.fault_kinds.get(kind, kind), _LONGEST)
            yield plain(f"· {title} {_beside(now.get(kind, 0), before.get(kind, 0))}")


def _groups(t: Translator, report: Report) -> Iterator[str]:
    """Units, then officers where the agency wants them: the least timely first."""
    groups = ((t("By unit"), report.now.units, report.before.units, _UNITS),
              (t("By officer"), report.now.officers, report.before.officers, _OFFICERS))  # fmt: skip
    for title, now, before, most in groups:
        counted = [(name, each) for name, each in now.items() if each.terms]
        if not counted:
            continue
        yield ""
        yield bold(title)
        counted.sort(key=lambda each: (each[1].timeliness or 0, -each[1].terms))
        for name, each in counted[:most]:
            former = before.get(name, Figures()).timeliness
            share = f"{_percent(each.timeliness)} {each.terms_in_time}/{each.terms}"
            yield plain(f"· {name or no_unit(t)} {share}{_change(t, each.timeliness, former)}")
        if len(counted) > most:
            yield plain(t.plural("and {n} more", "and {n} more", len(counted) - most))
