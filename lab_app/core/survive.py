"""What must outlive a refusal (a failed sign-in, a denied access, a gate's hit): its own short transaction, afterwards."""
from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from lab_app.core import db as database
from lab_app.core.db import db


def write(action: Callable[[Session], None]) -> None:
    """Run `action` on a fresh session and commit it. The caller's transaction must be over (rolled back) by now."""
    token = database.writing.set(True)
    try:
        with Session(db.engine) as session:
            action(session)
            session.commit()
    finally:
        database.writing.reset(token)
