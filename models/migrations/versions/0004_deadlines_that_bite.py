"""deadlines that bite

Revision: 0004, after 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("beat_at", models.columns.UtcDateTime(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("silences", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "agencyday",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("worked", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", models.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("agencyday", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agencyday_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "alertchannel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("set_at", models.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("officer_id", "channel"),
    )
    with op.batch_alter_table("alertchannel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alertchannel_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "calendarfeed",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("created_at", models.columns.UtcDateTime(), nullable=False),
        sa.Column("revoked_at", models.columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"]),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    with op.batch_alter_table("calendarfeed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendarfeed_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "digestsent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("queued_at", models.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("officer_id", "kind", "period"),
    )
    op.create_table(
        "acknowledgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("at", models.columns.UtcDateTime(), nullable=False),
        sa.Column("until", models.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"]),
        sa.ForeignKeyConstraint(["term_id"], ["openterm.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("acknowledgement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acknowledgement_term_id"), ["term_id"], unique=False)

    op.create_table(
        "termchange",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_before", models.columns.UtcDateTime(), nullable=False),
        sa.Column("due_after", models.columns.UtcDateTime(), nullable=False),
        sa.Column("opened_before", models.columns.UtcDateTime(), nullable=True),
        sa.Column("opened_after", models.columns.UtcDateTime(), nullable=True),
        sa.Column("closed_before", models.columns.UtcDateTime(), nullable=True),
        sa.Column("closed_after", models.columns.UtcDateTime(), nullable=True),
        sa.Column("longer", models.columns.Json, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("at", models.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"]),
        sa.ForeignKeyConstraint(["term_id"], ["openterm.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("termchange", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_termchange_term_id"), ["term_id"], unique=False)

    op.create_table(
        "urging",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("at", models.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"]),
        sa.ForeignKeyConstraint(["term_id"], ["openterm.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("urging", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_urging_term_id"), ["term_id"], unique=False)

    op.create_table(
        "reassignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=True),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("unit_before_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("at", models.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"]),
        sa.ForeignKeyConstraint(["from_id"], ["officer.id"]),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"]),
        sa.ForeignKeyConstraint(["to_id"], ["officer.id"]),
        sa.ForeignKeyConstraint(["unit_before_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("reassignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reassignment_case_id"), ["case_id"], unique=False)

    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.add_column(sa.Column("duty", models.columns.Json, nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("channels", models.columns.Json, nullable=False, server_default="{}"))

    with op.batch_alter_table("officer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digests", sa.Boolean(), nullable=False, server_default=sa.true()))

    with op.batch_alter_table("openterm", schema=None) as batch_op:
        batch_op.add_column(sa.Column("runs", models.columns.Json, nullable=True))
        batch_op.add_column(sa.Column("reckoned", sa.String(), nullable=False, server_default=""))
        batch_op.create_index("ix_open_term_overdue", ["agency_id", "state", "due_at"], unique=False)
        batch_op.create_index("ix_open_term_reckoned", ["agency_id", "state", "reckoned"], unique=False)
    # What ran before is reckoned anew once, with the first start.
    op.execute("UPDATE openterm SET reckoned = 'before 0004' WHERE state = 'open'")

    with op.batch_alter_table("outboundmessage", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fallback", models.columns.Json, nullable=False, server_default="[]"))
        batch_op.drop_index("ix_outbound_due")
        batch_op.create_index("ix_outbound_next", ["state", "transport", "id"], unique=False)
        batch_op.create_index("ix_outbound_chat", ["state", "transport", "chat_id", "id"], unique=False)

    # Its unique constraint has no name and gains a column: the table is made anew and its rows carried over.
    op.rename_table("rungsent", "rungsent_before")
    op.create_table(
        "rungsent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("due_at", models.columns.UtcDateTime(), nullable=False),
        sa.Column("queued_at", models.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["outboundmessage.id"]),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"]),
        sa.ForeignKeyConstraint(["term_id"], ["openterm.id"]),
        sa.PrimaryKeyConstraint("id", name="pk_rungsent"),
        sa.UniqueConstraint("term_id", "rung", "officer_id", "channel", "due_at", name="uq_rungsent_once"),
    )
    op.execute(
        "INSERT INTO rungsent (term_id, rung, officer_id, channel, due_at, queued_at) "
        "SELECT term_id, rung, officer_id, 'webchat', due_at, queued_at FROM rungsent_before ORDER BY id"
    )
    op.drop_table("rungsent_before")
    with op.batch_alter_table("rungsent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rungsent_term_id"), ["term_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rungsent_message_id"), ["message_id"], unique=False)
