"""The tables of the room: reports with every change of their status, the log over them, and recalls."""
from certificates.models.batch import BatchItem, IssueBatch
from certificates.models.delivery import Delivery, LinkOpening, PersonalLink
from certificates.models.directory import Exhibit, OpenDataFile, PublishedEntry, PublishedWord
from certificates.models.drill import DrillCustomer, RecallDrill
from certificates.models.file import ReportFile, SigningCertificate
from certificates.models.log import LogLeaf, LogNode
from certificates.models.recall import Recall, RecallDecision, RecallLetter
from certificates.models.report import FROZEN, WRITTEN_ONCE, Report, ReportLine, StatusChange
from certificates.models.setup import Opinion, OpinionEnd, PaperSetup
from certificates.models.watching import Subscription
from certificates.models.watchlist import WatchedPaper, WatchedProduct, WatchList

__all__ = [
    "BatchItem", "Delivery", "DrillCustomer", "Exhibit", "FROZEN", "IssueBatch", "LinkOpening", "LogLeaf", "LogNode", "OpenDataFile",
    "Opinion", "OpinionEnd", "PaperSetup", "PersonalLink", "PublishedEntry", "PublishedWord", "Recall", "RecallDecision", "RecallDrill",
    "RecallLetter", "Report", "ReportFile", "ReportLine", "SigningCertificate", "StatusChange", "Subscription", "WatchedPaper",
    "WatchedProduct", "WatchList", "WRITTEN_ONCE",
]
