"""Applications, the carriers' books of business, what carriers paid, and what belongs together."""

from commissions.models.applications import Application, ApplicationRider
from commissions.models.book import AgentOfRecord, BookRow
from commissions.models.comtrack import ComtrackStatus
from commissions.models.contracts import AgentContract
from commissions.models.disputes import Dispute, DisputePack
from commissions.models.expected import ExpectedPay, PayChange, PayLook
from commissions.models.insured import Line
from commissions.models.links import BookLink, BookRival, LineLink, LineRival, Link
from commissions.models.matching import (
    Decision,
    KeySegment,
    MatchChange,
    MatchRun,
    NumberAlias,
)
from commissions.models.pay import PayRate, PaySettings, PayTerm
from commissions.models.readings import BookReading
from commissions.models.statements import CommissionLine, CommissionSplit, WritingNumber

__all__ = [
    "AgentContract",
    "AgentOfRecord",
    "Application",
    "ApplicationRider",
    "BookLink",
    "BookReading",
    "BookRival",
    "BookRow",
    "CommissionLine",
    "CommissionSplit",
    "ComtrackStatus",
    "Decision",
    "Dispute",
    "DisputePack",
    "ExpectedPay",
    "KeySegment",
    "Line",
    "LineLink",
    "LineRival",
    "Link",
    "MatchChange",
    "MatchRun",
    "NumberAlias",
    "PayChange",
    "PayLook",
    "PayRate",
    "PaySettings",
    "PayTerm",
    "WritingNumber",
]
