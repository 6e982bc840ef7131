"""first tables

Revision ID: 0001
Revises: 
"""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

# The statements as they stand on the day of this migration: it must run the same for ever.
TRIGGERS_SQLITE = ["CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit_entry "
 "is append-only'); END",
 "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit_entry "
 "is append-only'); END",
 "CREATE TRIGGER audit_seal_no_update BEFORE UPDATE ON audit_seal BEGIN SELECT RAISE(ABORT, 'audit_seal is "
 "append-only'); END",
 "CREATE TRIGGER audit_seal_no_delete BEFORE DELETE ON audit_seal BEGIN SELECT RAISE(ABORT, 'audit_seal is "
 "append-only'); END"]
SQLITE_DDL = ["CREATE VIRTUAL TABLE search_fts USING fts5(body, content='search_entry', content_rowid='id', "
 "tokenize='unicode61 remove_diacritics 0', prefix='2 3 4')",
 'CREATE TRIGGER search_entry_ai AFTER INSERT ON search_entry BEGIN INSERT INTO search_fts(rowid, body) '
 'VALUES (new.id, new.body); END',
 'CREATE TRIGGER search_entry_ad AFTER DELETE ON search_entry BEGIN INSERT INTO search_fts(search_fts, '
 "rowid, body) VALUES ('delete', old.id, old.body); END",
 'CREATE TRIGGER search_entry_au AFTER UPDATE ON search_entry BEGIN INSERT INTO search_fts(search_fts, '
 "rowid, body) VALUES ('delete', old.id, old.body); INSERT INTO search_fts(rowid, body) VALUES (new.id, "
 'new.body); END']
TRIGGERS_POSTGRESQL = ["CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% "
 "is append-only', TG_TABLE_NAME; END $$",
 'CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry FOR EACH '
 'STATEMENT EXECUTE FUNCTION append_only()',
 'CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal FOR EACH STATEMENT '
 'EXECUTE FUNCTION append_only()']
POSTGRESQL_DDL = ["CREATE INDEX ix_search_entry_tsv ON search_entry USING gin (to_tsvector('simple', body))"]


