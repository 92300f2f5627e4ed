"""Applications, the carriers' books of business, what carriers paid, and what belongs together."""

from commissions.models.applications import Application, ApplicationRider
from commissions.models.book import AgentOfRecord, BookRow
from commissions.models.comtrack import ComtrackStatus
from commissions.models.insured import Line
from commissions.models.links import BookLink, LineLink, Link
from commissions.models.matching import Decision, MatchRun
from commissions.models.statements import CommissionLine, CommissionSplit, WritingNumber

__all__ = [
    "AgentOfRecord",
    "Application",
    "ApplicationRider",
    "BookLink",
    "BookRow",
    "CommissionLine",
    "CommissionSplit",
    "ComtrackStatus",
    "Decision",
    "Line",
    "LineLink",
    "Link",
    "MatchRun",
    "WritingNumber",
]
