"""Room: enterprises, requests and their review, items and their custody (ISO/IEC 17025 7.1, 7.4)."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Hang the room on the application, listen to news of reports, name its records, offer its evidence."""
    from lab_app.core import evidence
    from lab_app.samples import kpis, listeners, queries, views, wording
    from lab_app.samples.models import ContractReview, CustodyEvent, Sample, SamplingRecord
    from lab_app.samples.queries import involved

    listeners.connect()
    wording.say()
    app.register_blueprint(views.bp)
    involved.register()
    kpis.register()
    evidence.offer("7.1", wording.REQUESTS, "samples.requests", evidence.records(ContractReview))
    evidence.offer("7.4", wording.SAMPLES, "samples.samples", evidence.records(Sample))
    evidence.offer("7.4.1", wording.CUSTODY, "samples.samples", evidence.records(CustodyEvent))
    evidence.offer("7.3.3", wording.SAMPLING, "samples.sampling", evidence.records(SamplingRecord))
    evidence.offer("7.4.3", wording.DEVIATING, "samples.samples", queries.count_deviating)
