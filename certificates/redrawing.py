"""Whether a paper drawn again from its snapshot is the one that was issued: by its bytes, else by text and pictures of its pages."""
from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import undefer

from certificates import paper
from certificates.models import Report
from certificates.services import printing
from lab_app.core import files
from lab_app.core.db import db

certificates_group = AppGroup("certificates", help="Issued papers.")
#: Pages are compared at this many dots an inch; a difference of less than this many levels of grey is none to the eye.
DPI, LEVELS = 100, 24


@dataclass
class Redrawn:
    """The answer: identical bytes, or what differs in libraries, text and pictures."""

    identical: bool
    libraries: dict[str, tuple[str, str]] = field(default_factory=dict)
    text: list[int] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    pages: tuple[int, int] = (0, 0)


def redraw(report: Report) -> Redrawn:
    """Draw an issued paper again from its snapshot and hold it against the kept file. Raises `PaperRefused`, `FileNotFoundError`."""
    if report.file_sha256 is None:
        raise FileNotFoundError(report.number)
    kept = files.read(report.file_sha256)
    made = printing.make(json.loads(report.snapshot), report.offline)
    if hashlib.sha256(made).digest() == hashlib.sha256(kept).digest():
        return Redrawn(True)
    now = paper.library_versions()
    names = sorted(now.keys() | report.libraries.keys())
    differing = {name: (str(report.libraries.get(name, "–")), str(now.get(name, "–"))) for name in names
                 if report.libraries.get(name) != now.get(name)}
    return _compared(kept, made, Redrawn(False, differing))


def _compared(kept: bytes, made: bytes, found: Redrawn) -> Redrawn:
    """Pages whose text or picture is another, by number."""
    import pypdfium2  # only here: the pages of a web server never need it

    old, new = pypdfium2.PdfDocument(kept), pypdfium2.PdfDocument(made)
    found.pages = (len(old), len(new))
    for number in range(min(found.pages)):
        if old[number].get_textpage().get_text_range() != new[number].get_textpage().get_text_range():
            found.text.append(number + 1)
        if _seen_apart(old[number], new[number]):
            found.pictures.append(number + 1)
    return found


def _seen_apart(old: object, new: object) -> bool:
    from PIL import ImageChops

    first, second = (page.render(scale=DPI / 72).to_pil().convert("L") for page in (old, new))  # type: ignore[attr-defined]
    if first.size != second.size:
        return True
    return ImageChops.difference(first, second).point(lambda level: 255 if level >= LEVELS else 0).getbbox() is not None


@certificates_group.command("redraw")
@click.argument("number")
def redraw_command(number: str) -> None:
    """Draw the paper NUMBER again; exit 0 when it is identical, 1 when it is not, 2 when there is none to compare."""
    row = db.session.scalar(select(Report).where(Report.number == number).options(undefer(Report.snapshot)))
    if row is None:
        raise click.ClickException(f"no paper {number}")
    try:
        found = redraw(row)
    except (printing.PaperRefused, FileNotFoundError) as error:
        click.echo(f"cannot compare: {error}", err=True)
        raise SystemExit(2) from error
    if found.identical:
        click.echo("identical")
        return
    for name, (was, is_now) in found.libraries.items():
        click.echo(f"library {name}: issued with {was}, now {is_now}")
    if found.pages[0] != found.pages[1]:
        click.echo(f"pages: {found.pages[0]} issued, {found.pages[1]} drawn")
    click.echo(f"text differs on pages: {', '.join(map(str, found.text)) or 'none'}")
    click.echo(f"pictures differ on pages: {', '.join(map(str, found.pictures)) or 'none'}")
    raise SystemExit(1)
