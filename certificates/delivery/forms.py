"""Forms of deliveries: send, hand over, make a link, note a letter that came back."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField

from certificates.delivery import workflow as ways
from lab_app.core.forms import Choice, Form, LongTextField, TextField, required


def languages() -> list[tuple[str, object]]:
    """Languages of a letter."""
    return list(ways.LANGUAGES.items())


def by_hand() -> list[tuple[str, object]]:
    """Ways a person hands a paper over."""
    return [(way, ways.WAYS[way]) for way in (ways.COLLECT, ways.PRINT, ways.POST)]


def by_word() -> list[tuple[str, object]]:
    """Ways a person tells of a change."""
    return [(way, ways.WAYS[way]) for way in (ways.PHONE, ways.POST, ways.COLLECT)]


class SendForm(Form):
    """Whom to send a paper to; empty: every address of the customer."""

    to = TextField(_l("Gửi đến"), max_length=255, render_kw={"inputmode": "email", "autocomplete": "off", "spellcheck": "false"})
    language = Choice(_l("Ngôn ngữ của thư"), choices=languages)


class HandOverForm(Form):
    """Who took the paper and how."""

    way = Choice(_l("Cách giao"), choices=by_hand)
    to_name = TextField(_l("Người nhận"), [required()])
    note = LongTextField(_l("Ghi chú"), max_length=500)


class ToldForm(HandOverForm):
    """Who was told of a change and how."""

    way = Choice(_l("Cách báo"), choices=by_word)


class LinkForm(Form):
    """For whom a personal link is made."""

    to_name = TextField(_l("Người nhận"), [required()])


class BounceForm(Form):
    """The message file of a letter that came back."""

    file = FileField(_l("Tệp thư báo lỗi (.eml)"), render_kw={"accept": ".eml,message/rfc822"})


class WitnessForm(Form):
    """Who is asked to be a witness of the log."""

    email = TextField(_l("Thư điện tử"), [required()], max_length=255,
                      render_kw={"inputmode": "email", "autocomplete": "off", "spellcheck": "false"})
    language = Choice(_l("Ngôn ngữ của thư"), choices=lambda: [(key, ways.LANGUAGES[key]) for key in ("vi", "en")])
