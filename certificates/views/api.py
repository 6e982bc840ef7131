"""The description of the public look-up for programs, and the same for people."""
from __future__ import annotations

import json
from typing import Any

from flask import current_app, g, jsonify, render_template

from certificates import openapi
from certificates.limits import limited
from certificates.views import bp
from certificates.views.answers import conditional
from lab_app.accounts.queries import laboratory_facts
from lab_app.core.access import public


def _document() -> dict[str, Any]:
    g.lab_facts = laboratory_facts()
    return openapi.document(str(current_app.config["PUBLIC_URL"]), g.lab_facts.get("name", ""))


@bp.get("/api/openapi.json")
@public
@limited
def api_description() -> Any:
    """OpenAPI 3.1."""
    whole = _document()
    return conditional(whole, 200, lambda: jsonify(whole), page=False)


@bp.get("/api")
@public
@limited
def api() -> Any:
    """What programs may ask, with examples."""
    whole = _document()
    return conditional(whole, 200, lambda: render_template(
        "certificates/api.html", paths=whole["paths"], schemas={name: json.dumps(one, ensure_ascii=False, indent=1)
                                                                 for name, one in whole["components"]["schemas"].items()},
        base=current_app.config["PUBLIC_URL"]))
