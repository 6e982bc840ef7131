"""What the marks on a paper mean, for who listens to it: headings, paragraphs, lists, tables with their heads, figures in words.

An `Ink` collects marks under elements (`ink.tagged("P")`, `ink.tagged("Figure", alt=…)`); what no element claims is a paragraph if
it is text and an artifact if it is a rule or a box. Painted on a canvas with a `Tree`, marks are enclosed in marked content of the
page, and the tree is written beside the pages: elements, languages, alternative texts, heads of tables, links. On a canvas without
one the same marks give the same bytes as ever, which is how layouts older than tags are drawn.

Reading order is the order in which elements are begun, and blocks that follow one another on paper. Vietnamese is the document's
language; what is set in the italic of the second language (`style.SECONDARY`, or any ink but the text's own) is English, unless an
element says its own `lang`.

Kinds: H1 (title), H2, H3 (sections), P; L, LI, Lbl, LBody (labelled facts); Table, TR, TH (`scope` Column or Row, `span` columns),
TD; Figure (`alt`); Link; Sect. A change of language within an element is a span of its marked content, not an element.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFObjectReference, PDFString

ENGLISH: Final = "en"
#: The operator around English words within an element of another language (an ordinary span inside its marked content).
ENGLISH_WORDS: Final = "/Span <</Lang (en-US)>> BDC"
LANGUAGES: Final = {"vi": "vi-VN", "en": "en-US"}
#: Elements that hold other elements and no text of their own.
GROUPS: Final = frozenset({"Sect", "L", "LI", "Table", "TR"})
#: Cells stay in their row even when they say nothing, so that the columns keep their heads.
CELLS: Final = frozenset({"TD", "TH"})
#: The numbers of annotations in the parent tree begin here; pages count from 0.
FIRST_LINK: Final = 10_000


class Element:
    """A part of a paper's structure. `kids`: elements, and (page, number) of marked content once it is painted."""

    __slots__ = ("alt", "kids", "kind", "lang", "loose", "number", "parent", "placed", "scope", "span")

    def __init__(self, kind: str, *, alt: str = "", lang: str = "", scope: str = "", span: int = 1, loose: bool = False) -> None:
        """`loose`: made for text that no element claimed; a table that takes it in makes a cell of it."""
        self.kind, self.alt, self.lang, self.scope, self.span, self.loose = kind, alt, lang, scope, span, loose
        self.parent: Element | None = None
        self.kids: list[Element | tuple[int, int] | Link] = []
        self.placed = False
        self.number = 0  # of its object in the file, once the tree is written

    def adopt(self, child: Element) -> None:
        """Take a child in at the end; one that was another's moves."""
        if child.parent is self:
            return
        if child.parent is not None:
            child.parent.kids.remove(child)
        child.parent = self
        self.kids.append(child)

    def top(self) -> Element:
        """The outermost element that holds this one."""
        element = self
        while element.parent is not None:
            element = element.parent
        return element

    def settled(self) -> bool:
        """Whether an element from here outward states the language of its words, or speaks for them (a figure)."""
        element: Element | None = self
        while element is not None and element.kind != "Document":
            if element.lang or element.kind == "Figure":
                return True
            element = element.parent
        return False


#: What is no content: rules, running heads, what a page repeats.
ARTIFACT: Final = Element("Artifact")


class Link:
    """An annotation that belongs to an element: its place in the parent tree, its page and its name in the file."""

    __slots__ = ("name", "number", "page")

    def __init__(self, page: int, number: int, name: str) -> None:
        self.page, self.number, self.name = page, number, name


def seated(element: Element, table_row: Element) -> None:
    """Make a cell of loose text that came into a row."""
    element.kind, element.loose = "TD", False
    table_row.adopt(element)


def taken_in(group: Element, roots: Iterable[Element]) -> None:
    """Put elements under a group; loose text in a table ends the row before it or makes its own, in a list it is a body."""
    row: Element | None = None
    for root in list(roots):
        if root is group or root is ARTIFACT:
            continue
        if root.loose and group.kind == "TR":
            seated(root, group)
        elif root.loose and group.kind == "Table":
            if row is None:
                row = Element("TR")
                group.adopt(row)
            seated(root, row)
        elif root.loose and group.kind == "LI":
            root.kind, root.loose = "LBody", False
            group.adopt(root)
        else:
            group.adopt(root)
            row = root if root.kind == "TR" else row


