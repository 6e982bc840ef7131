"""Whether a paper drawn again from its snapshot is the one that was issued: by its bytes, else by text and pictures of its pages.

What is compared is the file before its signature: a signature is appended, so that the first bytes of the kept file are what was
drawn, and the record holds their hash. A file whose first bytes no longer have that hash is not the one that was issued.
"""
from __future__ import annotations

import difflib
import hashlib
import json
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import click
from flask.cli import AppGroup
from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from certificates import paper
from certificates.models import Report
from certificates.services import printing
from lab_app.core import files
from lab_app.core.db import db

certificates_group = AppGroup("certificates", help="Issued papers.")
#: Pages are compared at this many dots an inch; a difference of less than this many levels of grey is none to the eye.
DPI, LEVELS = 100, 24
#: So many differing lines of a page are shown.
SHOWN = 3
END_OF_FILE = b"%%EOF"

Verdict = Literal["identical", "same-look", "different", "altered"]
SAYS: Mapping[Verdict, str] = {
    "identical": "identical",
    "same-look": "same text and pictures on every page, other bytes",
    "different": "DIFFERENT: the drawing does not give the issued paper",
    "altered": "ALTERED: the kept file is not the one that was issued",
}


@dataclass
class Redrawn:
    """The answer: identical bytes, or what differs in libraries, text and pictures (pages by number from 1)."""

    identical: bool
    libraries: dict[str, tuple[str, str]] = field(default_factory=dict)
    text: dict[int, list[str]] = field(default_factory=dict)
    pictures: list[int] = field(default_factory=list)
    pages: tuple[int, int] = (0, 0)
    altered: bool = False

    @property
    def verdict(self) -> Verdict:
        """The answer in one word."""
        if self.altered:
            return "altered"
        if self.identical:
            return "identical"
        return "different" if self.text or self.pictures or self.pages[0] != self.pages[1] else "same-look"


def unsigned_part(kept: bytes, unsigned_sha256: str | None) -> bytes | None:
    """The kept file up to its signature; all of it when it was issued without one; None when no part has the recorded hash."""
    if unsigned_sha256 is None:
        return kept
    end = kept.find(END_OF_FILE)
    while end >= 0:
        # What was drawn ends with its end mark, and with the line's end where there is one.
        for length in (end + len(END_OF_FILE), end + len(END_OF_FILE) + 1, end + len(END_OF_FILE) + 2):
            if hashlib.sha256(kept[:length]).hexdigest() == unsigned_sha256:
                return kept[:length]
        end = kept.find(END_OF_FILE, end + 1)
    return None


def redraw(report: Report) -> Redrawn:
    """Draw an issued paper again from its snapshot and hold it against the kept file. Raises `PaperRefused`, `FileNotFoundError`."""
    if report.file_sha256 is None:
        raise FileNotFoundError(report.number)
    kept = files.read(report.file_sha256)
    issued = unsigned_part(kept, report.unsigned_sha256)
    if issued is None or hashlib.sha256(kept).hexdigest() != report.file_sha256:
        return Redrawn(False, altered=True)
    made = printing.make(json.loads(report.snapshot), report.offline)
    if made == issued:
        return Redrawn(True)
    return _compared(issued, made, Redrawn(False, differing(report.libraries, paper.library_versions())))


