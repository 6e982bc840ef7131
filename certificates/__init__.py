"""Room: certificates.

Owns reports: the frozen snapshot, its paper, the register with every change of status, and the public look-up (7.8).
"""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the room on the application."""
    from certificates import (
        batch_wording,
        change_listeners,
        drills,
        holding,
        limits,
        override_listeners,
        public_listeners,
        recall_listeners,
        views,
        wording,
        workflow,
    )
    from certificates.models import Report
    from certificates.queries import involved, separation
    from certificates.recall import evidence as recall_evidence
    from certificates.redrawing import certificates_group
    from certificates.services import watchlists
    from certificates.signing import commands as signing_commands
    from certificates.translog.commands import log_group
    from lab_app.core import evidence, panels

    limits.init_app(app)
    app.register_blueprint(views.bp)
    app.extensions["csrf"].exempt(views.photo.verify_photo)
    app.extensions["csrf"].exempt(views.offline.verify_file)  # anyone may ask, without a session; nothing is written
    for door in (views.personal.open_link, views.follow.follow_paper, views.follow.follow_log, views.follow.confirm, views.follow.leave):
        app.extensions["csrf"].exempt(door)  # whoever holds the token, or only asks: no session to be misused
    for door in (views.bulk.bulk_check, views.bulk.bulk_page, views.bulk.bulk_file, views.bulk.receipt_check_file):
        app.extensions["csrf"].exempt(door)  # a list is answered, a receipt read: nothing is written, no session
    for door in (views.watchlists.watch_from_list, views.watchlists.watch_start, views.watchlists.watch_change):
        app.extensions["csrf"].exempt(door)  # whoever holds the token, or only asks
    app.cli.add_command(log_group)
    for command in (signing_commands.make_key, signing_commands.show_key):
        certificates_group.add_command(command)
    app.cli.add_command(certificates_group)
    drills.register(app)
    wording.register()
    batch_wording.register()
    app.jinja_env.globals["paper_word"] = wording.paper_word
    recall_listeners.listen()
    public_listeners.listen()
    override_listeners.listen()
    change_listeners.listen()
    holding.listen()
    involved.register()
    separation.register()
    watchlists.offer()
    recall_evidence.offer()
    panels.register_panel("instrument", "recalls", views.recall_panels.of_instrument, order=70)
    panels.register_panel("nonconformity", "recalls", views.recall_panels.of_nonconformity, order=20)
    panels.register_panel("broken-gate", "reports", views.glass_panels.of_broken_gate, order=10)
    panels.register_panel("request", "reports", views.panel.of_request, order=80)
    panels.register_panel("request", "deliveries", views.deliveries.of_request, order=85)
    panels.register_panel("system", "signing-key", views.signing.of_system, order=10)
    panels.register_panel("report", "files", views.signing.of_report, order=10)
    panels.register_panel("report", "deliveries", views.deliveries.of_report, order=20)
    evidence.offer("7.8.2", wording.REPORTS, "certificates.reports",
                   evidence.records(Report, Report.status.in_(workflow.PUBLIC_STATES)))
    evidence.offer("7.8.8", wording.CHANGED, "certificates.reports", evidence.records(
        Report, Report.status.in_((workflow.REPLACED, workflow.SUSPENDED, workflow.WITHDRAWN))))