class Tree:
    """The structure of one drawing: hands out the numbers of marked content, knows what stands on each page, writes itself.

    `lang`: language of the paper's upright text, `vi` or `en`; `alone`: the paper has no other.
    """

    def __init__(self, lang: str = "vi", alone: bool = False) -> None:
        self.lang, self.alone = lang, alone or lang == ENGLISH
        self.document = Element("Document", lang=lang)
        self._on_page: dict[int, list[Element]] = {}
        self._links: list[tuple[Element, Link]] = []

    def place(self, element: Element) -> None:
        """Note that an element is on paper: its outermost holder follows what was placed before, once."""
        top = element.top()
        if top is self.document or top.placed or top is ARTIFACT:
            return
        top.placed = True
        holder = {"TR": "Table", "LI": "L"}.get(top.kind)
        if holder is None:
            self.document.adopt(top)
            return
        # Rows that no table took in, of a block without a head: those that follow one another are one table.
        last = self.document.kids[-1] if self.document.kids else None
        if not (isinstance(last, Element) and last.kind == holder and last.loose):
            last = Element(holder, loose=True)
            last.placed = True
            self.document.adopt(last)
        last.adopt(top)

    def replace(self, element: Element) -> None:
        """Move a placed element behind everything placed so far."""
        if element.parent is self.document:
            self.document.kids.remove(element)
            self.document.kids.append(element)

    def begin(self, element: Element, page: int) -> str:
        """The operator that opens marked content of an element."""
        if element is ARTIFACT:
            return "/Artifact BMC"
        if not element.placed:
            self.place(element)
        numbers = self._on_page.get(page)
        if numbers is None:
            numbers = self._on_page[page] = []
        number = len(numbers)
        numbers.append(element)
        element.kids.append((page, number))
        return f"/{element.kind} <</MCID {number}>> BDC"

    def speaks_otherwise(self, element: Element) -> bool:
        """Whether English words of an element need saying so: not in a paper of one language, an English paragraph or a figure."""
        return not self.alone and element is not ARTIFACT and not element.settled()

    def link(self, element: Element, page: int, name: str) -> Link:
        """Give an annotation to an element; answers with its number in the parent tree."""
        self.place(element)
        link = Link(page, FIRST_LINK + len(self._links), name)
        element.kids.append(link)
        self._links.append((element, link))
        return link

    def links(self) -> int:
        """How many links the paper has so far."""
        return len(self._links)

    def write(self, document: Any) -> None:
        """Put the tree into a ReportLab document whose pages are all finished."""
        _Writer(self, document).write()


