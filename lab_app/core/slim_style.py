"""The style sheet of public pages: those rules of our sheets that a public page can use, and nothing else.

A visitor opens one page from a symbol on paper, often on a cheap phone with nothing in its cache: a library's whole style sheet would be
three quarters of what is fetched. Which rules are needed is read from the templates, so nobody keeps a second sheet by hand: a rule
stays when every class and element that its selector names stands in a template of the public frame or a script that one names.
"""
from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import flask_bootstrap
from flask import Flask, Response, current_app, request, url_for

_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_CLASS = re.compile(r"\.([A-Za-z_][\w-]*)")
_ELEMENT = re.compile(r"(?:^|[\s>+~(,])([a-z][a-z0-9]*)(?![\w-]*\()")
_PSEUDO = re.compile(r"::?[\w-]+(\([^()]*\))?|\[[^\]]*\]")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")
_DEFINED = re.compile(r"(--[\w-]+)\s*:[^;{}]*;?")
_REFERRED = re.compile(r"""{%-?\s*(?:extends|include|from|import)\s+["']([^"']+)["']""")
_SCRIPT = re.compile(r"""asset\(["'](js/[\w-]+\.js)["']\)""")
#: Elements that a browser or the frame has although no template may write them.
ALWAYS = frozenset({"html", "body", "main", "a", "p", "h1", "h2", "h3", "svg", "use", "symbol"})


def templates_of(folder: Path, frame: str) -> list[str]:
    """The texts of every template that extends `frame`, of the frame, and of all that they include or import."""
    texts = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}
    waiting = [name for name, text in texts.items() if name == frame or re.search(rf"""extends\s+["']{re.escape(frame)}["']""", text)]
    seen: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        if name in seen or name not in texts:
            continue
        seen[name] = texts[name]
        waiting += _REFERRED.findall(texts[name])
    return [seen[name] for name in sorted(seen)]


def words_in(texts: Iterable[str]) -> frozenset[str]:
    """Every word that could be a class or an element in these texts: rather a rule too many than one missing."""
    return ALWAYS | frozenset(word for text in texts for word in _WORD.findall(text))


def blocks(css: str) -> Iterator[tuple[str, str]]:
    """The top-level blocks of a sheet without comments, as (what stands before the brace, what is inside); `@import …;` is dropped."""
    css, at = _COMMENT.sub("", css), 0
    while (opened := css.find("{", at)) != -1:
        head, depth, end = css[at:opened], 1, opened + 1
        while depth and end < len(css):
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        yield head.rpartition(";")[2].strip(), css[opened + 1 : end - 1].strip()
        at = end


def _used(selector: str, words: frozenset[str]) -> bool:
    bare = _PSEUDO.sub("", selector)
    # `st--{{ tone }}` stands in a template as `st--`: any class that begins so may be meant.
    return all(
        name in words or any(name[: n + 1] in words for n, letter in enumerate(name) if letter == "-") for name in _CLASS.findall(bare)
    ) and all(name in words for name in _ELEMENT.findall(_CLASS.sub("", bare)))


def _kept(css: str, words: frozenset[str]) -> Iterator[str]:
    for head, body in blocks(css):
        if head.startswith(("@media", "@supports")):
            inner = "".join(_kept(body, words))
            if inner:
                yield f"{head}{{{inner}}}"
        elif head.startswith("@"):
            yield f"{head}{{{body}}}"
        else:
            selectors = [one.strip() for one in re.split(r",(?![^()]*\))", head)]
            mine = [one for one in selectors if _used(one, words)]
            if mine:
                yield f"{','.join(mine)}{{{_tight(body)}}}"


def _tight(body: str) -> str:
    return re.sub(r"\s*([:;,])\s+", r"\1", re.sub(r"\s+", " ", body)).strip().rstrip(";")


def _without_unused(css: str) -> str:
    """Drop custom properties that nothing reads, again and again: one may be read by another's definition."""
    slimmer = ""
    while slimmer != css:
        slimmer, css = css, _defined_only(css, frozenset(_VARIABLE.findall(css)))
    return css


def _defined_only(css: str, used: frozenset[str]) -> str:
    return _DEFINED.sub(lambda found: found.group(0) if found.group(1) in used else "", css)


def slim(sheets: Iterable[str], words: frozenset[str]) -> str:
    """The rules of these sheets, in their order, that pages made of these words can use."""
    whole = _without_unused("\n".join("".join(_kept(sheet, words)) for sheet in sheets))
    return re.sub(r"[^{}@;]+{}", "", whole)


# ---- as the program serves it ----------------------------------------------------------------------------------

FRAME = "public.html"
ENDPOINT = "public_style"


@dataclass(frozen=True)
class Sheet:
    """The sheet as bytes, packed too, and the start of its hash for the address."""

    plain: bytes
    packed: bytes
    version: str


@lru_cache(maxsize=4)
def _made(templates: Path, theme: Path) -> Sheet:
    library = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "css" / "bootstrap.min.css"
    sheets = [path.read_text(encoding="utf-8") for path in (library, theme)]
    texts = templates_of(templates, FRAME)
    scripts = {name for text in texts for name in _SCRIPT.findall(text)}
    texts += [(theme.parents[1] / name).read_text(encoding="utf-8") for name in sorted(scripts)]
    plain = slim(sheets, words_in(texts)).encode()
    return Sheet(plain, gzip.compress(plain, mtime=0), hashlib.sha256(plain).hexdigest()[:10])


@lru_cache(maxsize=4)
def _of(root: str) -> Sheet:
    return _made(Path(root) / "templates", Path(root) / "static" / "css" / "theme.css")


def sheet() -> Sheet:
    """The public pages' sheet of this program, made once a process."""
    return _of(current_app.root_path)


@lru_cache(maxsize=16)
def _address(app: str, prefix: str, version: str) -> str:
    return url_for(ENDPOINT, v=version)


def public_style() -> str:
    """Its address, with its content's hash: cacheable for ever."""
    return _address(current_app.name, request.script_root, sheet().version)


def serve() -> Response:
    """The sheet, packed for those who unpack."""
    packs = request.accept_encodings["gzip"] > 0
    response = Response(sheet().packed if packs else sheet().plain, mimetype="text/css")
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def init_app(app: Flask) -> None:
    """Give the program the sheet's address; made beforehand where people wait for pages."""
    app.add_url_rule("/public.css", ENDPOINT, serve)
    app.jinja_env.globals["public_style"] = public_style
    if not app.testing:
        with app.app_context():
            sheet()
