"""Enterprises, requests, contract review, items and their custody (7.1, 7.4)."""
from lab_app.samples.models.customers import Customer
from lab_app.samples.models.item_file import ItemFileRevision, ProposalAnswer
from lab_app.samples.models.items import CustodyEvent, DeviationAnswer, FirmwareChange, Sample
from lab_app.samples.models.prices import PriceItem, QuotationLine
from lab_app.samples.models.requests import RequestedTest, RequestItem, TestRequest
from lab_app.samples.models.review import AgreedRule, ContractReview
from lab_app.samples.models.sampling import SamplingRecord

__all__ = [
    "AgreedRule", "ContractReview", "CustodyEvent", "Customer", "DeviationAnswer", "FirmwareChange", "ItemFileRevision", "PriceItem",
    "ProposalAnswer", "QuotationLine", "RequestItem", "RequestedTest", "Sample", "SamplingRecord", "TestRequest",
]
