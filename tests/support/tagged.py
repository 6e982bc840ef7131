"""The structure of a tagged PDF as a reader meets it: elements with their words, read by other libraries than wrote it."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

#: Operators that put something on the page.
PAINTING = {"Tj", "TJ", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "Do", "sh", "INLINE IMAGE"}


@dataclass
class Heard:
    """An element: what it is, in which language, its own and its children's words in reading order.

    `english`: those of its own words that stand in a span of that language.
    """

    kind: str
    lang: str
    alt: str = ""
    scope: str = ""
    span: int = 1
    words: list[str] = field(default_factory=list)
    english: list[str] = field(default_factory=list)
    kids: list[Heard] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words of the element and all within it."""
        return "".join(self.words)

    def all(self, *kinds: str) -> Iterator[Heard]:
        """Elements of these kinds within, in reading order."""
        for kid in self.kids:
            if not kinds or kid.kind in kinds:
                yield kid
            yield from kid.all(*kinds)


def words_of(pdf: bytes) -> dict[tuple[int, int], list[tuple[str, str]]]:
    """The texts of each marked content by page (from 0) and number, each with the language of a span around it."""
    found: dict[tuple[int, int], list[tuple[str, str]]] = {}
    document = pypdfium2.PdfDocument(pdf)
    for number, page in enumerate(document):
        whole = page.get_textpage()
        for thing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=1):
            mark = pdfium.FPDFPageObj_GetMarkedContentID(thing.raw)
            size = pdfium.FPDFTextObj_GetText(thing.raw, whole.raw, None, 0)
            buffer = (ctypes.c_ushort * (size // 2 + 1))()
            pdfium.FPDFTextObj_GetText(thing.raw, whole.raw, buffer, size)
            text = bytes(buffer).decode("utf-16-le").rstrip("\0")
            found.setdefault((number, mark), []).append((_language(thing.raw), text))
    return found


def _language(thing: Any) -> str:
    for place in range(pdfium.FPDFPageObj_CountMarks(thing)):
        mark = pdfium.FPDFPageObj_GetMark(thing, place)
        buffer, size = (ctypes.c_ushort * 32)(), ctypes.c_ulong()
        if pdfium.FPDFPageObjMark_GetParamStringValue(mark, b"Lang", buffer, 64, ctypes.byref(size)) and size.value:
            return bytes(buffer)[: size.value].decode("utf-16-le").rstrip("\0")
    return ""


def heard(pdf: bytes) -> Heard:
    """The document as its structure tells it."""
    words = words_of(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pages = {page.obj.objgen: number for number, page in enumerate(document.pages)}

        def listen(element: Any, lang: str, page: int) -> Heard:
            lang = str(element.get("/Lang", lang))
            if "/Pg" in element:
                page = pages[element.Pg.objgen]
            attributes = element.get("/A", {})
            made = Heard(str(element.S)[1:], lang, str(element.get("/Alt", "")), str(attributes.get("/Scope", ""))[1:],
                         int(attributes.get("/ColSpan", 1)))
            kids = element.get("/K", pikepdf.Array())
            for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
                if isinstance(kid, int) or kid.get("/Type") == "/MCR":
                    at = (page, int(kid)) if isinstance(kid, int) else (pages[kid.Pg.objgen], int(kid.MCID))
                    for spoken, text in words.get(at, []):
                        made.words.append(text)
                        if spoken == "en-US":
                            made.english.append(text)
                elif kid.get("/Type") != "/OBJR":
                    below = listen(kid, lang, page)
                    made.kids.append(below)
                    made.words += below.words
            return made

        return listen(document.Root.StructTreeRoot.K, "", 0)


def unmarked(pdf: bytes) -> list[str]:
    """What stands on the pages outside any marked content or artifact, as `page: operator`; marks left open too."""
    faults = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages, 1):
            depth = 0
            for step in pikepdf.parse_content_stream(page):
                operands, name = step.operands, str(step.operator)
                if name in ("BDC", "BMC"):
                    depth += 1
                elif name == "EMC":
                    depth -= 1
                elif name in PAINTING and depth == 0:
                    faults.append(f"{number}: {name} {[str(one) for one in operands][:1]}")
            if depth:
                faults.append(f"{number}: {depth} marks left open")
    return faults


def unowned(pdf: bytes) -> list[str]:
    """Marked content whose number and element in the parent tree do not find one another; links without their element."""
    faults = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)
        parents = {int(numbers[place]): numbers[place + 1] for place in range(0, len(numbers), 2)}
        for number, page in enumerate(document.pages, 1):
            marks = [int(step.operands[1].MCID) for step in pikepdf.parse_content_stream(page)
                     if str(step.operator) == "BDC" and "/MCID" in step.operands[1]]
            owners = list(parents[int(page.obj.StructParents)]) if "/StructParents" in page.obj else []
            if sorted(marks) != list(range(len(owners))):
                faults.append(f"page {number}: marks {len(marks)}, owners {len(owners)}")
            for mark, owner in enumerate(owners):
                kids = owner.K if isinstance(owner.K, pikepdf.Array) else [owner.K]
                if not any(_names(kid, mark, owner, page) for kid in kids):
                    faults.append(f"page {number}: mark {mark} is not its owner's")
            for annotation in page.obj.get("/Annots", []):
                held_by = parents.get(int(annotation.get("/StructParent", -1)))
                if held_by is None or str(held_by.S) != "/Link":
                    faults.append(f"page {number}: a link outside the structure")
    return faults


def _names(kid: Any, mark: int, owner: Any, page: Any) -> bool:
    if isinstance(kid, int):
        return int(kid) == mark and owner.Pg.objgen == page.obj.objgen
    return kid.get("/Type") == "/MCR" and int(kid.MCID) == mark and kid.Pg.objgen == page.obj.objgen
