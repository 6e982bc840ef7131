"""Who tested for whom: the laboratory, its accreditation, the customer, the request."""

# No postponed annotations: a postponed NotRequired is not seen (see the package).
from typing import NotRequired, TypedDict

from certificates.snapshot_schema.words import Text


class Laboratory(TypedDict):
    """Letterhead of the laboratory (7.8.2.1 b). `place` stands before the date over the signature ("TP. Mẫu")."""

    name: Text
    address: str
    place: str
    phone: NotRequired[str]
    email: NotRequired[str]
    website: NotRequired[str]
    tax_code: NotRequired[str]
    remark: NotRequired[Text]
    logo: NotRequired[str | None]  # SHA-256 of the picture's bytes
    parent: NotRequired[Text]  # the body above the laboratory


class Accreditation(TypedDict):
    """Accreditation valid on the test dates. Only when at least one line is in scope; else the snapshot holds null.

    `mark`, `ilac_mark`: SHA-256 of the pictures the laboratory may print; the combined mark only under its `ilac_licence`.
    """

    number: str
    standard: str
    valid_from: str
    valid_to: str
    mark: NotRequired[str]
    ilac_mark: NotRequired[str]
    ilac_licence: NotRequired[str]


class Customer(TypedDict):
    """The customer (7.8.2.1 e). `manufacturer` is what the customer stated."""

    name: str
    name_en: NotRequired[str]
    address: str
    tax_code: NotRequired[str]
    contact: NotRequired[str]
    manufacturer: NotRequired[Text]


class Request(TypedDict):
    """The request and the contract review that carry the work (7.1)."""

    number: str
    requested_on: NotRequired[str]
    contract: NotRequired[str]
    review_number: NotRequired[str]
    reviewed_on: NotRequired[str]
