"""The public directory: what customers agreed to publish, found by words, for people and for programs."""
from __future__ import annotations

from typing import Any

from flask import current_app, jsonify, render_template, request, url_for

from certificates import directory, wording
from certificates.limits import searched
from certificates.queries import directory as queries
from certificates.services.open_data import entry_as_data
from certificates.views import bp, living
from certificates.views.answers import conditional, spoken
from lab_app.core.access import public


def _asked() -> dict[str, Any]:
    """What the address asks for: words, the field they are looked for in, the key of a page."""
    field = request.args.get("in", directory.ANY)
    return {
        "typed": request.args.get("q", "").strip()[: directory.TYPED], "field": field if field in directory.FIELDS else directory.ANY,
        "after": _key("after"), "before": _key("before"),
    }


def _key(name: str) -> int | None:
    """A page's key; what is no whole number of ours begins at the beginning."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _entries(found: queries.Found) -> list[dict[str, Any]]:
    return [entry_as_data(row, str(current_app.config["PUBLIC_URL"])) for row in found.rows]


def _page_url(endpoint: str, asked: dict[str, Any], **key: int | None) -> str | None:
    """The address of a neighbouring page, None where there is none."""
    if not any(value is not None for value in key.values()):
        return None
    values: dict[str, Any] = {"q": asked["typed"] or None, "in": asked["field"] if asked["field"] != directory.ANY else None, **key}
    return url_for(endpoint, **values, lang=spoken())


@bp.get("/directory")
@public
@searched
def public_directory() -> Any:
    """Papers that stand in the directory, newest first; how many there are is said of no one."""
    asked = _asked()
    found = queries.search(**asked)
    said = {"entries": _entries(found), "asked": asked, "after": found.after, "before": found.before}
    return conditional(said, 200, lambda: render_template(
        "certificates/directory.html", entries=said["entries"], asked=asked, fields=wording.DIRECTORY_FIELDS, states=living.states(),
        spoken=spoken(), next_url=_page_url("certificates.public_directory", asked, after=found.after),
        prev_url=_page_url("certificates.public_directory", asked, before=found.before)))


@bp.get("/directory.json")
@public
@searched
def public_directory_json() -> Any:
    """The same for programs, with the addresses of the neighbouring pages."""
    asked = _asked()
    found = queries.search(**asked)
    said = {
        "entries": _entries(found), "next": _page_url("certificates.public_directory_json", asked, after=found.after),
        "previous": _page_url("certificates.public_directory_json", asked, before=found.before),
    }
    return conditional(said, 200, lambda: jsonify(said), page=False)
