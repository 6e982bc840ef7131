"""The tables of the room: reports with every change of their status, the log over them, and recalls."""
from certificates.models.log import LogLeaf, LogNode
from certificates.models.recall import Recall, RecallDecision, RecallLetter
from certificates.models.report import FROZEN, WRITTEN_ONCE, Report, ReportLine, StatusChange

__all__ = [
    "FROZEN", "WRITTEN_ONCE", "LogLeaf", "LogNode", "Recall", "RecallDecision", "RecallLetter", "Report", "ReportLine", "StatusChange",
]
