"""The kinds of paper the room issues: what a request of each kind ends in, and what of it is said on every paper of the kind."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from certificates.snapshot import CALIBRATION_2, STANDARD_NOTES, STANDARD_VALIDITY, TEST_REPORT_2
from certificates.snapshot_schema import Text

TEST, CALIBRATION = "test", "calibration"


@dataclass(frozen=True)
class Paper:
    """A kind of paper: the layout new ones are drawn by, its title, its form (`form_setting` of the laboratory replaces it), the pattern
    of its numbers, and what its layout keeps over the signatory's name (`digital`: a field for the stamp of the file's signature).
    A laboratory sets other words and another form by `PaperSetup`."""

    kind: str
    layout: str
    title: Text
    form: str
    form_setting: str
    validity: Text
    notes: tuple[Text, ...] = ()
    pattern: str = "PKQ-{request}-{nn}"
    means: Literal["electronic", "digital"] = "digital"


REPORT = Paper(
    TEST, TEST_REPORT_2, {"vi": "Phiếu kết quả thử nghiệm", "en": "Test report"}, "BM-07.08-01 · LBH 01", "report_form",
    STANDARD_VALIDITY, STANDARD_NOTES,
)
CERTIFICATE = Paper(
    CALIBRATION, CALIBRATION_2, {"vi": "Giấy chứng nhận hiệu chuẩn", "en": "Calibration certificate"}, "BM-07.08-02 · LBH 01",
    "certificate_form", {
        "vi": "Kết quả chỉ có giá trị với phương tiện đo nêu trên tại thời điểm hiệu chuẩn. Không sao chép từng phần.",
        "en": "Results relate only to the instrument above at the time of calibration. Not to be reproduced except in full.",
    }, pattern="GCN-HC-{request}{-nn}",
)
_PAPERS = {paper.kind: paper for paper in (REPORT, CERTIFICATE)}
KINDS = tuple(_PAPERS)


def paper_for(request_kind: str) -> Paper:
    """What a request of this kind ends in."""
    return _PAPERS[request_kind]


def is_certificate(layout: str) -> bool:
    """Whether a paper issued by this layout is a calibration certificate."""
    return layout.startswith("calibration-certificate/")


#: What a laboratory prints of facts the customer stated, until it sets its own words (7.8.2.2).
DISCLAIMER: Text = STANDARD_NOTES[0]


def usual(kind: str) -> dict[str, Any]:
    """How papers of a kind are set while the laboratory has set nothing, by the columns of `PaperSetup`."""
    paper = _PAPERS[kind]
    code, _, issue = paper.form.partition(" · LBH ")
    return {
        "title_vi": paper.title["vi"], "title_en": paper.title["en"], "form_code": code, "form_issue": issue,
        "number_pattern": paper.pattern, "parent_vi": "", "parent_en": "", "ilac_licence": "", "validity_vi": paper.validity["vi"],
        "validity_en": paper.validity["en"], "disclaimer_vi": DISCLAIMER["vi"], "disclaimer_en": DISCLAIMER["en"], "complaint_days": None,
        "retention_days": None, "head_office": "GIÁM ĐỐC", "signatures": ["testers", "reviewer", "signatory"], "notes": [],
    }
