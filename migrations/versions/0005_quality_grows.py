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

    op.create_table('complaint_terms',
    sa.Column('acknowledge_days', sa.Integer(), nullable=False),
    sa.Column('decide_days', sa.Integer(), nullable=False),
    sa.Column('words_vi', sa.Text(), nullable=False),
    sa.Column('words_en', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint_terms'))
    )
    op.create_table('environment_logger',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('instrument_code', sa.String(length=40), nullable=False),
    sa.Column('interval_minutes', sa.Integer(), nullable=False),
    sa.Column('most_gap_minutes', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('token_sha256', sa.String(length=64), nullable=True),
    sa.Column('token_made_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('token_revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_environment_logger')),
    sa.UniqueConstraint('code', name=op.f('uq_environment_logger_code')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_environment_logger_token_sha256'))
    )
    op.create_table('feedback_request',
    sa.Column('subject_kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('subject_code', sa.String(length=120), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('customer_name', sa.String(length=300), nullable=False),
    sa.Column('to_address', sa.String(length=255), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_request'))
    )
    with op.batch_alter_table('feedback_request', schema=None) as batch_op:
        batch_op.create_index('ix_feedback_request_month', ['month'], unique=False)
        batch_op.create_index('uq_feedback_request_subject', ['subject_kind', 'subject_id'], unique=True)

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
    op.create_table('appointment',
    sa.Column('function', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('decision_no', sa.String(length=60), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_from', sa.Date(), nullable=True),
    sa.Column('ended_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_reason', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_appointment_person_id_person')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_appointment_recorded_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment'))
    )
    with op.batch_alter_table('appointment', schema=None) as batch_op:
        batch_op.create_index('ix_appointment_from', ['valid_from', 'id'], unique=False)
        batch_op.create_index('ix_appointment_function_from', ['function', 'valid_from'], unique=False)

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

    op.create_table('context_issue',
    sa.Column('side', sa.String(length=20), nullable=False),
    sa.Column('topic', sa.String(length=30), nullable=False),
    sa.Column('says', sa.Text(), nullable=False),
    sa.Column('effect', sa.String(length=10), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('seen_on', sa.Date(), nullable=False),
    sa.Column('gone_on', sa.Date(), nullable=True),
    sa.Column('gone_reason', sa.Text(), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_context_issue_recorded_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_context_issue'))
    )
    with op.batch_alter_table('context_issue', schema=None) as batch_op:
        batch_op.create_index('ix_context_issue_side', ['side', 'gone_on'], unique=False)

    op.create_table('context_review',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('scope_vi', sa.Text(), nullable=False),
    sa.Column('scope_en', sa.Text(), nullable=False),
    sa.Column('conclusion', sa.Text(), nullable=False),
    sa.Column('issues', sa.Integer(), nullable=False),
    sa.Column('parties', sa.Integer(), nullable=False),
    sa.Column('next_on', sa.Date(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_context_review_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_context_review')),
    sa.UniqueConstraint('code', name=op.f('uq_context_review_code'))
    )
    with op.batch_alter_table('context_review', schema=None) as batch_op:
        batch_op.create_index('ix_context_review_done', ['done_on'], unique=False)

    op.create_table('controlled_document',
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('title_vi', sa.String(length=300), nullable=False),
    sa.Column('title_en', sa.String(length=300), nullable=False),
    sa.Column('clauses', sa.Text(), nullable=False),
    sa.Column('process', sa.String(length=120), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('read_by', sa.Text(), nullable=False),
    sa.Column('at_sign_in', sa.Boolean(), nullable=False),
    sa.Column('review_months', sa.Integer(), nullable=False),
    sa.Column('review_due', sa.Date(), nullable=True),
    sa.Column('withdrawn_from', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_controlled_document_owner_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_controlled_document')),
    sa.UniqueConstraint('code', name=op.f('uq_controlled_document_code'))
    )
    with op.batch_alter_table('controlled_document', schema=None) as batch_op:
        batch_op.create_index('ix_controlled_document_kind', ['kind', 'code'], unique=False)
        batch_op.create_index('ix_controlled_document_review_due', ['review_due'], unique=False)

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

    op.create_table('disclosure',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('authority', sa.String(length=300), nullable=False),
    sa.Column('demand', sa.String(length=300), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('asked_on', sa.Date(), nullable=False),
    sa.Column('subject_kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('subject_code', sa.String(length=120), nullable=False),
    sa.Column('customer', sa.String(length=300), nullable=False),
    sa.Column('wanted', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('given', sa.Text(), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=True),
    sa.Column('given_by_id', sa.Integer(), nullable=True),
    sa.Column('refused_reason', sa.Text(), nullable=False),
    sa.Column('told_on', sa.Date(), nullable=True),
    sa.Column('told_how', sa.Text(), nullable=False),
    sa.Column('forbidden_by', sa.Text(), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=False),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['closed_by_id'], ['person.id'], name=op.f('fk_disclosure_closed_by_id_person')),
    sa.ForeignKeyConstraint(['given_by_id'], ['person.id'], name=op.f('fk_disclosure_given_by_id_person')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_disclosure_recorded_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disclosure')),
    sa.UniqueConstraint('code', name=op.f('uq_disclosure_code'))
    )
    with op.batch_alter_table('disclosure', schema=None) as batch_op:
        batch_op.create_index('ix_disclosure_status', ['status', 'id'], unique=False)
        batch_op.create_index('ix_disclosure_subject', ['subject_kind', 'subject_id'], unique=False)

    op.create_table('environment_intake',
    sa.Column('logger_id', sa.Integer(), nullable=False),
    sa.Column('way', sa.String(length=10), nullable=False),
    sa.Column('filename', sa.String(length=255), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=True),
    sa.Column('left_out', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['logger_id'], ['environment_logger.id'], name=op.f('fk_environment_intake_logger_id_environment_logger')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_environment_intake_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_environment_intake'))
    )
    with op.batch_alter_table('environment_intake', schema=None) as batch_op:
        batch_op.create_index('ix_environment_intake_logger', ['logger_id', 'recorded_at'], unique=False)

    op.create_table('external_document',
    sa.Column('code', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=400), nullable=False),
    sa.Column('publisher', sa.String(length=200), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('watch_months', sa.Integer(), nullable=False),
    sa.Column('last_check', sa.Date(), nullable=True),
    sa.Column('next_check', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_external_document_owner_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_external_document')),
    sa.UniqueConstraint('code', name=op.f('uq_external_document_code'))
    )
    with op.batch_alter_table('external_document', schema=None) as batch_op:
        batch_op.create_index('ix_external_document_kind', ['kind', 'code'], unique=False)
        batch_op.create_index('ix_external_document_next_check', ['next_check'], unique=False)

    op.create_table('feedback',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('way', sa.String(length=10), nullable=False),
    sa.Column('answered_key', sa.String(length=60), nullable=True),
    sa.Column('subject_kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('subject_code', sa.String(length=120), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('customer_name', sa.String(length=300), nullable=False),
    sa.Column('satisfaction', sa.Integer(), nullable=True),
    sa.Column('timeliness', sa.Integer(), nullable=True),
    sa.Column('recommend', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('event_code', sa.String(length=30), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_feedback_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback')),
    sa.UniqueConstraint('answered_key', name=op.f('uq_feedback_answered_key')),
    sa.UniqueConstraint('code', name=op.f('uq_feedback_code'))
    )
    with op.batch_alter_table('feedback', schema=None) as batch_op:
        batch_op.create_index('ix_feedback_month', ['month'], unique=False)
        batch_op.create_index('ix_feedback_subject', ['subject_kind', 'subject_id'], unique=False)
        batch_op.create_index('ix_feedback_way', ['way', 'id'], unique=False)

    op.create_table('feedback_analysis',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('figures', sa.Text(), nullable=False),
    sa.Column('findings', sa.Text(), nullable=False),
    sa.Column('use', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_feedback_analysis_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_analysis')),
    sa.UniqueConstraint('code', name=op.f('uq_feedback_analysis_code'))
    )
    with op.batch_alter_table('feedback_analysis', schema=None) as batch_op:
        batch_op.create_index('ix_feedback_analysis_until', ['until'], unique=False)

    op.create_table('impartiality_review',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('answers', sa.Text(), nullable=False),
    sa.Column('conclusion', sa.Text(), nullable=False),
    sa.Column('next_on', sa.Date(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_impartiality_review_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_impartiality_review')),
    sa.UniqueConstraint('code', name=op.f('uq_impartiality_review_code'))
    )
    with op.batch_alter_table('impartiality_review', schema=None) as batch_op:
        batch_op.create_index('ix_impartiality_review_done', ['done_on'], unique=False)

    op.create_table('improvement',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.Column('idea', sa.Text(), nullable=False),
    sa.Column('source_kind', sa.String(length=60), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('source_code', sa.String(length=120), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('figure', sa.String(length=120), nullable=False),
    sa.Column('unit', sa.String(length=40), nullable=False),
    sa.Column('better', sa.String(length=10), nullable=False),
    sa.Column('before', sa.String(length=64), nullable=True),
    sa.Column('after', sa.String(length=64), nullable=True),
    sa.Column('benefit', sa.Text(), nullable=False),
    sa.Column('saved', sa.String(length=64), nullable=True),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('proposed_by_id', sa.Integer(), nullable=False),
    sa.Column('proposed_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_improvement_decided_by_id_person')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_improvement_owner_id_person')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['person.id'], name=op.f('fk_improvement_proposed_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_improvement')),
    sa.UniqueConstraint('code', name=op.f('uq_improvement_code'))
    )
    with op.batch_alter_table('improvement', schema=None) as batch_op:
        batch_op.create_index('ix_improvement_source', ['source_kind', 'source_id'], unique=False)
        batch_op.create_index('ix_improvement_status', ['status', 'id'], unique=False)

    op.create_table('interest',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('party_kind', sa.String(length=20), nullable=False),
    sa.Column('party_code', sa.String(length=40), nullable=False),
    sa.Column('party_name', sa.String(length=300), nullable=False),
    sa.Column('party_key', sa.String(length=300), nullable=False),
    sa.Column('nature', sa.String(length=20), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('ended_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by_id', sa.Integer(), nullable=True),
    sa.Column('ended_reason', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['ended_by_id'], ['person.id'], name=op.f('fk_interest_ended_by_id_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_interest_person_id_person')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_interest_recorded_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interest'))
    )
    with op.batch_alter_table('interest', schema=None) as batch_op:
        batch_op.create_index('ix_interest_party', ['party_key'], unique=False)
        batch_op.create_index('ix_interest_person', ['person_id', 'id'], unique=False)

    op.create_table('interest_declaration',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('declared_on', sa.Date(), nullable=False),
    sa.Column('interests', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_interest_declaration_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interest_declaration'))
    )
    with op.batch_alter_table('interest_declaration', schema=None) as batch_op:
        batch_op.create_index('ix_interest_declaration_person_day', ['person_id', 'declared_on'], unique=False)

    op.create_table('interested_party',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('needs', sa.Text(), nullable=False),
    sa.Column('met_by', sa.Text(), nullable=False),
    sa.Column('binding', sa.Boolean(), nullable=False),
    sa.Column('gone_on', sa.Date(), nullable=True),
    sa.Column('gone_reason', sa.Text(), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_interested_party_recorded_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interested_party')),
    sa.UniqueConstraint('name', name=op.f('uq_interested_party_name'))
    )
    op.create_table('lesson',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('area', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('happened', sa.Text(), nullable=False),
    sa.Column('learned', sa.Text(), nullable=False),
    sa.Column('applies_to', sa.String(length=300), nullable=False),
    sa.Column('source_kind', sa.String(length=60), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('source_code', sa.String(length=120), nullable=False),
    sa.Column('aside_on', sa.Date(), nullable=True),
    sa.Column('aside_reason', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_lesson_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson')),
    sa.UniqueConstraint('code', name=op.f('uq_lesson_code'))
    )
    with op.batch_alter_table('lesson', schema=None) as batch_op:
        batch_op.create_index('ix_lesson_area', ['area', 'id'], unique=False)
        batch_op.create_index('ix_lesson_source', ['source_kind', 'source_id'], unique=False)

    op.create_table('objective',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('kpi', sa.String(length=60), nullable=False),
    sa.Column('target', sa.String(length=64), nullable=False),
    sa.Column('window', sa.Integer(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('resources', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('conclusion', sa.Text(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('set_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_objective_owner_id_person')),
    sa.ForeignKeyConstraint(['set_by_id'], ['person.id'], name=op.f('fk_objective_set_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objective')),
    sa.UniqueConstraint('code', name=op.f('uq_objective_code'))
    )
    with op.batch_alter_table('objective', schema=None) as batch_op:
        batch_op.create_index('ix_objective_status', ['status', 'id'], unique=False)

    op.create_table('planned_change',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('planned_on', sa.Date(), nullable=False),
    sa.Column('source_kind', sa.String(length=60), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('source_code', sa.String(length=120), nullable=False),
    sa.Column('impacts', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('began_on', sa.Date(), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['closed_by_id'], ['person.id'], name=op.f('fk_planned_change_closed_by_id_person')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_planned_change_decided_by_id_person')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['person.id'], name=op.f('fk_planned_change_proposed_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_planned_change')),
    sa.UniqueConstraint('code', name=op.f('uq_planned_change_code'))
    )
    with op.batch_alter_table('planned_change', schema=None) as batch_op:
        batch_op.create_index('ix_planned_change_source', ['source_kind', 'source_id'], unique=False)
        batch_op.create_index('ix_planned_change_status', ['status', 'id'], unique=False)

    op.create_table('pressure_incident',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('nature', sa.String(length=20), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('from_whom', sa.String(length=300), nullable=False),
    sa.Column('about', sa.String(length=120), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('confidential', sa.Boolean(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('reported_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_pressure_incident_answered_by_id_person')),
    sa.ForeignKeyConstraint(['reported_by_id'], ['person.id'], name=op.f('fk_pressure_incident_reported_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pressure_incident')),
    sa.UniqueConstraint('code', name=op.f('uq_pressure_incident_code'))
    )
    with op.batch_alter_table('pressure_incident', schema=None) as batch_op:
        batch_op.create_index('ix_pressure_incident_happened', ['happened_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pressure_incident_status'), ['status'], unique=False)

    op.create_table('process',
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name_vi', sa.String(length=200), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('inputs', sa.Text(), nullable=False),
    sa.Column('outputs', sa.Text(), nullable=False),
    sa.Column('resources', sa.Text(), nullable=False),
    sa.Column('documents', sa.Text(), nullable=False),
    sa.Column('risks', sa.Text(), nullable=False),
    sa.Column('feeds', sa.Text(), nullable=False),
    sa.Column('kpi', sa.String(length=60), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('gone_on', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_process_owner_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_process')),
    sa.UniqueConstraint('code', name=op.f('uq_process_code'))
    )
    with op.batch_alter_table('process', schema=None) as batch_op:
        batch_op.create_index('ix_process_kind', ['kind', 'position'], unique=False)

    op.create_table('purchase_order',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('supplier_id', sa.Integer(), nullable=False),
    sa.Column('service', sa.String(length=30), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('product', sa.Text(), nullable=False),
    sa.Column('acceptance', sa.Text(), nullable=False),
    sa.Column('competence', sa.Text(), nullable=False),
    sa.Column('premises', sa.Text(), nullable=False),
    sa.Column('subject_kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('subject_code', sa.String(length=120), nullable=False),
    sa.Column('needed_on', sa.Date(), nullable=True),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.Column('written_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['supplier_id'], ['supplier.id'], name=op.f('fk_purchase_order_supplier_id_supplier')),
    sa.ForeignKeyConstraint(['written_by_id'], ['person.id'], name=op.f('fk_purchase_order_written_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_purchase_order')),
    sa.UniqueConstraint('code', name=op.f('uq_purchase_order_code'))
    )
    with op.batch_alter_table('purchase_order', schema=None) as batch_op:
        batch_op.create_index('ix_purchase_order_status', ['status', 'id'], unique=False)
        batch_op.create_index('ix_purchase_order_supplier', ['supplier_id', 'id'], unique=False)

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

    op.create_table('retention_rule',
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_retention_rule_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retention_rule'))
    )
    with op.batch_alter_table('retention_rule', schema=None) as batch_op:
        batch_op.create_index('ix_retention_rule_kind', ['kind', 'id'], unique=False)

    op.create_table('risk',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('topic', sa.String(length=30), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('source_kind', sa.String(length=60), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('source_code', sa.String(length=120), nullable=False),
    sa.Column('found_on', sa.Date(), nullable=False),
    sa.Column('likelihood', sa.Integer(), nullable=False),
    sa.Column('consequence', sa.Integer(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('answer', sa.String(length=20), nullable=False),
    sa.Column('treatment', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('effect_on', sa.Date(), nullable=True),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('residual_likelihood', sa.Integer(), nullable=True),
    sa.Column('residual_consequence', sa.Integer(), nullable=True),
    sa.Column('effect', sa.Text(), nullable=False),
    sa.Column('effect_by_id', sa.Integer(), nullable=True),
    sa.Column('effect_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['approved_by_id'], ['person.id'], name=op.f('fk_risk_approved_by_id_person')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['person.id'], name=op.f('fk_risk_closed_by_id_person')),
    sa.ForeignKeyConstraint(['effect_by_id'], ['person.id'], name=op.f('fk_risk_effect_by_id_person')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_risk_owner_id_person')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_risk_recorded_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risk')),
    sa.UniqueConstraint('code', name=op.f('uq_risk_code'))
    )
    with op.batch_alter_table('risk', schema=None) as batch_op:
        batch_op.create_index('ix_risk_effect', ['status', 'effect_on'], unique=False)
        batch_op.create_index('ix_risk_score', ['score', 'id'], unique=False)
        batch_op.create_index('ix_risk_source', ['source_kind', 'source_id'], unique=False)
        batch_op.create_index('ix_risk_status', ['status', 'id'], unique=False)
        batch_op.create_index('ix_risk_topic', ['topic', 'status'], unique=False)

    op.create_table('site_need',
    sa.Column('method_code', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('parameters', sa.String(length=300), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('ended_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_site_need_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_need'))
    )
    with op.batch_alter_table('site_need', schema=None) as batch_op:
        batch_op.create_index('ix_site_need_method', ['method_code'], unique=False)

    op.create_table('supplier_criterion',
    sa.Column('service', sa.String(length=30), nullable=False),
    sa.Column('name_vi', sa.String(length=200), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('weight', sa.Integer(), nullable=False),
    sa.Column('minimum', sa.Integer(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('set_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['set_by_id'], ['person.id'], name=op.f('fk_supplier_criterion_set_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supplier_criterion'))
    )
    with op.batch_alter_table('supplier_criterion', schema=None) as batch_op:
        batch_op.create_index('ix_supplier_criterion_service', ['service', 'ended_on'], unique=False)

    op.create_table('supplier_evaluation',
    sa.Column('supplier_id', sa.Integer(), nullable=False),
    sa.Column('service', sa.String(length=30), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('marks', sa.Text(), nullable=False),
    sa.Column('score', sa.String(length=64), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('conclusion', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('next_on', sa.Date(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_supplier_evaluation_person_id_person')),
    sa.ForeignKeyConstraint(['supplier_id'], ['supplier.id'], name=op.f('fk_supplier_evaluation_supplier_id_supplier')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supplier_evaluation'))
    )
    with op.batch_alter_table('supplier_evaluation', schema=None) as batch_op:
        batch_op.create_index('ix_supplier_evaluation_next', ['next_on'], unique=False)
        batch_op.create_index('ix_supplier_evaluation_supplier', ['supplier_id', 'service', 'done_on'], unique=False)

    op.create_table('supplier_tie',
    sa.Column('supplier_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('relation', sa.String(length=20), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('recorded_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_supplier_tie_person_id_person')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_supplier_tie_recorded_by_id_person')),
    sa.ForeignKeyConstraint(['supplier_id'], ['supplier.id'], name=op.f('fk_supplier_tie_supplier_id_supplier')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supplier_tie'))
    )
    with op.batch_alter_table('supplier_tie', schema=None) as batch_op:
        batch_op.create_index('ix_supplier_tie_supplier', ['supplier_id', 'person_id'], unique=False)

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

    op.create_table('undertaking',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('text_sha256', sa.String(length=64), nullable=False),
    sa.Column('way', sa.String(length=10), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('filed_by_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['filed_by_id'], ['person.id'], name=op.f('fk_undertaking_filed_by_id_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_undertaking_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_undertaking'))
    )
    with op.batch_alter_table('undertaking', schema=None) as batch_op:
        batch_op.create_index('ix_undertaking_person', ['person_id', 'id'], unique=False)

    op.create_table('undertaking_text',
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('text_vi', sa.Text(), nullable=False),
    sa.Column('text_en', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('change', sa.Text(), nullable=False),
    sa.Column('sign_by', sa.Date(), nullable=True),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['written_by_id'], ['person.id'], name=op.f('fk_undertaking_text_written_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_undertaking_text')),
    sa.UniqueConstraint('edition', name=op.f('uq_undertaking_text_edition'))
    )
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

    op.create_table('broken_gate',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('gate', sa.String(length=80), nullable=False),
    sa.Column('clauses', sa.String(length=80), nullable=False),
    sa.Column('says', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('door', sa.String(length=120), nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('allowed_by_id', sa.Integer(), nullable=False),
    sa.Column('nonconformity_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['allowed_by_id'], ['person.id'], name=op.f('fk_broken_gate_allowed_by_id_person')),
    sa.ForeignKeyConstraint(['nonconformity_id'], ['nonconformity.id'], name=op.f('fk_broken_gate_nonconformity_id_nonconformity')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_broken_gate_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_broken_gate')),
    sa.UniqueConstraint('code', name=op.f('uq_broken_gate_code')),
    sa.UniqueConstraint('token', name=op.f('uq_broken_gate_token'))
    )
    with op.batch_alter_table('broken_gate', schema=None) as batch_op:
        batch_op.create_index('ix_broken_gate_gate', ['gate', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_broken_gate_nonconformity_id'), ['nonconformity_id'], unique=False)

    op.create_table('change_step',
    sa.Column('change_id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=300), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('shown_by', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['change_id'], ['planned_change.id'], name=op.f('fk_change_step_change_id_planned_change')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_change_step_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_change_step'))
    )
    with op.batch_alter_table('change_step', schema=None) as batch_op:
        batch_op.create_index('ix_change_step_change', ['change_id'], unique=False)

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

    op.create_table('complaint',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('confidential', sa.Boolean(), nullable=False),
    sa.Column('from_name', sa.String(length=200), nullable=False),
    sa.Column('from_organisation', sa.String(length=200), nullable=False),
    sa.Column('from_email', sa.String(length=255), nullable=False),
    sa.Column('from_phone', sa.String(length=40), nullable=False),
    sa.Column('about', sa.String(length=120), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=True),
    sa.Column('nonce', sa.String(length=40), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_by_id', sa.Integer(), nullable=True),
    sa.Column('acknowledge_by', sa.Date(), nullable=True),
    sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decide_by', sa.Date(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('relevance', sa.Text(), nullable=False),
    sa.Column('concerned', sa.Text(), nullable=False),
    sa.Column('concerned_reason', sa.Text(), nullable=False),
    sa.Column('investigation', sa.Text(), nullable=False),
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('action_done_on', sa.Date(), nullable=True),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('involved', sa.Text(), nullable=False),
    sa.Column('notified_on', sa.Date(), nullable=True),
    sa.Column('not_notified', sa.Text(), nullable=False),
    sa.Column('nonconformity_id', sa.Integer(), nullable=True),
    sa.Column('corrective_code', sa.String(length=30), nullable=False),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['closed_by_id'], ['person.id'], name=op.f('fk_complaint_closed_by_id_person')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_complaint_decided_by_id_person')),
    sa.ForeignKeyConstraint(['nonconformity_id'], ['nonconformity.id'], name=op.f('fk_complaint_nonconformity_id_nonconformity')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_complaint_owner_id_person')),
    sa.ForeignKeyConstraint(['received_by_id'], ['person.id'], name=op.f('fk_complaint_received_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint')),
    sa.UniqueConstraint('code', name=op.f('uq_complaint_code')),
    sa.UniqueConstraint('nonce', name=op.f('uq_complaint_nonce')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_complaint_token_hash'))
    )
    with op.batch_alter_table('complaint', schema=None) as batch_op:
        batch_op.create_index('ix_complaint_channel', ['channel', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_complaint_nonconformity_id'), ['nonconformity_id'], unique=False)
        batch_op.create_index('ix_complaint_received', ['received_at'], unique=False)
        batch_op.create_index('ix_complaint_status', ['status', 'id'], unique=False)

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

    op.create_table('disposal',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('before', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('way', sa.String(length=200), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('list_sha256', sa.String(length=64), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision_note', sa.Text(), nullable=False),
    sa.Column('signature_id', sa.Integer(), nullable=True),
    sa.Column('done_by_id', sa.Integer(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_disposal_decided_by_id_person')),
    sa.ForeignKeyConstraint(['done_by_id'], ['person.id'], name=op.f('fk_disposal_done_by_id_person')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['person.id'], name=op.f('fk_disposal_proposed_by_id_person')),
    sa.ForeignKeyConstraint(['signature_id'], ['signature.id'], name=op.f('fk_disposal_signature_id_signature')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disposal')),
    sa.UniqueConstraint('code', name=op.f('uq_disposal_code'))
    )
    with op.batch_alter_table('disposal', schema=None) as batch_op:
        batch_op.create_index('ix_disposal_status', ['status', 'id'], unique=False)

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

    op.create_table('document_method',
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('method_code', sa.String(length=80), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['controlled_document.id'], name=op.f('fk_document_method_document_id_controlled_document')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_method')),
    sa.UniqueConstraint('document_id', 'method_code', name=op.f('uq_document_method_document_id_method_code'))
    )
    with op.batch_alter_table('document_method', schema=None) as batch_op:
        batch_op.create_index('ix_document_method_code', ['method_code'], unique=False)

    op.create_table('document_review',
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('fits', sa.Boolean(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('next_due', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['controlled_document.id'], name=op.f('fk_document_review_document_id_controlled_document')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_document_review_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_review'))
    )
    with op.batch_alter_table('document_review', schema=None) as batch_op:
        batch_op.create_index('ix_document_review_document', ['document_id', 'id'], unique=False)

    op.create_table('document_version',
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=70), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('filename', sa.String(length=255), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('statement_vi', sa.Text(), nullable=False),
    sa.Column('statement_en', sa.Text(), nullable=False),
    sa.Column('content_sha256', sa.String(length=64), nullable=False),
    sa.Column('change_summary', sa.Text(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('written_by', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reviewer_id', sa.Integer(), nullable=True),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('review_note', sa.Text(), nullable=False),
    sa.Column('approver_id', sa.Integer(), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('effective_from', sa.Date(), nullable=True),
    sa.Column('obsolete_from', sa.Date(), nullable=True),
    sa.Column('obsolete_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('obsolete_reason', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['approver_id'], ['person.id'], name=op.f('fk_document_version_approver_id_person')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_document_version_author_id_person')),
    sa.ForeignKeyConstraint(['document_id'], ['controlled_document.id'], name=op.f('fk_document_version_document_id_controlled_document')),
    sa.ForeignKeyConstraint(['reviewer_id'], ['person.id'], name=op.f('fk_document_version_reviewer_id_person')),
    sa.ForeignKeyConstraint(['sha256'], ['stored_file.sha256'], name=op.f('fk_document_version_sha256_stored_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_version')),
    sa.UniqueConstraint('code', name=op.f('uq_document_version_code')),
    sa.UniqueConstraint('document_id', 'number', name=op.f('uq_document_version_document_id_number'))
    )
    with op.batch_alter_table('document_version', schema=None) as batch_op:
        batch_op.create_index('ix_document_version_effective_from', ['effective_from'], unique=False)
        batch_op.create_index('ix_document_version_status', ['status', 'code'], unique=False)

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

    op.create_table('environment_channel',
    sa.Column('logger_id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('quantity', sa.String(length=20), nullable=False),
    sa.Column('decimals', sa.Integer(), nullable=False),
    sa.Column('from_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['logger_id'], ['environment_logger.id'], name=op.f('fk_environment_channel_logger_id_environment_logger')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_environment_channel_room_id_room')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_environment_channel'))
    )
    with op.batch_alter_table('environment_channel', schema=None) as batch_op:
        batch_op.create_index('ix_environment_channel_logger', ['logger_id'], unique=False)
        batch_op.create_index('ix_environment_channel_room', ['room_id', 'quantity'], unique=False)

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

    op.create_table('incoming_check',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('supplier_id', sa.Integer(), nullable=False),
    sa.Column('order_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('mark', sa.String(length=120), nullable=False),
    sa.Column('subject_kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('subject_code', sa.String(length=120), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('points', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('used_from', sa.Date(), nullable=True),
    sa.Column('used_for', sa.String(length=300), nullable=False),
    sa.Column('received_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_incoming_check_decided_by_id_person')),
    sa.ForeignKeyConstraint(['order_id'], ['purchase_order.id'], name=op.f('fk_incoming_check_order_id_purchase_order')),
    sa.ForeignKeyConstraint(['received_by_id'], ['person.id'], name=op.f('fk_incoming_check_received_by_id_person')),
    sa.ForeignKeyConstraint(['supplier_id'], ['supplier.id'], name=op.f('fk_incoming_check_supplier_id_supplier')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incoming_check')),
    sa.UniqueConstraint('code', name=op.f('uq_incoming_check_code'))
    )
    with op.batch_alter_table('incoming_check', schema=None) as batch_op:
        batch_op.create_index('ix_incoming_check_order', ['order_id'], unique=False)
        batch_op.create_index('ix_incoming_check_status', ['status', 'id'], unique=False)
        batch_op.create_index('ix_incoming_check_subject', ['subject_kind', 'subject_id', 'status'], unique=False)
        batch_op.create_index('ix_incoming_check_supplier', ['supplier_id', 'id'], unique=False)

    op.create_table('objective_answer',
    sa.Column('objective_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('value', sa.String(length=64), nullable=False),
    sa.Column('target', sa.String(length=64), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['objective_id'], ['objective.id'], name=op.f('fk_objective_answer_objective_id_objective')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_objective_answer_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objective_answer')),
    sa.UniqueConstraint('objective_id', 'month', name='uq_objective_answer_month')
    )
    op.create_table('objective_step',
    sa.Column('objective_id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=300), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('shown_by', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['objective_id'], ['objective.id'], name=op.f('fk_objective_step_objective_id_objective')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_objective_step_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objective_step'))
    )
    with op.batch_alter_table('objective_step', schema=None) as batch_op:
        batch_op.create_index('ix_objective_step_objective', ['objective_id'], unique=False)

    op.create_table('room_access',
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('purpose', sa.String(length=300), nullable=False),
    sa.Column('given_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('ended_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['given_by_id'], ['person.id'], name=op.f('fk_room_access_given_by_id_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_room_access_person_id_person')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_room_access_room_id_room')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room_access'))
    )
    with op.batch_alter_table('room_access', schema=None) as batch_op:
        batch_op.create_index('ix_room_access_room', ['room_id', 'until'], unique=False)

    op.create_table('room_limit',
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('quantity', sa.String(length=20), nullable=False),
    sa.Column('low', sa.String(length=64), nullable=True),
    sa.Column('high', sa.String(length=64), nullable=True),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('from_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_room_limit_person_id_person')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_room_limit_room_id_room')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room_limit'))
    )
    with op.batch_alter_table('room_limit', schema=None) as batch_op:
        batch_op.create_index('ix_room_limit_room', ['room_id', 'quantity', 'from_at'], unique=False)

    op.create_table('site_validation',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('standard', sa.String(length=120), nullable=False),
    sa.Column('range_text', sa.String(length=200), nullable=False),
    sa.Column('performed_on', sa.Date(), nullable=False),
    sa.Column('performed_by', sa.String(length=200), nullable=False),
    sa.Column('result', sa.String(length=10), nullable=False),
    sa.Column('worst', sa.String(length=200), nullable=False),
    sa.Column('restriction', sa.Text(), nullable=False),
    sa.Column('cycle_months', sa.Integer(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_from', sa.Date(), nullable=True),
    sa.Column('withdrawn_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdraw_reason', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_site_validation_person_id_person')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_site_validation_room_id_room')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_validation')),
    sa.UniqueConstraint('code', name=op.f('uq_site_validation_code'))
    )
    with op.batch_alter_table('site_validation', schema=None) as batch_op:
        batch_op.create_index('ix_site_validation_room', ['room_id', 'kind', 'performed_on'], unique=False)
        batch_op.create_index('ix_site_validation_until', ['valid_until'], unique=False)

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

    op.create_table('watch_check',
    sa.Column('external_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('edition', sa.String(length=80), nullable=False),
    sa.Column('in_force_from', sa.Date(), nullable=True),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('seen_at', sa.String(length=300), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['external_id'], ['external_document.id'], name=op.f('fk_watch_check_external_id_external_document')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_watch_check_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_watch_check'))
    )
    with op.batch_alter_table('watch_check', schema=None) as batch_op:
        batch_op.create_index('ix_watch_check_external', ['external_id', 'id'], unique=False)

    op.create_table('broken_gate_subject',
    sa.Column('broken_gate_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=120), nullable=False),
    sa.Column('concerned', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['broken_gate_id'], ['broken_gate.id'], name=op.f('fk_broken_gate_subject_broken_gate_id_broken_gate')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_broken_gate_subject'))
    )
    with op.batch_alter_table('broken_gate_subject', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_broken_gate_subject_broken_gate_id'), ['broken_gate_id'], unique=False)
        batch_op.create_index('ix_broken_gate_subject_subject', ['kind', 'subject_id', 'concerned'], unique=False)

    op.create_table('complaint_message',
    sa.Column('complaint_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('way', sa.String(length=10), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('to_address', sa.String(length=255), nullable=False),
    sa.Column('mailed', sa.Boolean(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('said_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_complaint_message_complaint_id_complaint')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_complaint_message_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint_message'))
    )
    with op.batch_alter_table('complaint_message', schema=None) as batch_op:
        batch_op.create_index('ix_complaint_message_complaint', ['complaint_id', 'id'], unique=False)

    op.create_table('complaint_subject',
    sa.Column('complaint_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=120), nullable=False),
    sa.Column('struck_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('struck_reason', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_complaint_subject_complaint_id_complaint')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_complaint_subject_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint_subject'))
    )
    with op.batch_alter_table('complaint_subject', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_complaint_subject_complaint_id'), ['complaint_id'], unique=False)
        batch_op.create_index('ix_complaint_subject_subject', ['kind', 'subject_id'], unique=False)

    op.create_table('disposal_item',
    sa.Column('disposal_id', sa.Integer(), nullable=False),
    sa.Column('attachment_id', sa.Integer(), nullable=False),
    sa.Column('subject_kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('filename', sa.String(length=255), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('attached_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kept_until', sa.Date(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['disposal_id'], ['disposal.id'], name=op.f('fk_disposal_item_disposal_id_disposal')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disposal_item')),
    sa.UniqueConstraint('disposal_id', 'attachment_id', name=op.f('uq_disposal_item_disposal_id_attachment_id'))
    )
    with op.batch_alter_table('disposal_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_disposal_item_attachment_id'), ['attachment_id'], unique=False)

    op.create_table('disposal_trace',
    sa.Column('disposal_id', sa.Integer(), nullable=False),
    sa.Column('attachment_id', sa.Integer(), nullable=False),
    sa.Column('subject_kind', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('rule_id', sa.Integer(), nullable=False),
    sa.Column('bytes_gone', sa.Boolean(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['disposal_id'], ['disposal.id'], name=op.f('fk_disposal_trace_disposal_id_disposal')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_disposal_trace_person_id_person')),
    sa.ForeignKeyConstraint(['rule_id'], ['retention_rule.id'], name=op.f('fk_disposal_trace_rule_id_retention_rule')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disposal_trace')),
    sa.UniqueConstraint('attachment_id', name=op.f('uq_disposal_trace_attachment_id'))
    )
    with op.batch_alter_table('disposal_trace', schema=None) as batch_op:
        batch_op.create_index('ix_disposal_trace_disposal', ['disposal_id'], unique=False)
        batch_op.create_index('ix_disposal_trace_subject', ['subject_kind', 'subject_id'], unique=False)

    op.create_table('document_reading',
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('read_sha256', sa.String(length=64), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_document_reading_person_id_person')),
    sa.ForeignKeyConstraint(['version_id'], ['document_version.id'], name=op.f('fk_document_reading_version_id_document_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_reading')),
    sa.UniqueConstraint('version_id', 'person_id', name=op.f('uq_document_reading_version_id_person_id'))
    )
    with op.batch_alter_table('document_reading', schema=None) as batch_op:
        batch_op.create_index('ix_document_reading_open', ['person_id', 'read_at', 'ended_at'], unique=False)

    op.create_table('environment_excursion',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('quantity', sa.String(length=20), nullable=False),
    sa.Column('channel_id', sa.Integer(), nullable=True),
    sa.Column('environment_id', sa.Integer(), nullable=True),
    sa.Column('limit_id', sa.Integer(), nullable=False),
    sa.Column('last_good_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_outside_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lowest', sa.String(length=64), nullable=False),
    sa.Column('highest', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('merged_into_id', sa.Integer(), nullable=True),
    sa.Column('decision', sa.String(length=20), nullable=False),
    sa.Column('assessment', sa.Text(), nullable=False),
    sa.Column('results_touched', sa.Integer(), nullable=True),
    sa.Column('nonconformity_id', sa.Integer(), nullable=True),
    sa.Column('assessed_by_id', sa.Integer(), nullable=True),
    sa.Column('assessed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['assessed_by_id'], ['person.id'], name=op.f('fk_environment_excursion_assessed_by_id_person')),
    sa.ForeignKeyConstraint(['channel_id'], ['environment_channel.id'], name=op.f('fk_environment_excursion_channel_id_environment_channel')),
    sa.ForeignKeyConstraint(['environment_id'], ['environment_record.id'], name=op.f('fk_environment_excursion_environment_id_environment_record')),
    sa.ForeignKeyConstraint(['limit_id'], ['room_limit.id'], name=op.f('fk_environment_excursion_limit_id_room_limit')),
    sa.ForeignKeyConstraint(['merged_into_id'], ['environment_excursion.id'], name=op.f('fk_environment_excursion_merged_into_id_environment_excursion')),
    sa.ForeignKeyConstraint(['nonconformity_id'], ['nonconformity.id'], name=op.f('fk_environment_excursion_nonconformity_id_nonconformity')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_environment_excursion_room_id_room')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_environment_excursion')),
    sa.UniqueConstraint('code', name=op.f('uq_environment_excursion_code'))
    )
    with op.batch_alter_table('environment_excursion', schema=None) as batch_op:
        batch_op.create_index('ix_environment_excursion_channel', ['channel_id', 'began_at'], unique=False)
        batch_op.create_index('ix_environment_excursion_room', ['room_id', 'began_at'], unique=False)
        batch_op.create_index('ix_environment_excursion_status', ['status', 'id'], unique=False)

    op.create_table('environment_extreme',
    sa.Column('channel_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('seconds', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('begins', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('low', sa.Integer(), nullable=False),
    sa.Column('high', sa.Integer(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['channel_id'], ['environment_channel.id'], name=op.f('fk_environment_extreme_channel_id_environment_channel')),
    sa.PrimaryKeyConstraint('channel_id', 'seconds', 'begins', name=op.f('pk_environment_extreme')),
    sqlite_with_rowid=False
    )
    op.create_table('environment_reading',
    sa.Column('channel_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.Column('intake_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['channel_id'], ['environment_channel.id'], name=op.f('fk_environment_reading_channel_id_environment_channel')),
    sa.ForeignKeyConstraint(['intake_id'], ['environment_intake.id'], name=op.f('fk_environment_reading_intake_id_environment_intake')),
    sa.PrimaryKeyConstraint('channel_id', 'at', name=op.f('pk_environment_reading')),
    sqlite_with_rowid=False
    )
    op.create_table('recall_drill',
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('error', sa.String(length=64), nullable=True),
    sa.Column('error_unit', sa.String(length=20), nullable=False),
    sa.Column('scenario', sa.Text(), nullable=False),
    sa.Column('target_minutes', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('counts', sa.Text(), nullable=False),
    sa.Column('machine', sa.Text(), nullable=False),
    sa.Column('listed_sha256', sa.String(length=64), nullable=False),
    sa.Column('copy_recall', sa.String(length=30), nullable=False),
    sa.Column('letters', sa.Integer(), nullable=False),
    sa.Column('planned_by_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('gaps', sa.Text(), nullable=False),
    sa.Column('conclusion', sa.Text(), nullable=False),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('filed_by_id', sa.Integer(), nullable=True),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['filed_by_id'], ['person.id'], name=op.f('fk_recall_drill_filed_by_id_person')),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_recall_drill_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['planned_by_id'], ['person.id'], name=op.f('fk_recall_drill_planned_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recall_drill')),
    sa.UniqueConstraint('code', name=op.f('uq_recall_drill_code'))
    )
    with op.batch_alter_table('recall_drill', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recall_drill_filed_at'), ['filed_at'], unique=False)
        batch_op.create_index('ix_recall_drill_status', ['status', 'id'], unique=False)

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

    op.create_table('drill_customer',
    sa.Column('drill_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('customer_code', sa.String(length=30), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('contact', sa.String(length=300), nullable=False),
    sa.Column('readings', sa.Integer(), nullable=False),
    sa.Column('reports', sa.Text(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_by_id', sa.Integer(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('reached', sa.Text(), nullable=False),
    sa.Column('gap', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['drill_id'], ['recall_drill.id'], name=op.f('fk_drill_customer_drill_id_recall_drill')),
    sa.ForeignKeyConstraint(['taken_by_id'], ['person.id'], name=op.f('fk_drill_customer_taken_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drill_customer'))
    )
    with op.batch_alter_table('drill_customer', schema=None) as batch_op:
        batch_op.create_index('uq_drill_customer', ['drill_id', 'customer_code'], unique=True)

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
        batch_op.add_column(sa.Column('has_interests', sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table('room', schema=None) as batch_op:
        batch_op.add_column(sa.Column('watched', sa.Boolean(), nullable=False, server_default=sa.false()))

    # What is only ever added to is never changed (7.5.2, 8.4): the database itself refuses.
    for table in ('competence_observation', 'competence_monitoring', 'version_question', 'version_answer', 'document_review', 'watch_check', 'retention_rule', 'disposal_item', 'disposal_trace', 'affected_work', 'disposition', 'customer_notice', 'effect_check', 'corrective_link', 'undertaking_text', 'undertaking', 'interest_declaration', 'complaint_message', 'feedback_request', 'feedback', 'broken_gate', 'broken_gate_subject', 'environment_reading',):
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
    with op.batch_alter_table('room', schema=None) as batch_op:
        batch_op.drop_column('watched')

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('has_interests')
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

    with op.batch_alter_table('drill_customer', schema=None) as batch_op:
        batch_op.drop_index('uq_drill_customer')

    op.drop_table('drill_customer')
    with op.batch_alter_table('version_answer', schema=None) as batch_op:
        batch_op.drop_index('ix_version_answer_question')

    op.drop_table('version_answer')
    with op.batch_alter_table('recall_drill', schema=None) as batch_op:
        batch_op.drop_index('ix_recall_drill_status')
        batch_op.drop_index(batch_op.f('ix_recall_drill_filed_at'))

    op.drop_table('recall_drill')
    op.drop_table('environment_reading')
    op.drop_table('environment_extreme')
    with op.batch_alter_table('environment_excursion', schema=None) as batch_op:
        batch_op.drop_index('ix_environment_excursion_status')
        batch_op.drop_index('ix_environment_excursion_room')
        batch_op.drop_index('ix_environment_excursion_channel')

    op.drop_table('environment_excursion')
    with op.batch_alter_table('document_reading', schema=None) as batch_op:
        batch_op.drop_index('ix_document_reading_open')

    op.drop_table('document_reading')
    with op.batch_alter_table('disposal_trace', schema=None) as batch_op:
        batch_op.drop_index('ix_disposal_trace_subject')
        batch_op.drop_index('ix_disposal_trace_disposal')

    op.drop_table('disposal_trace')
    with op.batch_alter_table('disposal_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_disposal_item_attachment_id'))

    op.drop_table('disposal_item')
    with op.batch_alter_table('complaint_subject', schema=None) as batch_op:
        batch_op.drop_index('ix_complaint_subject_subject')
        batch_op.drop_index(batch_op.f('ix_complaint_subject_complaint_id'))

    op.drop_table('complaint_subject')
    with op.batch_alter_table('complaint_message', schema=None) as batch_op:
        batch_op.drop_index('ix_complaint_message_complaint')

    op.drop_table('complaint_message')
    with op.batch_alter_table('broken_gate_subject', schema=None) as batch_op:
        batch_op.drop_index('ix_broken_gate_subject_subject')
        batch_op.drop_index(batch_op.f('ix_broken_gate_subject_broken_gate_id'))

    op.drop_table('broken_gate_subject')
    with op.batch_alter_table('watch_check', schema=None) as batch_op:
        batch_op.drop_index('ix_watch_check_external')

    op.drop_table('watch_check')
    with op.batch_alter_table('version_question', schema=None) as batch_op:
        batch_op.drop_index('ix_version_question_version')

    op.drop_table('version_question')
    with op.batch_alter_table('site_validation', schema=None) as batch_op:
        batch_op.drop_index('ix_site_validation_until')
        batch_op.drop_index('ix_site_validation_room')

    op.drop_table('site_validation')
    with op.batch_alter_table('room_limit', schema=None) as batch_op:
        batch_op.drop_index('ix_room_limit_room')

    op.drop_table('room_limit')
    with op.batch_alter_table('room_access', schema=None) as batch_op:
        batch_op.drop_index('ix_room_access_room')

    op.drop_table('room_access')
    with op.batch_alter_table('objective_step', schema=None) as batch_op:
        batch_op.drop_index('ix_objective_step_objective')

    op.drop_table('objective_step')
    op.drop_table('objective_answer')
    with op.batch_alter_table('incoming_check', schema=None) as batch_op:
        batch_op.drop_index('ix_incoming_check_supplier')
        batch_op.drop_index('ix_incoming_check_subject')
        batch_op.drop_index('ix_incoming_check_status')
        batch_op.drop_index('ix_incoming_check_order')

    op.drop_table('incoming_check')
    with op.batch_alter_table('hold', schema=None) as batch_op:
        batch_op.drop_index('ix_hold_subject')
        batch_op.drop_index('ix_hold_released')
        batch_op.drop_index('ix_hold_nonconformity')

    op.drop_table('hold')
    with op.batch_alter_table('function_grant', schema=None) as batch_op:
        batch_op.drop_index('ix_function_grant_person')
        batch_op.drop_index('ix_function_grant_function')

    op.drop_table('function_grant')
    with op.batch_alter_table('environment_channel', schema=None) as batch_op:
        batch_op.drop_index('ix_environment_channel_room')
        batch_op.drop_index('ix_environment_channel_logger')

    op.drop_table('environment_channel')
    with op.batch_alter_table('effect_check', schema=None) as batch_op:
        batch_op.drop_index('ix_effect_check_corrective')

    op.drop_table('effect_check')
    with op.batch_alter_table('document_version', schema=None) as batch_op:
        batch_op.drop_index('ix_document_version_status')
        batch_op.drop_index('ix_document_version_effective_from')

    op.drop_table('document_version')
    with op.batch_alter_table('document_review', schema=None) as batch_op:
        batch_op.drop_index('ix_document_review_document')

    op.drop_table('document_review')
    with op.batch_alter_table('document_method', schema=None) as batch_op:
        batch_op.drop_index('ix_document_method_code')

    op.drop_table('document_method')
    with op.batch_alter_table('disposition', schema=None) as batch_op:
        batch_op.drop_index('ix_disposition_subject')

    op.drop_table('disposition')
    with op.batch_alter_table('disposal', schema=None) as batch_op:
        batch_op.drop_index('ix_disposal_status')

    op.drop_table('disposal')
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
    with op.batch_alter_table('complaint', schema=None) as batch_op:
        batch_op.drop_index('ix_complaint_status')
        batch_op.drop_index('ix_complaint_received')
        batch_op.drop_index(batch_op.f('ix_complaint_nonconformity_id'))
        batch_op.drop_index('ix_complaint_channel')

    op.drop_table('complaint')
    with op.batch_alter_table('competence_monitoring', schema=None) as batch_op:
        batch_op.drop_index('ix_competence_monitoring_newest')

    op.drop_table('competence_monitoring')
    with op.batch_alter_table('change_step', schema=None) as batch_op:
        batch_op.drop_index('ix_change_step_change')

    op.drop_table('change_step')
    with op.batch_alter_table('broken_gate', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_broken_gate_nonconformity_id'))
        batch_op.drop_index('ix_broken_gate_gate')

    op.drop_table('broken_gate')
    with op.batch_alter_table('affected_work', schema=None) as batch_op:
        batch_op.drop_index('uq_affected_work')

    op.drop_table('affected_work')
    op.drop_table('undertaking_text')
    with op.batch_alter_table('undertaking', schema=None) as batch_op:
        batch_op.drop_index('ix_undertaking_person')

    op.drop_table('undertaking')
    with op.batch_alter_table('training', schema=None) as batch_op:
        batch_op.drop_index('ix_training_status_planned')
        batch_op.drop_index('ix_training_person')

    op.drop_table('training')
    with op.batch_alter_table('supplier_tie', schema=None) as batch_op:
        batch_op.drop_index('ix_supplier_tie_supplier')

    op.drop_table('supplier_tie')
    with op.batch_alter_table('supplier_evaluation', schema=None) as batch_op:
        batch_op.drop_index('ix_supplier_evaluation_supplier')
        batch_op.drop_index('ix_supplier_evaluation_next')

    op.drop_table('supplier_evaluation')
    with op.batch_alter_table('supplier_criterion', schema=None) as batch_op:
        batch_op.drop_index('ix_supplier_criterion_service')

    op.drop_table('supplier_criterion')
    with op.batch_alter_table('site_need', schema=None) as batch_op:
        batch_op.drop_index('ix_site_need_method')

    op.drop_table('site_need')
    with op.batch_alter_table('risk', schema=None) as batch_op:
        batch_op.drop_index('ix_risk_topic')
        batch_op.drop_index('ix_risk_status')
        batch_op.drop_index('ix_risk_source')
        batch_op.drop_index('ix_risk_score')
        batch_op.drop_index('ix_risk_effect')

    op.drop_table('risk')
    with op.batch_alter_table('retention_rule', schema=None) as batch_op:
        batch_op.drop_index('ix_retention_rule_kind')

    op.drop_table('retention_rule')
    with op.batch_alter_table('quality_event', schema=None) as batch_op:
        batch_op.drop_index('ix_quality_event_subject')
        batch_op.drop_index('ix_quality_event_status')

    op.drop_table('quality_event')
    with op.batch_alter_table('qualification', schema=None) as batch_op:
        batch_op.drop_index('ix_qualification_person')

    op.drop_table('qualification')
    with op.batch_alter_table('purchase_order', schema=None) as batch_op:
        batch_op.drop_index('ix_purchase_order_supplier')
        batch_op.drop_index('ix_purchase_order_status')

    op.drop_table('purchase_order')
    with op.batch_alter_table('process', schema=None) as batch_op:
        batch_op.drop_index('ix_process_kind')

    op.drop_table('process')
    with op.batch_alter_table('pressure_incident', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pressure_incident_status'))
        batch_op.drop_index('ix_pressure_incident_happened')

    op.drop_table('pressure_incident')
    with op.batch_alter_table('planned_change', schema=None) as batch_op:
        batch_op.drop_index('ix_planned_change_status')
        batch_op.drop_index('ix_planned_change_source')

    op.drop_table('planned_change')
    with op.batch_alter_table('objective', schema=None) as batch_op:
        batch_op.drop_index('ix_objective_status')

    op.drop_table('objective')
    with op.batch_alter_table('lesson', schema=None) as batch_op:
        batch_op.drop_index('ix_lesson_source')
        batch_op.drop_index('ix_lesson_area')

    op.drop_table('lesson')
    op.drop_table('interested_party')
    with op.batch_alter_table('interest_declaration', schema=None) as batch_op:
        batch_op.drop_index('ix_interest_declaration_person_day')

    op.drop_table('interest_declaration')
    with op.batch_alter_table('interest', schema=None) as batch_op:
        batch_op.drop_index('ix_interest_person')
        batch_op.drop_index('ix_interest_party')

    op.drop_table('interest')
    with op.batch_alter_table('improvement', schema=None) as batch_op:
        batch_op.drop_index('ix_improvement_status')
        batch_op.drop_index('ix_improvement_source')

    op.drop_table('improvement')
    with op.batch_alter_table('impartiality_review', schema=None) as batch_op:
        batch_op.drop_index('ix_impartiality_review_done')

    op.drop_table('impartiality_review')
    with op.batch_alter_table('feedback_analysis', schema=None) as batch_op:
        batch_op.drop_index('ix_feedback_analysis_until')

    op.drop_table('feedback_analysis')
    with op.batch_alter_table('feedback', schema=None) as batch_op:
        batch_op.drop_index('ix_feedback_way')
        batch_op.drop_index('ix_feedback_subject')
        batch_op.drop_index('ix_feedback_month')

    op.drop_table('feedback')
    with op.batch_alter_table('external_document', schema=None) as batch_op:
        batch_op.drop_index('ix_external_document_next_check')
        batch_op.drop_index('ix_external_document_kind')

    op.drop_table('external_document')
    with op.batch_alter_table('environment_intake', schema=None) as batch_op:
        batch_op.drop_index('ix_environment_intake_logger')

    op.drop_table('environment_intake')
    with op.batch_alter_table('disclosure', schema=None) as batch_op:
        batch_op.drop_index('ix_disclosure_subject')
        batch_op.drop_index('ix_disclosure_status')

    op.drop_table('disclosure')
    with op.batch_alter_table('corrective_action', schema=None) as batch_op:
        batch_op.drop_index('ix_corrective_action_status')
        batch_op.drop_index('ix_corrective_action_source')
        batch_op.drop_index('ix_corrective_action_owner')
        batch_op.drop_index('ix_corrective_action_opened')

    op.drop_table('corrective_action')
    with op.batch_alter_table('controlled_document', schema=None) as batch_op:
        batch_op.drop_index('ix_controlled_document_review_due')
        batch_op.drop_index('ix_controlled_document_kind')

    op.drop_table('controlled_document')
    with op.batch_alter_table('context_review', schema=None) as batch_op:
        batch_op.drop_index('ix_context_review_done')

    op.drop_table('context_review')
    with op.batch_alter_table('context_issue', schema=None) as batch_op:
        batch_op.drop_index('ix_context_issue_side')

    op.drop_table('context_issue')
    with op.batch_alter_table('competence_observation', schema=None) as batch_op:
        batch_op.drop_index('ix_competence_observation_person')

    op.drop_table('competence_observation')
    op.drop_table('competence_criteria')
    with op.batch_alter_table('appointment', schema=None) as batch_op:
        batch_op.drop_index('ix_appointment_function_from')
        batch_op.drop_index('ix_appointment_from')

    op.drop_table('appointment')
    op.drop_table('lab_function')
    with op.batch_alter_table('feedback_request', schema=None) as batch_op:
        batch_op.drop_index('uq_feedback_request_subject')
        batch_op.drop_index('ix_feedback_request_month')

    op.drop_table('feedback_request')
    op.drop_table('environment_logger')
    op.drop_table('complaint_terms')
    with op.batch_alter_table('ask', schema=None) as batch_op:
        batch_op.drop_index('ix_ask_person_open')
        batch_op.drop_index('ix_ask_permission_open')
        batch_op.drop_index('ix_ask_open_due')

    op.drop_table('ask')
