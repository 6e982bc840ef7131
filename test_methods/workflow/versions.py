"""States of a method version and the gates of its way into force (ISO/IEC 17025:2017 7.2.1.5, 7.2.2.4, 7.11.6, 8.3.2)."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Basis, Stop, gate
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

DRAFT = State("draft", _l("Bản thảo"), "info", "pencil")


VERIFIED = State("verified", _l("Đã kiểm tra xác nhận"), "info", "clipboard-check")


VALIDATED = State("validated", _l("Đã xác nhận giá trị sử dụng"), "info", "clipboard-check")


APPROVED = State("approved", _l("Đã phê duyệt, chưa đến ngày"), "hold")


IN_FORCE = State("in_force", _l("Đang hiệu lực"), "ok")


SUPERSEDED = State("superseded", _l("Hết hiệu lực"), "hold")


RETIRED = State("retired", _l("Đã ngừng dùng"), "hold", "slash-circle")


#: States in which nobody has approved the version yet.
OPEN = (DRAFT.code, VERIFIED.code, VALIDATED.code)


#: The stored status knows the steps up to approval, and retirement; in force and superseded follow from the days. Approval may be
#: asked for from a draft too: its gate, rather than this table, then says which part of the record is missing.
MACHINE = Machine(
    "method-version",
    (DRAFT, VERIFIED, VALIDATED, APPROVED, RETIRED),
    (
        Transition("verify", ("draft",), "verified", P.METHOD_WRITE, _l("Kết luận kiểm tra xác nhận"), ("version-verified",)),
        Transition("validate", ("draft",), "validated", P.METHOD_WRITE, _l("Kết luận xác nhận giá trị sử dụng"), ("version-verified",)),
        Transition("reopen", ("verified", "validated"), "draft", P.METHOD_WRITE, _l("Sửa lại bản thảo")),
        Transition("approve", OPEN, "approved", P.METHOD_APPROVE, _l("Phê duyệt"),
                   ("version-verified", "vectors-pass", "approver-is-another")),
        Transition("retire", ("approved",), "retired", P.METHOD_APPROVE, _l("Ngừng dùng")),
    ),
)


STANDINGS = {state.code: state for state in (DRAFT, VERIFIED, VALIDATED, APPROVED, IN_FORCE, SUPERSEDED, RETIRED)}


#: What each part of a record is called: the five of 7.2.2.4 with their letters, and who did the work when.
PARTS = {
    "procedure": _l("quy trình đã dùng (a)"), "requirements": _l("quy định các yêu cầu (b)"),
    "characteristics": _l("đặc tính hiệu năng đã xác định (c)"), "results": _l("kết quả thu được (d)"),
    "statement": _l("tuyên bố về hiệu lực của phương pháp và sự phù hợp với mục đích sử dụng (e)"),
    "performed_by": _l("người thực hiện"), "performed_on": _l("ngày thực hiện"),
}


#: How the latest run of a parameter's vectors stands.
VECTOR_STATES = {
    "none": State("none", _l("chưa có véc-tơ thử"), "warn"),
    "not_run": State("not_run", _l("chưa chạy"), "warn"),
    "stale": State("stale", _l("kết quả cũ: phép tính đã đổi"), "warn"),
    "failed": State("failed", _l("không đạt"), "bad"),
    "passed": State("passed", _l("đạt"), "ok"),
}


@dataclass(frozen=True)
class ProofFact:
    """The record of verification or validation as it stands: its kind, the parts still missing, what it concludes."""

    kind: str
    missing: tuple[str, ...]
    unmet: tuple[str, ...]
    fit: bool | None


@dataclass(frozen=True)
class VectorFact:
    """How the test vectors of a parameter stand: its code and a key of `VECTOR_STATES`."""

    code: str
    state: str


@dataclass(frozen=True)
class ApprovalFacts:
    """What speaks for concluding the record of a version (`approving` False) or for approving it. People are named by id."""

    code: str
    version_id: int
    status: str
    standard_method: bool
    parameters: int
    author_id: int
    author: str
    approver_id: int | None
    proof: ProofFact | None = None
    vectors: tuple[VectorFact, ...] = ()
    approving: bool = True


def _link(facts: ApprovalFacts, endpoint: str, text: Any) -> dict[str, Any]:
    anchor = {"_anchor": "record"} if endpoint == "version_page" else {}
    return {"link_endpoint": f"test_methods.{endpoint}", "link_values": {"id": facts.version_id, **anchor}, "link_text": text}


@gate("version-verified", ("7.2.1.5", "7.2.2.4"), _l("Hồ sơ kiểm tra xác nhận hoặc xác nhận giá trị sử dụng trước khi phê duyệt"))
def version_verified(facts: ApprovalFacts) -> Stop | None:
    """The laboratory shows that it can perform a method (or that an own one is fit), and keeps the five parts of the record."""
    link = _link(facts, "version_page", _l("Mở hồ sơ"))
    if not facts.parameters:
        return Stop(
            says=_l("Chưa phê duyệt được %(code)s: chưa có chỉ tiêu nào.", code=facts.code),
            do=_l("Thêm chỉ tiêu với trường số đọc, công thức và giới hạn."), who=_l("người biên soạn"), evaluated=False,
            **_link(facts, "version_page", _l("Mở phiên bản")),
        )
    if facts.proof is None:
        return Stop(
            says=_l("Chưa phê duyệt được %(code)s: chưa có hồ sơ kiểm tra xác nhận phương pháp.", code=facts.code),
            do=_l("Lập hồ sơ với đủ năm phần: quy trình, yêu cầu, đặc tính hiệu năng, kết quả, tuyên bố."),
            who=_l("người biên soạn"), evaluated=False, **link,
        )
    return _record_stop(facts, facts.proof, link)


def _record_stop(facts: ApprovalFacts, proof: ProofFact, link: dict[str, Any]) -> Stop | None:
    if not facts.standard_method and proof.kind != "validation":
        return Stop(
            says=_l("Chưa phê duyệt được %(code)s: phương pháp không tiêu chuẩn cần xác nhận giá trị sử dụng, "
                    "không chỉ kiểm tra xác nhận.", code=facts.code),
            do=_l("Chọn loại hồ sơ “xác nhận giá trị sử dụng” và ghi đủ năm phần (7.2.2)."), who=_l("người biên soạn"), **link,
        )
    if proof.missing:
        return Stop(
            says=_l("Chưa phê duyệt được %(code)s: hồ sơ còn thiếu %(missing)s.", code=facts.code,
                    missing="; ".join(str(PARTS[part]) for part in proof.missing)),
            do=_l("Điền các phần còn thiếu của hồ sơ rồi kết luận."), who=_l("người thực hiện"), evaluated=False, **link,
        )
    if proof.unmet or not proof.fit:
        return Stop(
            says=_l("Chưa phê duyệt được %(code)s: hồ sơ cho thấy phương pháp chưa phù hợp (%(what)s).", code=facts.code,
                    what="; ".join(proof.unmet) or _l("tuyên bố: không phù hợp với mục đích sử dụng")),
            do=_l("Sửa phương pháp và làm lại, hoặc ghi lại yêu cầu đúng với mục đích sử dụng."), who=_l("người biên soạn"), **link,
        )
    if facts.approving and facts.status == DRAFT.code:
        return Stop(
            says=_l("Chưa phê duyệt được %(code)s: hồ sơ đủ năm phần nhưng chưa được kết luận.", code=facts.code),
            do=_l("Kết luận hồ sơ; từ đó bản thảo không đổi được nữa nếu không mở lại."), who=_l("người biên soạn"), **link,
        )
    return None


@gate("vectors-pass", ("7.11.6",), _l("Phép tính được kiểm tra bằng véc-tơ thử trước khi phê duyệt"))
def vectors_pass(facts: ApprovalFacts) -> Stop | None:
    """Calculations are checked in an appropriate and systematic manner: every one has vectors, run as it stands now, all passed."""
    open_ones = [v for v in facts.vectors if v.state != "passed"]
    if not open_ones:
        return None
    first = open_ones[0]
    return Stop(
        says=_l("Chưa phê duyệt được %(code)s: phép tính của %(parameters)s chưa được chứng minh (%(state)s).", code=facts.code,
                parameters=", ".join(v.code for v in open_ones), state=VECTOR_STATES[first.state].word),
        do=_l("Nhập véc-tơ thử với kết quả tính độc lập, rồi chạy lại; sửa công thức nếu kết quả không đạt."),
        who=_l("người biên soạn"), evaluated=first.state == "failed", **_link(facts, "vectors", _l("Mở véc-tơ thử")),
    )


@gate("approver-is-another", ("8.3.2",), _l("Người phê duyệt khác người biên soạn"), basis=Basis.LABORATORY)
def approver_is_another(facts: ApprovalFacts) -> Stop | None:
    """Documents are approved by authorized personnel; the laboratory wants that to be somebody else than the author."""
    if facts.approver_id is not None and facts.approver_id != facts.author_id:
        return None
    return Stop(
        says=_l("Chưa phê duyệt được %(code)s: người biên soạn không tự phê duyệt.", code=facts.code),
        do=_l("Nhờ một người khác có quyền phê duyệt phương pháp; người biên soạn là %(author)s.", author=facts.author),
        who=_l("người được quyền phê duyệt phương pháp"),
    )
