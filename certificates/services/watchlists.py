"""Lists that an enterprise watches without an account: one address that said yes, one token that opens, changes and ends the list.

The token is that of the list's subscription (`services.subscriptions`): it comes by letter to the address and nowhere else, so whoever
asks for a list in somebody's name never opens it. Each change is told by the subscription, or once a day in one letter.

Whoever put a paper on a list by its number is told what a number tells: status and date, never the code nor what stands behind it.
"""
from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from certificates.delivery.letters import ChangeFacts, Text
from certificates.lookups import letters, table, wording, writing
from certificates.lookups.table import Question
from certificates.models import PublishedEntry, Report, Subscription, WatchedPaper, WatchedProduct, WatchList
from certificates.queries import lookups, watchlists
from certificates.queries.watchlists import LIST
from certificates.services import subscriptions
from lab_app.accounts.queries import laboratory
from lab_app.core import clock, jobs, mail, schedule
from lab_app.core.db import begin_writing, db
from lab_app.core.errors import FieldRefused
from lab_app.core.i18n import show_date, speaking

log = logging.getLogger(__name__)

MOST_PAPERS, MOST_PRODUCTS = 2_000, 20
_PORTION = 50
NEW = "tell-new-paper"


@dataclass
class Added:
    """What became of the papers that were to be put on a list: how many were, how many stood there, which are not known."""

    added: int = 0
    there: int = 0
    unknown: list[str] = field(default_factory=list)


# ---- asking -------------------------------------------------------------------------------------------------


def start(
    email: str, name: str, questions: Sequence[Question], products: Sequence[tuple[str, str]], *, daily: bool, language: str,
) -> Added:
    """A list with these papers and products (brand, model), told to the address once its owner confirms by the letter sent there.

    Refuses (`FieldRefused`, `Refused`) what is no address, an empty list, and everything where no mail is sent. Whether the address was
    asked too often is not told: then nothing is kept.
    """
    begin_writing()
    row = WatchList(key=secrets.token_hex(10), name=_named(name), daily=daily)
    db.session.add(row)
    db.session.flush()
    found = _add(row, questions)
    for brand, model in products:
        add_product(row, brand, model)
    if not found.added and not row.products:
        raise FieldRefused("list", gettext("Không có phiếu nào trong danh sách được tìm thấy; kiểm lại số phiếu hoặc mã tra cứu."))
    if subscriptions.subscribe(email, (LIST, row.key), language) is None:
        db.session.delete(row)
        db.session.flush()
    return found


def _named(name: str) -> str:
    return " ".join(name.split())[:120]


def title(key: str) -> Text:
    """What a list is called in a letter: how much stands on it, never the words somebody typed."""
    row = watchlists.list_of(key)
    papers = len(watchlists.papers_of(row.id)) if row else 0
    products = len(row.products) if row else 0
    return {
        "vi": f"danh sách theo dõi {papers} phiếu, {products} sản phẩm", "en": f"a watch list of {papers} papers and {products} products"}


def subjects(report: Report) -> Iterable[str]:
    """Lists to be told of a change of this paper at once; those told daily have their own letter."""
    return watchlists.lists_with(report, daily=False)


def told(facts: ChangeFacts, report: Report, subscription: Subscription) -> ChangeFacts:
    """What the letter about a change says to the owner of a list: where the list is; of a paper put there by its number no more than
    the look-up by number says."""
    facts = replace(facts, list_url=f"{_site()}/watch/{subscription.token}")
    if watchlists.knows_code(subscription.subject, report):
        return facts
    later = facts.replaced_by if lookups.by_numbers([facts.replaced_by]) else ""
    return replace(facts, verify_url=_by_number(report.number), reason="", replaced_by=later)


def offer() -> None:
    """Let lists be watched by the room's subscriptions."""
    subscriptions.offer(LIST, subjects, title, told)


# ---- by the token -------------------------------------------------------------------------------------------


