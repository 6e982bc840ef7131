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

    op.create_table('lab_function',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('title_vi', sa.String(length=200), nullable=False),
    sa.Column('title_en', sa.String(length=200), nullable=False),
    sa.Column('tasks', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lab_function')),
    sa.UniqueConstraint('code', name=op.f('uq_lab_function_code'))
    )
    op.create_table('competence_criteria',
    sa.Column('function_id', sa.Integer(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('education', sa.Text(), nullable=False),
    sa.Column('training', sa.Text(), nullable=False),
    sa.Column('knowledge', sa.Text(), nullable=False),
    sa.Column('skill', sa.Text(), nullable=False),
    sa.Column('experience', sa.Text(), nullable=False),
    sa.Column('change_note', sa.Text(), nullable=False),
    sa.Column('prepared_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=True),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['approved_by_id'], ['person.id'], name=op.f('fk_competence_criteria_approved_by_id_person')),
    sa.ForeignKeyConstraint(['function_id'], ['lab_function.id'], name=op.f('fk_competence_criteria_function_id_lab_function')),
    sa.ForeignKeyConstraint(['prepared_by_id'], ['person.id'], name=op.f('fk_competence_criteria_prepared_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_competence_criteria')),
    sa.UniqueConstraint('function_id', 'edition', name=op.f('uq_competence_criteria_function_id_edition'))
    )
    op.create_table('competence_observation',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('method_code', sa.String(length=80), nullable=False),
    sa.Column('job_code', sa.String(length=40), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('observed', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_competence_observation_by_id_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_competence_observation_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_competence_observation'))
    )
    with op.batch_alter_table('competence_observation', schema=None) as batch_op:
        batch_op.create_index('ix_competence_observation_person', ['person_id', 'method_code'], unique=False)

    op.create_table('corrective_action',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('source_kind', sa.String(length=60), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('source_code', sa.String(length=120), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('reaction', sa.Text(), nullable=False),
    sa.Column('consequences', sa.Text(), nullable=False),
    sa.Column('similar', sa.Text(), nullable=False),
    sa.Column('whys', sa.Text(), nullable=False),
    sa.Column('fishbone', sa.Text(), nullable=False),
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('cause_class', sa.String(length=30), nullable=False),
    sa.Column('criterion', sa.Text(), nullable=False),
    sa.Column('check_from', sa.Date(), nullable=True),
    sa.Column('check_due', sa.Date(), nullable=True),
    sa.Column('risks_answer', sa.Text(), nullable=False),
    sa.Column('documents_answer', sa.Text(), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['closed_by_id'], ['person.id'], name=op.f('fk_corrective_action_closed_by_id_person')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['person.id'], name=op.f('fk_corrective_action_opened_by_id_person')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_corrective_action_owner_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_corrective_action')),
    sa.UniqueConstraint('code', name=op.f('uq_corrective_action_code'))
    )
    with op.batch_alter_table('corrective_action', schema=None) as batch_op:
        batch_op.create_index('ix_corrective_action_opened', ['opened_on'], unique=False)
        batch_op.create_index('ix_corrective_action_owner', ['owner_id', 'status'], unique=False)
        batch_op.create_index('ix_corrective_action_source', ['source_kind', 'source_id'], unique=False)
        batch_op.create_index('ix_corrective_action_status', ['status', 'id'], unique=False)

    op.create_table('qualification',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('issuer', sa.String(length=200), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('struck_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('struck_reason', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_qualification_person_id_person')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_qualification_recorded_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_qualification'))
    )
    with op.batch_alter_table('qualification', schema=None) as batch_op:
        batch_op.create_index('ix_qualification_person', ['person_id'], unique=False)

    op.create_table('quality_event',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('subject_kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('subject_code', sa.String(length=120), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=True),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.String(length=30), nullable=False),
    sa.Column('outcome_kind', sa.String(length=60), nullable=False),
    sa.Column('outcome_id', sa.Integer(), nullable=False),
    sa.Column('outcome_code', sa.String(length=60), nullable=False),
    sa.Column('outcome_reason', sa.Text(), nullable=False),
    sa.Column('reported_by_id', sa.Integer(), nullable=True),
    sa.Column('reported_by_name', sa.String(length=200), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_quality_event_owner_id_person')),
    sa.ForeignKeyConstraint(['reported_by_id'], ['person.id'], name=op.f('fk_quality_event_reported_by_id_person')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['person.id'], name=op.f('fk_quality_event_settled_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quality_event')),
    sa.UniqueConstraint('code', name=op.f('uq_quality_event_code'))
    )
    with op.batch_alter_table('quality_event', schema=None) as batch_op:
        batch_op.create_index('ix_quality_event_status', ['status', 'id'], unique=False)
        batch_op.create_index('ix_quality_event_subject', ['subject_kind', 'subject_id'], unique=False)

    op.create_table('training',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('method_code', sa.String(length=80), nullable=False),
    sa.Column('need', sa.Text(), nullable=False),
    sa.Column('provider', sa.String(length=200), nullable=False),
    sa.Column('planned_on', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('done_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('evaluated_on', sa.Date(), nullable=True),
    sa.Column('evaluated_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('evaluated_by_id', sa.Integer(), nullable=True),
    sa.Column('evaluation', sa.Text(), nullable=False),
    sa.Column('planned_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['evaluated_by_id'], ['person.id'], name=op.f('fk_training_evaluated_by_id_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_training_person_id_person')),
    sa.ForeignKeyConstraint(['planned_by_id'], ['person.id'], name=op.f('fk_training_planned_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training'))
    )
    with op.batch_alter_table('training', schema=None) as batch_op:
        batch_op.create_index('ix_training_person', ['person_id'], unique=False)
        batch_op.create_index('ix_training_status_planned', ['status', 'planned_on'], unique=False)

    op.create_table('affected_work',
    sa.Column('nonconformity_id', sa.Integer(), nullable=False),
    sa.Column('subject_kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('subject_code', sa.String(length=120), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['nonconformity_id'], ['nonconformity.id'], name=op.f('fk_affected_work_nonconformity_id_nonconformity')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_affected_work_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_affected_work'))
    )
    with op.batch_alter_table('affected_work', schema=None) as batch_op:
        batch_op.create_index('uq_affected_work', ['nonconformity_id', 'subject_kind', 'subject_id'], unique=True)

    op.create_table('competence_monitoring',
    sa.Column('authorisation_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('way', sa.String(length=20), nullable=False),
    sa.Column('findings', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['authorisation_id'], ['authorisation.id'], name=op.f('fk_competence_monitoring_authorisation_id_authorisation')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_competence_monitoring_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_competence_monitoring'))
    )
    with op.batch_alter_table('competence_monitoring', schema=None) as batch_op:
        batch_op.create_index('ix_competence_monitoring_newest', ['authorisation_id', 'day', 'id'], unique=False)

    op.create_table('corrective_link',
    sa.Column('corrective_id', sa.Integer(), nullable=False),
    sa.Column('nonconformity_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['corrective_id'], ['corrective_action.id'], name=op.f('fk_corrective_link_corrective_id_corrective_action')),
    sa.ForeignKeyConstraint(['nonconformity_id'], ['nonconformity.id'], name=op.f('fk_corrective_link_nonconformity_id_nonconformity')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_corrective_link_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_corrective_link'))
    )
    with op.batch_alter_table('corrective_link', schema=None) as batch_op:
        batch_op.create_index('ix_corrective_link_corrective', ['corrective_id'], unique=False)
        batch_op.create_index('uq_corrective_link', ['nonconformity_id', 'corrective_id'], unique=True)

    op.create_table('corrective_step',
    sa.Column('corrective_id', sa.Integer(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('done_by_id', sa.Integer(), nullable=True),
    sa.Column('done_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('dropped_reason', sa.Text(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['corrective_id'], ['corrective_action.id'], name=op.f('fk_corrective_step_corrective_id_corrective_action')),
    sa.ForeignKeyConstraint(['done_by_id'], ['person.id'], name=op.f('fk_corrective_step_done_by_id_person')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_corrective_step_owner_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_corrective_step'))
    )
    with op.batch_alter_table('corrective_step', schema=None) as batch_op:
        batch_op.create_index('ix_corrective_step_corrective', ['corrective_id', 'id'], unique=False)
        batch_op.create_index('ix_corrective_step_owner', ['owner_id', 'done_on'], unique=False)

    op.create_table('customer_notice',
    sa.Column('nonconformity_id', sa.Integer(), nullable=False),
    sa.Column('customer', sa.String(length=200), nullable=False),
    sa.Column('told', sa.String(length=200), nullable=False),
    sa.Column('how', sa.String(length=20), nullable=False),
    sa.Column('told_on', sa.Date(), nullable=False),
    sa.Column('papers', sa.String(length=400), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['nonconformity_id'], ['nonconformity.id'], name=op.f('fk_customer_notice_nonconformity_id_nonconformity')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_customer_notice_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer_notice'))
    )
    with op.batch_alter_table('customer_notice', schema=None) as batch_op:
        batch_op.create_index('ix_customer_notice_nonconformity', ['nonconformity_id', 'id'], unique=False)

    op.create_table('disposition',
    sa.Column('nonconformity_id', sa.Integer(), nullable=False),
    sa.Column('subject_kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('subject_code', sa.String(length=120), nullable=False),
    sa.Column('decision', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['nonconformity_id'], ['nonconformity.id'], name=op.f('fk_disposition_nonconformity_id_nonconformity')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_disposition_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disposition'))
    )
    with op.batch_alter_table('disposition', schema=None) as batch_op:
        batch_op.create_index('ix_disposition_subject', ['nonconformity_id', 'subject_kind', 'subject_id', 'id'], unique=False)

    op.create_table('effect_check',
    sa.Column('corrective_id', sa.Integer(), nullable=False),
    sa.Column('effective', sa.Boolean(), nullable=False),
    sa.Column('looked_at', sa.Text(), nullable=False),
    sa.Column('finding', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['corrective_id'], ['corrective_action.id'], name=op.f('fk_effect_check_corrective_id_corrective_action')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_effect_check_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_effect_check'))
    )
    with op.batch_alter_table('effect_check', schema=None) as batch_op:
        batch_op.create_index('ix_effect_check_corrective', ['corrective_id', 'id'], unique=False)

    op.create_table('function_grant',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('function_id', sa.Integer(), nullable=False),
    sa.Column('criteria_id', sa.Integer(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('met', sa.Text(), nullable=False),
    sa.Column('granted_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('ended_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_reason', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['criteria_id'], ['competence_criteria.id'], name=op.f('fk_function_grant_criteria_id_competence_criteria')),
    sa.ForeignKeyConstraint(['function_id'], ['lab_function.id'], name=op.f('fk_function_grant_function_id_lab_function')),
    sa.ForeignKeyConstraint(['granted_by_id'], ['person.id'], name=op.f('fk_function_grant_granted_by_id_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_function_grant_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_function_grant'))
    )
    with op.batch_alter_table('function_grant', schema=None) as batch_op:
        batch_op.create_index('ix_function_grant_function', ['function_id'], unique=False)
        batch_op.create_index('ix_function_grant_person', ['person_id', 'function_id'], unique=False)

    op.create_table('hold',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('nonconformity_id', sa.Integer(), nullable=False),
    sa.Column('subject_kind', sa.String(length=30), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('subject_code', sa.String(length=120), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('held_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('held_by_id', sa.Integer(), nullable=True),
    sa.Column('held_by_name', sa.String(length=200), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('released_by_id', sa.Integer(), nullable=True),
    sa.Column('release_basis', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['held_by_id'], ['person.id'], name=op.f('fk_hold_held_by_id_person')),
    sa.ForeignKeyConstraint(['nonconformity_id'], ['nonconformity.id'], name=op.f('fk_hold_nonconformity_id_nonconformity')),
    sa.ForeignKeyConstraint(['released_by_id'], ['person.id'], name=op.f('fk_hold_released_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hold')),
    sa.UniqueConstraint('code', name=op.f('uq_hold_code'))
    )
    with op.batch_alter_table('hold', schema=None) as batch_op:
        batch_op.create_index('ix_hold_nonconformity', ['nonconformity_id'], unique=False)
        batch_op.create_index('ix_hold_released', ['released_at', 'id'], unique=False)
        batch_op.create_index('ix_hold_subject', ['subject_kind', 'subject_id'], unique=False)

    op.create_table('version_question',
    sa.Column('authorisation_id', sa.Integer(), nullable=False),
    sa.Column('method_code', sa.String(length=80), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=40), nullable=False),
    sa.Column('change_note', sa.Text(), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['authorisation_id'], ['authorisation.id'], name=op.f('fk_version_question_authorisation_id_authorisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_version_question')),
    sa.UniqueConstraint('authorisation_id', 'version_id', name=op.f('uq_version_question_authorisation_id_version_id'))
    )
    with op.batch_alter_table('version_question', schema=None) as batch_op:
        batch_op.create_index('ix_version_question_version', ['version_id'], unique=False)

    op.create_table('version_answer',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('answer', sa.String(length=20), nullable=False),
    sa.Column('from_day', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_version_answer_by_id_person')),
    sa.ForeignKeyConstraint(['question_id'], ['version_question.id'], name=op.f('fk_version_answer_question_id_version_question')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_version_answer'))
    )
    with op.batch_alter_table('version_answer', schema=None) as batch_op:
        batch_op.create_index('ix_version_answer_question', ['question_id', 'id'], unique=False)

    with op.batch_alter_table('authorisation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('observation_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('monitor_due_on', sa.Date(), nullable=True))
        batch_op.create_index('ix_authorisation_monitor_due', ['monitor_due_on'], unique=False)

    with op.batch_alter_table('nonconformity', schema=None) as batch_op:
        batch_op.add_column(sa.Column('risk_class', sa.String(length=20), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('cause_class', sa.String(length=30), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('area', sa.String(length=30), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('no_corrective_reason', sa.Text(), nullable=False, server_default=''))
        batch_op.create_index('ix_nonconformity_cause_found', ['cause_class', 'found_on'], unique=False)
        batch_op.create_index('ix_nonconformity_found', ['found_on'], unique=False)

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('undertaking_until', sa.Date(), nullable=True))

    # What is only ever added to is never changed (7.5.2, 8.4): the database itself refuses.
    for table in ('competence_observation', 'competence_monitoring', 'version_question', 'version_answer', 'affected_work', 'disposition', 'customer_notice', 'effect_check', 'corrective_link',):
        if op.get_bind().dialect.name == "postgresql":
            op.execute(sa.DDL(f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                              "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"))
        else:
            for verb in ("update", "delete"):
                op.execute(sa.DDL(f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                                  f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"))
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
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('undertaking_until')

    with op.batch_alter_table('nonconformity', schema=None) as batch_op:
        batch_op.drop_index('ix_nonconformity_found')
        batch_op.drop_index('ix_nonconformity_cause_found')
        batch_op.drop_column('no_corrective_reason')
        batch_op.drop_column('area')
        batch_op.drop_column('cause_class')
        batch_op.drop_column('risk_class')

    with op.batch_alter_table('authorisation', schema=None) as batch_op:
        batch_op.drop_index('ix_authorisation_monitor_due')
        batch_op.drop_column('monitor_due_on')
        batch_op.drop_column('observation_id')

    with op.batch_alter_table('version_answer', schema=None) as batch_op:
        batch_op.drop_index('ix_version_answer_question')

    op.drop_table('version_answer')
    with op.batch_alter_table('version_question', schema=None) as batch_op:
        batch_op.drop_index('ix_version_question_version')

    op.drop_table('version_question')
    with op.batch_alter_table('hold', schema=None) as batch_op:
        batch_op.drop_index('ix_hold_subject')
        batch_op.drop_index('ix_hold_released')
        batch_op.drop_index('ix_hold_nonconformity')

    op.drop_table('hold')
    with op.batch_alter_table('function_grant', schema=None) as batch_op:
        batch_op.drop_index('ix_function_grant_person')
        batch_op.drop_index('ix_function_grant_function')

    op.drop_table('function_grant')
    with op.batch_alter_table('effect_check', schema=None) as batch_op:
        batch_op.drop_index('ix_effect_check_corrective')

    op.drop_table('effect_check')
    with op.batch_alter_table('disposition', schema=None) as batch_op:
        batch_op.drop_index('ix_disposition_subject')

    op.drop_table('disposition')
    with op.batch_alter_table('customer_notice', schema=None) as batch_op:
        batch_op.drop_index('ix_customer_notice_nonconformity')

    op.drop_table('customer_notice')
    with op.batch_alter_table('corrective_step', schema=None) as batch_op:
        batch_op.drop_index('ix_corrective_step_owner')
        batch_op.drop_index('ix_corrective_step_corrective')

    op.drop_table('corrective_step')
    with op.batch_alter_table('corrective_link', schema=None) as batch_op:
        batch_op.drop_index('uq_corrective_link')
        batch_op.drop_index('ix_corrective_link_corrective')

    op.drop_table('corrective_link')
    with op.batch_alter_table('competence_monitoring', schema=None) as batch_op:
        batch_op.drop_index('ix_competence_monitoring_newest')

    op.drop_table('competence_monitoring')
    with op.batch_alter_table('affected_work', schema=None) as batch_op:
        batch_op.drop_index('uq_affected_work')

    op.drop_table('affected_work')
    with op.batch_alter_table('training', schema=None) as batch_op:
        batch_op.drop_index('ix_training_status_planned')
        batch_op.drop_index('ix_training_person')

    op.drop_table('training')
    with op.batch_alter_table('quality_event', schema=None) as batch_op:
        batch_op.drop_index('ix_quality_event_subject')
        batch_op.drop_index('ix_quality_event_status')

    op.drop_table('quality_event')
    with op.batch_alter_table('qualification', schema=None) as batch_op:
        batch_op.drop_index('ix_qualification_person')

    op.drop_table('qualification')
    with op.batch_alter_table('corrective_action', schema=None) as batch_op:
        batch_op.drop_index('ix_corrective_action_status')
        batch_op.drop_index('ix_corrective_action_source')
        batch_op.drop_index('ix_corrective_action_owner')
        batch_op.drop_index('ix_corrective_action_opened')

    op.drop_table('corrective_action')
    with op.batch_alter_table('competence_observation', schema=None) as batch_op:
        batch_op.drop_index('ix_competence_observation_person')

    op.drop_table('competence_observation')
    op.drop_table('competence_criteria')
    op.drop_table('lab_function')
    with op.batch_alter_table('ask', schema=None) as batch_op:
        batch_op.drop_index('ix_ask_person_open')
        batch_op.drop_index('ix_ask_permission_open')
        batch_op.drop_index('ix_ask_open_due')

    op.drop_table('ask')
