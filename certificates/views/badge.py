"""The badge that anyone may show on a page of their own: always the present status, a picture, no script."""
from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, request
from flask_babel import gettext

from certificates import badge, rules, wording
from certificates.limits import badged
from certificates.queries import public_versions
from certificates.views import bp, living
from certificates.views.answers import CACHE
from lab_app.core.access import public
from lab_app.core.i18n import speaking

#: A picture for other people's pages: it may be drawn anywhere, and does nothing itself.
HEADERS = {
    "Cache-Control": CACHE, "Cross-Origin-Resource-Policy": "cross-origin", "Content-Security-Policy": "default-src 'none'",
    "Access-Control-Allow-Origin": "*",
}


@bp.get("/verify/<code>.svg")
@public
@badged
def verify_badge(code: str) -> Any:
    """The badge of the paper with this code, in the language of the address alone: a page of others has no cookies of ours. Unknown and
    not public: the same grey badge with status 404."""
    with speaking("en" if request.args.get("lang") == "en" else "vi"):
        status, drawn = _drawn(code)
    tag = hashlib.sha256(drawn.encode()).hexdigest()[:32]
    same = status == 200 and request.if_none_match.contains(tag)
    response = Response(status=304) if same else Response(drawn, status, mimetype="image/svg+xml")
    response.headers.update(HEADERS)
    if status == 200:
        response.set_etag(tag)
    return response


def _drawn(typed: str) -> tuple[int, str]:
    known = rules.as_code(typed[:80])
    rows = public_versions(known) if known else []
    row = next((one for one in rows if one.code == known), None)
    if row is None:
        return 404, badge.svg(gettext("Phiếu kết quả"), gettext("không tìm thấy"), "hold")
    state = living.state(str(living.dates(row)["status"]))
    return 200, badge.svg(str(wording.paper_word(row.number)), str(state.word).lower(), state.tone, row.number)