def upgrade() -> None:
    op.create_table('audit_entry',
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('actor_name', sa.String(length=200), nullable=False),
    sa.Column('action', sa.String(length=20), nullable=False),
    sa.Column('subject_kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('subject_code', sa.String(length=120), nullable=False),
    sa.Column('parent_kind', sa.String(length=60), nullable=True),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('canonical', sa.Text(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index('ix_audit_entry_parent', ['parent_kind', 'parent_id', 'id'], unique=False)
        batch_op.create_index('ix_audit_entry_subject', ['subject_kind', 'subject_id', 'id'], unique=False)

    op.create_table('counter',
    sa.Column('series', sa.String(length=80), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('series', name=op.f('pk_counter'))
    )
    op.create_table('customer',
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('name_en', sa.String(length=300), nullable=False),
    sa.Column('tax_code', sa.String(length=14), nullable=False),
    sa.Column('address', sa.String(length=400), nullable=False),
    sa.Column('address_en', sa.String(length=400), nullable=False),
    sa.Column('contact', sa.String(length=200), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('email', sa.String(length=255), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer')),
    sa.UniqueConstraint('code', name=op.f('uq_customer_code')),
    sa.UniqueConstraint('tax_code', name=op.f('uq_customer_tax_code'))
    )
    with op.batch_alter_table('customer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customer_name'), ['name'], unique=False)
        batch_op.create_index(batch_op.f('ix_customer_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('decision_rule',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name_vi', sa.String(length=300), nullable=False),
    sa.Column('name_en', sa.String(length=300), nullable=False),
    sa.Column('definition', sa.Text(), nullable=False),
    sa.Column('risk_vi', sa.String(length=300), nullable=False),
    sa.Column('risk_en', sa.String(length=300), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision_rule')),
    sa.UniqueConstraint('code', name=op.f('uq_decision_rule_code'))
    )
    op.create_table('draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft')),
    sa.UniqueConstraint('person_id', 'key', name=op.f('uq_draft_person_id_key'))
    )
    with op.batch_alter_table('draft', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_draft_saved_at'), ['saved_at'], unique=False)

    op.create_table('gate_hit',
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('gate', sa.String(length=80), nullable=False),
    sa.Column('clauses', sa.String(length=80), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('actor_name', sa.String(length=200), nullable=False),
    sa.Column('door', sa.String(length=120), nullable=False),
    sa.Column('says', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gate_hit'))
    )
    with op.batch_alter_table('gate_hit', schema=None) as batch_op:
        batch_op.create_index('ix_gate_hit_gate_at', ['gate', 'at'], unique=False)

    op.create_table('job',
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('run_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job')),
    sa.UniqueConstraint('key', name=op.f('uq_job_key'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index('ix_job_state_run_at', ['state', 'run_at'], unique=False)

    op.create_table('laboratory',
    sa.Column('name_vi', sa.String(length=300), nullable=False),
    sa.Column('name_en', sa.String(length=300), nullable=False),
    sa.Column('tax_code', sa.String(length=14), nullable=False),
    sa.Column('address_vi', sa.String(length=400), nullable=False),
    sa.Column('address_en', sa.String(length=400), nullable=False),
    sa.Column('phone', sa.String(length=60), nullable=False),
    sa.Column('email', sa.String(length=255), nullable=False),
    sa.Column('place_vi', sa.String(length=120), nullable=False),
    sa.Column('disclaimer', sa.Text(), nullable=False),
    sa.Column('accreditation', sa.Text(), nullable=False),
    sa.Column('designation', sa.Text(), nullable=False),
    sa.Column('settings', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_laboratory'))
    )
    op.create_table('person',
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('email', sa.String(length=255), nullable=False),
    sa.Column('password', sa.String(length=255), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('full_name', sa.String(length=200), nullable=False),
    sa.Column('sort_name', sa.String(length=200), nullable=False),
    sa.Column('title_vi', sa.String(length=200), nullable=False),
    sa.Column('title_en', sa.String(length=200), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('role_names', sa.Text(), nullable=False),
    sa.Column('undertaking_on', sa.Date(), nullable=True),
    sa.Column('tf_primary_method', sa.String(length=64), nullable=True),
    sa.Column('tf_totp_secret', sa.String(length=255), nullable=True),
    sa.Column('mf_recovery_codes', sa.Text(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('code', name=op.f('uq_person_code')),
    sa.UniqueConstraint('email', name=op.f('uq_person_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_person_fs_uniquifier'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_sort_name'), ['sort_name'], unique=False)

    op.create_table('regulation',
    sa.Column('code', sa.String(length=80), nullable=False),
    sa.Column('title_vi', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=False),
    sa.Column('in_force_from', sa.Date(), nullable=True),
    sa.Column('in_force_to', sa.Date(), nullable=True),
    sa.Column('replaced_by', sa.String(length=80), nullable=False),
    sa.Column('adopts', sa.Text(), nullable=False),
    sa.Column('products', sa.Text(), nullable=False),
    sa.Column('legal', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('confirmed', sa.Text(), nullable=False),
    sa.Column('confirmed_fields', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_regulation')),
    sa.UniqueConstraint('code', name=op.f('uq_regulation_code'))
    )
    op.create_table('role',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('title_vi', sa.String(length=120), nullable=False),
    sa.Column('title_en', sa.String(length=120), nullable=False),
    sa.Column('granted', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role')),
    sa.UniqueConstraint('name', name=op.f('uq_role_name'))
    )
    op.create_table('scope_entry',
    sa.Column('method_code', sa.String(length=80), nullable=False),
    sa.Column('parameter_code', sa.String(length=60), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('decision', sa.String(length=120), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scope_entry'))
    )
    with op.batch_alter_table('scope_entry', schema=None) as batch_op:
        batch_op.create_index('ix_scope_entry_method_status', ['method_code', 'status'], unique=False)

    op.create_table('search_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=120), nullable=False),
    sa.Column('title', sa.String(length=400), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_entry'))
    )
    with op.batch_alter_table('search_entry', schema=None) as batch_op:
        batch_op.create_index('ix_search_entry_code', ['code'], unique=False)
        batch_op.create_index('uq_search_entry_subject', ['kind', 'subject_id'], unique=True)

    op.create_table('sign_in_attempt',
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account', sa.String(length=64), nullable=False),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('succeeded', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_attempt'))
    )
    with op.batch_alter_table('sign_in_attempt', schema=None) as batch_op:
        batch_op.create_index('ix_sign_in_attempt_account_at', ['account', 'at'], unique=False)
        batch_op.create_index('ix_sign_in_attempt_address_at', ['address', 'at'], unique=False)

    op.create_table('site',
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name_vi', sa.String(length=200), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('address_vi', sa.String(length=400), nullable=False),
    sa.Column('address_en', sa.String(length=400), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site')),
    sa.UniqueConstraint('code', name=op.f('uq_site_code'))
    )
    op.create_table('stored_file',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('media_type', sa.String(length=80), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_stored_file'))
    )
    op.create_table('uncertainty_budget',
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('quantity', sa.String(length=300), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('components', sa.Text(), nullable=False),
    sa.Column('u_c', sa.String(length=64), nullable=False),
    sa.Column('k', sa.String(length=64), nullable=False),
    sa.Column('u_expanded', sa.String(length=64), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_uncertainty_budget')),
    sa.UniqueConstraint('code', name=op.f('uq_uncertainty_budget_code'))
    )
    op.create_table('attachment',
    sa.Column('subject_kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('filename', sa.String(length=255), nullable=False),
    sa.Column('caption', sa.String(length=300), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['sha256'], ['stored_file.sha256'], name=op.f('fk_attachment_sha256_stored_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment'))
    )
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.create_index('ix_attachment_subject', ['subject_kind', 'subject_id'], unique=False)

    op.create_table('audit_seal',
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('entry_hash', sa.String(length=64), nullable=False),
    sa.Column('chain_hash', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['audit_entry.id'], name=op.f('fk_audit_seal_entry_id_audit_entry')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_seal')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_audit_seal_entry_id'))
    )
    op.create_table('authorisation',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('task', sa.String(length=20), nullable=False),
    sa.Column('method_code', sa.String(length=80), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('authorised_by_id', sa.Integer(), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_from', sa.Date(), nullable=True),
    sa.Column('withdrawn_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_reason', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['authorised_by_id'], ['person.id'], name=op.f('fk_authorisation_authorised_by_id_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_authorisation_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authorisation'))
    )
    with op.batch_alter_table('authorisation', schema=None) as batch_op:
        batch_op.create_index('ix_authorisation_person_task', ['person_id', 'task', 'method_code'], unique=False)

    op.create_table('method',
    sa.Column('code', sa.String(length=80), nullable=False),
    sa.Column('title_vi', sa.String(length=300), nullable=False),
    sa.Column('title_en', sa.String(length=300), nullable=False),
    sa.Column('reference', sa.String(length=300), nullable=False),
    sa.Column('regulation_id', sa.Integer(), nullable=False),
    sa.Column('standard_method', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['regulation_id'], ['regulation.id'], name=op.f('fk_method_regulation_id_regulation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_method')),
    sa.UniqueConstraint('code', name=op.f('uq_method_code'))
    )
    op.create_table('person_role',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_role_person_id_person')),
    sa.ForeignKeyConstraint(['role_id'], ['role.id'], name=op.f('fk_person_role_role_id_role')),
    sa.PrimaryKeyConstraint('person_id', 'role_id', name=op.f('pk_person_role'))
    )
    op.create_table('requirement',
    sa.Column('regulation_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('clause', sa.String(length=80), nullable=False),
    sa.Column('name_vi', sa.String(length=300), nullable=False),
    sa.Column('name_en', sa.String(length=300), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('limit', sa.Text(), nullable=False),
    sa.Column('conditions', sa.Text(), nullable=False),
    sa.Column('seen', sa.Text(), nullable=False),
    sa.Column('confirmed_source', sa.Text(), nullable=False),
    sa.Column('confirmed_by_id', sa.Integer(), nullable=True),
    sa.Column('confirmed_on', sa.Date(), nullable=True),
    sa.Column('confirmed_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['person.id'], name=op.f('fk_requirement_confirmed_by_id_person')),
    sa.ForeignKeyConstraint(['regulation_id'], ['regulation.id'], name=op.f('fk_requirement_regulation_id_regulation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_requirement')),
    sa.UniqueConstraint('regulation_id', 'code', name=op.f('uq_requirement_regulation_id_code'))
    )
    op.create_table('room',
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name_vi', sa.String(length=200), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_room_site_id_site')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room')),
    sa.UniqueConstraint('code', name=op.f('uq_room_code'))
    )
    op.create_table('test_request',
    sa.Column('number', sa.String(length=30), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('requested_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('wants_statement', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('copies', sa.Integer(), nullable=False),
    sa.Column('return_items', sa.Boolean(), nullable=False),
    sa.Column('public_fields', sa.Text(), nullable=False),
    sa.Column('contract_no', sa.String(length=60), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('reported_on', sa.Date(), nullable=True),
    sa.Column('vat_percent', sa.String(length=64), nullable=False),
    sa.Column('registered_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_test_request_customer_id_customer')),
    sa.ForeignKeyConstraint(['registered_by_id'], ['person.id'], name=op.f('fk_test_request_registered_by_id_person')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_test_request_site_id_site')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_test_request')),
    sa.UniqueConstraint('number', name=op.f('uq_test_request_number'))
    )
    with op.batch_alter_table('test_request', schema=None) as batch_op:
        batch_op.create_index('ix_test_request_customer', ['customer_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_test_request_due_on'), ['due_on'], unique=False)
        batch_op.create_index('ix_test_request_open', ['status', 'reported_on', 'due_on'], unique=False)
        batch_op.create_index('ix_test_request_paid', ['paid_on', 'number'], unique=False)
        batch_op.create_index(batch_op.f('ix_test_request_requested_on'), ['requested_on'], unique=False)
        batch_op.create_index('ix_test_request_status', ['status', 'number'], unique=False)

    op.create_table('contract_review',
    sa.Column('number', sa.String(length=30), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('reviewer_id', sa.Integer(), nullable=False),
    sa.Column('checks', sa.Text(), nullable=False),
    sa.Column('questions', sa.Text(), nullable=False),
    sa.Column('deviations', sa.Text(), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('reviewed_on', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['request_id'], ['test_request.id'], name=op.f('fk_contract_review_request_id_test_request')),
    sa.ForeignKeyConstraint(['reviewer_id'], ['person.id'], name=op.f('fk_contract_review_reviewer_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_review')),
    sa.UniqueConstraint('number', name=op.f('uq_contract_review_number'))
    )
    with op.batch_alter_table('contract_review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contract_review_request_id'), ['request_id'], unique=False)

    op.create_table('environment_record',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('from_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('to_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('t_low', sa.String(length=64), nullable=True),
    sa.Column('t_high', sa.String(length=64), nullable=True),
    sa.Column('rh_low', sa.String(length=64), nullable=True),
    sa.Column('rh_high', sa.String(length=64), nullable=True),
    sa.Column('extra', sa.Text(), nullable=False),
    sa.Column('sensor_code', sa.String(length=40), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_environment_record_recorded_by_id_person')),
    sa.ForeignKeyConstraint(['replaces_id'], ['environment_record.id'], name=op.f('fk_environment_record_replaces_id_environment_record')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_environment_record_room_id_room')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_environment_record')),
    sa.UniqueConstraint('code', name=op.f('uq_environment_record_code'))
    )
    with op.batch_alter_table('environment_record', schema=None) as batch_op:
        batch_op.create_index('ix_environment_record_from', ['from_at'], unique=False)
        batch_op.create_index('ix_environment_record_room_from', ['room_id', 'from_at'], unique=False)

    op.create_table('instrument',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name_vi', sa.String(length=200), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('maker', sa.String(length=120), nullable=False),
    sa.Column('type', sa.String(length=120), nullable=False),
    sa.Column('serial', sa.String(length=120), nullable=False),
    sa.Column('firmware', sa.String(length=60), nullable=False),
    sa.Column('range_text', sa.String(length=300), nullable=False),
    sa.Column('uncertainty_text', sa.String(length=300), nullable=False),
    sa.Column('ownership', sa.String(length=20), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=True),
    sa.Column('location', sa.String(length=200), nullable=False),
    sa.Column('calibration_required', sa.Boolean(), nullable=False),
    sa.Column('no_calibration_reason', sa.Text(), nullable=False),
    sa.Column('check_interval_days', sa.Integer(), nullable=False),
    sa.Column('check_name', sa.String(length=300), nullable=False),
    sa.Column('check_criterion', sa.String(length=200), nullable=False),
    sa.Column('checks_from', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('unusable_from', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_instrument_room_id_room')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_instrument_site_id_site')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_instrument')),
    sa.UniqueConstraint('code', name=op.f('uq_instrument_code'))
    )
    with op.batch_alter_table('instrument', schema=None) as batch_op:
        batch_op.create_index('ix_instrument_room', ['room_id', 'unusable_from'], unique=False)
        batch_op.create_index('ix_instrument_state_unusable', ['state', 'unusable_from'], unique=False)
        batch_op.create_index(batch_op.f('ix_instrument_unusable_from'), ['unusable_from'], unique=False)

    op.create_table('method_version',
    sa.Column('method_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=True),
    sa.Column('effective_to', sa.Date(), nullable=True),
    sa.Column('ended_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('verification', sa.Text(), nullable=False),
    sa.Column('environment', sa.Text(), nullable=False),
    sa.Column('change_note', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['approved_by_id'], ['person.id'], name=op.f('fk_method_version_approved_by_id_person')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_method_version_author_id_person')),
    sa.ForeignKeyConstraint(['method_id'], ['method.id'], name=op.f('fk_method_version_method_id_method')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_method_version')),
    sa.UniqueConstraint('method_id', 'number', name=op.f('uq_method_version_method_id_number'))
    )
    op.create_table('price_item',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('method_id', sa.Integer(), nullable=False),
    sa.Column('amount', sa.String(length=64), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['method_id'], ['method.id'], name=op.f('fk_price_item_method_id_method')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_price_item')),
    sa.UniqueConstraint('method_id', 'valid_from', name=op.f('uq_price_item_method_id_valid_from'))
    )
    op.create_table('quotation_line',
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('unit_price', sa.String(length=64), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['request_id'], ['test_request.id'], name=op.f('fk_quotation_line_request_id_test_request')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quotation_line'))
    )
    with op.batch_alter_table('quotation_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_quotation_line_request_id'), ['request_id'], unique=False)

    op.create_table('report',
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('base_number', sa.String(length=60), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('layout', sa.String(length=40), nullable=False),
    sa.Column('snapshot_hash', sa.String(length=64), nullable=False),
    sa.Column('published', sa.Text(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('signatory_id', sa.Integer(), nullable=False),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.Column('amendment_reason', sa.Text(), nullable=False),
    sa.Column('file_sha256', sa.String(length=64), nullable=True),
    sa.Column('libraries', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('snapshot', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['file_sha256'], ['stored_file.sha256'], name=op.f('fk_report_file_sha256_stored_file')),
    sa.ForeignKeyConstraint(['replaces_id'], ['report.id'], name=op.f('fk_report_replaces_id_report')),
    sa.ForeignKeyConstraint(['request_id'], ['test_request.id'], name=op.f('fk_report_request_id_test_request')),
    sa.ForeignKeyConstraint(['signatory_id'], ['person.id'], name=op.f('fk_report_signatory_id_person')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_report_site_id_site')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
    sa.UniqueConstraint('code', name=op.f('uq_report_code')),
    sa.UniqueConstraint('number', name=op.f('uq_report_number'))
    )
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_base_number'), ['base_number'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_issued_on'), ['issued_on'], unique=False)
        batch_op.create_index('ix_report_kind_issued', ['kind', 'issued_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_replaces_id'), ['replaces_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_request_id'), ['request_id'], unique=False)
        batch_op.create_index('ix_report_status', ['status', 'id'], unique=False)
        batch_op.create_index('ix_report_status_issued', ['status', 'issued_on'], unique=False)

    op.create_table('request_item',
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('name_en', sa.String(length=300), nullable=False),
    sa.Column('brand', sa.String(length=120), nullable=False),
    sa.Column('model', sa.String(length=120), nullable=False),
    sa.Column('manufacturer', sa.String(length=300), nullable=False),
    sa.Column('origin', sa.String(length=120), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('power', sa.String(length=200), nullable=False),
    sa.Column('supplied', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['request_id'], ['test_request.id'], name=op.f('fk_request_item_request_id_test_request')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request_item'))
    )
    with op.batch_alter_table('request_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_request_item_request_id'), ['request_id'], unique=False)

    op.create_table('agreed_rule',
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('method_id', sa.Integer(), nullable=False),
    sa.Column('parameter_codes', sa.Text(), nullable=False),
    sa.Column('rule_code', sa.String(length=40), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('agreed_by', sa.String(length=200), nullable=False),
    sa.Column('agreed_on', sa.Date(), nullable=False),
    sa.Column('evidence', sa.String(length=300), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['method_id'], ['method.id'], name=op.f('fk_agreed_rule_method_id_method')),
    sa.ForeignKeyConstraint(['review_id'], ['contract_review.id'], name=op.f('fk_agreed_rule_review_id_contract_review')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreed_rule'))
    )
    with op.batch_alter_table('agreed_rule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreed_rule_review_id'), ['review_id'], unique=False)

    op.create_table('calibration',
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('certificate_no', sa.String(length=80), nullable=False),
    sa.Column('laboratory', sa.String(length=200), nullable=False),
    sa.Column('laboratory_accreditation', sa.String(length=120), nullable=False),
    sa.Column('traceability', sa.String(length=60), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('evaluation', sa.Text(), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('released_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_calibration_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['released_by_id'], ['person.id'], name=op.f('fk_calibration_released_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calibration'))
    )
    with op.batch_alter_table('calibration', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calibration_due_on'), ['due_on'], unique=False)
        batch_op.create_index('ix_calibration_instrument_done', ['instrument_id', 'done_on'], unique=False)
        batch_op.create_index('ix_calibration_released', ['released_at'], unique=False)

    op.create_table('factor_set',
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('quantity', sa.String(length=60), nullable=False),
    sa.Column('argument_unit', sa.String(length=20), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('points', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_factor_set_instrument_id_instrument')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_factor_set'))
    )
    with op.batch_alter_table('factor_set', schema=None) as batch_op:
        batch_op.create_index('ix_factor_set_instrument_from', ['instrument_id', 'valid_from'], unique=False)

    op.create_table('instrument_range',
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('quantity', sa.String(length=60), nullable=False),
    sa.Column('low', sa.String(length=64), nullable=False),
    sa.Column('high', sa.String(length=64), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('u', sa.String(length=64), nullable=True),
    sa.Column('u_unit', sa.String(length=20), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_instrument_range_instrument_id_instrument')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_instrument_range'))
    )
    with op.batch_alter_table('instrument_range', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_instrument_range_instrument_id'), ['instrument_id'], unique=False)

    op.create_table('instrument_state',
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('effective_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('verification', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_instrument_state_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_instrument_state_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_instrument_state'))
    )
    with op.batch_alter_table('instrument_state', schema=None) as batch_op:
        batch_op.create_index('ix_instrument_state_instrument_at', ['instrument_id', 'effective_at'], unique=False)

    op.create_table('intermediate_check',
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('indicated', sa.String(length=64), nullable=False),
    sa.Column('reference', sa.String(length=64), nullable=False),
    sa.Column('tolerance', sa.String(length=64), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_intermediate_check_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_intermediate_check_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_intermediate_check'))
    )
    with op.batch_alter_table('intermediate_check', schema=None) as batch_op:
        batch_op.create_index('ix_intermediate_check_instrument_done', ['instrument_id', 'done_on'], unique=False)

    op.create_table('maintenance',
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('verified_before_return', sa.Boolean(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_maintenance_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_maintenance_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_maintenance'))
    )
    with op.batch_alter_table('maintenance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_maintenance_instrument_id'), ['instrument_id'], unique=False)

    op.create_table('method_parameter',
    sa.Column('method_version_id', sa.Integer(), nullable=False),
    sa.Column('requirement_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('name_vi', sa.String(length=300), nullable=False),
    sa.Column('name_en', sa.String(length=300), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('fields', sa.Text(), nullable=False),
    sa.Column('formula', sa.String(length=500), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('places', sa.Integer(), nullable=False),
    sa.Column('budget_id', sa.Integer(), nullable=True),
    sa.Column('u_exempt_reason', sa.Text(), nullable=False),
    sa.Column('u_max', sa.String(length=64), nullable=True),
    sa.Column('inherent_rule', sa.String(length=40), nullable=False),
    sa.Column('default_rule', sa.String(length=40), nullable=False),
    sa.Column('need', sa.Text(), nullable=False),
    sa.Column('conditions', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['budget_id'], ['uncertainty_budget.id'], name=op.f('fk_method_parameter_budget_id_uncertainty_budget')),
    sa.ForeignKeyConstraint(['method_version_id'], ['method_version.id'], name=op.f('fk_method_parameter_method_version_id_method_version')),
    sa.ForeignKeyConstraint(['requirement_id'], ['requirement.id'], name=op.f('fk_method_parameter_requirement_id_requirement')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_method_parameter')),
    sa.UniqueConstraint('method_version_id', 'code', name=op.f('uq_method_parameter_method_version_id_code'))
    )
    op.create_table('report_status',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('from_status', sa.String(length=20), nullable=False),
    sa.Column('to_status', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('public_reason', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_report_status_person_id_person')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_report_status_report_id_report')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_status'))
    )
    with op.batch_alter_table('report_status', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_status_report_id'), ['report_id'], unique=False)

    op.create_table('requested_test',
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('method_id', sa.Integer(), nullable=False),
    sa.Column('subcontracted', sa.String(length=300), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['request_item.id'], name=op.f('fk_requested_test_item_id_request_item')),
    sa.ForeignKeyConstraint(['method_id'], ['method.id'], name=op.f('fk_requested_test_method_id_method')),
    sa.ForeignKeyConstraint(['request_id'], ['test_request.id'], name=op.f('fk_requested_test_request_id_test_request')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_requested_test')),
    sa.UniqueConstraint('item_id', 'method_id', name=op.f('uq_requested_test_item_id_method_id'))
    )
    with op.batch_alter_table('requested_test', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_requested_test_request_id'), ['request_id'], unique=False)

    op.create_table('sample',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('serial', sa.String(length=120), nullable=False),
    sa.Column('hardware', sa.String(length=60), nullable=False),
    sa.Column('firmware', sa.String(length=60), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_by_id', sa.Integer(), nullable=False),
    sa.Column('brought_by', sa.String(length=200), nullable=False),
    sa.Column('sampled_by', sa.String(length=20), nullable=False),
    sa.Column('condition', sa.Text(), nullable=False),
    sa.Column('checks', sa.Text(), nullable=False),
    sa.Column('accessories', sa.Text(), nullable=False),
    sa.Column('deviation', sa.Text(), nullable=False),
    sa.Column('storage', sa.String(length=120), nullable=False),
    sa.Column('storage_conditions', sa.String(length=200), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['request_item.id'], name=op.f('fk_sample_item_id_request_item')),
    sa.ForeignKeyConstraint(['received_by_id'], ['person.id'], name=op.f('fk_sample_received_by_id_person')),
    sa.ForeignKeyConstraint(['request_id'], ['test_request.id'], name=op.f('fk_sample_request_id_test_request')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sample')),
    sa.UniqueConstraint('code', name=op.f('uq_sample_code'))
    )
    with op.batch_alter_table('sample', schema=None) as batch_op:
        batch_op.create_index('ix_sample_deviating', ['received_at'], unique=False, sqlite_where=sa.text("deviation != ''"), postgresql_where=sa.text("deviation != ''"))
        batch_op.create_index(batch_op.f('ix_sample_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sample_received_at'), ['received_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_sample_request_id'), ['request_id'], unique=False)
        batch_op.create_index('ix_sample_status', ['status', 'received_at'], unique=False)

    op.create_table('custody_event',
    sa.Column('sample_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('from_text', sa.String(length=200), nullable=False),
    sa.Column('to_person_id', sa.Integer(), nullable=True),
    sa.Column('to_text', sa.String(length=200), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_custody_event_by_id_person')),
    sa.ForeignKeyConstraint(['sample_id'], ['sample.id'], name=op.f('fk_custody_event_sample_id_sample')),
    sa.ForeignKeyConstraint(['to_person_id'], ['person.id'], name=op.f('fk_custody_event_to_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_custody_event'))
    )
    with op.batch_alter_table('custody_event', schema=None) as batch_op:
        batch_op.create_index('ix_custody_event_sample_at', ['sample_id', 'at'], unique=False)

    op.create_table('deviation_answer',
    sa.Column('sample_id', sa.Integer(), nullable=False),
    sa.Column('decision', sa.String(length=20), nullable=False),
    sa.Column('answered_by', sa.String(length=200), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_deviation_answer_recorded_by_id_person')),
    sa.ForeignKeyConstraint(['sample_id'], ['sample.id'], name=op.f('fk_deviation_answer_sample_id_sample')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deviation_answer'))
    )
    with op.batch_alter_table('deviation_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deviation_answer_sample_id'), ['sample_id'], unique=False)

    op.create_table('firmware_change',
    sa.Column('sample_id', sa.Integer(), nullable=False),
    sa.Column('firmware', sa.String(length=60), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_firmware_change_recorded_by_id_person')),
    sa.ForeignKeyConstraint(['sample_id'], ['sample.id'], name=op.f('fk_firmware_change_sample_id_sample')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_firmware_change'))
    )
    with op.batch_alter_table('firmware_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_firmware_change_sample_id'), ['sample_id'], unique=False)

    op.create_table('test_job',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('sample_id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('method_version_id', sa.Integer(), nullable=False),
    sa.Column('assignee_id', sa.Integer(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('due_key', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('superseded_reason', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['assignee_id'], ['person.id'], name=op.f('fk_test_job_assignee_id_person')),
    sa.ForeignKeyConstraint(['method_version_id'], ['method_version.id'], name=op.f('fk_test_job_method_version_id_method_version')),
    sa.ForeignKeyConstraint(['request_id'], ['test_request.id'], name=op.f('fk_test_job_request_id_test_request')),
    sa.ForeignKeyConstraint(['sample_id'], ['sample.id'], name=op.f('fk_test_job_sample_id_sample')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_test_job_site_id_site')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_test_job')),
    sa.UniqueConstraint('code', name=op.f('uq_test_job_code'))
    )
    with op.batch_alter_table('test_job', schema=None) as batch_op:
        batch_op.create_index('ix_test_job_assignee_status', ['assignee_id', 'status', 'due_key'], unique=False)
        batch_op.create_index('ix_test_job_due', ['due_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_test_job_request_id'), ['request_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_test_job_sample_id'), ['sample_id'], unique=False)
        batch_op.create_index('ix_test_job_status', ['status', 'id'], unique=False)
        batch_op.create_index('ix_test_job_status_due', ['status', 'due_key'], unique=False)
        batch_op.create_index('ix_test_job_version_due', ['method_version_id', 'due_key'], unique=False)

    op.create_table('job_line',
    sa.Column('job_id', sa.Integer(), nullable=False),
    sa.Column('parameter_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('conditions', sa.String(length=400), nullable=False),
    sa.Column('limit', sa.Text(), nullable=False),
    sa.Column('limit_confirmed', sa.Boolean(), nullable=False),
    sa.Column('rule_code', sa.String(length=40), nullable=False),
    sa.Column('rule', sa.Text(), nullable=True),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('retest_of_id', sa.Integer(), nullable=True),
    sa.Column('retest_reason', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['job_id'], ['test_job.id'], name=op.f('fk_job_line_job_id_test_job')),
    sa.ForeignKeyConstraint(['parameter_id'], ['method_parameter.id'], name=op.f('fk_job_line_parameter_id_method_parameter')),
    sa.ForeignKeyConstraint(['retest_of_id'], ['job_line.id'], name=op.f('fk_job_line_retest_of_id_job_line')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_line')),
    sa.UniqueConstraint('retest_of_id', name=op.f('uq_job_line_retest_of_id'))
    )
    with op.batch_alter_table('job_line', schema=None) as batch_op:
        batch_op.create_index('ix_job_line_job', ['job_id', 'position'], unique=False)
        batch_op.create_index('ix_job_line_status', ['status', 'id'], unique=False)

    op.create_table('reading',
    sa.Column('line_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('measured_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('late_reason', sa.Text(), nullable=False),
    sa.Column('correction_reason', sa.Text(), nullable=False),
    sa.Column('environment_id', sa.Integer(), nullable=True),
    sa.Column('environment_text', sa.String(length=300), nullable=False),
    sa.Column('firmware', sa.String(length=60), nullable=False),
    sa.Column('raw', sa.Text(), nullable=False),
    sa.Column('observation', sa.String(length=20), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('value', sa.String(length=64), nullable=True),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('u', sa.String(length=64), nullable=True),
    sa.Column('k', sa.String(length=64), nullable=True),
    sa.Column('limit_value', sa.Text(), nullable=True),
    sa.Column('margin', sa.String(length=64), nullable=True),
    sa.Column('guard_band', sa.String(length=64), nullable=True),
    sa.Column('verdict', sa.String(length=30), nullable=False),
    sa.Column('computed', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['environment_id'], ['environment_record.id'], name=op.f('fk_reading_environment_id_environment_record')),
    sa.ForeignKeyConstraint(['line_id'], ['job_line.id'], name=op.f('fk_reading_line_id_job_line')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reading_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reading'))
    )
    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.create_index('ix_reading_measured', ['measured_at'], unique=False)
        batch_op.create_index('ix_reading_person_recorded', ['person_id', 'recorded_at'], unique=False)
        batch_op.create_index('uq_reading_line_revision', ['line_id', 'revision'], unique=True)

    op.create_table('line_review',
    sa.Column('line_id', sa.Integer(), nullable=False),
    sa.Column('reading_id', sa.Integer(), nullable=False),
    sa.Column('decision', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('reviewer_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['line_id'], ['job_line.id'], name=op.f('fk_line_review_line_id_job_line')),
    sa.ForeignKeyConstraint(['reading_id'], ['reading.id'], name=op.f('fk_line_review_reading_id_reading')),
    sa.ForeignKeyConstraint(['reviewer_id'], ['person.id'], name=op.f('fk_line_review_reviewer_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_line_review'))
    )
    with op.batch_alter_table('line_review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_line_review_line_id'), ['line_id'], unique=False)

    op.create_table('reading_instrument',
    sa.Column('reading_id', sa.Integer(), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('calibration_id', sa.Integer(), nullable=True),
    sa.Column('factor_set_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['calibration_id'], ['calibration.id'], name=op.f('fk_reading_instrument_calibration_id_calibration')),
    sa.ForeignKeyConstraint(['factor_set_id'], ['factor_set.id'], name=op.f('fk_reading_instrument_factor_set_id_factor_set')),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_reading_instrument_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['reading_id'], ['reading.id'], name=op.f('fk_reading_instrument_reading_id_reading')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reading_instrument'))
    )
    with op.batch_alter_table('reading_instrument', schema=None) as batch_op:
        batch_op.create_index('ix_reading_instrument_instrument', ['instrument_id', 'reading_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reading_instrument_reading_id'), ['reading_id'], unique=False)

    op.create_table('report_line',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('job_line_id', sa.Integer(), nullable=False),
    sa.Column('reading_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['job_line_id'], ['job_line.id'], name=op.f('fk_report_line_job_line_id_job_line')),
    sa.ForeignKeyConstraint(['reading_id'], ['reading.id'], name=op.f('fk_report_line_reading_id_reading')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_report_line_report_id_report')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_line'))
    )
    with op.batch_alter_table('report_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_line_job_line_id'), ['job_line_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_line_reading_id'), ['reading_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_line_report_id'), ['report_id'], unique=False)


    dialect = op.get_bind().dialect.name
    extra = TRIGGERS_SQLITE + SQLITE_DDL if dialect == "sqlite" else TRIGGERS_POSTGRESQL + POSTGRESQL_DDL
    for statement in extra:
        op.execute(sa.text(statement) if ":=" in statement else sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(sa.DDL("DROP TABLE IF EXISTS search_fts"))
    with op.batch_alter_table('report_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_line_report_id'))
        batch_op.drop_index(batch_op.f('ix_report_line_reading_id'))
        batch_op.drop_index(batch_op.f('ix_report_line_job_line_id'))

    op.drop_table('report_line')
    with op.batch_alter_table('reading_instrument', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reading_instrument_reading_id'))
        batch_op.drop_index('ix_reading_instrument_instrument')

    op.drop_table('reading_instrument')
    with op.batch_alter_table('line_review', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_line_review_line_id'))

    op.drop_table('line_review')
    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.drop_index('uq_reading_line_revision')
        batch_op.drop_index('ix_reading_person_recorded')
        batch_op.drop_index('ix_reading_measured')

    op.drop_table('reading')
    with op.batch_alter_table('job_line', schema=None) as batch_op:
        batch_op.drop_index('ix_job_line_status')
        batch_op.drop_index('ix_job_line_job')

    op.drop_table('job_line')
    with op.batch_alter_table('test_job', schema=None) as batch_op:
        batch_op.drop_index('ix_test_job_version_due')
        batch_op.drop_index('ix_test_job_status_due')
        batch_op.drop_index('ix_test_job_status')
        batch_op.drop_index(batch_op.f('ix_test_job_sample_id'))
        batch_op.drop_index(batch_op.f('ix_test_job_request_id'))
        batch_op.drop_index('ix_test_job_due')
        batch_op.drop_index('ix_test_job_assignee_status')

    op.drop_table('test_job')
    with op.batch_alter_table('firmware_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_firmware_change_sample_id'))

    op.drop_table('firmware_change')
    with op.batch_alter_table('deviation_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deviation_answer_sample_id'))

    op.drop_table('deviation_answer')
    with op.batch_alter_table('custody_event', schema=None) as batch_op:
        batch_op.drop_index('ix_custody_event_sample_at')

    op.drop_table('custody_event')
    with op.batch_alter_table('sample', schema=None) as batch_op:
        batch_op.drop_index('ix_sample_status')
        batch_op.drop_index(batch_op.f('ix_sample_request_id'))
        batch_op.drop_index(batch_op.f('ix_sample_received_at'))
        batch_op.drop_index(batch_op.f('ix_sample_item_id'))
        batch_op.drop_index('ix_sample_deviating', sqlite_where=sa.text("deviation != ''"), postgresql_where=sa.text("deviation != ''"))

    op.drop_table('sample')
    with op.batch_alter_table('requested_test', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_requested_test_request_id'))

    op.drop_table('requested_test')
    with op.batch_alter_table('report_status', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_status_report_id'))

    op.drop_table('report_status')
    op.drop_table('method_parameter')
    with op.batch_alter_table('maintenance', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_maintenance_instrument_id'))

    op.drop_table('maintenance')
    with op.batch_alter_table('intermediate_check', schema=None) as batch_op:
        batch_op.drop_index('ix_intermediate_check_instrument_done')

    op.drop_table('intermediate_check')
    with op.batch_alter_table('instrument_state', schema=None) as batch_op:
        batch_op.drop_index('ix_instrument_state_instrument_at')

    op.drop_table('instrument_state')
    with op.batch_alter_table('instrument_range', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_instrument_range_instrument_id'))

    op.drop_table('instrument_range')
    with op.batch_alter_table('factor_set', schema=None) as batch_op:
        batch_op.drop_index('ix_factor_set_instrument_from')

    op.drop_table('factor_set')
    with op.batch_alter_table('calibration', schema=None) as batch_op:
        batch_op.drop_index('ix_calibration_released')
        batch_op.drop_index('ix_calibration_instrument_done')
        batch_op.drop_index(batch_op.f('ix_calibration_due_on'))

    op.drop_table('calibration')
    with op.batch_alter_table('agreed_rule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agreed_rule_review_id'))

    op.drop_table('agreed_rule')
    with op.batch_alter_table('request_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_request_item_request_id'))

    op.drop_table('request_item')
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.drop_index('ix_report_status_issued')
        batch_op.drop_index('ix_report_status')
        batch_op.drop_index(batch_op.f('ix_report_request_id'))
        batch_op.drop_index(batch_op.f('ix_report_replaces_id'))
        batch_op.drop_index('ix_report_kind_issued')
        batch_op.drop_index(batch_op.f('ix_report_issued_on'))
        batch_op.drop_index(batch_op.f('ix_report_base_number'))

    op.drop_table('report')
    with op.batch_alter_table('quotation_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_quotation_line_request_id'))

    op.drop_table('quotation_line')
    op.drop_table('price_item')
    op.drop_table('method_version')
    with op.batch_alter_table('instrument', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_instrument_unusable_from'))
        batch_op.drop_index('ix_instrument_state_unusable')
        batch_op.drop_index('ix_instrument_room')

    op.drop_table('instrument')
    with op.batch_alter_table('environment_record', schema=None) as batch_op:
        batch_op.drop_index('ix_environment_record_room_from')
        batch_op.drop_index('ix_environment_record_from')

    op.drop_table('environment_record')
    with op.batch_alter_table('contract_review', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contract_review_request_id'))

    op.drop_table('contract_review')
    with op.batch_alter_table('test_request', schema=None) as batch_op:
        batch_op.drop_index('ix_test_request_status')
        batch_op.drop_index(batch_op.f('ix_test_request_requested_on'))
        batch_op.drop_index('ix_test_request_paid')
        batch_op.drop_index('ix_test_request_open')
        batch_op.drop_index(batch_op.f('ix_test_request_due_on'))
        batch_op.drop_index('ix_test_request_customer')

    op.drop_table('test_request')
    op.drop_table('room')
    op.drop_table('requirement')
    op.drop_table('person_role')
    op.drop_table('method')
    with op.batch_alter_table('authorisation', schema=None) as batch_op:
        batch_op.drop_index('ix_authorisation_person_task')

    op.drop_table('authorisation')
    op.drop_table('audit_seal')
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_index('ix_attachment_subject')

    op.drop_table('attachment')
    op.drop_table('uncertainty_budget')
    op.drop_table('stored_file')
    op.drop_table('site')
    with op.batch_alter_table('sign_in_attempt', schema=None) as batch_op:
        batch_op.drop_index('ix_sign_in_attempt_address_at')
        batch_op.drop_index('ix_sign_in_attempt_account_at')

    op.drop_table('sign_in_attempt')
    with op.batch_alter_table('search_entry', schema=None) as batch_op:
        batch_op.drop_index('uq_search_entry_subject')
        batch_op.drop_index('ix_search_entry_code')

    op.drop_table('search_entry')
    with op.batch_alter_table('scope_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_scope_entry_method_status')

    op.drop_table('scope_entry')
    op.drop_table('role')
    op.drop_table('regulation')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_person_sort_name'))

    op.drop_table('person')
    op.drop_table('laboratory')
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_index('ix_job_state_run_at')

    op.drop_table('job')
    with op.batch_alter_table('gate_hit', schema=None) as batch_op:
        batch_op.drop_index('ix_gate_hit_gate_at')

    op.drop_table('gate_hit')
    with op.batch_alter_table('draft', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_draft_saved_at'))

    op.drop_table('draft')
    op.drop_table('decision_rule')
    with op.batch_alter_table('customer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_customer_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_customer_name'))

    op.drop_table('customer')
    op.drop_table('counter')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_entry_subject')
        batch_op.drop_index('ix_audit_entry_parent')

    op.drop_table('audit_entry')
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.DDL("DROP FUNCTION IF EXISTS append_only()"))
