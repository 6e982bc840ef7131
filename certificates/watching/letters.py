"""Words of the letters to subscribers and witnesses, in the one language each asked for. None holds a word that a stranger typed."""
from __future__ import annotations

from certificates.delivery.letters import Letter, Text, in_language


def _said(text: Text, language: str) -> str:
    return (text["en"] or text["vi"]) if language == "en" else text["vi"]


def confirm_letter(what: Text, laboratory: Text, confirm_url: str, days: int, language: str) -> Letter:
    """The letter that asks the owner of an address whether the subscription is theirs."""
    named, lab = _said(what, language), _said(laboratory, language)
    if language == "en":
        return Letter(f"Confirm: {named}", (
            f"Somebody, probably you, asked that this address be told of: {named}.\n\n"
            f"Confirm within {days} days:\n{in_language(confirm_url, language)}\n\n"
            f"If it was not you, do nothing: no further letter comes.\n\n{lab}\n"))
    return Letter(f"Xác nhận đăng ký: {named}", (
        f"Có người, có lẽ là bạn, đã đăng ký cho địa chỉ này nhận tin về: {named}.\n\n"
        f"Xác nhận trong {days} ngày:\n{confirm_url}\n\n"
        f"Nếu không phải bạn, hãy bỏ qua: sẽ không có thư nào nữa.\n\n{lab}\n"))


def witness_letter(
    checkpoint: str, size: int, before: int, proof: list[str], consistency_url: str, leave_url: str, laboratory: Text, language: str,
) -> Letter:
    """The signed checkpoint of the log, with the proof that it only grew since the last one this witness was sent (`before`)."""
    lab, hashes = _said(laboratory, language), "\n".join(proof) or "-"
    if language == "en":
        head = (f"Checkpoint of the register's log with {size} entries. Keep this letter: later nobody can change or remove one of them "
                "unnoticed.")
        since = f"Proof of consistency from the checkpoint with {before} entries (RFC 9162, base64), also at {consistency_url}:\n{hashes}"
        return Letter(f"Checkpoint of the log: {size} entries", _witness(
            head, checkpoint, since if before else "", lab, f"Stop: {in_language(leave_url, language)}"))
    head = (f"Điểm kiểm của nhật ký sổ phiếu, {size} mục. Hãy giữ thư này: về sau không ai sửa hay xóa được mục nào mà không bị phát hiện.")
    since = f"Chứng minh nhất quán từ điểm kiểm {before} mục (RFC 9162, base64), cũng có tại {consistency_url}:\n{hashes}"
    return Letter(f"Điểm kiểm của nhật ký: {size} mục", _witness(
        head, checkpoint, since if before else "", lab, f"Ngừng nhận: {leave_url}"))


def _witness(head: str, checkpoint: str, since: str, laboratory: str, leave: str) -> str:
    return "\n\n".join(part for part in (head, checkpoint.rstrip("\n"), since, laboratory, leave) if part) + "\n"
