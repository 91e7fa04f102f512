"""Reports: asked for in the chat, and sent unasked of each week and month on the first working morning after it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from bot.i18n import DEFAULT_LANGUAGE, Translator, translator
from bot.jobs.queue import enqueue
from bot.papers import file_name
from bot.reports.gathering import Report, report_from_json
from bot.screen import Screen
from bot.use_cases.digest_claims import claim_digest
from bot.use_cases.duty import summary_hours
from bot.use_cases.periods import Period, month_of, period, week_of
from bot.views import reports as view
from bot.views.cases import REPORTED_TO
from bot.views.faults import fault_text
from bot.views.periods import period_name
from bot.views.report_tables import spoken
from bot.work import Person, Work
from dialogs.zone import SHANGHAI
from models.tables import Agency, DigestSent, Job

KIND = "report"
_SUFFIX = {"chart": "png", "xlsx": "xlsx", "pdf": "pdf"}


async def offer_report(work: Work, person: Person, text: str = "") -> None:
    """Which periods a report can be had of; one that was named is made at once. Raises what `order_report` raises."""
    person.require(*REPORTED_TO)
    if text:
        await order_report(work, person, text)
        return
    await work.reply(person, view.periods_screen(person.t, _usual(work)))


async def order_report(work: Work, person: Person, text: str) -> None:
    """Owe the person a report of the period, unless it is owed already.

    Raises Denied `role.required`, InvalidInput `period.unreadable`.
    """
    person.require(*REPORTED_TO)
    of = period(text)
    assert person.agency.id is not None
    ordered = select(Job).where(col(Job.kind) == KIND, col(Job.officer_id) == person.id, ~col(Job.applied))
    if not any(of.text == job.arguments["period"] for job in (await work.session.exec(ordered)).all()):
        await _order(work, person.agency.id, of, [person.id], asked_by=person.id)
    await work.reply(person, view.coming_screen(person.t, of.text))


async def order_due_reports(work: Work) -> int:
    """Owe last week's report from Monday morning on, and last month's from the first, once to each who gets them, at
    the hours of summaries.

    How many were ordered. One who was not told in time, because nothing ran, is told when it runs again.
    """
    today = work.now.astimezone(SHANGHAI).date()
    ordered = 0
    for agency in (await work.session.exec(select(Agency).order_by(col(Agency.id)))).all():
        assert agency.id is not None
        hours = await summary_hours(work, agency.id, today)
        if hours is None or not hours[0] <= work.now < hours[1]:
            continue
        for running in (week_of(today), month_of(today)):
            if agency.created_at >= running.since:
                continue  # an agency that was not there then gets none
            due = running.before
            people = [
                each
                for each in await _not_told(work, agency.id, due)
                if await claim_digest(work, each, due.kind, due.text)
            ]
            if people:
                await _order(work, agency.id, due, people)
                ordered += 1
    return ordered


async def _not_told(work: Work, agency_id: int, of: Period) -> list[int]:
    people = {each.id for role in sorted(REPORTED_TO) for each in await work.with_role(agency_id, role)}
    told = await work.session.exec(
        select(DigestSent.officer_id).where(
            col(DigestSent.officer_id).in_(people), col(DigestSent.kind) == of.kind, col(DigestSent.period) == of.text
        )
    )
    return sorted(each for each in people - set(told.all()) if each is not None)


async def _order(work: Work, agency_id: int, of: Period, to: Sequence[int], *, asked_by: int | None = None) -> None:
    arguments = {"agency": agency_id, "period": of.text, "at": work.now.isoformat(), "to": list(to)}
    await enqueue(work, KIND, officer_id=asked_by, agency_id=agency_id, arguments=arguments)


def _usual(work: Work) -> tuple[tuple[str, str], ...]:
    """(name of the button, period) of those people ask for."""
    today = work.now.astimezone(SHANGHAI).date()
    week, month = week_of(today), month_of(today)
    return (
        ("this_week", week.text),
        ("last_week", week.before.text),
        ("this_month", month.text),
        ("last_month", month.before.text),
    )


async def report_made(work: Work, job: Job) -> None:
    """Outcome of the `report` job: the card and the files to whoever asked, or to all who get it unasked.

    What comes unasked names no officer and brings no file where a chat leaves the agency's network.
    """
    people, text = list(job.arguments["to"]), str(job.arguments["period"])
    if job.state == "failed":
        fault, params = job.fault or "", job.fault_params
        for officer_id in people:
            await work.tell(officer_id, lambda t: view.fault_screen(t, text, fault_text(t, fault, params)))
    if job.state != "done" or job.result is None:
        return
    report = report_from_json(job.result["report"])
    files = {form: str(each["sha256"]) for form, each in job.result["files"].items()}
    await work.record_change("report.made", f"agency:{job.agency_id}", {"period": text, "files": files})
    title = f"{report.agency}{spoken(report).title} {period_name(translator(DEFAULT_LANGUAGE), report.text)}"
    for officer_id in people:
        asked = job.officer_id is not None
        await _send(work, officer_id, report, files, title, asked=asked)


async def _send(work: Work, officer_id: int, report: Report, files: dict[str, str], title: str, *, asked: bool) -> None:
    def card(t: Translator) -> Screen:
        return view.report_card(t, work.shelf, report, _usual(work))

    def bare(t: Translator) -> Screen:
        return view.bare_card(t, report)

    for person in await work.chats_of(officer_id):
        inside = asked or person.transport in work.inside
        await work.reply(person, card(person.t) if inside else bare(person.t))
        for form, sha256 in files.items() if inside else ():
            name = file_name(title, None, _SUFFIX[form])
            await work.reply(person, view.file_screen(person.t, form, sha256, name))
