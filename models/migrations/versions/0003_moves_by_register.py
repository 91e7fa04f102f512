"""a device's move may come from an imported register, which nobody in the chat recorded

Revision: 0003, after 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("devicemove", schema=None) as batch_op:
        batch_op.alter_column("recorded_by", existing_type=sa.Integer(), nullable=True)
