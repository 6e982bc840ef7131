"""Room: jobs, readings, results, technical review (ISO/IEC 17025 7.5, 7.7, 7.8.1)."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the room on the application and listen to news from reception."""
    from lab_app.core import panels
    from lab_app.quality.environment.sensors import register_results
    from lab_app.results import evidence, kpis, listeners, views, wording
    from lab_app.results.queries import involved, separation
    from lab_app.results.queries.excursions import touched_count
    from lab_app.results.services import deadlines  # noqa: F401 its hourly run registers itself
    from lab_app.results.validity import wording as validity_wording

    listeners.connect()
    wording.say()
    validity_wording.say()
    evidence.offer()
    kpis.register()
    involved.register()
    separation.register()
    panels.register_panel("request", "jobs", views.panel.of_request, order=40)
    panels.register_panel("sample", "jobs", views.panel.of_sample, order=40)
    panels.register_panel("sample", "standing", views.standing.of_sample, order=30)
    panels.register_panel("instrument", "in-house", views.calibrating.of_instrument, order=45)
    panels.register_panel("contract-review", "rehearsal", views.rehearsal.of_review, order=40)
    panels.register_panel("environment-excursion", "results", views.excursions.of_excursion, order=10)
    register_results(touched_count)
    app.register_blueprint(views.bp)