def differing(then: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """What decides a paper's bytes and is another now: name → (at issue, today); a dash for what was not recorded."""
    names = sorted(then.keys() | now.keys())
    return {name: (str(then.get(name, "–")), str(now.get(name, "–"))) for name in names if then.get(name) != now.get(name)}


def _compared(kept: bytes, made: bytes, found: Redrawn) -> Redrawn:
    """Pages whose text or picture is another, by number; of the text the first lines that differ."""
    import pypdfium2  # only here: the pages of a web server never need it

    old, new = pypdfium2.PdfDocument(kept), pypdfium2.PdfDocument(made)
    found.pages = (len(old), len(new))
    for number in range(min(found.pages)):
        lines = [_lines(page) for page in (old[number], new[number])]
        if lines[0] != lines[1]:
            changed = [line for line in difflib.ndiff(lines[0], lines[1]) if line[:1] in "-+"]
            found.text[number + 1] = changed[:SHOWN]
        if _seen_apart(old[number], new[number]):
            found.pictures.append(number + 1)
    return found


def _lines(page: Any) -> list[str]:
    """The words of a page in the order of its content, spaces aside: where a reader puts them is not part of the paper."""
    text = unicodedata.normalize("NFC", page.get_textpage().get_text_range())
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _seen_apart(old: Any, new: Any) -> bool:
    from PIL import ImageChops

    first, second = (page.render(scale=DPI / 72).to_pil().convert("L") for page in (old, new))
    if first.size != second.size:
        return True
    return ImageChops.difference(first, second).point(lambda level: 255 if level >= LEVELS else 0).getbbox() is not None


def told(found: Redrawn) -> Iterator[str]:
    """The answer in plain lines, the verdict first."""
    yield SAYS[found.verdict]
    if found.verdict in ("identical", "altered"):
        return
    for name, (was, is_now) in found.libraries.items():
        yield f"library {name}: issued with {was}, now {is_now}"
    if not found.libraries:
        yield "no library differs: the layout itself draws otherwise, or the record's snapshot is read otherwise"
    if found.pages[0] != found.pages[1]:
        yield f"pages: {found.pages[0]} issued, {found.pages[1]} drawn"
    yield f"text differs on pages: {', '.join(map(str, found.text)) or 'none'}"
    for number, lines in found.text.items():
        yield from (f"  page {number} {'issued' if line.startswith('-') else 'drawn'}: {line[2:]}" for line in lines)
    yield f"pictures differ on pages: {', '.join(map(str, found.pictures)) or 'none'}"


@certificates_group.command("redraw")
@click.argument("number", required=False)
@click.option("--all", "every", is_flag=True, help="Every issued paper, oldest first; only those that are not identical are told apart.")
def redraw_command(number: str | None, every: bool) -> None:
    """Draw the paper NUMBER again, or --all; exit 0 when identical, 1 when one is not, 2 when one cannot be compared."""
    if every == bool(number):
        raise click.UsageError("give a number, or --all")
    if every:
        raise SystemExit(_redraw_all())
    row = db.session.scalar(select(Report).where(Report.number == number).options(undefer(Report.snapshot)))
    if row is None:
        raise click.ClickException(f"no paper {number}")
    try:
        found = redraw(row)
    except (printing.PaperRefused, FileNotFoundError) as error:
        click.echo(f"cannot compare: {error}", err=True)
        raise SystemExit(2) from error
    for line in told(found):
        click.echo(line)
    if found.verdict != "identical":
        raise SystemExit(1)


def _redraw_all() -> int:
    """Every issued paper in the order of issue, with progress on the terminal; the worst exit code."""
    issued = select(func.count()).select_from(Report).where(Report.file_sha256.is_not(None))
    count = db.session.scalar(issued) or 0
    tally: dict[str, int] = {}
    code = 0
    with click.progressbar(_issued(), length=count, label="papers", file=sys.stderr) as rows:
        for row in rows:
            try:
                found = redraw(row)
            except (printing.PaperRefused, FileNotFoundError) as error:
                tally["not compared"] = tally.get("not compared", 0) + 1
                click.echo(f"{row.number}: cannot compare: {error}")
                code = 2
                continue
            tally[found.verdict] = tally.get(found.verdict, 0) + 1
            if found.verdict != "identical":
                code = max(code, 1)
                for place, line in enumerate(told(found)):
                    click.echo(f"{row.number}: {line}" if place == 0 else f"  {line}")
    click.echo(f"{count} papers: " + (", ".join(f"{amount} {name}" for name, amount in sorted(tally.items())) or "none issued"))
    return code


def _issued() -> Iterator[Report]:
    """Issued papers one by one; none is kept in memory once it is compared."""
    last = 0
    while True:
        row = db.session.scalar(
            select(Report).where(Report.id > last, Report.file_sha256.is_not(None)).order_by(Report.id).limit(1)
            .options(undefer(Report.snapshot)))
        if row is None:
            return
        last = row.id
        yield row
        db.session.expunge(row)
