"""States of a method version and the gates of its room (ISO/IEC 17025:2017 7.2.1.5, 8.3.2)."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core.workflow import State

SCOPE = {
    "accredited": State("accredited", _l("Được công nhận"), "ok", "patch-check"),
    "designated": State("designated", _l("Được chỉ định"), "ok", "award"),
    "registered": State("registered", _l("Đã đăng ký hoạt động"), "info", "card-checklist"),
}


CONFIRMED = State("confirmed", _l("Đã xác nhận"), "ok")


UNCONFIRMED = State("unconfirmed", _l("Chưa xác nhận"), "warn")
