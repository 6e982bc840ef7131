"""instruments grow

Revision ID: 0002
Revises: 0001
"""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('message', sa.String(length=300), nullable=False),
    sa.Column('values', sa.Text(), nullable=False),
    sa.Column('link', sa.String(length=300), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('key', name=op.f('uq_notice_key'))
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.create_index('ix_notice_person_read', ['person_id', 'read_at', 'id'], unique=False)

    op.create_table('supplier',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('contact', sa.String(length=200), nullable=False),
    sa.Column('accreditation', sa.String(length=200), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supplier')),
    sa.UniqueConstraint('code', name=op.f('uq_supplier_code'))
    )
    op.create_table('calendar_feed',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('token_sha256', sa.String(length=64), nullable=False),
    sa.Column('only_mine', sa.Boolean(), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_calendar_feed_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_calendar_feed_token_sha256'))
    )
    with op.batch_alter_table('calendar_feed', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calendar_feed_person_id'), ['person_id'], unique=False)

    op.create_table('file_mapping',
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('mapping', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_file_mapping_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_file_mapping')),
    sa.UniqueConstraint('name', name=op.f('uq_file_mapping_name'))
    )
    op.create_table('nonconformity',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('source', sa.String(length=30), nullable=False),
    sa.Column('subject_kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('subject_code', sa.String(length=120), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('found_on', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('responsible_id', sa.Integer(), nullable=True),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('significance', sa.Text(), nullable=False),
    sa.Column('acceptability', sa.Text(), nullable=False),
    sa.Column('customer_told', sa.Text(), nullable=False),
    sa.Column('resumption', sa.Text(), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['closed_by_id'], ['person.id'], name=op.f('fk_nonconformity_closed_by_id_person')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['person.id'], name=op.f('fk_nonconformity_opened_by_id_person')),
    sa.ForeignKeyConstraint(['responsible_id'], ['person.id'], name=op.f('fk_nonconformity_responsible_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nonconformity')),
    sa.UniqueConstraint('code', name=op.f('uq_nonconformity_code'))
    )
    with op.batch_alter_table('nonconformity', schema=None) as batch_op:
        batch_op.create_index('ix_nonconformity_status', ['status', 'id'], unique=False)
        batch_op.create_index('ix_nonconformity_subject', ['subject_kind', 'subject_id'], unique=False)

    op.create_table('proficiency_plan',
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('discipline', sa.String(length=200), nullable=False),
    sa.Column('rounds', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_proficiency_plan_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proficiency_plan'))
    )
    with op.batch_alter_table('proficiency_plan', schema=None) as batch_op:
        batch_op.create_index('uq_proficiency_plan_year_discipline', ['year', 'discipline'], unique=True)

    op.create_table('proficiency_round',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('discipline', sa.String(length=200), nullable=False),
    sa.Column('supplier_id', sa.Integer(), nullable=True),
    sa.Column('provider', sa.String(length=200), nullable=False),
    sa.Column('provider_basis', sa.Text(), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('scored_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('report_no', sa.String(length=120), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_proficiency_round_person_id_person')),
    sa.ForeignKeyConstraint(['supplier_id'], ['supplier.id'], name=op.f('fk_proficiency_round_supplier_id_supplier')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proficiency_round')),
    sa.UniqueConstraint('code', name=op.f('uq_proficiency_round_code'))
    )
    with op.batch_alter_table('proficiency_round', schema=None) as batch_op:
        batch_op.create_index('ix_proficiency_round_closes', ['closes_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_proficiency_round_supplier_id'), ['supplier_id'], unique=False)
        batch_op.create_index('ix_proficiency_round_year', ['year', 'id'], unique=False)

    op.create_table('supplier_approval',
    sa.Column('supplier_id', sa.Integer(), nullable=False),
    sa.Column('service', sa.String(length=30), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('ended_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_supplier_approval_person_id_person')),
    sa.ForeignKeyConstraint(['supplier_id'], ['supplier.id'], name=op.f('fk_supplier_approval_supplier_id_supplier')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supplier_approval'))
    )
    with op.batch_alter_table('supplier_approval', schema=None) as batch_op:
        batch_op.create_index('ix_supplier_approval_supplier', ['supplier_id', 'service'], unique=False)

    op.create_table('check_chart',
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('check_point', sa.String(length=120), nullable=False),
    sa.Column('center', sa.String(length=64), nullable=False),
    sa.Column('sigma', sa.String(length=64), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('phase_from', sa.Date(), nullable=False),
    sa.Column('phase_to', sa.Date(), nullable=False),
    sa.Column('rules', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_check_chart_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_check_chart_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_chart'))
    )
    with op.batch_alter_table('check_chart', schema=None) as batch_op:
        batch_op.create_index('ix_check_chart_instrument', ['instrument_id', 'check_point'], unique=False)

    op.create_table('control_chart',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('method_id', sa.Integer(), nullable=False),
    sa.Column('parameter_code', sa.String(length=60), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=True),
    sa.Column('control_item', sa.String(length=200), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('rules', sa.Text(), nullable=False),
    sa.Column('settings', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('standing', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_control_chart_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['method_id'], ['method.id'], name=op.f('fk_control_chart_method_id_method')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_control_chart_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_control_chart')),
    sa.UniqueConstraint('code', name=op.f('uq_control_chart_code'))
    )
    with op.batch_alter_table('control_chart', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_control_chart_instrument_id'), ['instrument_id'], unique=False)
        batch_op.create_index('ix_control_chart_parameter', ['method_id', 'parameter_code'], unique=False)

    op.create_table('cycle_event',
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('by_whom', sa.String(length=200), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('cost', sa.String(length=64), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_cycle_event_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_cycle_event_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cycle_event'))
    )
    with op.batch_alter_table('cycle_event', schema=None) as batch_op:
        batch_op.create_index('ix_cycle_event_instrument_kind', ['instrument_id', 'kind', 'done_on'], unique=False)

    op.create_table('due_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('send_by', sa.Date(), nullable=False),
    sa.Column('responsible_id', sa.Integer(), nullable=True),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=True),
    sa.Column('blocks', sa.Boolean(), nullable=False),
    sa.Column('extended', sa.Boolean(), nullable=False),
    sa.Column('month', sa.Integer(), nullable=False),
    sa.Column('cost_vnd', sa.BigInteger(), nullable=True),
    sa.Column('work_minutes', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_due_entry_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['responsible_id'], ['person.id'], name=op.f('fk_due_entry_responsible_id_person')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_due_entry_room_id_room')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_due_entry_site_id_site')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_due_entry'))
    )
    with op.batch_alter_table('due_entry', schema=None) as batch_op:
        batch_op.create_index('ix_due_entry_due', ['due_on', 'id'], unique=False)
        batch_op.create_index('ix_due_entry_kind_due', ['kind', 'due_on'], unique=False)
        batch_op.create_index('ix_due_entry_month', ['month', 'kind', 'cost_vnd', 'work_minutes'], unique=False)
        batch_op.create_index('ix_due_entry_responsible_due', ['responsible_id', 'due_on'], unique=False)
        batch_op.create_index('ix_due_entry_room_due', ['room_id', 'due_on'], unique=False)
        batch_op.create_index('ix_due_entry_send_by', ['send_by'], unique=False)
        batch_op.create_index('ix_due_entry_site_due', ['site_id', 'due_on'], unique=False)
        batch_op.create_index('uq_due_entry_instrument_kind', ['instrument_id', 'kind'], unique=True)

    op.create_table('due_extension',
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_due_extension_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_due_extension_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_due_extension'))
    )
    with op.batch_alter_table('due_extension', schema=None) as batch_op:
        batch_op.create_index('ix_due_extension_instrument_kind', ['instrument_id', 'kind'], unique=False)

    op.create_table('instrument_cycle',
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('interval_months', sa.Integer(), nullable=True),
    sa.Column('interval_days', sa.Integer(), nullable=True),
    sa.Column('use_limit', sa.String(length=64), nullable=True),
    sa.Column('use_unit', sa.String(length=40), nullable=False),
    sa.Column('from_first_issue', sa.Boolean(), nullable=False),
    sa.Column('lead_days', sa.Integer(), nullable=False),
    sa.Column('early_days', sa.Integer(), nullable=False),
    sa.Column('blocks', sa.Boolean(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('responsible_id', sa.Integer(), nullable=True),
    sa.Column('cost', sa.String(length=64), nullable=True),
    sa.Column('work_hours', sa.String(length=64), nullable=True),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_instrument_cycle_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_instrument_cycle_person_id_person')),
    sa.ForeignKeyConstraint(['responsible_id'], ['person.id'], name=op.f('fk_instrument_cycle_responsible_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_instrument_cycle'))
    )
    with op.batch_alter_table('instrument_cycle', schema=None) as batch_op:
        batch_op.create_index('ix_instrument_cycle_instrument_kind', ['instrument_id', 'kind', 'effective_from'], unique=False)

    op.create_table('instrument_firmware',
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('firmware', sa.String(length=60), nullable=False),
    sa.Column('effective_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('verification', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_instrument_firmware_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_instrument_firmware_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_instrument_firmware'))
    )
    with op.batch_alter_table('instrument_firmware', schema=None) as batch_op:
        batch_op.create_index('ix_instrument_firmware_instrument_at', ['instrument_id', 'effective_at'], unique=False)

    op.create_table('instrument_loan',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('holder_kind', sa.String(length=20), nullable=False),
    sa.Column('holder_id', sa.Integer(), nullable=True),
    sa.Column('holder', sa.String(length=200), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('out_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_back_on', sa.Date(), nullable=False),
    sa.Column('condition_out', sa.Text(), nullable=False),
    sa.Column('fee', sa.String(length=64), nullable=True),
    sa.Column('out_by_id', sa.Integer(), nullable=False),
    sa.Column('back_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('condition_back', sa.Text(), nullable=False),
    sa.Column('back_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['back_by_id'], ['person.id'], name=op.f('fk_instrument_loan_back_by_id_person')),
    sa.ForeignKeyConstraint(['holder_id'], ['person.id'], name=op.f('fk_instrument_loan_holder_id_person')),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_instrument_loan_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['out_by_id'], ['person.id'], name=op.f('fk_instrument_loan_out_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_instrument_loan')),
    sa.UniqueConstraint('code', name=op.f('uq_instrument_loan_code'))
    )
    with op.batch_alter_table('instrument_loan', schema=None) as batch_op:
        batch_op.create_index('ix_instrument_loan_back_due', ['back_at', 'due_back_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_instrument_loan_holder_id'), ['holder_id'], unique=False)
        batch_op.create_index('ix_instrument_loan_instrument', ['instrument_id', 'id'], unique=False)

    op.create_table('interval_review',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('method', sa.String(length=20), nullable=False),
    sa.Column('current_months', sa.Integer(), nullable=False),
    sa.Column('proposed_months', sa.Integer(), nullable=False),
    sa.Column('history', sa.Text(), nullable=False),
    sa.Column('findings', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=False),
    sa.Column('decision', sa.String(length=20), nullable=False),
    sa.Column('decided_months', sa.Integer(), nullable=True),
    sa.Column('decision_reason', sa.Text(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_interval_review_decided_by_id_person')),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_interval_review_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['person.id'], name=op.f('fk_interval_review_proposed_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interval_review')),
    sa.UniqueConstraint('code', name=op.f('uq_interval_review_code'))
    )
    with op.batch_alter_table('interval_review', schema=None) as batch_op:
        batch_op.create_index('ix_interval_review_decision', ['decision', 'id'], unique=False)
        batch_op.create_index('ix_interval_review_instrument', ['instrument_id', 'id'], unique=False)

    op.create_table('recall',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('nonconformity_id', sa.Integer(), nullable=False),
    sa.Column('cause', sa.String(length=20), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('depth', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(length=64), nullable=True),
    sa.Column('error_unit', sa.String(length=20), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('counts', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('conclusion', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['closed_by_id'], ['person.id'], name=op.f('fk_recall_closed_by_id_person')),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_recall_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['nonconformity_id'], ['nonconformity.id'], name=op.f('fk_recall_nonconformity_id_nonconformity')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['person.id'], name=op.f('fk_recall_opened_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recall')),
    sa.UniqueConstraint('code', name=op.f('uq_recall_code'))
    )
    with op.batch_alter_table('recall', schema=None) as batch_op:
        batch_op.create_index('ix_recall_instrument', ['instrument_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_recall_nonconformity_id'), ['nonconformity_id'], unique=False)
        batch_op.create_index('ix_recall_status', ['status', 'id'], unique=False)

    op.create_table('reminder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_reminder_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reminder_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder'))
    )
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reminder_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_reminder_once', ['instrument_id', 'kind', 'due_on', 'stage', 'person_id'], unique=True)

    op.create_table('system_member',
    sa.Column('system_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=120), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('from_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('until_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['instrument.id'], name=op.f('fk_system_member_member_id_instrument')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_system_member_person_id_person')),
    sa.ForeignKeyConstraint(['system_id'], ['instrument.id'], name=op.f('fk_system_member_system_id_instrument')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_system_member'))
    )
    with op.batch_alter_table('system_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_system_member_member_id'), ['member_id'], unique=False)
        batch_op.create_index('ix_system_member_system', ['system_id', 'position'], unique=False)

    op.create_table('trace',
    sa.Column('file_sha256', sa.String(length=64), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('format', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('detector', sa.String(length=40), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('mapping', sa.Text(), nullable=True),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('identity', sa.String(length=200), nullable=False),
    sa.Column('system_error', sa.String(length=200), nullable=False),
    sa.Column('captured_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['file_sha256'], ['stored_file.sha256'], name=op.f('fk_trace_file_sha256_stored_file')),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_trace_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_trace_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trace'))
    )
    with op.batch_alter_table('trace', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trace_file_sha256'), ['file_sha256'], unique=False)
        batch_op.create_index('ix_trace_instrument_at', ['instrument_id', 'captured_at'], unique=False)

    op.create_table('use_reading',
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('read_on', sa.Date(), nullable=False),
    sa.Column('counter', sa.String(length=64), nullable=False),
    sa.Column('unit', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_use_reading_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_use_reading_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_use_reading'))
    )
    with op.batch_alter_table('use_reading', schema=None) as batch_op:
        batch_op.create_index('ix_use_reading_instrument', ['instrument_id', 'read_on'], unique=False)

    op.create_table('calibration_order',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('provider_id', sa.Integer(), nullable=True),
    sa.Column('in_house', sa.Boolean(), nullable=False),
    sa.Column('service', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('ordered_on', sa.Date(), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.Column('arrived_on', sa.Date(), nullable=True),
    sa.Column('back_on', sa.Date(), nullable=True),
    sa.Column('expected_back_on', sa.Date(), nullable=True),
    sa.Column('condition_back', sa.Text(), nullable=False),
    sa.Column('cost', sa.String(length=64), nullable=True),
    sa.Column('calibration_id', sa.Integer(), nullable=True),
    sa.Column('cancel_reason', sa.Text(), nullable=False),
    sa.Column('ordered_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['calibration_id'], ['calibration.id'], name=op.f('fk_calibration_order_calibration_id_calibration')),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_calibration_order_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['ordered_by_id'], ['person.id'], name=op.f('fk_calibration_order_ordered_by_id_person')),
    sa.ForeignKeyConstraint(['provider_id'], ['supplier.id'], name=op.f('fk_calibration_order_provider_id_supplier')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calibration_order')),
    sa.UniqueConstraint('code', name=op.f('uq_calibration_order_code'))
    )
    with op.batch_alter_table('calibration_order', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calibration_order_calibration_id'), ['calibration_id'], unique=False)
        batch_op.create_index('ix_calibration_order_instrument', ['instrument_id', 'status'], unique=False)
        batch_op.create_index('ix_calibration_order_status_expected', ['status', 'expected_back_on'], unique=False)
        batch_op.create_index('uq_calibration_order_open', ['instrument_id'], unique=True, sqlite_where=sa.text("status NOT IN ('closed', 'cancelled')"), postgresql_where=sa.text("status NOT IN ('closed', 'cancelled')"))

    op.create_table('calibration_point',
    sa.Column('calibration_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('quantity', sa.String(length=60), nullable=False),
    sa.Column('condition', sa.String(length=200), nullable=False),
    sa.Column('argument', sa.String(length=64), nullable=True),
    sa.Column('argument_unit', sa.String(length=20), nullable=False),
    sa.Column('reference', sa.String(length=64), nullable=False),
    sa.Column('indicated', sa.String(length=64), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('error', sa.String(length=64), nullable=False),
    sa.Column('u', sa.String(length=64), nullable=False),
    sa.Column('k', sa.String(length=64), nullable=False),
    sa.Column('tolerance', sa.String(length=64), nullable=True),
    sa.Column('verdict', sa.String(length=30), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['calibration_id'], ['calibration.id'], name=op.f('fk_calibration_point_calibration_id_calibration')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calibration_point'))
    )
    with op.batch_alter_table('calibration_point', schema=None) as batch_op:
        batch_op.create_index('ix_calibration_point_calibration', ['calibration_id', 'position'], unique=False)

    op.create_table('calibration_standard',
    sa.Column('calibration_id', sa.Integer(), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['calibration_id'], ['calibration.id'], name=op.f('fk_calibration_standard_calibration_id_calibration')),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_calibration_standard_instrument_id_instrument')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calibration_standard'))
    )
    with op.batch_alter_table('calibration_standard', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calibration_standard_calibration_id'), ['calibration_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_calibration_standard_instrument_id'), ['instrument_id'], unique=False)

    op.create_table('control_limits',
    sa.Column('chart_id', sa.Integer(), nullable=False),
    sa.Column('location', sa.Text(), nullable=False),
    sa.Column('spread', sa.Text(), nullable=True),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('phase_from', sa.Date(), nullable=False),
    sa.Column('phase_to', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['chart_id'], ['control_chart.id'], name=op.f('fk_control_limits_chart_id_control_chart')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_control_limits_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_control_limits'))
    )
    with op.batch_alter_table('control_limits', schema=None) as batch_op:
        batch_op.create_index('ix_control_limits_chart', ['chart_id', 'recorded_at'], unique=False)

    op.create_table('recall_letter',
    sa.Column('recall_id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('reports', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_recall_letter_customer_id_customer')),
    sa.ForeignKeyConstraint(['recall_id'], ['recall.id'], name=op.f('fk_recall_letter_recall_id_recall')),
    sa.ForeignKeyConstraint(['sent_by_id'], ['person.id'], name=op.f('fk_recall_letter_sent_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recall_letter'))
    )
    with op.batch_alter_table('recall_letter', schema=None) as batch_op:
        batch_op.create_index('uq_recall_letter_customer', ['recall_id', 'customer_id'], unique=True)

    op.create_table('control_value',
    sa.Column('chart_id', sa.Integer(), nullable=False),
    sa.Column('measured_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('late_reason', sa.Text(), nullable=False),
    sa.Column('readings', sa.Text(), nullable=False),
    sa.Column('value', sa.String(length=64), nullable=False),
    sa.Column('spread', sa.String(length=64), nullable=True),
    sa.Column('plotted', sa.String(length=64), nullable=True),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('limits_id', sa.Integer(), nullable=True),
    sa.Column('standing', sa.String(length=20), nullable=False),
    sa.Column('tripped', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['chart_id'], ['control_chart.id'], name=op.f('fk_control_value_chart_id_control_chart')),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_control_value_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['limits_id'], ['control_limits.id'], name=op.f('fk_control_value_limits_id_control_limits')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_control_value_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_control_value'))
    )
    with op.batch_alter_table('control_value', schema=None) as batch_op:
        batch_op.create_index('ix_control_value_chart_measured', ['chart_id', 'measured_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_control_value_instrument_id'), ['instrument_id'], unique=False)

    op.create_table('comparison',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('method_id', sa.Integer(), nullable=False),
    sa.Column('parameter_code', sa.String(length=60), nullable=False),
    sa.Column('about', sa.String(length=300), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('first_line_id', sa.Integer(), nullable=True),
    sa.Column('second_line_id', sa.Integer(), nullable=True),
    sa.Column('first', sa.String(length=80), nullable=False),
    sa.Column('second', sa.String(length=80), nullable=False),
    sa.Column('first_u', sa.String(length=64), nullable=True),
    sa.Column('second_u', sa.String(length=64), nullable=True),
    sa.Column('criterion', sa.String(length=20), nullable=False),
    sa.Column('limit', sa.String(length=64), nullable=True),
    sa.Column('figure', sa.String(length=64), nullable=True),
    sa.Column('verdict', sa.String(length=20), nullable=False),
    sa.Column('measured_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('conclusion', sa.Text(), nullable=False),
    sa.Column('concluded_by_id', sa.Integer(), nullable=True),
    sa.Column('concluded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['concluded_by_id'], ['person.id'], name=op.f('fk_comparison_concluded_by_id_person')),
    sa.ForeignKeyConstraint(['first_line_id'], ['job_line.id'], name=op.f('fk_comparison_first_line_id_job_line')),
    sa.ForeignKeyConstraint(['method_id'], ['method.id'], name=op.f('fk_comparison_method_id_method')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_comparison_person_id_person')),
    sa.ForeignKeyConstraint(['second_line_id'], ['job_line.id'], name=op.f('fk_comparison_second_line_id_job_line')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comparison')),
    sa.UniqueConstraint('code', name=op.f('uq_comparison_code'))
    )
    with op.batch_alter_table('comparison', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_comparison_first_line_id'), ['first_line_id'], unique=False)
        batch_op.create_index('ix_comparison_parameter', ['method_id', 'parameter_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_comparison_second_line_id'), ['second_line_id'], unique=False)
        batch_op.create_index('ix_comparison_verdict', ['verdict', 'id'], unique=False)

    op.create_table('parameter_stop',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('method_id', sa.Integer(), nullable=False),
    sa.Column('parameter_code', sa.String(length=60), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=True),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('chart_id', sa.Integer(), nullable=True),
    sa.Column('value_id', sa.Integer(), nullable=True),
    sa.Column('subject_code', sa.String(length=60), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('good_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('nonconformity_id', sa.Integer(), nullable=True),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('released_by_id', sa.Integer(), nullable=True),
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['chart_id'], ['control_chart.id'], name=op.f('fk_parameter_stop_chart_id_control_chart')),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_parameter_stop_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['method_id'], ['method.id'], name=op.f('fk_parameter_stop_method_id_method')),
    sa.ForeignKeyConstraint(['nonconformity_id'], ['nonconformity.id'], name=op.f('fk_parameter_stop_nonconformity_id_nonconformity')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_parameter_stop_person_id_person')),
    sa.ForeignKeyConstraint(['released_by_id'], ['person.id'], name=op.f('fk_parameter_stop_released_by_id_person')),
    sa.ForeignKeyConstraint(['value_id'], ['control_value.id'], name=op.f('fk_parameter_stop_value_id_control_value')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parameter_stop')),
    sa.UniqueConstraint('code', name=op.f('uq_parameter_stop_code'))
    )
    with op.batch_alter_table('parameter_stop', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_parameter_stop_chart_id'), ['chart_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_parameter_stop_instrument_id'), ['instrument_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_parameter_stop_nonconformity_id'), ['nonconformity_id'], unique=False)
        batch_op.create_index('ix_parameter_stop_parameter', ['method_id', 'parameter_code', 'since'], unique=False)
        batch_op.create_index('ix_parameter_stop_released', ['released_at', 'id'], unique=False)

    op.create_table('proficiency_result',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('method_id', sa.Integer(), nullable=False),
    sa.Column('parameter_code', sa.String(length=60), nullable=False),
    sa.Column('what', sa.String(length=200), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('reported', sa.String(length=64), nullable=False),
    sa.Column('u', sa.String(length=64), nullable=True),
    sa.Column('k', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('assigned', sa.String(length=64), nullable=True),
    sa.Column('u_assigned', sa.String(length=64), nullable=True),
    sa.Column('k_assigned', sa.String(length=64), nullable=False),
    sa.Column('sigma_pt', sa.String(length=64), nullable=True),
    sa.Column('participants', sa.Text(), nullable=False),
    sa.Column('scores', sa.Text(), nullable=False),
    sa.Column('classified', sa.String(length=20), nullable=False),
    sa.Column('scored_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('scored_by_id', sa.Integer(), nullable=True),
    sa.Column('stop_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['method_id'], ['method.id'], name=op.f('fk_proficiency_result_method_id_method')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_proficiency_result_person_id_person')),
    sa.ForeignKeyConstraint(['round_id'], ['proficiency_round.id'], name=op.f('fk_proficiency_result_round_id_proficiency_round')),
    sa.ForeignKeyConstraint(['scored_by_id'], ['person.id'], name=op.f('fk_proficiency_result_scored_by_id_person')),
    sa.ForeignKeyConstraint(['stop_id'], ['parameter_stop.id'], name=op.f('fk_proficiency_result_stop_id_parameter_stop')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proficiency_result'))
    )
    with op.batch_alter_table('proficiency_result', schema=None) as batch_op:
        batch_op.create_index('ix_proficiency_result_parameter', ['method_id', 'parameter_code', 'scored_at'], unique=False)
        batch_op.create_index('uq_proficiency_result_round_parameter', ['round_id', 'method_id', 'parameter_code', 'what'], unique=True)

    op.create_table('reading_trace',
    sa.Column('reading_id', sa.Integer(), nullable=False),
    sa.Column('trace_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['reading_id'], ['reading.id'], name=op.f('fk_reading_trace_reading_id_reading')),
    sa.ForeignKeyConstraint(['trace_id'], ['trace.id'], name=op.f('fk_reading_trace_trace_id_trace')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reading_trace'))
    )
    with op.batch_alter_table('reading_trace', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reading_trace_reading_id'), ['reading_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reading_trace_trace_id'), ['trace_id'], unique=False)

    op.create_table('recall_decision',
    sa.Column('recall_id', sa.Integer(), nullable=False),
    sa.Column('reading_id', sa.Integer(), nullable=False),
    sa.Column('decision', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_recall_decision_person_id_person')),
    sa.ForeignKeyConstraint(['reading_id'], ['reading.id'], name=op.f('fk_recall_decision_reading_id_reading')),
    sa.ForeignKeyConstraint(['recall_id'], ['recall.id'], name=op.f('fk_recall_decision_recall_id_recall')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recall_decision'))
    )
    with op.batch_alter_table('recall_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recall_decision_reading_id'), ['reading_id'], unique=False)
        batch_op.create_index('ix_recall_decision_recall_reading', ['recall_id', 'reading_id', 'id'], unique=False)

    with op.batch_alter_table('calibration', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=20), nullable=False, server_default='external'))
        batch_op.add_column(sa.Column('provider_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('certificate_date', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('conditions', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('adjusted', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('rule', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('factors_decision', sa.String(length=20), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('factors_note', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('evaluated_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('evaluated_by_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_calibration_provider_id_supplier'), 'supplier', ['provider_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_calibration_evaluated_by_id_person'), 'person', ['evaluated_by_id'], ['id'])

    with op.batch_alter_table('factor_set', schema=None) as batch_op:
        batch_op.add_column(sa.Column('calibration_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('interpolation', sa.String(length=10), nullable=False, server_default='linear'))
        batch_op.create_index(batch_op.f('ix_factor_set_calibration_id'), ['calibration_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_factor_set_calibration_id_calibration'), 'calibration', ['calibration_id'], ['id'])

    with op.batch_alter_table('instrument', schema=None) as batch_op:
        batch_op.add_column(sa.Column('owner', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('kind', sa.String(length=20), nullable=False, server_default='instrument'))
        batch_op.add_column(sa.Column('pool', sa.String(length=80), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('acquired_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('first_issued_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('expires_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('acceptance', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('resource', sa.String(length=120), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('identity', sa.String(length=200), nullable=False, server_default=''))
        batch_op.create_index('ix_instrument_kind_unusable', ['kind', 'unusable_from'], unique=False)
        batch_op.create_index('ix_instrument_ownership_unusable', ['ownership', 'unusable_from'], unique=False)
        batch_op.create_index(batch_op.f('ix_instrument_pool'), ['pool'], unique=False)
        batch_op.create_index('ix_instrument_serial', ['serial'], unique=False)

    with op.batch_alter_table('intermediate_check', schema=None) as batch_op:
        batch_op.add_column(sa.Column('check_point', sa.String(length=120), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('readings', sa.Text(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('standard_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_intermediate_check_standard_id'), ['standard_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_intermediate_check_standard_id_instrument'), 'instrument', ['standard_id'], ['id'])

    with op.batch_alter_table('job_line', schema=None) as batch_op:
        batch_op.add_column(sa.Column('point', sa.String(length=120), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('scale', sa.String(length=60), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('stage', sa.String(length=20), nullable=False, server_default=''))

    with op.batch_alter_table('maintenance', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=20), nullable=False, server_default='maintenance'))
        batch_op.add_column(sa.Column('cost', sa.String(length=64), nullable=True))

    with op.batch_alter_table('method', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=20), nullable=False, server_default='test'))
        batch_op.create_index(batch_op.f('ix_method_kind'), ['kind'], unique=False)

    with op.batch_alter_table('reading_instrument', schema=None) as batch_op:
        batch_op.add_column(sa.Column('system_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('measured_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_index(batch_op.f('ix_reading_instrument_instrument'))
        batch_op.create_index('ix_reading_instrument_instrument', ['instrument_id', 'measured_at', 'reading_id'], unique=False)
        batch_op.create_index('ix_reading_instrument_calibration', ['calibration_id', 'measured_at'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_reading_instrument_system_id_instrument'), 'instrument', ['system_id'], ['id'])

    with op.batch_alter_table('regulation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=24), nullable=False, server_default='regulation'))

    with op.batch_alter_table('report_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_line_reading_id'))
        batch_op.create_index('ix_report_line_reading_report', ['reading_id', 'report_id'], unique=False)

    with op.batch_alter_table('sample', schema=None) as batch_op:
        batch_op.add_column(sa.Column('instrument_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_sample_instrument_id'), ['instrument_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_sample_instrument_id_instrument'), 'instrument', ['instrument_id'], ['id'])

    with op.batch_alter_table('scope_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cmc', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('cmc_unit', sa.String(length=20), nullable=False, server_default=''))

    with op.batch_alter_table('test_job', schema=None) as batch_op:
        batch_op.add_column(sa.Column('criterion', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('adjustment', sa.Text(), nullable=False, server_default=''))

    with op.batch_alter_table('test_request', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=20), nullable=False, server_default='test'))

    op.execute("UPDATE reading_instrument SET measured_at = (SELECT measured_at FROM reading WHERE reading.id = reading_id)")
    with op.batch_alter_table('reading_instrument', schema=None) as batch_op:
        batch_op.alter_column('measured_at', existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('test_request', schema=None) as batch_op:
        batch_op.drop_column('kind')

    with op.batch_alter_table('test_job', schema=None) as batch_op:
        batch_op.drop_column('adjustment')
        batch_op.drop_column('criterion')

    with op.batch_alter_table('scope_entry', schema=None) as batch_op:
        batch_op.drop_column('cmc_unit')
        batch_op.drop_column('cmc')

    with op.batch_alter_table('sample', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_sample_instrument_id_instrument'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_sample_instrument_id'))
        batch_op.drop_column('instrument_id')

    with op.batch_alter_table('report_line', schema=None) as batch_op:
        batch_op.drop_index('ix_report_line_reading_report')
        batch_op.create_index(batch_op.f('ix_report_line_reading_id'), ['reading_id'], unique=False)

    with op.batch_alter_table('regulation', schema=None) as batch_op:
        batch_op.drop_column('kind')

    with op.batch_alter_table('reading_instrument', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_reading_instrument_system_id_instrument'), type_='foreignkey')
        batch_op.drop_index('ix_reading_instrument_calibration')
        batch_op.drop_index('ix_reading_instrument_instrument')
        batch_op.create_index(batch_op.f('ix_reading_instrument_instrument'), ['instrument_id', 'reading_id'], unique=False)
        batch_op.drop_column('measured_at')
        batch_op.drop_column('system_id')

    with op.batch_alter_table('method', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_method_kind'))
        batch_op.drop_column('kind')

    with op.batch_alter_table('maintenance', schema=None) as batch_op:
        batch_op.drop_column('cost')
        batch_op.drop_column('kind')

    with op.batch_alter_table('job_line', schema=None) as batch_op:
        batch_op.drop_column('stage')
        batch_op.drop_column('scale')
        batch_op.drop_column('point')

    with op.batch_alter_table('intermediate_check', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_intermediate_check_standard_id_instrument'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_intermediate_check_standard_id'))
        batch_op.drop_column('standard_id')
        batch_op.drop_column('readings')
        batch_op.drop_column('check_point')

    with op.batch_alter_table('instrument', schema=None) as batch_op:
        batch_op.drop_index('ix_instrument_serial')
        batch_op.drop_index(batch_op.f('ix_instrument_pool'))
        batch_op.drop_index('ix_instrument_ownership_unusable')
        batch_op.drop_index('ix_instrument_kind_unusable')
        batch_op.drop_column('identity')
        batch_op.drop_column('resource')
        batch_op.drop_column('acceptance')
        batch_op.drop_column('expires_on')
        batch_op.drop_column('first_issued_on')
        batch_op.drop_column('acquired_on')
        batch_op.drop_column('pool')
        batch_op.drop_column('kind')
        batch_op.drop_column('owner')

    with op.batch_alter_table('factor_set', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_factor_set_calibration_id_calibration'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_factor_set_calibration_id'))
        batch_op.drop_column('interpolation')
        batch_op.drop_column('calibration_id')

    with op.batch_alter_table('calibration', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_calibration_evaluated_by_id_person'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_calibration_provider_id_supplier'), type_='foreignkey')
        batch_op.drop_column('evaluated_by_id')
        batch_op.drop_column('evaluated_at')
        batch_op.drop_column('factors_note')
        batch_op.drop_column('factors_decision')
        batch_op.drop_column('rule')
        batch_op.drop_column('adjusted')
        batch_op.drop_column('conditions')
        batch_op.drop_column('certificate_date')
        batch_op.drop_column('provider_id')
        batch_op.drop_column('kind')

    with op.batch_alter_table('recall_decision', schema=None) as batch_op:
        batch_op.drop_index('ix_recall_decision_recall_reading')
        batch_op.drop_index(batch_op.f('ix_recall_decision_reading_id'))

    op.drop_table('recall_decision')
    with op.batch_alter_table('reading_trace', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reading_trace_trace_id'))
        batch_op.drop_index(batch_op.f('ix_reading_trace_reading_id'))

    op.drop_table('reading_trace')
    with op.batch_alter_table('proficiency_result', schema=None) as batch_op:
        batch_op.drop_index('uq_proficiency_result_round_parameter')
        batch_op.drop_index('ix_proficiency_result_parameter')

    op.drop_table('proficiency_result')
    with op.batch_alter_table('parameter_stop', schema=None) as batch_op:
        batch_op.drop_index('ix_parameter_stop_released')
        batch_op.drop_index('ix_parameter_stop_parameter')
        batch_op.drop_index(batch_op.f('ix_parameter_stop_nonconformity_id'))
        batch_op.drop_index(batch_op.f('ix_parameter_stop_instrument_id'))
        batch_op.drop_index(batch_op.f('ix_parameter_stop_chart_id'))

    op.drop_table('parameter_stop')
    with op.batch_alter_table('comparison', schema=None) as batch_op:
        batch_op.drop_index('ix_comparison_verdict')
        batch_op.drop_index(batch_op.f('ix_comparison_second_line_id'))
        batch_op.drop_index('ix_comparison_parameter')
        batch_op.drop_index(batch_op.f('ix_comparison_first_line_id'))

    op.drop_table('comparison')
    with op.batch_alter_table('control_value', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_control_value_instrument_id'))
        batch_op.drop_index('ix_control_value_chart_measured')

    op.drop_table('control_value')
    with op.batch_alter_table('recall_letter', schema=None) as batch_op:
        batch_op.drop_index('uq_recall_letter_customer')

    op.drop_table('recall_letter')
    with op.batch_alter_table('control_limits', schema=None) as batch_op:
        batch_op.drop_index('ix_control_limits_chart')

    op.drop_table('control_limits')
    with op.batch_alter_table('calibration_standard', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_calibration_standard_instrument_id'))
        batch_op.drop_index(batch_op.f('ix_calibration_standard_calibration_id'))

    op.drop_table('calibration_standard')
    with op.batch_alter_table('calibration_point', schema=None) as batch_op:
        batch_op.drop_index('ix_calibration_point_calibration')

    op.drop_table('calibration_point')
    with op.batch_alter_table('calibration_order', schema=None) as batch_op:
        batch_op.drop_index('uq_calibration_order_open', sqlite_where=sa.text("status NOT IN ('closed', 'cancelled')"), postgresql_where=sa.text("status NOT IN ('closed', 'cancelled')"))
        batch_op.drop_index('ix_calibration_order_status_expected')
        batch_op.drop_index('ix_calibration_order_instrument')
        batch_op.drop_index(batch_op.f('ix_calibration_order_calibration_id'))

    op.drop_table('calibration_order')
    with op.batch_alter_table('use_reading', schema=None) as batch_op:
        batch_op.drop_index('ix_use_reading_instrument')

    op.drop_table('use_reading')
    with op.batch_alter_table('trace', schema=None) as batch_op:
        batch_op.drop_index('ix_trace_instrument_at')
        batch_op.drop_index(batch_op.f('ix_trace_file_sha256'))

    op.drop_table('trace')
    with op.batch_alter_table('system_member', schema=None) as batch_op:
        batch_op.drop_index('ix_system_member_system')
        batch_op.drop_index(batch_op.f('ix_system_member_member_id'))

    op.drop_table('system_member')
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.drop_index('uq_reminder_once')
        batch_op.drop_index(batch_op.f('ix_reminder_person_id'))

    op.drop_table('reminder')
    with op.batch_alter_table('recall', schema=None) as batch_op:
        batch_op.drop_index('ix_recall_status')
        batch_op.drop_index(batch_op.f('ix_recall_nonconformity_id'))
        batch_op.drop_index('ix_recall_instrument')

    op.drop_table('recall')
    with op.batch_alter_table('interval_review', schema=None) as batch_op:
        batch_op.drop_index('ix_interval_review_instrument')
        batch_op.drop_index('ix_interval_review_decision')

    op.drop_table('interval_review')
    with op.batch_alter_table('instrument_loan', schema=None) as batch_op:
        batch_op.drop_index('ix_instrument_loan_instrument')
        batch_op.drop_index(batch_op.f('ix_instrument_loan_holder_id'))
        batch_op.drop_index('ix_instrument_loan_back_due')

    op.drop_table('instrument_loan')
    with op.batch_alter_table('instrument_firmware', schema=None) as batch_op:
        batch_op.drop_index('ix_instrument_firmware_instrument_at')

    op.drop_table('instrument_firmware')
    with op.batch_alter_table('instrument_cycle', schema=None) as batch_op:
        batch_op.drop_index('ix_instrument_cycle_instrument_kind')

    op.drop_table('instrument_cycle')
    with op.batch_alter_table('due_extension', schema=None) as batch_op:
        batch_op.drop_index('ix_due_extension_instrument_kind')

    op.drop_table('due_extension')
    with op.batch_alter_table('due_entry', schema=None) as batch_op:
        batch_op.drop_index('uq_due_entry_instrument_kind')
        batch_op.drop_index('ix_due_entry_site_due')
        batch_op.drop_index('ix_due_entry_send_by')
        batch_op.drop_index('ix_due_entry_room_due')
        batch_op.drop_index('ix_due_entry_responsible_due')
        batch_op.drop_index('ix_due_entry_month')
        batch_op.drop_index('ix_due_entry_kind_due')
        batch_op.drop_index('ix_due_entry_due')

    op.drop_table('due_entry')
    with op.batch_alter_table('cycle_event', schema=None) as batch_op:
        batch_op.drop_index('ix_cycle_event_instrument_kind')

    op.drop_table('cycle_event')
    with op.batch_alter_table('control_chart', schema=None) as batch_op:
        batch_op.drop_index('ix_control_chart_parameter')
        batch_op.drop_index(batch_op.f('ix_control_chart_instrument_id'))

    op.drop_table('control_chart')
    with op.batch_alter_table('check_chart', schema=None) as batch_op:
        batch_op.drop_index('ix_check_chart_instrument')

    op.drop_table('check_chart')
    with op.batch_alter_table('supplier_approval', schema=None) as batch_op:
        batch_op.drop_index('ix_supplier_approval_supplier')

    op.drop_table('supplier_approval')
    with op.batch_alter_table('proficiency_round', schema=None) as batch_op:
        batch_op.drop_index('ix_proficiency_round_year')
        batch_op.drop_index(batch_op.f('ix_proficiency_round_supplier_id'))
        batch_op.drop_index('ix_proficiency_round_closes')

    op.drop_table('proficiency_round')
    with op.batch_alter_table('proficiency_plan', schema=None) as batch_op:
        batch_op.drop_index('uq_proficiency_plan_year_discipline')

    op.drop_table('proficiency_plan')
    with op.batch_alter_table('nonconformity', schema=None) as batch_op:
        batch_op.drop_index('ix_nonconformity_subject')
        batch_op.drop_index('ix_nonconformity_status')

    op.drop_table('nonconformity')
    op.drop_table('file_mapping')
    with op.batch_alter_table('calendar_feed', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_calendar_feed_person_id'))

    op.drop_table('calendar_feed')
    op.drop_table('supplier')
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.drop_index('ix_notice_person_read')

    op.drop_table('notice')
