"""Keeps the message catalogues in step with the code: `python -m tools.catalogues update|check|missing|fill`.

The source language is Vietnamese: the words stand in the code as a reader sees them, so the Vietnamese catalogue is
filled from them and the English one is translated. Catalogues carry no line numbers and no dates: two people who
add strings do not meet in the header.
"""
from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from jinja2 import TemplateSyntaxError

ROOT = Path(__file__).resolve().parents[1]
TRANSLATIONS = ROOT / "lab_app" / "translations"
SOURCE, OTHERS = "vi", ("en",)
LANGUAGES = (SOURCE, *OTHERS)
SOURCES = ("lab_app", "instruments", "test_methods", "certificates")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "_n": (1, 2),
    "_p": ((1, "c"), 2),
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}


class Unreadable(ValueError):
    """A file whose strings cannot be collected; the text says where and why."""


def path_of(language: str) -> Path:
    """The language's catalogue."""
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def collected() -> Catalog:
    """Every string marked for translation in code and templates; raise `Unreadable` for a file that does not parse."""
    found = Catalog()
    for path in sorted(p for top in SOURCES for p in (ROOT / top).rglob("*") if p.suffix in {".py", ".html", ".txt"}):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix != ".py" and "templates" not in path.parts:
            continue
        try:
            with path.open("rb") as file:
                rows = list(
                    extract(
                        "python" if path.suffix == ".py" else "jinja2", file, KEYWORDS,
                        comment_tags=("TRANSLATORS:",), options={"silent": "false", "encoding": "utf-8"},
                        strip_comment_tags=True,
                    )
                )
        except (SyntaxError, TemplateSyntaxError) as error:
            raise Unreadable(f"{name}:{error.lineno}: {error}") from error
        for _line, message, comments, context in rows:
            if message and message != ("", ""):
                found.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return found


def read(language: str) -> Catalog:
    """The language's catalogue as it stands; an empty one where there is no file."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write(catalogue: Catalog, language: str) -> None:
    """Write the catalogue with a header that never changes by itself."""
    body = io.BytesIO()
    write_po(
        body, catalogue, omit_header=True, sort_by_file=True, include_lineno=False, ignore_obsolete=True, width=110)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header.encode() + body.getvalue())


def untranslated(message: Message) -> bool:
    """Whether any form of the message lacks words."""
    words = message.string
    return not all(words) if isinstance(words, (tuple, list)) else not words


def _as_written(message: Message) -> str | tuple[str, ...]:
    return (message.id[-1],) if message.pluralizable else message.id


def update() -> None:
    """Bring both catalogues in step: new strings in, unused ones out, Vietnamese filled from the code."""
    template = collected()
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(deepcopy(template), no_fuzzy_matching=True)  # update() takes the messages themselves over
        catalogue.obsolete.clear()
        if language == SOURCE:
            for message in catalogue:
                if message.id:
                    message.string = _as_written(message)
                    message.flags.discard("fuzzy")
        write(catalogue, language)


def problems(language: str, template: Catalog | None = None) -> Iterator[str]:
    """What keeps the catalogue from being complete: missing, stale, untranslated, fuzzy, or with other placeholders."""
    template = collected() if template is None else template
    catalogue = read(language)
    wanted = {(m.context, m.id) for m in template if m.id}
    present = {(m.context, m.id): m for m in catalogue if m.id}
    for context, ident in sorted(wanted - set(present), key=str):
        yield f"{language}: missing: {ident!r}" + (f" ({context})" if context else "")
    for key, message in present.items():
        if key not in wanted:
            yield f"{language}: stale: {message.id!r}"
        elif untranslated(message):
            yield f"{language}: untranslated: {message.id!r}"
        elif message.fuzzy:
            yield f"{language}: fuzzy: {message.id!r}"
        else:
            for error in message.check(catalogue):
                yield f"{language}: {error}: {message.id!r}"


def missing(language: str) -> list[dict[str, object]]:
    """The untranslated strings, for a translator: where they stand, their words, an empty place for the others."""
    catalogue = read(language)
    catalogue.update(collected(), no_fuzzy_matching=True)
    return [
        {"id": m.id, "context": m.context, "in": sorted({place for place, _ in m.locations}), "string": ""}
        for m in catalogue
        if m.id and untranslated(m)
    ]


def fill(language: str, rows: list[dict[str, object]]) -> int:
    """Take a translator's answers (rows as `missing` gives them, `string` filled in); answers how many were used."""
    catalogue = read(language)
    catalogue.update(collected(), no_fuzzy_matching=True)
    used = 0
    for row in rows:
        ident = tuple(row["id"]) if isinstance(row["id"], list) else row["id"]
        message = catalogue.get(ident, row.get("context"))
        words = tuple(row["string"]) if isinstance(row["string"], list) else row["string"]
        if message is not None and words:
            message.string = words
            message.flags.discard("fuzzy")  # a sentence that gains a plural is doubted until somebody answers
            used += 1
    catalogue.obsolete.clear()
    write(catalogue, language)
    return used


def main(arguments: list[str] | None = None) -> int:
    """The command; answers the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.catalogues", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("update", help="collect the strings and bring both catalogues in step")
    commands.add_parser("check", help="list what is missing, stale or untranslated; status 1 when anything is")
    show = commands.add_parser("missing", help="print the untranslated strings as JSON")
    show.add_argument("language", choices=OTHERS)
    take = commands.add_parser("fill", help="take translations from a JSON file in the form that `missing` prints")
    take.add_argument("language", choices=OTHERS)
    take.add_argument("file", type=Path)
    options = parser.parse_args(arguments)
    if options.command == "update":
        update()
    elif options.command == "check":
        template = collected()
        found = [line for language in LANGUAGES for line in problems(language, template)]
        print("\n".join(found) if found else "both catalogues are complete")
        return 1 if found else 0
    elif options.command == "missing":
        print(json.dumps(missing(options.language), ensure_ascii=False, indent=1))
    else:
        rows = json.loads(options.file.read_text(encoding="utf-8"))
        print(f"{fill(options.language, rows)} of {len(rows)} taken")
    return 0


if __name__ == "__main__":
    sys.exit(main())
