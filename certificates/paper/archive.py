"""A drawn paper as PDF/A-3b: the snapshot attached as its source, its own metadata, the same bytes each time, checked.

The canonical JSON a paper was drawn from travels inside it (`AFRelationship /Source`), so that a machine reads exactly what a
person reads. What the file says of itself (document information) and its XMP agree. Conformance is claimed at level B of part 3
and nothing beyond it; a file the checker does not approve is refused with its reasons.
"""

from __future__ import annotations

import hashlib
import io
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Dictionary, Name, Pdf, String, pdfa

from certificates.snapshot import canonical_json

FLAVOUR = "3b"
ATTACHMENT = "snapshot.json"
CREATOR = "Laboratory system"
PRODUCER = "ReportLab, pikepdf"


class NotArchivable(ValueError):
    """The checker of PDF/A-3b does not approve the file; `reasons` lists what it says."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Description:
    """What the file says of itself. `moment` is the record's, as ISO 8601 with offset, never the time of drawing."""

    title: str
    author: str
    subject: str
    moment: str


def describe(snapshot: Mapping[str, Any]) -> Description:
    """The description of a paper from its snapshot. A draft is dated by nothing and is not archived."""
    if not snapshot["issued_on"]:
        raise NotArchivable(["a draft is not archived"])
    authorised = snapshot["authorisation"]["signatory"].get("authorised_at")
    return Description(
        title=f"{snapshot['title']['vi']} {snapshot['number']}",
        author=snapshot["laboratory"]["name"]["vi"],
        subject=" · ".join(item["name"]["vi"] for item in snapshot["items"]),
        moment=authorised or f"{snapshot['issued_on']}T00:00:00+00:00",
    )


def archive(pdf: bytes, snapshot: Mapping[str, Any]) -> bytes:
    """The drawn paper of an issued snapshot as PDF/A-3b with its canonical JSON inside."""
    return to_pdfa3(pdf, canonical_json(snapshot), describe(snapshot))


def to_pdfa3(pdf: bytes, snapshot_json: bytes, about: Description) -> bytes:
    """PDF/A-3b of a drawn paper with `snapshot_json` attached. Same arguments and library versions, same bytes.

    Raises `NotArchivable` when the checker does not approve what was written, or when the file would say two things of itself.
    """
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            # ReportLab gives every page a transition, which PDF/A does not know.
            if "/Trans" in page.obj:
                del page.obj["/Trans"]
        _attach(document, snapshot_json, about)
        if "/Lang" not in document.Root:
            document.Root.Lang = String("vi-VN")
        document.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        pdfa.prepare(document, FLAVOUR)
        _describe(document, about)
        apart = disagreements(document)
        if apart:
            raise NotArchivable(apart)
        try:
            pdfa.save(document, target, FLAVOUR, repair=False, deterministic_id=True)
        except pdfa.PdfaError as error:
            raise NotArchivable(_reasons(error)) from error
    return target.getvalue()


def attached_snapshot(pdf: bytes) -> bytes:
    """The canonical JSON inside an archived paper; KeyError when there is none."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return bytes(document.attachments[ATTACHMENT].get_file().read_bytes())


def _reasons(error: pdfa.PdfaError) -> list[str]:
    report = getattr(error, "report", None)
    findings = list(getattr(report, "findings", ()) or ())
    return [str(finding) for finding in findings] or [str(error)]


def _attach(document: Pdf, content: bytes, about: Description) -> None:
    stream = document.make_stream(content)
    stream.Type = Name.EmbeddedFile
    stream.Subtype = Name("/application/json")
    stream.Params = Dictionary(
        Size=len(content),
        ModDate=String(pdf_date(about.moment)),
        CheckSum=String(hashlib.md5(content, usedforsecurity=False).digest()),
    )
    specification = document.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=String(ATTACHMENT),
            UF=String(ATTACHMENT),
            Desc=String("Dữ liệu gốc của phiếu / Source data of this paper"),
            AFRelationship=Name.Source,
            EF=Dictionary(F=stream, UF=stream),
        )
    )
    document.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=[String(ATTACHMENT), specification]))
    document.Root.AF = pikepdf.Array([specification])


def _describe(document: Pdf, about: Description) -> None:
    """Document information and XMP that say the same, dated by the record."""
    information = document.docinfo
    for key in list(information.keys()):
        del information[key]
    stamp = String(pdf_date(about.moment))
    entries = {
        "/Title": about.title,
        "/Author": about.author,
        "/Subject": about.subject,
        "/Creator": CREATOR,
        "/Producer": PRODUCER,
    }
    for name, text in entries.items():
        information[name] = String(text)
    information["/CreationDate"] = information["/ModDate"] = stamp
    metadata = document.make_stream(xmp(about).encode("utf-8"))
    metadata.Type = Name.Metadata
    metadata.Subtype = Name.XML
    document.Root.Metadata = metadata


#: Entry of the document information → where the metadata say the same.
_PAIRED = {
    "/Title": "{http://purl.org/dc/elements/1.1/}title", "/Author": "{http://purl.org/dc/elements/1.1/}creator",
    "/Subject": "{http://purl.org/dc/elements/1.1/}description", "/Creator": "{http://ns.adobe.com/xap/1.0/}CreatorTool",
    "/Producer": "{http://ns.adobe.com/pdf/1.3/}Producer", "/CreationDate": "{http://ns.adobe.com/xap/1.0/}CreateDate",
    "/ModDate": "{http://ns.adobe.com/xap/1.0/}ModifyDate",
}


def disagreements(document: Pdf) -> list[str]:
    """Where the document information and the XMP metadata of a file do not say the same; the checker of PDF/A does not look.

    A text that no XML can hold (a control character) is named too: the metadata would not be readable.
    """
    try:
        metadata = ElementTree.fromstring(bytes(document.Root.Metadata.read_bytes()))
    except (AttributeError, ElementTree.ParseError) as error:
        return [f"XMP: {error}"]
    said = {element.tag: "".join(element.itertext()).strip() for element in metadata.iter()}
    found = []
    for entry, tag in _PAIRED.items():
        info, xmp_says = str(document.docinfo.get(entry, "")).strip(), said.get(tag, "")
        if info != (pdf_date(xmp_says) if entry.endswith("Date") and _MOMENT.match(xmp_says) else xmp_says):
            found.append(f"{entry}: {info!r}, XMP {xmp_says!r}")
    unpaired = sorted(set(document.docinfo.keys()) - _PAIRED.keys())
    return found + [f"{entry}: not in XMP" for entry in unpaired]


_MOMENT = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?\Z")


def pdf_date(moment: str) -> str:
    """An ISO 8601 moment as PDF writes it: `D:20260922164207+07'00'`. ValueError for anything else."""
    found = _MOMENT.match(moment)
    if not found:
        raise ValueError(f"{moment!r} is no moment")
    *digits, offset = found.groups()
    zone = "Z" if offset in (None, "Z") else offset.replace(":", "'") + "'"
    return "D:" + "".join(digits) + zone


def xmp(about: Description) -> str:
    """The metadata packet: only the schemas that part 3 knows by itself."""
    moment = re.sub(r"\.\d+", "", about.moment)
    title, author, subject = (escape(text) for text in (about.title, about.author, about.subject))
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<pdf:Producer>{escape(PRODUCER)}</pdf:Producer>
<xmp:CreatorTool>{escape(CREATOR)}</xmp:CreatorTool>
<xmp:CreateDate>{moment}</xmp:CreateDate>
<xmp:ModifyDate>{moment}</xmp:ModifyDate>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
