"""quality grows

Revision ID: 0005
Revises: 0004
"""
from __future__ import annotations

import json
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ask',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('permission', sa.String(length=40), nullable=True),
    sa.Column('not_person_id', sa.Integer(), nullable=True),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('message', sa.String(length=300), nullable=False),
    sa.Column('values', sa.Text(), nullable=False),
    sa.Column('link', sa.String(length=300), nullable=False),
    sa.Column('button', sa.String(length=60), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reminded_on', sa.Date(), nullable=True),
    sa.Column('escalated', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ask')),
    sa.UniqueConstraint('key', name=op.f('uq_ask_key'))
    )
    with op.batch_alter_table('ask', schema=None) as batch_op:
        batch_op.create_index('ix_ask_open_due', ['settled_at', 'due_on'], unique=False)
        batch_op.create_index('ix_ask_permission_open', ['permission', 'settled_at', 'due_on'], unique=False)
        batch_op.create_index('ix_ask_person_open', ['person_id', 'settled_at', 'due_on'], unique=False)
    _regrant(lambda granted: granted | {new for new, having in NEW_RIGHTS.items() if granted & having})


QUALITY, REVIEW, ISSUE = "quality:write", "result:review", "report:issue"
#: The rights that came with the quality records → the rights one of which a role had to have to get it.
NEW_RIGHTS = {
    "competence:write": {QUALITY, REVIEW}, "document:read": {"home:see"}, "document:write": {QUALITY, REVIEW, ISSUE},
    "hold:release": {REVIEW, ISSUE}, "corrective:verify": {QUALITY, REVIEW, ISSUE}, "complaint:decide": {QUALITY, REVIEW, ISSUE},
    "document:approve": {ISSUE}, "risk:approve": {ISSUE}, "change:approve": {ISSUE}, "record:dispose": {ISSUE},
}


def _regrant(changed: Callable[[set[str]], set[str]]) -> None:
    """Give every role the rights that `changed` makes of those it has."""
    role = sa.table("role", sa.column("id", sa.Integer), sa.column("granted", sa.Text))
    for ident, text in op.get_bind().execute(sa.select(role.c.id, role.c.granted)).all():
        before = set(json.loads(text))
        after = changed(before)
        if after != before:
            op.execute(role.update().where(role.c.id == ident).values(granted=json.dumps(sorted(after))))


def downgrade() -> None:
    _regrant(lambda granted: granted - set(NEW_RIGHTS))
    with op.batch_alter_table('ask', schema=None) as batch_op:
        batch_op.drop_index('ix_ask_person_open')
        batch_op.drop_index('ix_ask_permission_open')
        batch_op.drop_index('ix_ask_open_due')

    op.drop_table('ask')