class _Writer:
    """One writing of a tree: every element an object of the file, numbered before any is written.

    A paper has a thousand elements. They are handed to the document as finished bytes under numbers taken in one go, where its own
    dictionaries would be registered and formatted part by part.
    """

    def __init__(self, tree: Tree, document: Any) -> None:
        self.tree, self.document = tree, document
        self.pages = document.Pages.pages
        self.page_refs = ["", *(self._named(page.__InternalName__) for page in self.pages)]

    def write(self) -> None:
        tree, document = self.tree, self.document
        root, parents, marked = (self._object() for _ in range(3))
        self._tidy(tree.document)
        self._element(tree.document, root)
        entries = []
        for page, elements in sorted(tree._on_page.items()):
            entries.append(f"{page - 1} [{' '.join([f'{element.number} 0 R' for element in elements])}]")
            entry = self.pages[page - 1]
            entry.__NoDefault__ = [*entry.__NoDefault__, "StructParents", "Tabs"]
            entry.StructParents, entry.Tabs = page - 1, "/S"
        entries += [f"{link.number} {element.number} 0 R" for element, link in tree._links]
        self._finish(parents, f"<</Nums[{' '.join(entries)}]>>")
        self._finish(root, (
            f"<</Type/StructTreeRoot/K {tree.document.number} 0 R/ParentTree {parents} 0 R"
            f"/ParentTreeNextKey {FIRST_LINK + len(tree._links)}>>"
        ))
        self._finish(marked, "<</Marked true>>")
        document.Catalog.StructTreeRoot = PDFObjectReference(f"Tags{root}")
        document.Catalog.MarkInfo = PDFObjectReference(f"Tags{marked}")

    def _object(self) -> int:
        """The number of a new object of the file; its bytes come with `_finish`."""
        document = self.document
        number: int = document.objectcounter + 1
        document.objectcounter = number
        name = f"Tags{number}"
        document.idToObjectNumberAndVersion[name] = (number, 0)
        document.numberToId[number] = name
        return number

    def _finish(self, number: int, text: str) -> None:
        self.document.idToObject[f"Tags{number}"] = text.encode("latin-1")

    def _tidy(self, element: Element) -> bool:
        """Drop what was never painted and number the rest; whether anything of the element is painted."""
        kids = element.kids
        present = False
        for kid in kids:
            if type(kid) is not Element or self._tidy(kid):
                present = True
        if any(type(kid) is Element and not kid.number and kid.kind not in CELLS for kid in kids):
            element.kids = [kid for kid in kids if type(kid) is not Element or kid.number or kid.kind in CELLS]
        if present:
            element.number = self._object()
            for kid in element.kids:  # cells that say nothing keep their place in a row that does
                if type(kid) is Element and not kid.number:
                    kid.number = self._object()
        return present

    def _element(self, element: Element, parent: int) -> None:
        own = element.number
        home = 0
        kids = []
        for kid in element.kids:
            if type(kid) is Element:
                self._element(kid, own)
                kids.append(f"{kid.number} 0 R")
            elif type(kid) is Link:
                kids.append(f"<</Type/OBJR/Pg {self.page_refs[kid.page]}/Obj {self._named(kid.name)}>>")
            else:
                page, mark = kid  # type: ignore[misc]
                home = home or page
                kids.append(str(mark) if page == home else f"<</Type/MCR/Pg {self.page_refs[page]}/MCID {mark}>>")
        text = f"<</Type/StructElem/S/{element.kind}/P {parent} 0 R"
        if home:
            text += f"/Pg {self.page_refs[home]}"
        if kids:
            text += f"/K {kids[0]}" if len(kids) == 1 else f"/K[{' '.join(kids)}]"
        if element.lang:
            text += f"/Lang({LANGUAGES[element.lang]})"
        if element.alt:
            text += f"/Alt<FEFF{element.alt.encode('utf-16-be').hex().upper()}>"
        if element.scope or element.span > 1:
            scope = f"/Scope/{element.scope}" if element.scope else ""
            span = f"/ColSpan {element.span}" if element.span > 1 else ""
            text += f"/A<</O/Table{scope}{span}>>"
        self._finish(own, text + ">>")

    def _named(self, name: str) -> str:
        return "{} {} R".format(*self.document.idToObjectNumberAndVersion[name])


def link(canvas: Any, address: str, box: tuple[float, float, float, float], says: str, element: Element | None = None) -> None:
    """A link over a rectangle of the current coordinates (points); on a tagged canvas it belongs to `element` and says its words."""
    tree: Tree | None = getattr(canvas, "tags", None)
    if tree is None or element is None or element is ARTIFACT:
        canvas.linkURL(address, box, relative=1)
        return
    name = f"LINK{tree.links()}"
    known = tree.link(element, canvas._pageNumber, canvas._doc.annotationName(name))
    annotation = PDFDictionary({
        "Type": PDFName("Annot"), "Subtype": PDFName("Link"), "Rect": PDFArray(canvas._absRect(box, 1)), "F": 4,
        "Border": PDFArray([0, 0, 0]), "Contents": PDFString(says), "StructParent": known.number,
        "A": PDFDictionary({"S": PDFName("URI"), "URI": PDFString(address)}),
    })
    canvas._addAnnotation(annotation, name)
