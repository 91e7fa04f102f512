"""drafts to sign

Revision: 0005, after 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "transcriptchange",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("was_role", sa.String(), nullable=False),
        sa.Column("was_text", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("at", models.columns.UtcDateTime(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"]),
        sa.ForeignKeyConstraint(["transcript_id"], ["transcript.id"]),
        sa.ForeignKeyConstraint(["undoes"], ["transcriptchange.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("transcriptchange", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transcriptchange_transcript_id"), ["transcript_id"], unique=False)

    op.create_table(
        "dictation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", models.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"]),
        sa.ForeignKeyConstraint(["transcript_id"], ["transcript.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("dictation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dictation_transcript_id"), ["transcript_id"], unique=False)

    with op.batch_alter_table("transcript", schema=None) as batch_op:
        batch_op.add_column(sa.Column("listened_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("listened_at", models.columns.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("listened_sha256", sa.String(), nullable=True))
        batch_op.create_foreign_key("fk_transcript_listened_by", "officer", ["listened_by"], ["id"])

    # What was known of corrections, the last of each line, begins its history.
    op.execute(
        "INSERT INTO transcriptchange "
        "(transcript_id, position, step, way, was_role, was_text, role, text, officer_id, at) "
        "SELECT transcript_id, position, 1, 'typed', draft_role, draft_text, role, text, corrected_by, corrected_at "
        "FROM transcriptline WHERE corrected_by IS NOT NULL ORDER BY id"
    )
    with op.batch_alter_table("transcriptline", schema=None) as batch_op:
        batch_op.drop_column("corrected_by")
        batch_op.drop_column("corrected_at")
        batch_op.add_column(sa.Column("speaker", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("unheard", sa.String(), nullable=False, server_default=""))
        for name in ("changes", "proposals", "figures"):
            batch_op.add_column(sa.Column(name, models.columns.Json, nullable=False, server_default="[]"))
