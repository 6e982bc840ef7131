"""Whether a file may stand beside a paper for anyone to open: it is what it says, holds nothing that runs, and hides nothing."""
from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from flask_babel import gettext

from certificates import pdf_limits
from lab_app.core import photos

GPS = 0x8825
#: Objects of a PDF that are looked at; a larger file is refused, not half looked at.
OBJECTS = 50_000
#: Bytes after the end of a picture that a camera may leave there.
SLACK = 64
#: Keys and actions by which a PDF runs, opens or sends something.
_RUNS = frozenset({"/JS", "/JavaScript", "/AA", "/XFA", "/RichMedia", "/RichMediaContent"})
#: A file inside, hung on a note on the page as well as in the list of attachments.
_CARRIES = frozenset({"/EF"})
_ACTIONS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound"})
_ENDS = {"JPEG": b"\xff\xd9", "PNG": b"IEND\xaeB`\x82"}


def faults(content: bytes, media_type: str) -> list[str]:
    """What is wrong with a file, in words; none when it may be shown. Only PDF, JPEG, PNG and WebP are known."""
    if media_type == "application/pdf":
        return list(_pdf(content))
    if media_type in ("image/png", "image/jpeg", "image/webp"):
        return list(_picture(content, media_type))
    return [gettext("Chỉ nhận PDF, JPEG, PNG, WebP.")]


def _pdf(content: bytes) -> Iterator[str]:
    if pdf_limits.unbounded(content):
        yield gettext("Tệp PDF có phần nén không kiểm được.")
        return
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            if len(document.objects) > OBJECTS:
                yield gettext("Tệp PDF có quá nhiều phần để kiểm.")
                return
            if document.attachments or any(_holds(one, _CARRIES) for one in document.objects):
                yield gettext("Tệp PDF mang tệp khác bên trong.")
            if any(_holds(one, _RUNS, _ACTIONS) for one in document.objects):
                yield gettext("Tệp PDF có mã chạy, lệnh mở tệp hoặc gửi dữ liệu.")
    except pikepdf.PasswordError:
        yield gettext("Tệp PDF có mật khẩu.")
    except pikepdf.PdfError:
        yield gettext("Không đọc được tệp này như một tệp PDF.")


def _holds(thing: Any, named: frozenset[str], actions: frozenset[str] = frozenset()) -> bool:
    """Whether an object, or what lies directly in it, has one of these keys or does one of these actions; objects of their own are
    looked at by themselves."""
    waiting, seen = [thing], 0
    while waiting and seen < OBJECTS:
        one = waiting.pop()
        seen += 1
        if isinstance(one, pikepdf.Array):
            waiting += [inner for inner in one if isinstance(inner, (pikepdf.Dictionary, pikepdf.Array)) and not inner.is_indirect]
        elif isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
            keys = set(one.keys())
            if keys & named or str(one.get("/S", "")) in actions:
                return True
            waiting += [
                inner for inner in one.values() if isinstance(inner, (pikepdf.Dictionary, pikepdf.Array)) and not inner.is_indirect
            ]
    return False


def _picture(content: bytes, media_type: str) -> Iterator[str]:
    try:
        with photos.opened(content) as image:
            kind = str(image.format)
            if f"image/{kind.lower()}" != media_type:
                yield gettext("Ảnh không phải loại mà nội dung tệp nói.")
            if image.getexif().get_ifd(GPS):
                yield gettext("Ảnh mang tọa độ nơi chụp: lưu lại ảnh không kèm vị trí rồi tải lên.")
            image.load()
    except photos.BadPhoto as error:
        if str(error) == "large":
            yield gettext("Ảnh lớn hơn %(mb)s MB.", mb=photos.BYTES // 1024 // 1024)
        elif str(error) == "pixels":
            yield gettext("Ảnh có quá nhiều điểm ảnh.")
        else:
            yield gettext("Không đọc được tệp này như một ảnh.")
        return
    end = _ENDS.get(kind)
    if end is not None and len(content) - (content.rfind(end) + len(end)) > SLACK:
        yield gettext("Sau ảnh còn dữ liệu khác trong tệp.")