def opened(token: str) -> tuple[Subscription, WatchList] | None:
    """The list of a token; `None` for a token that leads nowhere, or whose address never said yes. Reads only."""
    subscription = watchlists.subscription_of(token)
    row = watchlists.list_of(subscription.subject) if subscription is not None else None
    return (subscription, row) if subscription is not None and row is not None else None


def add_papers(row: WatchList, questions: Sequence[Question]) -> Added:
    """Put papers on a list, by number or code. Refuses more than `MOST_PAPERS`; unknown ones are named and nothing else is lost."""
    begin_writing()
    return _add(row, questions)


def _add(row: WatchList, questions: Sequence[Question]) -> Added:
    meant = [(question.asked.get(table.PAPER, ""), *table.meant(question.asked.get(table.PAPER, ""))) for question in questions]
    known = {
        **lookups.by_codes(value for _, what, value in meant if what == "code"),
        **lookups.by_numbers(value for _, what, value in meant if what == "number"),
    }
    standing = {paper.base_number: paper for paper in watchlists.papers_of(row.id)}
    found = Added()
    for typed, what, value in meant:
        paper = known.get(value)
        if paper is None:
            found.unknown.append(typed[:60])
        elif paper.base_number in standing:
            found.there += 1
            standing[paper.base_number].by_code |= what == "code"
        elif len(standing) >= MOST_PAPERS:
            raise FieldRefused("list", gettext("Một danh sách theo dõi tối đa %(most)s phiếu.", most=MOST_PAPERS))
        else:
            made = WatchedPaper(list_id=row.id, base_number=paper.base_number, by_code=what == "code")
            standing[paper.base_number] = made
            db.session.add(made)
            found.added += 1
    db.session.flush()
    return found


def remove_papers(row: WatchList, base_numbers: Iterable[str]) -> int:
    """Take papers off a list; how many were on it."""
    begin_writing()
    wanted = set(base_numbers)
    gone = [paper for paper in watchlists.papers_of(row.id) if paper.base_number in wanted]
    for paper in gone:
        db.session.delete(paper)
    db.session.flush()
    return len(gone)


def add_product(row: WatchList, brand: str, model: str) -> WatchedProduct | None:
    """Watch every paper of the public directory that names a model (of a brand); `None` where it is watched already."""
    begin_writing()
    brand, model = _named(brand), _named(model)
    if len(writing.key(model)) < 3:
        raise FieldRefused("model", gettext("Kiểu cần ít nhất ba chữ hoặc số."))
    if any(writing.same(model, one.model) and (writing.same(brand, one.brand) or not (brand or one.brand)) for one in row.products):
        return None
    if len(row.products) >= MOST_PRODUCTS:
        raise FieldRefused("model", gettext("Một danh sách theo dõi tối đa %(most)s sản phẩm.", most=MOST_PRODUCTS))
    made = WatchedProduct(brand=brand, model=model, model_key=writing.key(model)[:120])
    row.products.append(made)
    db.session.flush()
    return made


def remove_product(row: WatchList, product_id: int) -> None:
    """Watch a product no more."""
    begin_writing()
    row.products[:] = [one for one in row.products if one.id != product_id]
    db.session.flush()


def change(row: WatchList, *, name: str, daily: bool) -> None:
    """Another name, and whether changes are told at once or daily. Turned to daily, only what happens from now on is told so; turned
    to at once, what the next daily letter would have said is told now."""
    begin_writing()
    if daily and not row.daily:
        row.told_at = clock.now()
    elif row.daily and not daily and mail.configured():
        for one, subscription in watchlists.owned([row.key], 0, 1):
            _tell(one, subscription)
    row.name, row.daily = _named(name), daily
    db.session.flush()


def remove(subscription: Subscription, row: WatchList) -> None:
    """Remove a list, and forget the address."""
    begin_writing()
    subscriptions.leave(subscription.token)
    db.session.delete(row)
    db.session.flush()


# ---- every day ----------------------------------------------------------------------------------------------


def tell_later(entry: PublishedEntry) -> None:
    """A paper came into the directory: tell the lists that watch its product and are told at once. In the caller's transaction; told
    once, however often the paper is taken out and put in again."""
    if mail.configured() and watchlists.lists_naming(entry.products, daily=False):
        jobs.queue(NEW, f"{NEW}:{entry.id}", {"entry_id": entry.id})


