"""Who worked on a request and its items: registered, received, moved …; they do not decide complaints of it (7.9.6)."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
from sqlalchemy import Select, select

from lab_app.core import involvement
from lab_app.core.involvement import Deed
from lab_app.samples.models import (
    ContractReview,
    CustodyEvent,
    DeviationAnswer,
    FirmwareChange,
    ItemFileRevision,
    ProposalAnswer,
    RequestItem,
    Sample,
    SamplingRecord,
    TestRequest,
)


def deeds(requests: Select[Any], samples: Select[Any] | None = None) -> list[Deed]:
    """Deeds on the requests of these keys; of their items only those among `samples`, when given."""
    of_items = samples if samples is not None else select(Sample.id).where(Sample.request_id.in_(requests))
    items = select(RequestItem.id).where(RequestItem.request_id.in_(requests))
    return [
        (gettext("đăng ký yêu cầu"), select(TestRequest.registered_by_id).where(TestRequest.id.in_(requests))),
        (gettext("xem xét yêu cầu"), select(ContractReview.reviewer_id).where(ContractReview.request_id.in_(requests))),
        (gettext("lấy mẫu"), select(SamplingRecord.sampled_by_id).where(SamplingRecord.request_id.in_(requests))),
        (gettext("lấy mẫu"), select(SamplingRecord.recorded_by_id).where(SamplingRecord.request_id.in_(requests))),
        (gettext("nhận mẫu"), select(Sample.received_by_id).where(Sample.id.in_(of_items))),
        (gettext("chuyển, giữ mẫu"), select(CustodyEvent.by_id).where(CustodyEvent.sample_id.in_(of_items))),
        (gettext("chuyển, giữ mẫu"), select(CustodyEvent.to_person_id).where(CustodyEvent.sample_id.in_(of_items))),
        (gettext("ghi hồ sơ mẫu"), select(DeviationAnswer.recorded_by_id).where(DeviationAnswer.sample_id.in_(of_items))),
        (gettext("ghi hồ sơ mẫu"), select(FirmwareChange.recorded_by_id).where(FirmwareChange.sample_id.in_(of_items))),
        (gettext("ghi hồ sơ mẫu"), select(ItemFileRevision.recorded_by_id).where(ItemFileRevision.item_id.in_(items))),
        (gettext("ghi hồ sơ mẫu"), select(ProposalAnswer.decided_by_id).where(ProposalAnswer.item_id.in_(items))),
    ]


def _of_request(request_id: int) -> dict[int, list[str]]:
    return involvement.asked(*deeds(select(TestRequest.id).where(TestRequest.id == request_id)))


def _of_sample(sample_id: int) -> dict[int, list[str]]:
    own = select(Sample.id).where(Sample.id == sample_id)
    return involvement.asked(*deeds(select(Sample.request_id).where(Sample.id == sample_id), own))


def register() -> None:
    """Tell the kernel."""
    involvement.register("request", "samples", _of_request)
    involvement.register("sample", "samples", _of_sample)
