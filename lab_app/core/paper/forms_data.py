"""What the printed request and the printed receipt need, as plain data handed over by the room that keeps the records.

Words are bilingual mappings (`vi`, `en`); dates ISO 8601; numbers strings. A key that may be absent is simply not printed.
"""

from typing import Literal, NotRequired, TypedDict


class Text(TypedDict):
    """Words in both languages; English may be empty."""

    vi: str
    en: str


class PrintedLaboratory(TypedDict):
    """The letterhead."""

    name: Text
    address: str
    place: str
    phone: NotRequired[str]
    email: NotRequired[str]
    website: NotRequired[str]
    tax_code: NotRequired[str]
    remark: NotRequired[Text]


class PrintedCustomer(TypedDict):
    """The enterprise and the person who speaks for it."""

    name: str
    name_en: NotRequired[str]
    address: str
    tax_code: NotRequired[str]
    contact: NotRequired[str]
    phone: NotRequired[str]
    email: NotRequired[str]


class PrintedItem(TypedDict):
    """One item of a request or a receipt. `code` exists once the item is received."""

    name: Text
    model: NotRequired[str]
    brand: NotRequired[str]
    serial: NotRequired[str]
    quantity: NotRequired[str]
    code: NotRequired[str]
    condition: NotRequired[str]
    storage: NotRequired[str]
    remark: NotRequired[str]


class PrintedMethod(TypedDict):
    """A wanted regulation and method; `scope` VS, *, TĐC or EX; `items` which items it is for."""

    regulation: str
    method: NotRequired[str]
    scope: NotRequired[str]
    items: NotRequired[str]
    price: NotRequired[str]


class PrintedRule(TypedDict):
    """A decision rule agreed: code, what for, what it says."""

    code: str
    applies_to: str
    rule: Text


class PrintedSignature(TypedDict):
    """One place to sign: office, name when known, and the time of an electronic confirmation when there is one."""

    office: Text
    name: NotRequired[str]
    confirmed_at: NotRequired[str]


class PrintedReview(TypedDict):
    """The contract review (7.1): its number, date, person, outcome, and what was asked and answered."""

    number: str
    date: str
    reviewer: str
    outcome: Text
    questions: NotRequired[list[tuple[str, str]]]


class RequestData(TypedDict):
    """A request for testing. `code` is what the QR holds; `facts` are further agreed points (language, copies, return)."""

    number: str
    code: str
    date: str
    form: str
    laboratory: PrintedLaboratory
    customer: PrintedCustomer
    items: list[PrintedItem]
    methods: list[PrintedMethod]
    conformity_statement: bool
    rules: list[PrintedRule]
    agreement: NotRequired[Text]
    due_on: NotRequired[str]
    fee: NotRequired[str]
    facts: NotRequired[list[tuple[Text, str]]]
    review: NotRequired[PrintedReview]
    notes: NotRequired[list[Text]]
    signatures: list[PrintedSignature]


class CheckedPoint(TypedDict):
    """One point of the condition checklist with its answer."""

    text: Text
    answer: Literal["yes", "no", "not_applicable", ""]
    note: NotRequired[str]


class ReceivedDeviation(TypedDict):
    """A deviation found at reception and what the customer answered (7.4.3)."""

    what: str
    answer: NotRequired[str]


class ReceiptData(TypedDict):
    """A receipt of items."""

    number: str
    code: str
    date: str
    form: str
    laboratory: PrintedLaboratory
    customer: PrintedCustomer
    request_number: str
    received_at: str
    received_by: str
    delivered_by: str
    items: list[PrintedItem]
    checklist: list[CheckedPoint]
    supplied: NotRequired[list[str]]
    deviations: list[ReceivedDeviation]
    notes: NotRequired[list[Text]]
    signatures: list[PrintedSignature]
