"""The log for anyone: what it is, its signed checkpoint, tiles of hashes, proofs (C2SP tlog-tiles, tlog-proof)."""
from __future__ import annotations

import base64
import re
from typing import Any

from flask import Response, abort, jsonify, render_template

from certificates import queries, rules
from certificates.limits import limited
from certificates.translog import store
from certificates.views import bp
from lab_app.core import mail
from lab_app.core.access import public

_TILE = re.compile(r"(?P<level>\d{1,2})/(?P<number>(?:x\d{3}/){0,4}\d{3})(?:\.p/(?P<width>\d{1,3}))?")
WHOLE = "public, max-age=31536000, immutable"


def _text(body: str, cache: str = "no-cache") -> Response:
    return Response(body, content_type="text/plain; charset=utf-8", headers={"Cache-Control": cache})


@bp.get("/log")
@public
@limited
def log() -> Any:
    """What the log is and how to check it, in words."""
    size = store.size()
    return render_template(
        "certificates/log.html", size=size, root=base64.b64encode(store.root(size)).decode(), key=store.signer().verifier.text,
        checkpoint=store.checkpoint(size), follow=mail.configured())


@bp.get("/log/checkpoint")
@public
@limited
def log_checkpoint() -> Any:
    """The signed checkpoint."""
    return _text(store.checkpoint())


@bp.get("/log/key")
@public
@limited
def log_key() -> Any:
    """The key that checkpoints are signed with."""
    return _text(store.signer().verifier.text + "\n")


@bp.get("/log/tile/<path:where>")
@public
@limited
def log_tile(where: str) -> Any:
    """A tile of hashes, whole or partial. Bodies of leaves are not served: each goes to who holds the paper's code."""
    found = _TILE.fullmatch(where)
    if found is None:
        abort(404)
    number = int(found["number"].replace("x", "").replace("/", ""))
    body = store.tile(int(found["level"]), number, int(found["width"] or store.TILE_WIDTH))
    if body is None:
        abort(404)
    return Response(body, content_type="application/octet-stream", headers={"Cache-Control": WHOLE})


@bp.get("/log/consistency/<int:old>/<int:new>")
@public
@limited
def log_consistency(old: int, new: int) -> Any:
    """That the log of `new` leaves begins with the log of `old` leaves."""
    try:
        proof = store.consistency(old, new)
    except ValueError:
        abort(404)
    return jsonify(
        old=old, new=new, old_root=base64.b64encode(store.root(old)).decode(), new_root=base64.b64encode(store.root(new)).decode(),
        proof=[base64.b64encode(one).decode() for one in proof])


@bp.get("/verify/<code>.tlog-proof")
@public
@limited
def log_proof(code: str) -> Any:
    """The proof that the newest leaf of a paper stands in the log: its status now, with the hashes of file and snapshot."""
    known = rules.as_code(code[:80])
    leaf = queries.newest_leaf(known) if known else None
    if leaf is None:
        abort(404)
    response = _text(store.proof(leaf).text)
    response.headers["Content-Disposition"] = f'attachment; filename="{known}.tlog-proof"'
    return response
