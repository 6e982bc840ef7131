"""Files from strangers whose unpacking nothing bounds: named openly, by escapes, or where nobody sees the name."""
from __future__ import annotations

import io

import pikepdf
import pytest

from certificates import pdf_limits
from certificates.lookups import carried
from certificates.lookups.receipt import BadReceipt

#: Left as it is by the library, then overwritten by what the test needs: as long as `/LZWDecode`.
STAND_IN = b"/ZZZDecode"
PACKED = b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"  # the example of ISO 32000-1, 7.4.4


def packed_elsewhere(as_list: bool) -> bytes:
    """A PDF with a part that is packed by a way whose name lies inside another packed part."""
    document = pikepdf.new()
    document.add_blank_page()
    stream = document.make_stream(b"")
    stream.write(PACKED, filter=pikepdf.Name(STAND_IN.decode()))
    document.Root.X, document.Root.Y = stream, document.make_indirect(pikepdf.Name("/LZWDecode"))
    out = io.BytesIO()
    document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    with pikepdf.open(io.BytesIO(out.getvalue())) as kept:
        number = next(one.objgen[0] for one in kept.objects if isinstance(one, pikepdf.Name) and one == "/LZWDecode")
    reference = b"%d 0 R" % number
    return out.getvalue().replace(STAND_IN, (b"[%s]" % reference if as_list else reference).ljust(len(STAND_IN)))


@pytest.mark.parametrize("as_list", [False, True])
def test_a_way_of_packing_that_is_named_elsewhere_counts_as_unbounded(as_list):
    content = packed_elsewhere(as_list)
    with pikepdf.open(io.BytesIO(content)) as document:
        assert document.Root.X.read_bytes() == b"-----A---B", "it is unpacked, or the test shows nothing"
    assert b"LZWDecode" not in content
    assert pdf_limits.unbounded(content)


@pytest.mark.parametrize(("content", "found"), [
    (b"/Filter /FlateDecode", False), (b"/Filter [/ASCII85Decode /FlateDecode]", False), (b"/Filter/Adobe.PPKLite", False),
    (b"/Filter[/FlateDecode 5 0 R]", True), (b"/F#69lter\r\n5 0 R", True), (b"/Filter%x\n5 0 R", True),
    (b"/Filter [%x\n/FlateDecode]", True), (b"/Filter [" + b" " * 500 + b"5 0 R]", True), (b"/Filter [[5 0 R]]", True),
])
def test_how_a_way_of_packing_may_be_written(content, found):
    assert pdf_limits.unbounded(content) is found


def test_a_receipt_inside_a_pdf_is_not_unpacked_without_bound(client):
    document = pikepdf.new()
    document.add_blank_page()
    document.attachments[carried.ATTACHED] = pikepdf.AttachedFileSpec(document, b"{}", filename=carried.ATTACHED)
    inner = document.attachments[carried.ATTACHED].obj.EF.F
    inner.write(PACKED, filter=pikepdf.Name(STAND_IN.decode()))
    out = io.BytesIO()
    document.save(out)
    content = out.getvalue().replace(STAND_IN, b"/LZWDecode")
    with pytest.raises(BadReceipt, match="bounds"):
        carried.given(content)
    answer = client.post("/verify/receipt", data={"file": (io.BytesIO(content), "r.pdf")}, csrf=False)
    assert answer.status_code == 422
