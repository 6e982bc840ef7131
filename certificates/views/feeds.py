"""Feeds of changes: of one paper for whoever holds its code, of the public directory for anyone. With validators, so that a reader that
asks every hour costs nothing."""
from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from flask import Response, abort, current_app, request, url_for
from flask_babel import gettext
from sqlalchemy import Row

from certificates import rules, workflow
from certificates.limits import limited
from certificates.queries import watching
from certificates.views import bp
from certificates.watching import feeds
from lab_app.accounts.queries import laboratory_facts
from lab_app.core import clock
from lab_app.core.access import public
from lab_app.core.i18n import lang, pick

WRITERS = {"atom": (feeds.atom, feeds.ATOM_TYPE), "rss": (feeds.rss, feeds.RSS_TYPE)}


@bp.get("/verify/<code>.<any(atom, rss):kind>")
@public
@limited
def feed_of_paper(code: str, kind: str) -> Any:
    """What happened to a paper and all its versions."""
    known = rules.as_code(code[:80])
    rows = watching.changes_of_paper(known) if known else []
    if not rows:
        abort(404)
    own = next((row for row in rows if row.code == known), rows[0])
    return _answer(rows, kind, gettext("Phiếu %(number)s", number=own.number),
                   url_for("certificates.verify_code", code=known), url_for("certificates.feed_of_paper", code=known, kind=kind))


@bp.get("/verify/register.<any(atom, rss):kind>")
@public
@limited
def feed_of_register(kind: str) -> Any:
    """What happened to the papers that customers agreed to publish."""
    return _answer(watching.changes_of_register(), kind, gettext("Sổ phiếu công khai"), url_for("certificates.verify"),
                   url_for("certificates.feed_of_register", kind=kind))


def _answer(rows: Sequence[Row[Any]], kind: str, title: str, page: str, address: str) -> Response:
    site, facts, language = str(current_app.config["PUBLIC_URL"]), laboratory_facts(), lang()
    lab = pick(facts.get("name_vi"), facts.get("name_en")) or site
    spoken = "?lang=en" if language == "en" else ""
    feed = feeds.Feed(
        f"{site}{address}{spoken}", f"{site}{page}{spoken}", f"{title} – {lab}", lab, language,
        min((row.taken_at for row in rows), default=clock.at_local(clock.today().replace(month=1, day=1))),
        [_entry(row, site, spoken) for row in rows])
    write, media_type = WRITERS[kind]
    body = write(feed)
    response = Response(body, content_type=media_type)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.vary.add("Cookie")  # the language may come from there
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.last_modified = feed.updated
    response.make_conditional(request)
    return response


def _entry(row: Row[Any], site: str, spoken: str) -> feeds.Entry:
    issued = row.from_status == workflow.ISSUING
    word = gettext("Phát hành") if issued else str(workflow.REPORT.state(row.to_status).word)
    return feeds.Entry(
        f"{site}/verify/{row.code}#{row.id}", f"{row.number}: {word}", row.public_reason, f"{site}/verify/{row.code}{spoken}",
        row.recorded_at)
