"""The end of a paper: opinions, amendment, and who tested, reviewed and authorised."""

# No postponed annotations: a postponed NotRequired is not seen (see the package).
from typing import Literal, NotRequired, TypedDict

from certificates.snapshot_schema.words import Text, VerdictCode


class Confirmation(TypedDict):
    """A person who tested or reviewed: office, what they did, when they confirmed it electronically."""

    name: str
    office: NotRequired[Text]
    did: Text
    confirmed_at: NotRequired[str | None]


class Signatory(TypedDict):
    """Who authorises the paper (7.8.2.1 o). `office_lines` in capitals with KT., TL. or TUQ. where it applies.

    `means`: `electronic` (the confirmation is printed), `digital` (a field stays free for the visible signature), `ink`.
    `authority` is the number of the written authorisation behind TL. or TUQ.
    """

    name: str
    office_lines: list[str]
    office: Text
    means: Literal["electronic", "digital", "ink"]
    authorised_at: NotRequired[str | None]
    authority: NotRequired[str | None]


class Authorisation(TypedDict):
    """The signature block."""

    testers: list[Confirmation]
    reviewer: Confirmation
    signatory: Signatory


class Signed(TypedDict):
    """An electronic signature behind the paper: `meaning` tested, reviewed or authorised, `at` when the person signed, `method` how they
    were recognised, `shown_sha256` the hash of what was shown to them (see `certificates.assembly.signatures`)."""

    meaning: Literal["tested", "reviewed", "authorised"]
    name: str
    office: Text
    did: Text
    at: str
    means: Literal["electronic"]
    method: str
    shown_sha256: str


class Opinion(TypedDict):
    """An opinion or interpretation (7.8.7) with its basis, the authorised person, the office and the day it was given."""

    statement: Text
    basis: Text
    person: str
    office: NotRequired[Text]
    given_on: NotRequired[str]


class Change(TypedDict):
    """One change of an amended paper: what, as it was and as it is now."""

    what: Text
    was: str
    now: str
    unit: NotRequired[str]
    margin: NotRequired[str | None]
    verdict: NotRequired[VerdictCode | None]


class Amendment(TypedDict):
    """What an amended paper replaces, why, and each change (7.8.8)."""

    sequence: str
    replaces_number: str
    replaces_issued_on: str
    reason: Text
    changes: list[Change]
