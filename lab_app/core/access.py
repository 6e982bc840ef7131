"""Who may call an address, and who may do a thing.

Every route declares its access directly under the route: `@requires(P.X)`, `@signed_in`, `@at_entrance` or `@public`.
An endpoint of a library is declared in `DECLARED`. One that declares nothing is refused at start.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Protocol, TypeVar

from flask import Flask, abort, g, has_request_context, redirect, request, url_for
from flask_babel import gettext

from lab_app.core import db as database
from lab_app.core.errors import NotAllowed
from lab_app.core.permissions import P

F = TypeVar("F", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed-in"

#: Endpoints that come from libraries, with the access we give them.
DECLARED: dict[str, str] = {
    "static": PUBLIC,
    "bootstrap.static": PUBLIC,
    "public_style": PUBLIC,
    "security.static": PUBLIC,
    "security.login": PUBLIC,
    "security.logout": PUBLIC,
    "security.verify": SIGNED_IN,
    "security.change_password": SIGNED_IN,
}


class Actor(Protocol):
    """Whoever acts: a signed-in person, or the system itself for a named command."""

    @property
    def id(self) -> int | None: ...

    @property
    def name(self) -> str: ...

    def can(self, permission: P | str) -> bool: ...


@dataclass(frozen=True)
class SystemActor:
    """The program acting by itself (loader, sweeper, resumed issue), named in the audit trail."""

    name: str
    permissions: frozenset[P] = field(default_factory=frozenset)
    id: int | None = None

    def can(self, permission: P | str) -> bool:
        return permission in self.permissions


@dataclass(frozen=True)
class Nobody:
    """A visitor who has not signed in."""

    id: int | None = None
    name: str = ""

    def can(self, permission: P | str) -> bool:
        return False


#: Asked of everybody who acts, before any right: the gate to pass and its facts, or None for who need not (`guard_entrance`).
_entrance: Callable[[Actor], tuple[str, Any] | None] | None = None
_entrance_page = ""


def guard_entrance(question: Callable[[Actor], tuple[str, Any] | None], endpoint: str) -> None:
    """Name what a signed-in person must have done before anything else opens, and the page where it is done (room `accounts`)."""
    global _entrance, _entrance_page
    _entrance, _entrance_page = question, endpoint


def pass_entrance(actor: Actor) -> None:
    """Raises `GateRefused` for a person who may not come in yet: asked by every service, whichever door it was called by."""
    from lab_app.core import gates

    asked = _entrance(actor) if _entrance is not None else None
    if asked is not None:
        gates.require(*asked)


def held_back(actor: Actor) -> bool:
    """Whether the person stands at the entrance still; for pages, a question and no refusal."""
    from lab_app.core import gates

    asked = _entrance(actor) if _entrance is not None else None
    return asked is not None and gates.ask(*asked) is not None


def act_for_oneself(actor: Actor) -> None:
    """`authorize` for what everybody with an account may do about themselves even at the entrance (language, the undertaking itself):
    opens the writing transaction and names the actor. Refuses nobody but a command without a person."""
    from lab_app.core import audit

    database.begin_writing()
    audit.acting(actor)
    person_of(actor)


def authorize(actor: Actor, permission: P) -> None:
    """First line of every changing service: opens the writing transaction, names the actor for the audit, checks the right.

    Raises `NotAllowed` (403), and `GateRefused` for a person who may not come in yet (`guard_entrance`).
    """
    from lab_app.core import audit

    database.begin_writing()
    audit.acting(actor)
    pass_entrance(actor)
    if not actor.can(permission):
        raise NotAllowed(gettext("Vai trò của bạn không có quyền làm việc này (%(right)s).", right=permission.value))


def person_of(actor: Actor) -> int:
    """The person who acts: dated facts name who stands for them. Refuses a command without one (`NotAllowed`)."""
    if actor.id is None:
        raise NotAllowed(gettext("Việc này cần một người đứng tên."))
    return actor.id


def check_read(actor: Actor, permission: P) -> None:
    """For reads outside a route (exports, command line). Raises `NotAllowed`."""
    if not actor.can(permission):
        raise NotAllowed(gettext("Vai trò của bạn không xem được mục này (%(right)s).", right=permission.value))


def current_actor() -> Actor:
    """The signed-in person of this request, or `Nobody`. For views only: services get the actor as an argument."""
    if "actor" not in g:
        from flask_login import current_user

        # A session is a cookie: a visitor without any, who did not just sign in, is nobody, and no session is opened to find that out.
        visitor = has_request_context() and not request.cookies and "_login_user" not in g
        known = not visitor and current_user.is_authenticated
        g.actor = current_user._get_current_object() if known else Nobody()
    return g.actor  # type: ignore[no-any-return]


def requires(permission: P) -> Callable[[F], F]:
    """The route needs this permission; a visitor is sent to sign in, another gets 403."""

    def deco(view: F) -> F:
        @wraps(view)
        def guarded(*args: Any, **kw: Any) -> Any:
            actor = current_actor()
            if actor.id is None:
                return _to_sign_in()
            if held_back(actor):
                return _to_entrance(actor)
            if not actor.can(permission):
                raise NotAllowed(
                    gettext("Vai trò của bạn không mở được trang này (%(right)s).", right=permission.value)
                )
            return view(*args, **kw)

        guarded.__access__ = permission.value  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return deco


def signed_in(view: F) -> F:
    """Any person with an account."""

    @wraps(view)
    def guarded(*args: Any, **kw: Any) -> Any:
        actor = current_actor()
        if actor.id is None:
            return _to_sign_in()
        return _to_entrance(actor) if held_back(actor) else view(*args, **kw)

    guarded.__access__ = SIGNED_IN  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def at_entrance(view: F) -> F:
    """Any person with an account, also one who may not come in yet: the pages where that is put right."""

    @wraps(view)
    def guarded(*args: Any, **kw: Any) -> Any:
        return _to_sign_in() if current_actor().id is None else view(*args, **kw)

    guarded.__access__ = SIGNED_IN  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def public(view: F) -> F:
    """Anyone, without an account."""
    view.__access__ = PUBLIC  # type: ignore[attr-defined]
    return view


def _to_sign_in() -> Any:
    if request.method not in ("GET", "HEAD") or request.accept_mimetypes.best == "application/json":
        abort(401)
    return redirect(url_for("security.login", next=request.full_path.rstrip("?")))


def _to_entrance(actor: Actor) -> Any:
    """To the page where the person is let in; what was posted or asked as data is refused by the gate, in its words."""
    if request.method not in ("GET", "HEAD") or request.accept_mimetypes.best == "application/json":
        pass_entrance(actor)
    return redirect(url_for(_entrance_page, next=request.full_path.rstrip("?")))


def declared_access(app: Flask) -> dict[str, str | None]:
    """Endpoint → its declared access, `None` where it declares nothing."""
    return {
        endpoint: DECLARED.get(endpoint) or getattr(view, "__access__", None)
        for endpoint, view in app.view_functions.items()
    }


def refuse_undeclared(app: Flask) -> None:
    """Stop the start when a route says nothing about who may call it."""
    missing = sorted(name for name, access in declared_access(app).items() if access is None)
    if missing:
        raise RuntimeError("routes without declared access: " + ", ".join(missing))


def names(permissions: Iterable[P]) -> list[str]:
    """Sorted plain strings, for storing with a role."""
    return sorted(p.value for p in permissions)
