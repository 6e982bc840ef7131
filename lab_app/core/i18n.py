"""Languages: Vietnamese is the source, English beside it. Dates dd/mm/yyyy; numbers as their readers write them."""
from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, g, has_app_context, has_request_context, request
from flask_babel import Babel, Domain, force_locale, get_locale, get_translations, gettext
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from lab_app.core import clock
from lab_app.core.counting import COUNT_LIMIT
from lab_app.core.figures import figures
from lab_app.core.quantity import DEFAULT_TIES, format_decimal, format_money_vnd

LANGUAGES = ("vi", "en")
COOKIE = "lang"


def nfc(words: str) -> str:
    """Text as it is stored: NFC, no control characters but line ends and tabs."""
    return "".join(
        c for c in unicodedata.normalize("NFC", words) if c in "\n\t" or unicodedata.category(c) != "Cc"
    )


def choose() -> str:
    """The reader's language: asked for in the address, else what the person set, else the cookie, else Vietnamese."""
    if not has_request_context():
        return "vi"
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    if not request.cookies and "_login_user" not in g:  # nobody is signed in and nobody chose: a visitor's first page asks no session
        return LANGUAGES[0]
    from flask_login import current_user

    kept = getattr(current_user, "language", None) if current_user else None
    if kept in LANGUAGES:
        return str(kept)
    cookie = request.cookies.get(COOKIE, "")
    return cookie if cookie in LANGUAGES else "vi"


def lang() -> str:
    """Present language code, `vi` outside a request. Kept for the request: a page asks some hundred times."""
    if not has_app_context():
        return "vi"
    found: str | None = g.get("language")
    if found is None:
        locale = get_locale()
        found = g.language = locale.language if locale is not None else "vi"
    return found


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within the block words and numbers are in this language: for a letter to somebody who is not the present reader."""
    kept = g.pop("language", None)
    try:
        with force_locale(language):
            g.language = language
            yield
    finally:
        g.pop("language", None)
        if kept is not None:
            g.language = kept


def show_date(value: date | datetime | None) -> str:
    """dd/mm/yyyy in the laboratory's zone; empty for none."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = clock.local(value).date()
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def show_time(value: datetime | None) -> str:
    """HH:MM in the laboratory's zone."""
    return "" if value is None else clock.local(value).strftime("%H:%M")


def show_datetime(value: datetime | None) -> str:
    """dd/mm/yyyy HH:MM in the laboratory's zone."""
    return "" if value is None else f"{show_date(value)} {show_time(value)}"


def show_decimal(value: Decimal | int | None, places: int | None = None, thousands: bool = True) -> str:
    """A measured number in the reader's language: comma or point, minus U+2212, U+202F from five figures on."""
    if value is None:
        return ""
    mode = DEFAULT_TIES if places is None else figures().ties
    return format_decimal(Decimal(value), lang(), places=places, thousands=thousands, mode=mode)


def show_count(value: int, most: int = COUNT_LIMIT) -> str:
    """How many, of what was counted no further than `most` + 1: beyond it "more than"."""
    return show_decimal(value) if value <= most else gettext("hơn %(n)s", n=show_decimal(most))


def show_money(value: Decimal | int | None) -> str:
    """Vietnamese đồng with points."""
    return "" if value is None else format_money_vnd(Decimal(value), lang())


def pick(vi: str | None, en: str | None) -> str:
    """The text of a record that is kept in two languages, in the reader's; Vietnamese when English is absent."""
    return (en or vi or "") if lang() == "en" else (vi or en or "")


class _Sentences(Domain):
    """Babel's sentences, found by language alone: a list says its words of state a hundred times."""

    def get_translations(self) -> Any:
        language = lang()
        found = self.cache.get(language)
        if found is None:
            found = self.cache[language] = super().get_translations()
        return found


_said: dict[tuple[str, str], str] = {}


@pass_eval_context
def _in_templates(context: EvalContext, words: str, /, **values: Any) -> str:
    """`_("…")` of the templates. A page says some fifty things: each is looked up once a language and process."""
    key = (lang(), words)
    found = _said.get(key)
    if found is None:
        found = _said[key] = Markup(get_translations().ugettext(words))  # nosec: a sentence of ours, from our own catalogue
    if not context.autoescape:
        found = str(found)
    return found % values if values or "%" in words else found


def init_app(app: Flask) -> Babel:
    """Set Babel up and give templates the filters."""
    babel = Babel(
        app, locale_selector=choose, timezone_selector=lambda: str(clock.zone()),
        default_locale="vi", default_translation_directories="translations",
    )
    babel.domain_instance = _Sentences()
    filters: dict[str, Any] = {
        "date": show_date, "time": show_time, "datetime": show_datetime, "decimal": show_decimal, "counted": show_count,
        "money": show_money,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(pick=pick, _=_in_templates)
    return babel
