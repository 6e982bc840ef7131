"""A photo of a paper's symbol, read by the server: for browsers without a reader of their own, and for pictures sent in a chat."""
from __future__ import annotations

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext

from certificates import symbols
from certificates.limits import limited, photographed
from certificates.views import bp
from certificates.views.answers import spoken
from lab_app.core import photos
from lab_app.core.access import public

#: How the pictures that are read begin: JPEG, PNG, WebP.
_BEGIN = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


def is_picture(content: bytes) -> bool:
    """Whether bytes begin like a picture, whatever the file is called."""
    return content.startswith(_BEGIN) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


@bp.post("/verify/photo")
@public
@limited
@photographed
def verify_photo() -> Any:
    """Where a photographed symbol leads. The photo is not kept; what is read of it is bounded (`core.photos`)."""
    given = request.files.get("photo")
    content = given.read(photos.BYTES + 1) if given else b""
    if not content:
        return refused(gettext("Chọn hoặc chụp một ảnh có hình QR."))
    return answer(content)


def answer(content: bytes) -> Any:
    """The page that a picture's symbol leads to; what was read, where it is none of ours."""
    try:
        texts = photos.symbols(content)
    except photos.BadPhoto as error:
        return refused(_says(str(error)))
    if not texts:
        return refused(gettext(
            "Không thấy hình QR nào đọc được trong ảnh. Chụp gần hơn, đủ sáng, để hình QR chiếm ít nhất một phần tư ảnh."))
    found, every = symbols.best(texts, str(current_app.config["PUBLIC_URL"]))
    if found is None:
        return render_template("certificates/symbol.html", every=every, elsewhere=symbols.ELSEWHERE), 200
    if found.kind == symbols.PROOF:
        return redirect(url_for("certificates.offline_check", payload=found.payload, lang=spoken()), 303)
    return redirect(url_for("certificates.verify_code", code=found.code, lang=spoken()), 303)


def refused(says: str) -> Any:
    """The look-up's page again, with what was wrong beside the field."""
    return render_template("certificates/verify.html", typed="", refused_photo=says), 422


def _says(reason: str) -> str:
    return {
        "large": gettext("Ảnh lớn hơn %(mb)s MB.", mb=photos.BYTES // 1024 // 1024),
        "pixels": gettext("Ảnh có quá nhiều điểm ảnh."),
        "kind": gettext("Chỉ đọc được ảnh JPEG, PNG hoặc WebP."),
    }.get(reason, gettext("Ảnh bị hỏng, không đọc được."))
