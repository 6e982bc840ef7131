"""Use cases of the room, cut by what people do: enterprises, requests, review, prices, reception, custody."""
from lab_app.samples.services.custody import change_firmware, move_sample
from lab_app.samples.services.customers import change_customer, register_customer
from lab_app.samples.services.internal import calibrate_own_instrument, under_way
from lab_app.samples.services.quotation import mark_paid, quote, set_price, set_quotation
from lab_app.samples.services.reception import add_photos, receive_sample, record_answer
from lab_app.samples.services.requests import cancel_request, change_request, register_request
from lab_app.samples.services.review import accept_request, decline_request, open_review, save_review

__all__ = [
    "accept_request", "add_photos", "calibrate_own_instrument", "cancel_request", "change_customer", "change_firmware", "change_request",
    "decline_request", "mark_paid", "move_sample", "open_review", "quote", "receive_sample", "record_answer", "register_customer",
    "register_request", "save_review", "set_price", "set_quotation", "under_way",
]
