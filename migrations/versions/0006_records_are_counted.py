"""records are counted

What lists and calendars ask stands where one look answers it: files by kind and year, since when a document has been in force, the
kind of an entry among the words it is found by. Rows that are there already are brought to the same state.
"""
from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('file_count',
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('files', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'year', name=op.f('pk_file_count'))
    )
    with op.batch_alter_table('controlled_document', schema=None) as batch_op:
        batch_op.add_column(sa.Column('effective_since', sa.Date(), nullable=True))
        batch_op.create_index('ix_controlled_document_force', ['effective_since', 'withdrawn_from'], unique=False)

    with op.batch_alter_table('document_reading', schema=None) as batch_op:
        batch_op.create_index('ix_document_reading_late', ['read_at', 'ended_at', 'due_on'], unique=False)

    with op.batch_alter_table('document_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_version_effective_from'))
        batch_op.create_index('ix_document_version_days', ['effective_from', 'obsolete_from', 'approved_at', 'obsolete_recorded_at'], unique=False)
    year = "EXTRACT(year FROM recorded_at AT TIME ZONE 'UTC')" if _postgresql() else "strftime('%Y', recorded_at)"
    op.execute(sa.text(
        f"INSERT INTO file_count (kind, year, files) SELECT subject_kind, CAST({year} AS INTEGER), count(*) FROM attachment "
        "GROUP BY subject_kind, 2"))
    op.execute(sa.text(
        "UPDATE controlled_document SET effective_since = (SELECT min(v.effective_from) FROM document_version v "
        "WHERE v.document_id = controlled_document.id AND v.status = 'approved')"))
    _found_by(lambda body: f"{body} || ' {KIND}' || replace(kind, '-', '')")


#: Begins the word by which an entry's kind stands among those it is found by.
KIND = "þ"


def _postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _found_by(changed: Callable[[str], str]) -> None:
    """Change the words that every entry is found by, and the index over them once for all."""
    if _postgresql():
        op.execute(sa.text("DROP INDEX ix_search_entry_tsv"))
        op.execute(sa.text(f"UPDATE search_entry SET body = {changed('body')}"))
        op.execute(sa.text("CREATE INDEX ix_search_entry_tsv ON search_entry USING gin (to_tsvector('simple', body))"))
        return
    op.execute(sa.text("DROP TRIGGER search_entry_au"))
    op.execute(sa.text(f"UPDATE search_entry SET body = {changed('body')}"))
    op.execute(sa.text("INSERT INTO search_fts(search_fts) VALUES ('rebuild')"))
    op.execute(sa.DDL(AFTER_UPDATE))


AFTER_UPDATE = (
    "CREATE TRIGGER search_entry_au AFTER UPDATE ON search_entry BEGIN "
    "INSERT INTO search_fts(search_fts, rowid, body) VALUES ('delete', old.id, old.body); "
    "INSERT INTO search_fts(rowid, body) VALUES (new.id, new.body); END"
)


def downgrade() -> None:
    _found_by(lambda body: f"replace({body}, ' {KIND}' || replace(kind, '-', ''), '')")
    with op.batch_alter_table('document_version', schema=None) as batch_op:
        batch_op.drop_index('ix_document_version_days')
        batch_op.create_index(batch_op.f('ix_document_version_effective_from'), ['effective_from'], unique=False)

    with op.batch_alter_table('document_reading', schema=None) as batch_op:
        batch_op.drop_index('ix_document_reading_late')

    with op.batch_alter_table('controlled_document', schema=None) as batch_op:
        batch_op.drop_index('ix_controlled_document_force')
        batch_op.drop_column('effective_since')

    op.drop_table('file_count')
