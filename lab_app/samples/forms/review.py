"""Forms of the room: enterprises, requests with their items, contract review, reception, moves, prices."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, RadioField
from wtforms.validators import Optional

from lab_app.core.forms import (
    Choice,
    DayField,
    Form,
    LongTextField,
    TextField,
    version_field,
)
from lab_app.core.i18n import pick
from lab_app.samples import rules
from lab_app.samples.forms.prices import MOST_LINES
from lab_app.samples.forms.requests import MayBeLater
from lab_app.samples.queries import WantedMethod
from lab_app.samples.wording import (
    ANSWER_WORDS,
    REVIEW_WORDS,
)
from test_methods.models import DecisionRule

SPARE_QUESTIONS = 2


class QuestionForm(Form):
    """A question to the customer and the answer (7.1.4)."""

    class Meta(Form.Meta):
        csrf = False

    q = TextField(_l("Hỏi"), [MayBeLater()], max_length=400)
    a = TextField(_l("Khách hàng trả lời"), [MayBeLater()], max_length=400)


class ReviewForm(Form):
    """The contract review; `review_form` adds the fields of the request's methods."""

    version = version_field()
    questions = FieldList(FormField(QuestionForm, _l("Câu hỏi")), _l("Trao đổi với khách hàng"), max_entries=MOST_LINES)
    deviations = LongTextField(_l("Sai khác so với yêu cầu hoặc phương pháp, và ý kiến của khách hàng"), [Optional()],
                               description=_l("Để trống khi không có. Được in trên phiếu kết quả."))
    agreed_by = TextField(_l("Người đồng ý phía khách hàng"), [MayBeLater()])
    agreed_on = DayField(_l("Ngày đồng ý"), [MayBeLater()], not_future=True)
    evidence = TextField(_l("Bằng chứng"), [Optional()], max_length=300, description=_l("Ví dụ: phiếu yêu cầu, mục 6; thư ngày …"))
    simplified = BooleanField(_l("Khách hàng đồng ý nhận phiếu kết quả rút gọn (7.8.1.3)"))
    simplified_by = TextField(_l("Người đồng ý phiếu rút gọn"), [Optional()])
    simplified_on = DayField(_l("Ngày đồng ý phiếu rút gọn"), [Optional()], not_future=True)
    simplified_evidence = TextField(_l("Bằng chứng về phiếu rút gọn"), [Optional()], max_length=300)
    contract_no = TextField(_l("Số hợp đồng"), [Optional()], max_length=60, description=_l("Để trống: cấp theo số yêu cầu."))
    reviewed_on = DayField(_l("Ngày xem xét"), [MayBeLater()], not_future=True)
    due_on = DayField(_l("Hạn trả kết quả"), [MayBeLater()])

    wanted: Sequence[WantedMethod] = ()

    def checks(self) -> dict[str, Any]:
        """Answers of the five questions, with the customer's replies on replaced editions and consents to subcontracting."""
        out: dict[str, Any] = {
            k: {"answer": self[f"check-{k}"].data or "", "note": self[f"note-{k}"].data or ""} for k in rules.REVIEW_KEYS}
        out["methods"]["replies"] = self._texts("reply")
        out["subcontracting"]["consents"] = self._texts("consent")
        out["reporting"] = {
            "simplified": bool(self.simplified.data), "agreed_by": self.simplified_by.data or "",
            "agreed_on": self.simplified_on.data.isoformat() if self.simplified_on.data else "",
            "evidence": self.simplified_evidence.data or "",
        }
        return out

    def _texts(self, name: str) -> dict[str, str]:
        typed = {w.method.code: self[f"{name}-{w.method.id}"].data for w in self.wanted if f"{name}-{w.method.id}" in self}
        return {code: text for code, text in typed.items() if text}

    def subcontracting(self) -> dict[str, str]:
        """Method code → the laboratory that tests it, empty for here."""
        return {w.method.code: self[f"lab-{w.method.id}"].data or "" for w in self.wanted}

    def asked(self) -> list[dict[str, str]]:
        """Questions with their answers; empty rows are left out."""
        return [{"q": e.form.q.data or "", "a": e.form.a.data or ""} for e in self.questions if e.form.q.data or e.form.a.data]

    def rules(self, known: Mapping[str, DecisionRule]) -> list[dict[str, Any]]:
        """The rules chosen: the general one of each method, then one line for each rule that some of its parameters follow."""
        common = {"agreed_by": self.agreed_by.data or "", "agreed_on": self.agreed_on.data, "evidence": self.evidence.data or ""}
        out: list[dict[str, Any]] = []
        for w in self.wanted:
            general = self[f"rule-{w.method.id}"].data if f"rule-{w.method.id}" in self else ""
            if general:
                out.append({"method": w.method, "rule": known[general], "parameter_codes": [], **common})
            own: dict[str, list[str]] = {}
            for p in w.needing_rule:
                chosen = self[f"rule-{w.method.id}-{p.id}"].data
                if chosen and chosen != general:
                    own.setdefault(chosen, []).append(p.code)
            out += [{"method": w.method, "rule": known[code], "parameter_codes": codes, **common} for code, codes in own.items()]
        return out


def review_form(wanted: Sequence[WantedMethod], decision_rules: Sequence[DecisionRule]) -> type[ReviewForm]:
    """The review form of one request: five questions, and for each method who tests it, the reply, the consent, the rules."""
    body: dict[str, Any] = {"wanted": tuple(wanted)}
    for key in rules.REVIEW_KEYS:
        body[f"check-{key}"] = RadioField(REVIEW_WORDS[key], [MayBeLater()], choices=list(ANSWER_WORDS.items()))
        body[f"note-{key}"] = TextField(_l("Ghi chú"), [Optional()], max_length=300)
    names = [(r.code, f"{r.code} · {pick(r.name_vi, r.name_en)}") for r in decision_rules]
    for w in wanted:
        ident = w.method.id
        body[f"lab-{ident}"] = TextField(_l("Nhà thầu phụ"), [Optional()], max_length=300, description=_l("Để trống: thử tại phòng."))
        body[f"consent-{ident}"] = TextField(
            _l("Khách hàng đồng ý thầu phụ"), [Optional()], max_length=300, description=_l("Ai, ngày nào, bằng chứng gì (7.1.1 c)."))
        if not w.edition_applies:
            body[f"reply-{ident}"] = TextField(
                _l("Khách hàng trả lời về bản đã thay thế"), [Optional()], max_length=300,
                description=_l("Ai, ngày nào, vì sao vẫn thử theo bản này (7.1.2)."))
        if w.needing_rule:
            body[f"rule-{ident}"] = Choice(_l("Quy tắc chung của phương pháp"), [MayBeLater()], empty=_l("chưa thỏa thuận"), choices=names)
        for p in w.needing_rule:
            body[f"rule-{ident}-{p.id}"] = Choice(f"{p.code} · {p.name_vi}", [MayBeLater()], empty=_l("theo quy tắc chung"), choices=names)
    return type("RequestReviewForm", (ReviewForm,), body)
