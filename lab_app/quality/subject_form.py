"""The page of one form about a quality record: drawn in the list's trail, leaving it leads back to where it was opened."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, url_for

from lab_app.core.web import page


@dataclass(frozen=True)
class FormPages:
    """Pages of the forms of one kind of record: what its list is called, the endpoints of the list and of one record (by `code`)."""

    word: Any
    listed: str
    record: str

    def draw(self, form: Any, title: str, label: str, row: Any = None, **more: Any) -> Response:
        """The form of a new record, or of `row` (it has code and title); `label` stands on the button. 422 when it was refused."""
        cancel = url_for(self.listed)
        trail = [(self.word, cancel)]
        if row is not None:
            cancel = url_for(self.record, code=row.code)
            trail.append((row.code, cancel))
        return page("quality/subject_form.html", form=form, title=title, label=label, trail=trail, cancel=cancel,
                    sub=row.title if row is not None else None, **more)
