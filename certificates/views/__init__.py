"""Pages of the room: the register behind the sign-in, and the look-up that anyone may use."""
from __future__ import annotations

from flask import Blueprint

bp = Blueprint("certificates", "certificates")

from certificates.views import (  # noqa: E402  (they hang on it)
    api,  # noqa: F401
    badge,  # noqa: F401
    batches,  # noqa: F401
    bulk,  # noqa: F401
    covering,  # noqa: F401
    deliveries,  # noqa: F401
    directory,  # noqa: F401
    exhibits,  # noqa: F401
    feeds,  # noqa: F401
    filters,  # noqa: F401
    follow,  # noqa: F401
    glass_panels,  # noqa: F401
    log,  # noqa: F401
    lookup,  # noqa: F401
    offline,  # noqa: F401
    open_data,  # noqa: F401
    opinions,  # noqa: F401
    panel,  # noqa: F401
    personal,  # noqa: F401
    photo,  # noqa: F401
    prepare,  # noqa: F401
    publicity,  # noqa: F401
    recall_panels,  # noqa: F401
    recall_papers,  # noqa: F401
    recalls,  # noqa: F401
    register,  # noqa: F401
    setups,  # noqa: F401
    signing,  # noqa: F401
    traces,  # noqa: F401
    watchlists,  # noqa: F401
)
