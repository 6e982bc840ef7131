"""papers grow

Revision ID: 0004
Revises: 0003
"""
from __future__ import annotations

import json
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('signing_certificate',
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('issuer', sa.Text(), nullable=False),
    sa.Column('self_made', sa.Boolean(), nullable=False),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('not_after', sa.DateTime(timezone=True), nullable=False),
    sa.Column('pem', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signing_certificate')),
    sa.UniqueConstraint('fingerprint', name=op.f('uq_signing_certificate_fingerprint'))
    )
    op.create_table('subscription',
    sa.Column('email', sa.String(length=255), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('subject', sa.String(length=60), nullable=False),
    sa.Column('token', sa.String(length=60), nullable=False),
    sa.Column('told_size', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=20), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscription')),
    sa.UniqueConstraint('token', name=op.f('uq_subscription_token'))
    )
    with op.batch_alter_table('subscription', schema=None) as batch_op:
        batch_op.create_index('ix_subscription_asked', ['asked_at'], unique=False)
        batch_op.create_index('ix_subscription_told', ['kind', 'subject', 'confirmed_at', 'id'], unique=False)
        batch_op.create_index('ix_subscription_wanted', ['email', 'kind', 'subject', 'ended_at'], unique=False)

    op.create_table('watch_list',
    sa.Column('key', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('daily', sa.Boolean(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_watch_list')),
    sa.UniqueConstraint('key', name=op.f('uq_watch_list_key'))
    )
    op.create_table('open_data_file',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('jsonl_sha256', sa.String(length=64), nullable=False),
    sa.Column('jsonl_size', sa.BigInteger(), nullable=False),
    sa.Column('csv_sha256', sa.String(length=64), nullable=False),
    sa.Column('csv_size', sa.BigInteger(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['csv_sha256'], ['stored_file.sha256'], name=op.f('fk_open_data_file_csv_sha256_stored_file')),
    sa.ForeignKeyConstraint(['jsonl_sha256'], ['stored_file.sha256'], name=op.f('fk_open_data_file_jsonl_sha256_stored_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_open_data_file')),
    sa.UniqueConstraint('day', name=op.f('uq_open_data_file_day'))
    )
    op.create_table('paper_setup',
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('title_vi', sa.String(length=120), nullable=False),
    sa.Column('title_en', sa.String(length=120), nullable=False),
    sa.Column('form_code', sa.String(length=40), nullable=False),
    sa.Column('form_issue', sa.String(length=10), nullable=False),
    sa.Column('number_pattern', sa.String(length=60), nullable=False),
    sa.Column('parent_vi', sa.String(length=200), nullable=False),
    sa.Column('parent_en', sa.String(length=200), nullable=False),
    sa.Column('logo', sa.String(length=64), nullable=True),
    sa.Column('accreditation_mark', sa.String(length=64), nullable=True),
    sa.Column('ilac_mark', sa.String(length=64), nullable=True),
    sa.Column('ilac_licence', sa.String(length=120), nullable=False),
    sa.Column('validity_vi', sa.String(length=300), nullable=False),
    sa.Column('validity_en', sa.String(length=300), nullable=False),
    sa.Column('disclaimer_vi', sa.String(length=600), nullable=False),
    sa.Column('disclaimer_en', sa.String(length=600), nullable=False),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('complaint_days', sa.Integer(), nullable=True),
    sa.Column('retention_days', sa.Integer(), nullable=True),
    sa.Column('head_office', sa.String(length=80), nullable=False),
    sa.Column('signatures', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('set_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['accreditation_mark'], ['stored_file.sha256'], name=op.f('fk_paper_setup_accreditation_mark_stored_file')),
    sa.ForeignKeyConstraint(['ilac_mark'], ['stored_file.sha256'], name=op.f('fk_paper_setup_ilac_mark_stored_file')),
    sa.ForeignKeyConstraint(['logo'], ['stored_file.sha256'], name=op.f('fk_paper_setup_logo_stored_file')),
    sa.ForeignKeyConstraint(['set_by_id'], ['person.id'], name=op.f('fk_paper_setup_set_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_setup'))
    )
    with op.batch_alter_table('paper_setup', schema=None) as batch_op:
        batch_op.create_index('ix_paper_setup_kind_from', ['kind', 'effective_from', 'id'], unique=False)

    op.create_table('signature',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('title_vi', sa.String(length=200), nullable=False),
    sa.Column('title_en', sa.String(length=200), nullable=False),
    sa.Column('meaning', sa.String(length=20), nullable=False),
    sa.Column('subject_kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('shown_sha256', sa.String(length=64), nullable=False),
    sa.Column('method', sa.String(length=30), nullable=False),
    sa.Column('given_with_id', sa.Integer(), nullable=True),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('shown', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['given_with_id'], ['signature.id'], name=op.f('fk_signature_given_with_id_signature')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_signature_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signature'))
    )
    with op.batch_alter_table('signature', schema=None) as batch_op:
        batch_op.create_index('ix_signature_subject', ['subject_kind', 'subject_id', 'id'], unique=False)

    op.create_table('used_code',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('counter', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_used_code_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_used_code')),
    sa.UniqueConstraint('person_id', 'counter', name=op.f('uq_used_code_person_id_counter'))
    )
    op.create_table('watched_paper',
    sa.Column('list_id', sa.Integer(), nullable=False),
    sa.Column('base_number', sa.String(length=60), nullable=False),
    sa.Column('by_code', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['list_id'], ['watch_list.id'], name=op.f('fk_watched_paper_list_id_watch_list')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_watched_paper'))
    )
    with op.batch_alter_table('watched_paper', schema=None) as batch_op:
        batch_op.create_index('ix_watched_paper_base', ['base_number'], unique=False)
        batch_op.create_index('uq_watched_paper', ['list_id', 'base_number'], unique=True)

    op.create_table('watched_product',
    sa.Column('list_id', sa.Integer(), nullable=False),
    sa.Column('brand', sa.String(length=120), nullable=False),
    sa.Column('model', sa.String(length=120), nullable=False),
    sa.Column('model_key', sa.String(length=120), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['list_id'], ['watch_list.id'], name=op.f('fk_watched_product_list_id_watch_list')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_watched_product'))
    )
    with op.batch_alter_table('watched_product', schema=None) as batch_op:
        batch_op.create_index('ix_watched_product_list', ['list_id', 'id'], unique=False)
        batch_op.create_index('ix_watched_product_model', ['model_key'], unique=False)

    op.create_table('issue_batch',
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('reasons', sa.Text(), nullable=False),
    sa.Column('deliver', sa.Boolean(), nullable=False),
    sa.Column('signature_id', sa.Integer(), nullable=True),
    sa.Column('stopped_reason', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_issue_batch_person_id_person')),
    sa.ForeignKeyConstraint(['signature_id'], ['signature.id'], name=op.f('fk_issue_batch_signature_id_signature')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue_batch')),
    sa.UniqueConstraint('code', name=op.f('uq_issue_batch_code'))
    )
    with op.batch_alter_table('issue_batch', schema=None) as batch_op:
        batch_op.create_index('ix_issue_batch_status', ['status', 'id'], unique=False)

    op.create_table('opinion',
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('methods', sa.Text(), nullable=False),
    sa.Column('statement_vi', sa.Text(), nullable=False),
    sa.Column('statement_en', sa.Text(), nullable=False),
    sa.Column('basis_vi', sa.Text(), nullable=False),
    sa.Column('basis_en', sa.Text(), nullable=False),
    sa.Column('spoken_to', sa.String(length=200), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_opinion_person_id_person')),
    sa.ForeignKeyConstraint(['request_id'], ['test_request.id'], name=op.f('fk_opinion_request_id_test_request')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opinion'))
    )
    with op.batch_alter_table('opinion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_opinion_request_id'), ['request_id'], unique=False)

    op.create_table('exhibit',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('title_vi', sa.String(length=200), nullable=False),
    sa.Column('title_en', sa.String(length=200), nullable=False),
    sa.Column('public_on', sa.Date(), nullable=False),
    sa.Column('agreed_by', sa.String(length=200), nullable=False),
    sa.Column('agreed_on', sa.Date(), nullable=False),
    sa.Column('evidence', sa.String(length=300), nullable=False),
    sa.Column('filename', sa.String(length=255), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('checked', sa.String(length=80), nullable=False),
    sa.Column('taken_back_on', sa.Date(), nullable=True),
    sa.Column('taken_back_reason', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_exhibit_person_id_person')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_exhibit_report_id_report')),
    sa.ForeignKeyConstraint(['sha256'], ['stored_file.sha256'], name=op.f('fk_exhibit_sha256_stored_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exhibit'))
    )
    with op.batch_alter_table('exhibit', schema=None) as batch_op:
        batch_op.create_index('ix_exhibit_report_public', ['report_id', 'public_on'], unique=False)

    op.create_table('issue_batch_item',
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('shown_sha256', sa.String(length=64), nullable=False),
    sa.Column('results', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.String(length=30), nullable=False),
    sa.Column('says', sa.Text(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=True),
    sa.Column('delivery', sa.String(length=20), nullable=False),
    sa.Column('delivery_says', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['issue_batch.id'], name=op.f('fk_issue_batch_item_batch_id_issue_batch')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_issue_batch_item_report_id_report')),
    sa.ForeignKeyConstraint(['request_id'], ['test_request.id'], name=op.f('fk_issue_batch_item_request_id_test_request')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue_batch_item')),
    sa.UniqueConstraint('batch_id', 'request_id', name=op.f('uq_issue_batch_item_batch_id_request_id')),
    sa.UniqueConstraint('report_id', name=op.f('uq_issue_batch_item_report_id'))
    )
    with op.batch_alter_table('issue_batch_item', schema=None) as batch_op:
        batch_op.create_index('ix_issue_batch_item_position', ['position'], unique=False)
        batch_op.create_index(batch_op.f('ix_issue_batch_item_request_id'), ['request_id'], unique=False)
        batch_op.create_index('ix_issue_batch_item_state', ['batch_id', 'state', 'position'], unique=False)

    op.create_table('opinion_end',
    sa.Column('opinion_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['opinion_id'], ['opinion.id'], name=op.f('fk_opinion_end_opinion_id_opinion')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_opinion_end_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opinion_end')),
    sa.UniqueConstraint('opinion_id', name=op.f('uq_opinion_end_opinion_id'))
    )
    op.create_table('published_entry',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('products', sa.Text(), nullable=False),
    sa.Column('customer', sa.String(length=300), nullable=False),
    sa.Column('customer_en', sa.String(length=300), nullable=False),
    sa.Column('tax_code', sa.String(length=14), nullable=False),
    sa.Column('regulations', sa.Text(), nullable=False),
    sa.Column('listed', sa.Boolean(), nullable=False),
    sa.Column('agreed_by', sa.String(length=200), nullable=False),
    sa.Column('agreed_on', sa.Date(), nullable=False),
    sa.Column('evidence', sa.String(length=300), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_published_entry_report_id_report')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_published_entry')),
    sa.UniqueConstraint('report_id', name=op.f('uq_published_entry_report_id'))
    )
    with op.batch_alter_table('published_entry', schema=None) as batch_op:
        batch_op.create_index('ix_published_entry_listed', ['listed', 'id'], unique=False)

    op.create_table('report_file',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('level', sa.String(length=10), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('certificate_id', sa.Integer(), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stamped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id'], ['signing_certificate.id'], name=op.f('fk_report_file_certificate_id_signing_certificate')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_report_file_report_id_report')),
    sa.ForeignKeyConstraint(['sha256'], ['stored_file.sha256'], name=op.f('fk_report_file_sha256_stored_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_file')),
    sa.UniqueConstraint('sha256', name=op.f('uq_report_file_sha256'))
    )
    with op.batch_alter_table('report_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_file_certificate_id'), ['certificate_id'], unique=False)
        batch_op.create_index('uq_report_file_position', ['report_id', 'position'], unique=True)

    op.create_table('delivery',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('change_id', sa.Integer(), nullable=True),
    sa.Column('purpose', sa.String(length=10), nullable=False),
    sa.Column('way', sa.String(length=10), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('to_name', sa.String(length=200), nullable=False),
    sa.Column('to_address', sa.String(length=255), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('file_sha256', sa.String(length=64), nullable=True),
    sa.Column('attached', sa.Boolean(), nullable=False),
    sa.Column('message_id', sa.String(length=200), nullable=True),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('again_of_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['again_of_id'], ['delivery.id'], name=op.f('fk_delivery_again_of_id_delivery')),
    sa.ForeignKeyConstraint(['change_id'], ['report_status.id'], name=op.f('fk_delivery_change_id_report_status')),
    sa.ForeignKeyConstraint(['file_sha256'], ['stored_file.sha256'], name=op.f('fk_delivery_file_sha256_stored_file')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_delivery_person_id_person')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_delivery_report_id_report')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery')),
    sa.UniqueConstraint('message_id', name=op.f('uq_delivery_message_id'))
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_change_id'), ['change_id'], unique=False)
        batch_op.create_index('ix_delivery_report', ['report_id', 'id'], unique=False)
        batch_op.create_index('ix_delivery_status', ['status', 'id'], unique=False)

    op.create_table('published_word',
    sa.Column('field', sa.String(length=12), nullable=False),
    sa.Column('word', sa.String(length=60), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['published_entry.id'], name=op.f('fk_published_word_entry_id_published_entry')),
    sa.PrimaryKeyConstraint('field', 'word', 'entry_id', name=op.f('pk_published_word'))
    )
    with op.batch_alter_table('published_word', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_published_word_entry_id'), ['entry_id'], unique=False)

    op.create_table('personal_link',
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_personal_link_delivery_id_delivery')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_personal_link_report_id_report')),
    sa.ForeignKeyConstraint(['revoked_by_id'], ['person.id'], name=op.f('fk_personal_link_revoked_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_personal_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_personal_link_token_hash'))
    )
    with op.batch_alter_table('personal_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_personal_link_delivery_id'), ['delivery_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_personal_link_report_id'), ['report_id'], unique=False)

    op.create_table('link_opening',
    sa.Column('link_id', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['link_id'], ['personal_link.id'], name=op.f('fk_link_opening_link_id_personal_link')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link_opening'))
    )
    with op.batch_alter_table('link_opening', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_link_opening_link_id'), ['link_id'], unique=False)

    with op.batch_alter_table('log_leaf', schema=None) as batch_op:
        batch_op.add_column(sa.Column('file_id', sa.Integer(), nullable=True))
        batch_op.alter_column('change_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.create_unique_constraint(batch_op.f('uq_log_leaf_file_id'), ['file_id'])
        batch_op.create_foreign_key(batch_op.f('fk_log_leaf_file_id_report_file'), 'report_file', ['file_id'], ['id'])

    # SQLite reads through the long snapshot to reach what stands behind it: what a look-up reads is put before it.
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table(
        'report', recreate="always" if sqlite else "never",
        partial_reordering=[("version", "offline", "decided_on", "valid_from", "expires_on", "unsigned_sha256", "snapshot")],
    ) as batch_op:
        batch_op.add_column(sa.Column('decided_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('valid_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('expires_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('unsigned_sha256', sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f('ix_report_expires_on'), ['expires_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_file_sha256'), ['file_sha256'], unique=False)

    # What was signed is never changed (7.5.2, 7.11.3): the database itself refuses.
    for table in ('signature', 'used_code'):
        if op.get_bind().dialect.name == "postgresql":
            op.execute(sa.DDL(f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                              "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"))
        else:
            for verb in ("update", "delete"):
                op.execute(sa.DDL(f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                                  f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"))

    # Whoever issued papers handed them over too: the new right comes to the roles that could, and to no other.
    _regrant(lambda granted: granted | {DELIVER} if "report:issue" in granted else granted)


DELIVER = "report:deliver"


def _regrant(changed: Callable[[set[str]], set[str]]) -> None:
    """Give every role the rights that `changed` makes of those it has."""
    role = sa.table("role", sa.column("id", sa.Integer), sa.column("granted", sa.Text))
    for ident, text in op.get_bind().execute(sa.select(role.c.id, role.c.granted)).all():
        before = set(json.loads(text))
        after = changed(before)
        if after != before:
            op.execute(role.update().where(role.c.id == ident).values(granted=json.dumps(sorted(after))))


def downgrade() -> None:
    _regrant(lambda granted: granted - {DELIVER})
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_file_sha256'))
        batch_op.drop_index(batch_op.f('ix_report_expires_on'))
        batch_op.drop_column('unsigned_sha256')
        batch_op.drop_column('expires_on')
        batch_op.drop_column('valid_from')
        batch_op.drop_column('decided_on')

    with op.batch_alter_table('log_leaf', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_log_leaf_file_id_report_file'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_log_leaf_file_id'), type_='unique')
        batch_op.alter_column('change_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('file_id')

    with op.batch_alter_table('link_opening', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_link_opening_link_id'))

    op.drop_table('link_opening')
    with op.batch_alter_table('personal_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_personal_link_report_id'))
        batch_op.drop_index(batch_op.f('ix_personal_link_delivery_id'))

    op.drop_table('personal_link')
    with op.batch_alter_table('published_word', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_published_word_entry_id'))

    op.drop_table('published_word')
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_delivery_status')
        batch_op.drop_index('ix_delivery_report')
        batch_op.drop_index(batch_op.f('ix_delivery_change_id'))

    op.drop_table('delivery')
    with op.batch_alter_table('report_file', schema=None) as batch_op:
        batch_op.drop_index('uq_report_file_position')
        batch_op.drop_index(batch_op.f('ix_report_file_certificate_id'))

    op.drop_table('report_file')
    with op.batch_alter_table('published_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_published_entry_listed')

    op.drop_table('published_entry')
    op.drop_table('opinion_end')
    with op.batch_alter_table('issue_batch_item', schema=None) as batch_op:
        batch_op.drop_index('ix_issue_batch_item_state')
        batch_op.drop_index(batch_op.f('ix_issue_batch_item_request_id'))
        batch_op.drop_index('ix_issue_batch_item_position')

    op.drop_table('issue_batch_item')
    with op.batch_alter_table('exhibit', schema=None) as batch_op:
        batch_op.drop_index('ix_exhibit_report_public')

    op.drop_table('exhibit')
    with op.batch_alter_table('opinion', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_opinion_request_id'))

    op.drop_table('opinion')
    with op.batch_alter_table('issue_batch', schema=None) as batch_op:
        batch_op.drop_index('ix_issue_batch_status')

    op.drop_table('issue_batch')
    with op.batch_alter_table('watched_product', schema=None) as batch_op:
        batch_op.drop_index('ix_watched_product_model')
        batch_op.drop_index('ix_watched_product_list')

    op.drop_table('watched_product')
    with op.batch_alter_table('watched_paper', schema=None) as batch_op:
        batch_op.drop_index('uq_watched_paper')
        batch_op.drop_index('ix_watched_paper_base')

    op.drop_table('watched_paper')
    op.drop_table('used_code')
    with op.batch_alter_table('signature', schema=None) as batch_op:
        batch_op.drop_index('ix_signature_subject')

    op.drop_table('signature')
    with op.batch_alter_table('paper_setup', schema=None) as batch_op:
        batch_op.drop_index('ix_paper_setup_kind_from')

    op.drop_table('paper_setup')
    op.drop_table('open_data_file')
    op.drop_table('watch_list')
    with op.batch_alter_table('subscription', schema=None) as batch_op:
        batch_op.drop_index('ix_subscription_wanted')
        batch_op.drop_index('ix_subscription_told')
        batch_op.drop_index('ix_subscription_asked')

    op.drop_table('subscription')
    op.drop_table('signing_certificate')
