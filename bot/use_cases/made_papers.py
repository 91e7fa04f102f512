"""The papers made of a record, as they are sent."""

from __future__ import annotations

from sqlmodel import col, select

from bot.disc_contents import DISC_FORMAT
from bot.papers import file_name
from bot.screen import Attachment, Screen, plain
from bot.use_cases.answer_question import form_of
from bot.work import Work
from models.tables import Paper, Record

INDEX_FORMAT = "index"  # a PDF of the case's index, made with the record that archives it


async def papers_of(work: Work, record: Record, stage: str) -> list[Paper]:
    """The papers of the record's present text, the PDF first; none while they are not made."""
    found = await work.session.exec(
        select(Paper)
        .where(
            col(Paper.record_id) == record.id,
            col(Paper.round) == record.round,
            col(Paper.stage) == stage,
            col(Paper.format).not_in((DISC_FORMAT, INDEX_FORMAT)),
        )
        .order_by(col(Paper.format).desc())
    )
    return list(found.all())


def paper_screen(work: Work, record: Record, paper: Paper) -> Screen:
    form = form_of(work, record)
    return Screen(
        plain(f"{form.title} {record.number or ''}"),
        attachment=Attachment("document", paper.sha256, file_name(form.title, record.number, paper.format)),
    )
