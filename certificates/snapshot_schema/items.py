"""The tested items: what they are, how they arrived, how they were tested."""

# No postponed annotations: a postponed NotRequired is not seen (see the package).
from typing import NotRequired, TypedDict

from certificates.snapshot_schema.words import Text


class Photo(TypedDict):
    """A picture of the item; its bytes are handed to the drawing by SHA-256."""

    sha256: str
    caption: Text


class LabelledFact(TypedDict):
    """A further fact about an item, with its own label."""

    label: Text
    value: Text
    customer_supplied: NotRequired[bool]


class Item(TypedDict):
    """One tested item (7.8.2.1 g, h). `customer_supplied` names the fields the customer stated (7.8.2.2)."""

    code: str
    name: Text
    model: NotRequired[str]
    brand: NotRequired[str]
    serial: NotRequired[str]
    hardware: NotRequired[str]
    firmware: NotRequired[Text]
    quantity: NotRequired[str]
    received_at: str
    delivered_by: NotRequired[Text]
    condition: Text
    more: NotRequired[list[LabelledFact]]
    customer_supplied: NotRequired[list[str]]
    photos: NotRequired[list[Photo]]


class ItemFile(TypedDict):
    """An item as it was tested: properties, versions, modes, ports, cables, auxiliary equipment. `item`: codes of the items."""

    item: str
    facts: list[LabelledFact]
