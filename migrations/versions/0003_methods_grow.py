"""methods grow

Revision ID: 0003
Revises: 0002
"""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('log_node',
    sa.Column('level', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('place', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('hash', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('level', 'place', name=op.f('pk_log_node'))
    )
    op.create_table('plan_rule',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('regulation', sa.String(length=80), nullable=False),
    sa.Column('effect', sa.String(length=20), nullable=False),
    sa.Column('conditions', sa.Text(), nullable=False),
    sa.Column('reason_vi', sa.Text(), nullable=False),
    sa.Column('reason_en', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('confirmed', sa.Text(), nullable=False),
    sa.Column('in_force_from', sa.Date(), nullable=True),
    sa.Column('in_force_to', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_rule')),
    sa.UniqueConstraint('code', name=op.f('uq_plan_rule_code'))
    )
    with op.batch_alter_table('plan_rule', schema=None) as batch_op:
        batch_op.create_index('ix_plan_rule_regulation', ['regulation'], unique=False)

    op.create_table('product_list',
    sa.Column('code', sa.String(length=80), nullable=False),
    sa.Column('title_vi', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('in_force_from', sa.Date(), nullable=False),
    sa.Column('in_force_to', sa.Date(), nullable=True),
    sa.Column('ended_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('replaces', sa.Text(), nullable=False),
    sa.Column('confirmed', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_product_list')),
    sa.UniqueConstraint('code', name=op.f('uq_product_list_code'))
    )
    op.create_table('product_entry',
    sa.Column('list_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('annex', sa.String(length=20), nullable=False),
    sa.Column('item', sa.String(length=60), nullable=False),
    sa.Column('name_vi', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('lane', sa.String(length=20), nullable=False),
    sa.Column('hs', sa.Text(), nullable=False),
    sa.Column('hs_search', sa.Text(), nullable=False),
    sa.Column('regulations', sa.Text(), nullable=False),
    sa.Column('conditions', sa.Text(), nullable=False),
    sa.Column('in_force_from', sa.Date(), nullable=True),
    sa.Column('in_force_to', sa.Date(), nullable=True),
    sa.Column('ended_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('seen', sa.Text(), nullable=False),
    sa.Column('confirmed_source', sa.Text(), nullable=False),
    sa.Column('confirmed_by_id', sa.Integer(), nullable=True),
    sa.Column('confirmed_on', sa.Date(), nullable=True),
    sa.Column('confirmed_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['person.id'], name=op.f('fk_product_entry_confirmed_by_id_person')),
    sa.ForeignKeyConstraint(['list_id'], ['product_list.id'], name=op.f('fk_product_entry_list_id_product_list')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_product_entry')),
    sa.UniqueConstraint('list_id', 'annex', 'item', 'position', name=op.f('uq_product_entry_list_id_annex_item_position'))
    )
    with op.batch_alter_table('product_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_product_entry_list_id'), ['list_id'], unique=False)

    op.create_table('scope_end',
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('decision', sa.String(length=120), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('ended_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['ended_by_id'], ['person.id'], name=op.f('fk_scope_end_ended_by_id_person')),
    sa.ForeignKeyConstraint(['entry_id'], ['scope_entry.id'], name=op.f('fk_scope_end_entry_id_scope_entry')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scope_end')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_scope_end_entry_id'))
    )
    op.create_table('budget_simulation',
    sa.Column('budget_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('seed', sa.Integer(), nullable=False),
    sa.Column('digits', sa.Integer(), nullable=False),
    sa.Column('p', sa.String(length=64), nullable=False),
    sa.Column('most_trials', sa.Integer(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('trials', sa.Integer(), nullable=False),
    sa.Column('stable', sa.Boolean(), nullable=False),
    sa.Column('y', sa.String(length=64), nullable=True),
    sa.Column('u', sa.String(length=64), nullable=True),
    sa.Column('low', sa.String(length=64), nullable=True),
    sa.Column('high', sa.String(length=64), nullable=True),
    sa.Column('shortest_low', sa.String(length=64), nullable=True),
    sa.Column('shortest_high', sa.String(length=64), nullable=True),
    sa.Column('first_y', sa.String(length=64), nullable=True),
    sa.Column('first_u', sa.String(length=64), nullable=True),
    sa.Column('first_expanded', sa.String(length=64), nullable=True),
    sa.Column('d_low', sa.String(length=64), nullable=True),
    sa.Column('d_high', sa.String(length=64), nullable=True),
    sa.Column('tolerance', sa.String(length=64), nullable=True),
    sa.Column('validated', sa.Boolean(), nullable=True),
    sa.Column('histogram', sa.Text(), nullable=False),
    sa.Column('libraries', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_budget_simulation_asked_by_id_person')),
    sa.ForeignKeyConstraint(['budget_id'], ['uncertainty_budget.id'], name=op.f('fk_budget_simulation_budget_id_uncertainty_budget')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_simulation'))
    )
    with op.batch_alter_table('budget_simulation', schema=None) as batch_op:
        batch_op.create_index('ix_budget_simulation_budget', ['budget_id'], unique=False)

    op.create_table('requirement_limit',
    sa.Column('requirement_id', sa.Integer(), nullable=False),
    sa.Column('limit', sa.Text(), nullable=False),
    sa.Column('in_force_from', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_requirement_limit_recorded_by_id_person')),
    sa.ForeignKeyConstraint(['requirement_id'], ['requirement.id'], name=op.f('fk_requirement_limit_requirement_id_requirement')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_requirement_limit'))
    )
    with op.batch_alter_table('requirement_limit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_requirement_limit_requirement_id'), ['requirement_id'], unique=False)

    op.create_table('rule_rehearsal',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('method_id', sa.Integer(), nullable=False),
    sa.Column('parameter_code', sa.String(length=60), nullable=False),
    sa.Column('shown', sa.Text(), nullable=False),
    sa.Column('shown_to', sa.String(length=200), nullable=False),
    sa.Column('shown_on', sa.Date(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_rule_rehearsal_by_id_person')),
    sa.ForeignKeyConstraint(['method_id'], ['method.id'], name=op.f('fk_rule_rehearsal_method_id_method')),
    sa.ForeignKeyConstraint(['request_id'], ['test_request.id'], name=op.f('fk_rule_rehearsal_request_id_test_request')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_rehearsal')),
    sa.UniqueConstraint('code', name=op.f('uq_rule_rehearsal_code'))
    )
    with op.batch_alter_table('rule_rehearsal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rule_rehearsal_request_id'), ['request_id'], unique=False)

    op.create_table('item_file_revision',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('changed', sa.Text(), nullable=False),
    sa.Column('asks', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['request_item.id'], name=op.f('fk_item_file_revision_item_id_request_item')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_item_file_revision_recorded_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_file_revision')),
    sa.UniqueConstraint('item_id', 'number', name=op.f('uq_item_file_revision_item_id_number'))
    )
    op.create_table('limit_confirmation',
    sa.Column('limit_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('confirmed_on', sa.Date(), nullable=False),
    sa.Column('confirmed_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['person.id'], name=op.f('fk_limit_confirmation_confirmed_by_id_person')),
    sa.ForeignKeyConstraint(['limit_id'], ['requirement_limit.id'], name=op.f('fk_limit_confirmation_limit_id_requirement_limit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_limit_confirmation'))
    )
    with op.batch_alter_table('limit_confirmation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_limit_confirmation_limit_id'), ['limit_id'], unique=False)

    op.create_table('method_proof',
    sa.Column('method_version_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('procedure', sa.Text(), nullable=False),
    sa.Column('requirements', sa.Text(), nullable=False),
    sa.Column('characteristics', sa.Text(), nullable=False),
    sa.Column('results', sa.Text(), nullable=False),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('fit', sa.Boolean(), nullable=True),
    sa.Column('performed_by_id', sa.Integer(), nullable=True),
    sa.Column('performed_on', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['method_version_id'], ['method_version.id'], name=op.f('fk_method_proof_method_version_id_method_version')),
    sa.ForeignKeyConstraint(['performed_by_id'], ['person.id'], name=op.f('fk_method_proof_performed_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_method_proof')),
    sa.UniqueConstraint('method_version_id', name=op.f('uq_method_proof_method_version_id'))
    )
    op.create_table('proposal_answer',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('regulation_id', sa.Integer(), nullable=False),
    sa.Column('method_id', sa.Integer(), nullable=True),
    sa.Column('decision', sa.String(length=20), nullable=False),
    sa.Column('proposed_because', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_proposal_answer_decided_by_id_person')),
    sa.ForeignKeyConstraint(['item_id'], ['request_item.id'], name=op.f('fk_proposal_answer_item_id_request_item')),
    sa.ForeignKeyConstraint(['method_id'], ['method.id'], name=op.f('fk_proposal_answer_method_id_method')),
    sa.ForeignKeyConstraint(['regulation_id'], ['regulation.id'], name=op.f('fk_proposal_answer_regulation_id_regulation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_answer'))
    )
    with op.batch_alter_table('proposal_answer', schema=None) as batch_op:
        batch_op.create_index('ix_proposal_answer_item', ['item_id', 'id'], unique=False)

    op.create_table('sampling_record',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('plan', sa.Text(), nullable=False),
    sa.Column('method', sa.String(length=300), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('identification', sa.Text(), nullable=False),
    sa.Column('lot_size', sa.Integer(), nullable=True),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('sampled_by_id', sa.Integer(), nullable=False),
    sa.Column('witnesses', sa.String(length=400), nullable=False),
    sa.Column('equipment', sa.Text(), nullable=False),
    sa.Column('conditions', sa.Text(), nullable=False),
    sa.Column('place', sa.String(length=400), nullable=False),
    sa.Column('location', sa.Text(), nullable=False),
    sa.Column('deviations', sa.Text(), nullable=False),
    sa.Column('seal', sa.String(length=120), nullable=False),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['request_item.id'], name=op.f('fk_sampling_record_item_id_request_item')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_sampling_record_recorded_by_id_person')),
    sa.ForeignKeyConstraint(['replaces_id'], ['sampling_record.id'], name=op.f('fk_sampling_record_replaces_id_sampling_record')),
    sa.ForeignKeyConstraint(['request_id'], ['test_request.id'], name=op.f('fk_sampling_record_request_id_test_request')),
    sa.ForeignKeyConstraint(['sampled_by_id'], ['person.id'], name=op.f('fk_sampling_record_sampled_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sampling_record')),
    sa.UniqueConstraint('code', name=op.f('uq_sampling_record_code')),
    sa.UniqueConstraint('replaces_id', name=op.f('uq_sampling_record_replaces_id'))
    )
    with op.batch_alter_table('sampling_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sampling_record_ended_at'), ['ended_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_sampling_record_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sampling_record_request_id'), ['request_id'], unique=False)

    op.create_table('worksheet',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('method_version_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('instruments', sa.Text(), nullable=False),
    sa.Column('environment_id', sa.Integer(), nullable=True),
    sa.Column('measured_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('late_reason', sa.Text(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['environment_id'], ['environment_record.id'], name=op.f('fk_worksheet_environment_id_environment_record')),
    sa.ForeignKeyConstraint(['method_version_id'], ['method_version.id'], name=op.f('fk_worksheet_method_version_id_method_version')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_worksheet_person_id_person')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_worksheet_site_id_site')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_worksheet')),
    sa.UniqueConstraint('code', name=op.f('uq_worksheet_code'))
    )
    with op.batch_alter_table('worksheet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_worksheet_method_version_id'), ['method_version_id'], unique=False)
        batch_op.create_index('ix_worksheet_recorded', ['recorded_at', 'id'], unique=False)
        batch_op.create_index('ix_worksheet_status', ['status', 'id'], unique=False)

    op.create_table('budget_choice',
    sa.Column('parameter_id', sa.Integer(), nullable=False),
    sa.Column('budget_id', sa.Integer(), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=True),
    sa.Column('low', sa.String(length=64), nullable=True),
    sa.Column('high', sa.String(length=64), nullable=True),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['budget_id'], ['uncertainty_budget.id'], name=op.f('fk_budget_choice_budget_id_uncertainty_budget')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_budget_choice_decided_by_id_person')),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_budget_choice_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['parameter_id'], ['method_parameter.id'], name=op.f('fk_budget_choice_parameter_id_method_parameter')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_choice'))
    )
    with op.batch_alter_table('budget_choice', schema=None) as batch_op:
        batch_op.create_index('ix_budget_choice_budget', ['budget_id'], unique=False)
        batch_op.create_index('ix_budget_choice_parameter', ['parameter_id'], unique=False)

    op.create_table('log_leaf',
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('change_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['change_id'], ['report_status.id'], name=op.f('fk_log_leaf_change_id_report_status')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_log_leaf_report_id_report')),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_log_leaf')),
    sa.UniqueConstraint('change_id', name=op.f('uq_log_leaf_change_id'))
    )
    with op.batch_alter_table('log_leaf', schema=None) as batch_op:
        batch_op.create_index('ix_log_leaf_report', ['report_id', 'position'], unique=False)

    op.create_table('test_vector',
    sa.Column('parameter_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('inputs', sa.Text(), nullable=False),
    sa.Column('expected', sa.Text(), nullable=False),
    sa.Column('tolerance', sa.String(length=64), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['parameter_id'], ['method_parameter.id'], name=op.f('fk_test_vector_parameter_id_method_parameter')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_test_vector'))
    )
    with op.batch_alter_table('test_vector', schema=None) as batch_op:
        batch_op.create_index('ix_test_vector_parameter', ['parameter_id', 'position'], unique=False)

    op.create_table('vector_run',
    sa.Column('vector_id', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('values', sa.Text(), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('fault', sa.String(length=200), nullable=False),
    sa.Column('software', sa.String(length=60), nullable=False),
    sa.Column('run_by_id', sa.Integer(), nullable=True),
    sa.Column('run_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['run_by_id'], ['person.id'], name=op.f('fk_vector_run_run_by_id_person')),
    sa.ForeignKeyConstraint(['vector_id'], ['test_vector.id'], name=op.f('fk_vector_run_vector_id_test_vector')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vector_run'))
    )
    with op.batch_alter_table('vector_run', schema=None) as batch_op:
        batch_op.create_index('ix_vector_run_vector', ['vector_id', 'id'], unique=False)

    op.create_table('job_conditioning',
    sa.Column('job_id', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('conditions', sa.Text(), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=True),
    sa.Column('environment_id', sa.Integer(), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_by_id', sa.Integer(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by_id', sa.Integer(), nullable=True),
    sa.Column('ended_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('interrupted', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['ended_by_id'], ['person.id'], name=op.f('fk_job_conditioning_ended_by_id_person')),
    sa.ForeignKeyConstraint(['environment_id'], ['environment_record.id'], name=op.f('fk_job_conditioning_environment_id_environment_record')),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_job_conditioning_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['job_id'], ['test_job.id'], name=op.f('fk_job_conditioning_job_id_test_job')),
    sa.ForeignKeyConstraint(['started_by_id'], ['person.id'], name=op.f('fk_job_conditioning_started_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_conditioning'))
    )
    with op.batch_alter_table('job_conditioning', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_job_conditioning_job_id'), ['job_id'], unique=False)

    op.create_table('job_deviation',
    sa.Column('job_id', sa.Integer(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('documented', sa.Text(), nullable=False),
    sa.Column('justification', sa.Text(), nullable=False),
    sa.Column('raised_by_id', sa.Integer(), nullable=False),
    sa.Column('authorised_by_id', sa.Integer(), nullable=True),
    sa.Column('authorised_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('customer_accepted_by', sa.String(length=200), nullable=False),
    sa.Column('customer_accepted_on', sa.Date(), nullable=True),
    sa.Column('customer_evidence', sa.Text(), nullable=False),
    sa.Column('customer_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_reason', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['authorised_by_id'], ['person.id'], name=op.f('fk_job_deviation_authorised_by_id_person')),
    sa.ForeignKeyConstraint(['job_id'], ['test_job.id'], name=op.f('fk_job_deviation_job_id_test_job')),
    sa.ForeignKeyConstraint(['raised_by_id'], ['person.id'], name=op.f('fk_job_deviation_raised_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_deviation'))
    )
    with op.batch_alter_table('job_deviation', schema=None) as batch_op:
        batch_op.create_index('ix_job_deviation_job', ['job_id'], unique=False)

    op.create_table('job_step',
    sa.Column('job_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('answer', sa.String(length=20), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('done_by_id', sa.Integer(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['done_by_id'], ['person.id'], name=op.f('fk_job_step_done_by_id_person')),
    sa.ForeignKeyConstraint(['job_id'], ['test_job.id'], name=op.f('fk_job_step_job_id_test_job')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_step')),
    sa.UniqueConstraint('job_id', 'key', name=op.f('uq_job_step_job_id_key'))
    )
    op.create_table('trace_use',
    sa.Column('job_id', sa.Integer(), nullable=False),
    sa.Column('trace_id', sa.Integer(), nullable=False),
    sa.Column('conditions', sa.String(length=200), nullable=False),
    sa.Column('factors', sa.Text(), nullable=False),
    sa.Column('correction', sa.Text(), nullable=False),
    sa.Column('lines', sa.Text(), nullable=False),
    sa.Column('peaks', sa.Text(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_by_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_reason', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['job_id'], ['test_job.id'], name=op.f('fk_trace_use_job_id_test_job')),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_trace_use_made_by_id_person')),
    sa.ForeignKeyConstraint(['trace_id'], ['trace.id'], name=op.f('fk_trace_use_trace_id_trace')),
    sa.ForeignKeyConstraint(['withdrawn_by_id'], ['person.id'], name=op.f('fk_trace_use_withdrawn_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trace_use'))
    )
    with op.batch_alter_table('trace_use', schema=None) as batch_op:
        batch_op.create_index('ix_trace_use_job', ['job_id', 'id'], unique=False)
        batch_op.create_index('ix_trace_use_trace', ['trace_id'], unique=False)

    op.create_table('rejudgement',
    sa.Column('line_id', sa.Integer(), nullable=False),
    sa.Column('reading_id', sa.Integer(), nullable=False),
    sa.Column('requirement_id', sa.Integer(), nullable=False),
    sa.Column('limit', sa.Text(), nullable=False),
    sa.Column('limit_confirmed', sa.Boolean(), nullable=False),
    sa.Column('limit_value', sa.Text(), nullable=True),
    sa.Column('rule_code', sa.String(length=40), nullable=False),
    sa.Column('rule', sa.Text(), nullable=True),
    sa.Column('before', sa.String(length=30), nullable=False),
    sa.Column('verdict', sa.String(length=30), nullable=False),
    sa.Column('why', sa.String(length=60), nullable=False),
    sa.Column('margin', sa.String(length=64), nullable=True),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_rejudgement_by_id_person')),
    sa.ForeignKeyConstraint(['line_id'], ['job_line.id'], name=op.f('fk_rejudgement_line_id_job_line')),
    sa.ForeignKeyConstraint(['reading_id'], ['reading.id'], name=op.f('fk_rejudgement_reading_id_reading')),
    sa.ForeignKeyConstraint(['requirement_id'], ['requirement.id'], name=op.f('fk_rejudgement_requirement_id_requirement')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rejudgement'))
    )
    with op.batch_alter_table('rejudgement', schema=None) as batch_op:
        batch_op.create_index('ix_rejudgement_line', ['line_id', 'id'], unique=False)
        batch_op.create_index('ix_rejudgement_reading', ['reading_id', 'id'], unique=False)
        batch_op.create_index('ix_rejudgement_requirement', ['requirement_id', 'id'], unique=False)

    op.create_table('standing_decision',
    sa.Column('line_id', sa.Integer(), nullable=False),
    sa.Column('reading_id', sa.Integer(), nullable=False),
    sa.Column('firmware_change_id', sa.Integer(), nullable=True),
    sa.Column('file_revision_id', sa.Integer(), nullable=True),
    sa.Column('decision', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('retest_id', sa.Integer(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_standing_decision_decided_by_id_person')),
    sa.ForeignKeyConstraint(['file_revision_id'], ['item_file_revision.id'], name=op.f('fk_standing_decision_file_revision_id_item_file_revision')),
    sa.ForeignKeyConstraint(['firmware_change_id'], ['firmware_change.id'], name=op.f('fk_standing_decision_firmware_change_id_firmware_change')),
    sa.ForeignKeyConstraint(['line_id'], ['job_line.id'], name=op.f('fk_standing_decision_line_id_job_line')),
    sa.ForeignKeyConstraint(['reading_id'], ['reading.id'], name=op.f('fk_standing_decision_reading_id_reading')),
    sa.ForeignKeyConstraint(['retest_id'], ['job_line.id'], name=op.f('fk_standing_decision_retest_id_job_line')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_standing_decision'))
    )
    with op.batch_alter_table('standing_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_standing_decision_file_revision_id'), ['file_revision_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_standing_decision_firmware_change_id'), ['firmware_change_id'], unique=False)
        batch_op.create_index('ix_standing_decision_line', ['line_id', 'id'], unique=False)

    op.create_table('verdict_override',
    sa.Column('line_id', sa.Integer(), nullable=False),
    sa.Column('reading_id', sa.Integer(), nullable=False),
    sa.Column('computed', sa.String(length=30), nullable=False),
    sa.Column('verdict', sa.String(length=30), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['line_id'], ['job_line.id'], name=op.f('fk_verdict_override_line_id_job_line')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['person.id'], name=op.f('fk_verdict_override_proposed_by_id_person')),
    sa.ForeignKeyConstraint(['reading_id'], ['reading.id'], name=op.f('fk_verdict_override_reading_id_reading')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verdict_override'))
    )
    with op.batch_alter_table('verdict_override', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_verdict_override_line_id'), ['line_id'], unique=False)
        batch_op.create_index('ix_verdict_override_reading', ['reading_id', 'id'], unique=False)

    op.create_table('worksheet_line',
    sa.Column('worksheet_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('line_id', sa.Integer(), nullable=True),
    sa.Column('chart_id', sa.Integer(), nullable=True),
    sa.Column('value_id', sa.Integer(), nullable=True),
    sa.Column('comparison_id', sa.Integer(), nullable=True),
    sa.Column('settings', sa.Text(), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['chart_id'], ['control_chart.id'], name=op.f('fk_worksheet_line_chart_id_control_chart')),
    sa.ForeignKeyConstraint(['comparison_id'], ['comparison.id'], name=op.f('fk_worksheet_line_comparison_id_comparison')),
    sa.ForeignKeyConstraint(['line_id'], ['job_line.id'], name=op.f('fk_worksheet_line_line_id_job_line')),
    sa.ForeignKeyConstraint(['value_id'], ['control_value.id'], name=op.f('fk_worksheet_line_value_id_control_value')),
    sa.ForeignKeyConstraint(['worksheet_id'], ['worksheet.id'], name=op.f('fk_worksheet_line_worksheet_id_worksheet')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_worksheet_line'))
    )
    with op.batch_alter_table('worksheet_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_worksheet_line_chart_id'), ['chart_id'], unique=False)
        batch_op.create_index('ix_worksheet_line_line', ['line_id', 'removed_at'], unique=False)
        batch_op.create_index('ix_worksheet_line_worksheet', ['worksheet_id', 'position'], unique=False)

    op.create_table('override_answer',
    sa.Column('override_id', sa.Integer(), nullable=False),
    sa.Column('answer', sa.String(length=20), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_override_answer_by_id_person')),
    sa.ForeignKeyConstraint(['override_id'], ['verdict_override.id'], name=op.f('fk_override_answer_override_id_verdict_override')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_override_answer')),
    sa.UniqueConstraint('override_id', name=op.f('uq_override_answer_override_id'))
    )
    with op.batch_alter_table('agreed_rule', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rehearsed', sa.String(length=300), nullable=False, server_default=''))

    with op.batch_alter_table('decision_rule', schema=None) as batch_op:
        batch_op.add_column(sa.Column('inherent_in', sa.String(length=300), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('retired_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('retired_reason', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('job_line', schema=None) as batch_op:
        batch_op.create_index('ix_job_line_parameter', ['parameter_id', 'id'], unique=False)

    with op.batch_alter_table('method_parameter', schema=None) as batch_op:
        batch_op.add_column(sa.Column('calculations', sa.Text(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('replicates', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('operators', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('working_range', sa.Text(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('trace_rule', sa.Text(), nullable=False, server_default='{}'))

    with op.batch_alter_table('method_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('retired_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('retired_recorded_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('equipment', sa.Text(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('conditioning_minutes', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('conditioning', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('steps', sa.Text(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('document_code', sa.String(length=80), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('document_issue', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('document_title', sa.String(length=300), nullable=False, server_default=''))

    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.add_column(sa.Column('operator', sa.String(length=1), nullable=False, server_default=''))

    with op.batch_alter_table('regulation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('replaces', sa.Text(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('circular', sa.String(length=300), nullable=False, server_default=''))

    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.add_column(sa.Column('offline', sa.Text(), nullable=False, server_default=''))

    with op.batch_alter_table('request_item', schema=None) as batch_op:
        batch_op.add_column(sa.Column('properties', sa.Text(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('versions', sa.Text(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('modes', sa.Text(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('ports', sa.Text(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('cables', sa.Text(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('auxiliary', sa.Text(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('file_revision', sa.Integer(), nullable=False, server_default='0'))

    with op.batch_alter_table('requested_test', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reason', sa.Text(), nullable=False, server_default=''))

    with op.batch_alter_table('sample', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sampling_record_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_sample_sampling_record_id'), ['sampling_record_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_sample_sampling_record_id_sampling_record'), 'sampling_record', ['sampling_record_id'], ['id'])

    with op.batch_alter_table('scope_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cmc_low', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('cmc_high', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('cmc_range_unit', sa.String(length=20), nullable=False, server_default=''))

    with op.batch_alter_table('test_job', schema=None) as batch_op:
        batch_op.add_column(sa.Column('superseded_told_to', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('superseded_told_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('superseded_told_how', sa.String(length=300), nullable=False, server_default=''))

    with op.batch_alter_table('uncertainty_budget', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=12), nullable=False, server_default='components'))
        batch_op.add_column(sa.Column('model', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('inputs', sa.Text(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('correlations', sa.Text(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('coverage', sa.Text(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('ranges', sa.Text(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('estimate', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('nu_eff', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('series', sa.String(length=60), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('issue', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('replaces_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('change_reason', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('author_id', sa.Integer(), nullable=True))
        batch_op.create_index('ix_uncertainty_budget_series', ['series'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_uncertainty_budget_replaces_id_uncertainty_budget'), 'uncertainty_budget', ['replaces_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_uncertainty_budget_author_id_person'), 'person', ['author_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('uncertainty_budget', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_uncertainty_budget_author_id_person'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_uncertainty_budget_replaces_id_uncertainty_budget'), type_='foreignkey')
        batch_op.drop_index('ix_uncertainty_budget_series')
        batch_op.drop_column('author_id')
        batch_op.drop_column('change_reason')
        batch_op.drop_column('replaces_id')
        batch_op.drop_column('issue')
        batch_op.drop_column('series')
        batch_op.drop_column('nu_eff')
        batch_op.drop_column('estimate')
        batch_op.drop_column('ranges')
        batch_op.drop_column('coverage')
        batch_op.drop_column('correlations')
        batch_op.drop_column('inputs')
        batch_op.drop_column('model')
        batch_op.drop_column('kind')

    with op.batch_alter_table('test_job', schema=None) as batch_op:
        batch_op.drop_column('superseded_told_how')
        batch_op.drop_column('superseded_told_on')
        batch_op.drop_column('superseded_told_to')

    with op.batch_alter_table('scope_entry', schema=None) as batch_op:
        batch_op.drop_column('cmc_range_unit')
        batch_op.drop_column('cmc_high')
        batch_op.drop_column('cmc_low')

    with op.batch_alter_table('sample', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_sample_sampling_record_id_sampling_record'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_sample_sampling_record_id'))
        batch_op.drop_column('sampling_record_id')

    with op.batch_alter_table('requested_test', schema=None) as batch_op:
        batch_op.drop_column('reason')

    with op.batch_alter_table('request_item', schema=None) as batch_op:
        batch_op.drop_column('file_revision')
        batch_op.drop_column('auxiliary')
        batch_op.drop_column('cables')
        batch_op.drop_column('ports')
        batch_op.drop_column('modes')
        batch_op.drop_column('versions')
        batch_op.drop_column('properties')

    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.drop_column('offline')

    with op.batch_alter_table('regulation', schema=None) as batch_op:
        batch_op.drop_column('circular')
        batch_op.drop_column('replaces')

    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.drop_column('operator')

    with op.batch_alter_table('method_version', schema=None) as batch_op:
        batch_op.drop_column('document_title')
        batch_op.drop_column('document_issue')
        batch_op.drop_column('document_code')
        batch_op.drop_column('steps')
        batch_op.drop_column('conditioning')
        batch_op.drop_column('conditioning_minutes')
        batch_op.drop_column('equipment')
        batch_op.drop_column('retired_recorded_at')
        batch_op.drop_column('retired_from')

    with op.batch_alter_table('method_parameter', schema=None) as batch_op:
        batch_op.drop_column('trace_rule')
        batch_op.drop_column('working_range')
        batch_op.drop_column('operators')
        batch_op.drop_column('replicates')
        batch_op.drop_column('calculations')

    with op.batch_alter_table('job_line', schema=None) as batch_op:
        batch_op.drop_index('ix_job_line_parameter')

    with op.batch_alter_table('decision_rule', schema=None) as batch_op:
        batch_op.drop_column('recorded_at')
        batch_op.drop_column('retired_reason')
        batch_op.drop_column('retired_on')
        batch_op.drop_column('inherent_in')

    with op.batch_alter_table('agreed_rule', schema=None) as batch_op:
        batch_op.drop_column('rehearsed')

    op.drop_table('override_answer')
    with op.batch_alter_table('worksheet_line', schema=None) as batch_op:
        batch_op.drop_index('ix_worksheet_line_worksheet')
        batch_op.drop_index('ix_worksheet_line_line')
        batch_op.drop_index(batch_op.f('ix_worksheet_line_chart_id'))

    op.drop_table('worksheet_line')
    with op.batch_alter_table('verdict_override', schema=None) as batch_op:
        batch_op.drop_index('ix_verdict_override_reading')
        batch_op.drop_index(batch_op.f('ix_verdict_override_line_id'))

    op.drop_table('verdict_override')
    with op.batch_alter_table('standing_decision', schema=None) as batch_op:
        batch_op.drop_index('ix_standing_decision_line')
        batch_op.drop_index(batch_op.f('ix_standing_decision_firmware_change_id'))
        batch_op.drop_index(batch_op.f('ix_standing_decision_file_revision_id'))

    op.drop_table('standing_decision')
    with op.batch_alter_table('rejudgement', schema=None) as batch_op:
        batch_op.drop_index('ix_rejudgement_requirement')
        batch_op.drop_index('ix_rejudgement_reading')
        batch_op.drop_index('ix_rejudgement_line')

    op.drop_table('rejudgement')
    with op.batch_alter_table('trace_use', schema=None) as batch_op:
        batch_op.drop_index('ix_trace_use_trace')
        batch_op.drop_index('ix_trace_use_job')

    op.drop_table('trace_use')
    op.drop_table('job_step')
    with op.batch_alter_table('job_deviation', schema=None) as batch_op:
        batch_op.drop_index('ix_job_deviation_job')

    op.drop_table('job_deviation')
    with op.batch_alter_table('job_conditioning', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_job_conditioning_job_id'))

    op.drop_table('job_conditioning')
    with op.batch_alter_table('vector_run', schema=None) as batch_op:
        batch_op.drop_index('ix_vector_run_vector')

    op.drop_table('vector_run')
    with op.batch_alter_table('test_vector', schema=None) as batch_op:
        batch_op.drop_index('ix_test_vector_parameter')

    op.drop_table('test_vector')
    with op.batch_alter_table('log_leaf', schema=None) as batch_op:
        batch_op.drop_index('ix_log_leaf_report')

    op.drop_table('log_leaf')
    with op.batch_alter_table('budget_choice', schema=None) as batch_op:
        batch_op.drop_index('ix_budget_choice_parameter')
        batch_op.drop_index('ix_budget_choice_budget')

    op.drop_table('budget_choice')
    with op.batch_alter_table('worksheet', schema=None) as batch_op:
        batch_op.drop_index('ix_worksheet_status')
        batch_op.drop_index('ix_worksheet_recorded')
        batch_op.drop_index(batch_op.f('ix_worksheet_method_version_id'))

    op.drop_table('worksheet')
    with op.batch_alter_table('sampling_record', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sampling_record_request_id'))
        batch_op.drop_index(batch_op.f('ix_sampling_record_item_id'))
        batch_op.drop_index(batch_op.f('ix_sampling_record_ended_at'))

    op.drop_table('sampling_record')
    with op.batch_alter_table('proposal_answer', schema=None) as batch_op:
        batch_op.drop_index('ix_proposal_answer_item')

    op.drop_table('proposal_answer')
    op.drop_table('method_proof')
    with op.batch_alter_table('limit_confirmation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_limit_confirmation_limit_id'))

    op.drop_table('limit_confirmation')
    op.drop_table('item_file_revision')
    with op.batch_alter_table('rule_rehearsal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rule_rehearsal_request_id'))

    op.drop_table('rule_rehearsal')
    with op.batch_alter_table('requirement_limit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_requirement_limit_requirement_id'))

    op.drop_table('requirement_limit')
    with op.batch_alter_table('budget_simulation', schema=None) as batch_op:
        batch_op.drop_index('ix_budget_simulation_budget')

    op.drop_table('budget_simulation')
    op.drop_table('scope_end')
    with op.batch_alter_table('product_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_product_entry_list_id'))

    op.drop_table('product_entry')
    op.drop_table('product_list')
    with op.batch_alter_table('plan_rule', schema=None) as batch_op:
        batch_op.drop_index('ix_plan_rule_regulation')

    op.drop_table('plan_rule')
    op.drop_table('log_node')
