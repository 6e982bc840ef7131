"""Forms of the room: enterprises, requests with their items, contract review, reception, moves, prices."""
from lab_app.samples.forms.item_file import (
    ItemFileForm,
    SamplingForm,
    SetupPhotoForm,
    answers_form,
    typed_file,
)
from lab_app.samples.forms.items import (
    AnswerForm,
    FirmwareForm,
    MoveForm,
    PhotosForm,
    ReceiveForm,
    ScanForm,
    receive_form,
)
from lab_app.samples.forms.prices import MOST_LINES, PaidForm, PriceForm, QuotationForm, QuotationLineForm
from lab_app.samples.forms.requests import (
    COPIES,
    MOST_ITEMS,
    ChangeForm,
    CheckboxGroupField,
    CustomerForm,
    ItemForm,
    MayBeLater,
    ReasonForm,
    RequestForm,
)
from lab_app.samples.forms.review import SPARE_QUESTIONS, QuestionForm, ReviewForm, review_form

__all__ = [
    "AnswerForm", "COPIES", "ChangeForm", "CheckboxGroupField", "CustomerForm", "FirmwareForm", "ItemFileForm", "ItemForm",
    "MOST_ITEMS", "MOST_LINES", "MayBeLater", "MoveForm", "PaidForm", "PhotosForm", "PriceForm", "QuestionForm", "QuotationForm",
    "QuotationLineForm", "ReasonForm", "ReceiveForm", "RequestForm", "ReviewForm", "SPARE_QUESTIONS", "SamplingForm", "ScanForm",
    "SetupPhotoForm", "answers_form", "receive_form", "review_form", "typed_file",
]
