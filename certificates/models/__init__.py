"""The tables of the room: reports with every change of their status, the log over them, and recalls."""
from certificates.models.batch import BatchItem, IssueBatch
from certificates.models.delivery import Delivery, LinkOpening, PersonalLink
from certificates.models.directory import Exhibit, OpenDataFile, PublishedEntry, PublishedWord
from certificates.models.file import ReportFile, SigningCertificate
from certificates.models.log import LogLeaf, LogNode
from certificates.models.recall import Recall, RecallDecision, RecallLetter
from certificates.models.report import FROZEN, WRITTEN_ONCE, Report, ReportLine, StatusChange
from certificates.models.setup import Opinion, OpinionEnd, PaperSetup
from certificates.models.watching import Subscription

__all__ = [
    "BatchItem", "IssueBatch",
    "Delivery", "Exhibit", "FROZEN", "LinkOpening", "PersonalLink", "Subscription", "LogLeaf", "LogNode", "OpenDataFile", "Opinion", "OpinionEnd", "PaperSetup", "PublishedEntry", "PublishedWord", "Recall", "RecallDecision",
    "RecallLetter", "Report", "ReportFile", "ReportLine", "StatusChange", "WRITTEN_ONCE",
]
