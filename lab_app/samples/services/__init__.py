"""Use cases of the room, cut by what people do: enterprises, requests, review, prices, reception, custody."""
from lab_app.samples.services.custody import change_firmware, move_sample
from lab_app.samples.services.customers import change_customer, register_customer
from lab_app.samples.services.internal import calibrate_own_instrument, under_way
from lab_app.samples.services.item_file import add_setup_photos, write_item_file
from lab_app.samples.services.proposals import answer_proposals
from lab_app.samples.services.quotation import mark_paid, quote, set_price, set_quotation
from lab_app.samples.services.reception import add_photos, receive_sample, record_answer
from lab_app.samples.services.requests import cancel_request, change_request, register_request
from lab_app.samples.services.review import (
    accept_request,
    decline_request,
    note_rehearsal,
    open_review,
    save_review,
)
from lab_app.samples.services.sampling import record_sampling, replace_sampling

__all__ = [
    "accept_request", "add_photos", "add_setup_photos", "answer_proposals", "calibrate_own_instrument", "cancel_request",
    "change_customer", "change_firmware", "change_request", "decline_request", "mark_paid", "move_sample", "note_rehearsal",
    "open_review", "quote", "receive_sample", "record_answer", "record_sampling", "register_customer", "register_request",
    "replace_sampling", "save_review", "set_price", "set_quotation", "under_way", "write_item_file",
]
