"""A photo of a symbol: both kinds understood, forgeries named, everything else refused within bounds; the photo is never kept."""
from __future__ import annotations

import io
import struct
import time
import zlib

import pytest
import segno
from PIL import Image, ImageFilter
from sqlalchemy import func, select

from certificates import symbols
from lab_app.core import photos
from lab_app.core.db import db
from lab_app.core.files import StoredFile
from tests.support import certificates_facts as facts

URL = "https://lab.example"
CODE = "K7M2-94TH-3VNC-6QLG"


def text(response) -> str:
    return response.get_data(as_text=True)


def symbol(said: str, scale: int = 6) -> Image.Image:
    out = io.BytesIO()
    segno.make(said, error="m", micro=False).save(out, kind="png", scale=scale, border=4)
    return Image.open(out).convert("L")


def as_photo(*pictures: Image.Image, kind: str = "JPEG", size: tuple[int, int] = (1600, 1200), angle: float = 7) -> bytes:
    """Symbols on a grey sheet, turned, a little out of focus."""
    sheet = Image.new("L", size, 225)
    for n, picture in enumerate(pictures):
        sheet.paste(picture, (60 + n * size[0] // 2, 120))
    sheet = sheet.rotate(angle, expand=True, fillcolor=200, resample=Image.Resampling.BILINEAR).filter(ImageFilter.GaussianBlur(0.8))
    out = io.BytesIO()
    sheet.save(out, kind, **({"quality": 70} if kind == "JPEG" else {}))
    return out.getvalue()


def send(client, content: bytes, where: str = "/verify/photo", name: str = "photo", filename: str = "anh.jpg"):
    return client.post(where, data={name: (io.BytesIO(content), filename)}, content_type="multipart/form-data")


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few hundred bytes that says it is 3.6 gigapixels."""
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")


# ---- pure -----------------------------------------------------------------------------------------------------


def test_what_a_symbol_says_is_told_apart():
    payload = "2KCBZ" + "A" * 200
    for said, kind in (
        (f"{URL}/verify/{CODE}", symbols.STATUS), (f"{URL}/verify/{CODE}?lang=en", symbols.STATUS), (CODE.lower(), symbols.STATUS),
        (f"HTTPS://LAB.EXAMPLE/V/{payload}", symbols.PROOF), (f"https://khac.example/verify/{CODE}", symbols.ELSEWHERE),
        (f"https://lab.example.evil.vn/verify/{CODE}", symbols.ELSEWHERE),
        (f"https://lab.example@evil.vn/verify/{CODE}", symbols.ELSEWHERE),
        (f"{URL}/samples/1", symbols.OTHER), ("javascript:alert(1)", symbols.OTHER), ("", symbols.OTHER), ("WIFI:S:x;;", symbols.OTHER),
        (f"HTTPS://EVIL.VN/V/{payload}", symbols.ELSEWHERE), ("https://[bad", symbols.OTHER),
    ):
        assert symbols.read(said, URL).kind == kind, said
    found, every = symbols.best([f"HTTPS://LAB.EXAMPLE/V/{payload}", f"{URL}/verify/{CODE}"], URL)
    assert found is not None and found.code == CODE and len(every) == 2


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_turned_blurred_picture_is_read(kind):
    assert photos.symbols(as_photo(symbol(f"{URL}/verify/{CODE}"), kind=kind)) == [f"{URL}/verify/{CODE}"]


def noted(tag: int, kind: int, value: bytes) -> bytes:
    """What a camera notes: that the picture lies on its side, and one entry more of any type."""
    rows = sorted([(0x112, struct.pack("<HHII", 0x112, 3, 1, 6)), (tag, struct.pack("<HHI", tag, kind, 4) + value)])
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, len(rows)) + b"".join(row for _, row in rows) + bytes(4)


@pytest.mark.parametrize("exif", [noted(0x11A, 2, b"abc\0"), noted(0x11A, 7, b"abcd"), noted(0x128, 2, b"abc\0")])
def test_nonsense_that_a_camera_noted_breaks_nothing(exif):
    out = io.BytesIO()
    with Image.open(io.BytesIO(as_photo(symbol(f"{URL}/verify/{CODE}")))) as image:
        image.save(out, "JPEG", exif=exif)
    assert photos.symbols(out.getvalue()) == [f"{URL}/verify/{CODE}"]


@pytest.mark.parametrize("way", list(Image.Transpose))
def test_a_symbol_is_read_whichever_way_it_lies(way):
    out = io.BytesIO()
    with Image.open(io.BytesIO(as_photo(symbol(f"{URL}/verify/{CODE}")))) as image:
        image.transpose(way).save(out, "JPEG")
    assert photos.symbols(out.getvalue()) == [f"{URL}/verify/{CODE}"]


def test_a_phone_photo_of_twelve_megapixels_is_read_within_a_second():
    content = as_photo(symbol(f"{URL}/verify/{CODE}", 12), size=(4000, 3000), angle=12)
    begun = time.process_time()
    assert photos.symbols(content)
    assert time.process_time() - begun < 1.5


@pytest.mark.parametrize(("content", "reason"), [
    (bomb(), "pixels"), (b"GIF89a" + bytes(50), "kind"), (b"%PDF-1.7", "kind"), (b"", "kind"), (b"\xff\xd8\xff" + bytes(200), "kind"),
    (as_photo(symbol("x"))[:3000], "broken"), (bytes(photos.BYTES + 1), "large"), (bomb(4_000, 4_000), "broken"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"), (b"BM" + bytes(300), "kind"),
])
def test_what_is_no_picture_or_too_much_of_one_is_refused(content, reason):
    begun = time.process_time()
    with pytest.raises(photos.BadPhoto, match=reason):
        photos.symbols(content)
    assert time.process_time() - begun < 1


# ---- pages ----------------------------------------------------------------------------------------------------


def test_the_short_symbol_leads_to_the_papers_page(report, client):
    answer = send(client, as_photo(symbol(f"{URL}/verify/{report.code}")))
    assert answer.status_code == 303 and answer.location == f"/verify/{report.code}"
    assert "Còn hiệu lực" in text(client.get(answer.location))
    as_file = send(client, as_photo(symbol(f"{URL}/verify/{report.code}")), "/verify/file", "file", "phieu.pdf")
    assert as_file.status_code == 303, "a photo dropped where a PDF is expected is read all the same"


def test_the_second_symbol_leads_to_its_proof_and_the_first_wins_beside_it(report, client):
    answer = send(client, as_photo(symbol(report.offline), angle=0))
    assert answer.status_code == 303 and answer.location.startswith("/V/")
    assert "Chữ ký đúng" in text(client.get(answer.location))
    both = send(client, as_photo(symbol(report.offline, 4), symbol(f"{URL}/verify/{report.code}"), angle=0))
    assert both.location == f"/verify/{report.code}"
    typed = client.get("/verify", query_string={"q": report.offline})
    assert typed.status_code == 302 and "/V/" in typed.location, "typed by a scanner it leads there too"


def test_a_replayed_symbol_of_a_withdrawn_paper_says_withdrawn(world, report, client):
    from certificates import services
    from tests.support.signing import confirmed

    services.change_status(
        world.people.quality_manager, report, to="withdrawn", reason="sai", public_reason="đo sai mẫu",
        confirmed=confirmed(world.people.quality_manager))
    facts.commit()
    answer = send(client, as_photo(symbol(f"{URL}/verify/{report.code}")))
    assert "Đã thu hồi" in text(client.get(answer.location)) and "đo sai mẫu" in text(client.get(answer.location))
    assert "Đã thu hồi" in text(client.get(f"/verify?q={report.number}"))
    assert "đã thu hồi" in text(client.get(f"/verify/{report.code}.svg"))
    proof = send(client, as_photo(symbol(report.offline), angle=0))
    assert "xem tình trạng hiện nay" in text(client.get(proof.location)).lower()


def test_a_forged_symbol_is_named_with_where_it_leads(report, client):
    body = text(send(client, as_photo(symbol(f"https://lab-example.vn/verify/{report.code}"))))
    assert "không phải của chúng tôi" in body and "lab-example.vn" in body and 'href="https://lab-example' not in body
    assert "<script>" not in text(send(client, as_photo(symbol("<script>alert(1)</script>")))).split("</head>")[1]


@pytest.mark.parametrize("content", [bomb(), b"", b"\xff\xd8\xff" + bytes(100), as_photo(), bytes(100)])
def test_refused_photos_leave_the_form_with_the_reason(app, frozen_clock, client, content):
    answer = send(client, content)
    assert answer.status_code == 422 and 'id="qr-error"' in text(answer)
    assert client.post("/verify/photo").status_code == 422


def test_a_photo_is_not_kept(report, client):
    db.session.rollback()
    before = db.session.scalar(select(func.count()).select_from(StoredFile))
    send(client, as_photo(symbol(f"{URL}/verify/{report.code}")))
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == before