@jobs.handler(NEW)
def tell_new(payload: dict[str, Any]) -> None:
    """Queue the letters about one new paper, in portions; taken up again after a stop it queues none twice, one for each address."""
    after, portion = 0, _PORTION
    while portion == _PORTION:
        with jobs.transaction():
            entry = db.session.get(PublishedEntry, int(payload["entry_id"]))
            if entry is None or not entry.listed:
                return
            report, keys = entry.report, set(watchlists.lists_naming(entry.products, daily=False))
            if report.replaces is not None:  # those lists are told that the former paper was replaced, and by which
                keys -= set(watchlists.lists_with(report.replaces, daily=False))
            due = watchlists.owned(keys, after, _PORTION)
            for _row, subscription in due:
                with speaking(subscription.language):
                    now = watchlists.standing_of(report, clock.today(), watchlists.product_names(entry.products))
                    news = _news(now.number, now.status, now.issued_on, ", ".join(now.products), now.code)
                _mail([], [news], subscription, f"watch-new:{entry.id}")
            portion, after = len(due), due[-1][0].id if due else after


@schedule.scheduled("watch-lists", _l("Gửi thư hằng ngày cho danh sách theo dõi, xóa danh sách đã thôi theo dõi"), hour=7, minute=20)
def daily(_payload: dict[str, Any]) -> None:
    """Tell the lists that asked for one letter a day; drop lists nobody owns any more."""
    tell_daily()
    forget_orphans()


def tell_daily() -> int:
    """Queue the letters of the day; answers how many lists had news. Taken up again after a stop it tells nothing twice."""
    if not mail.configured():
        return 0
    count, after = 0, 0
    while True:
        with jobs.transaction():
            due = watchlists.due_lists(after, _PORTION)
            for row, subscription in due:
                count += _tell(row, subscription)
            after = due[-1][0].id if due else after
        if len(due) < _PORTION:
            return count


def _tell(row: WatchList, subscription: Subscription) -> bool:
    now = clock.now()
    with speaking(subscription.language):
        told = [
            _news(one.number, one.to_status, one.recorded_at, one.public_reason if one.by_code else "", one.code if one.by_code else "")
            for one in watchlists.changes_since(row, now)
        ]
        found = watchlists.states_of_products(row.products, clock.today(), since=row.told_at) if row.products else []
        new = [
            _news(one.number, one.status, one.issued_on, ", ".join(one.products), one.code) for one in found
        ]
    row.told_at = now
    if not told and not new:
        return False
    _mail(told, new, subscription, f"watch:{row.id}:{now.isoformat()}")
    return True


def _mail(told: Sequence[letters.News], new: Sequence[letters.News], subscription: Subscription, about: str) -> None:
    site, lab = _site(), laboratory()
    names: Text = {"vi": lab.name_vi, "en": lab.name_en} if lab else {"vi": "", "en": ""}
    leave_url = f"{site}/leave/{subscription.token}"
    letter = letters.digest(told, new, names, f"{site}/watch/{subscription.token}", leave_url, subscription.language)
    mail.queue(
        subscription.email, letter.subject, letter.body, subscriptions.addressed(about, subscription.email),
        headers=subscriptions.leaving(leave_url))


def _news(number: str, status: str, at: Any, words: str, code: str) -> letters.News:
    return letters.News(
        number, wording.STATES[status].word, show_date(at), words, f"{_site()}/verify/{code}" if code else _by_number(number))


def _by_number(number: str) -> str:
    return f"{_site()}/verify?q={quote(number, safe='')}"


def _site() -> str:
    return str(current_app.config["PUBLIC_URL"])


def forget_orphans() -> int:
    """Remove lists whose subscription ended or was never confirmed; answers how many."""
    count = 0
    while True:
        with jobs.transaction():
            rows = watchlists.orphans(_PORTION)
            for row in rows:
                db.session.delete(row)
            count += len(rows)
        if len(rows) < _PORTION:
            return count
