"""Icons: drawn once on a page, from the Bootstrap Icons of the Bootstrap-Flask wheel.

The wheel's sprite weighs 1.1 MB, too much for a visitor on a phone. So a template asks `use_icon('lock')`, which notes
the name for this page and answers `#i-lock`; the frame writes the noted symbols at its end by `icon_symbols()`. Scripts
that draw icons later name theirs in the frame.
"""
from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g
from flask_bootstrap import Bootstrap5
from markupsafe import Markup, escape

_SYMBOL = re.compile(r'<symbol[^>]*?\bid="(?P<name>[a-z0-9-]+)"[^>]*>(?P<body>.*?)</symbol>', re.S)


@lru_cache(maxsize=1)
def drawings() -> dict[str, str]:
    """Icon name → the inner SVG of its drawing on a 16 × 16 field."""
    path = Path(str(files("flask_bootstrap"))) / "static" / "bootstrap5" / "icons" / "bootstrap-icons.svg"
    return {m["name"]: m["body"].strip() for m in _SYMBOL.finditer(path.read_text("utf-8"))}


def use_icon(name: str) -> str:
    """Address of an icon for `<use href>`, noted so that the page carries its drawing.

    A name that does not exist is a mistake of ours: an error while developing and testing, an empty drawing otherwise.
    """
    if name not in drawings():
        if current_app.testing or current_app.debug:
            raise LookupError(f"no icon named {name!r}")
        return "#i-none"
    used: dict[str, None] = g.setdefault("icons_used", {})
    used[name] = None
    return f"#i-{name}"


def svg(name: str, label: str | None = None) -> Markup:
    """One icon on the page: decorative, unless `label` says what it means."""
    says = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(f'<svg class="i" {says}><use href="{use_icon(name)}"/></svg>')  # the name is one of ours, the label escaped


def icon_symbols(*also: str) -> Markup:
    """The drawings of every icon this page has asked for, and of those named in `also`, as hidden symbols."""
    for name in also:
        use_icon(name)
    known = drawings()
    symbols = "".join(
        f'<symbol id="i-{name}" viewBox="0 0 16 16">{known[name]}</symbol>' for name in g.get("icons_used", {})
    )
    # The markup comes from the installed wheel and from names found in it, never from a person's input.
    return Markup(f'<svg class="symbols" width="0" height="0" aria-hidden="true">{symbols}</svg>')


def flashed_stop(text: str) -> dict[str, Any]:
    """A refusal that travelled through a redirect as JSON (`Stop.as_json`), in the shape the refusal box reads."""
    try:
        data = json.loads(text)
    except ValueError:
        return {"says": text}
    if not isinstance(data, dict):
        return {"says": text}
    data["link_url"] = data.pop("link", "")
    return data


def init_app(app: Flask) -> None:
    """Give templates the functions of this file; the drawings are read now, before workers are forked."""
    drawings()
    app.jinja_env.globals.update(
        use_icon=use_icon, svg=svg, icon_symbols=icon_symbols, flashed_stop=flashed_stop,
        bootstrap_version=Bootstrap5.bootstrap_version,  # in the style sheet's address: it is cached for ever
    )
