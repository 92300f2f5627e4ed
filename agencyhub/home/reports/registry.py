"""Every report by its key, in the order of their index."""

from agencyhub.home.reports.base import Report
from agencyhub.home.reports.business import PRODUCTION, RETENTION
from agencyhub.home.reports.money import AT_RISK, COMMISSIONS
from agencyhub.home.reports.queues import EOI, UNMATCHED

REPORTS: dict[str, Report] = {
    one.key: one for one in (PRODUCTION, RETENTION, COMMISSIONS, AT_RISK, EOI, UNMATCHED)
}
