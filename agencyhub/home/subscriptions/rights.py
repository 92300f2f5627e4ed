"""Whether a subscription may still be answered: its report, its reader's rights, its parameters."""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import Reach, reach_of
from agencyhub.home.models import Subscription
from agencyhub.home.reports import registry
from agencyhub.home.reports.base import Report

STOPPED, BY_ADMIN = "stopped", "stopped_by_admin"
REASONS: Mapping[str, StrOrPromise] = {
    STOPPED: _("Stopped by its reader."),
    BY_ADMIN: _("Stopped by an administrator."),
    "report_gone": _("AgencyHub no longer has this report."),
    "right_gone": _("Its reader can no longer open this report."),
    "reach_shrunk": _("Its reader may see fewer records than before."),
    "query_refused": _("The report no longer takes these choices."),
}


def report_of(key: str, *, user: User) -> Report | None:
    """A report that the user may read."""
    report = registry.REPORTS.get(key)
    return report if report is not None and report.is_for(user) else None


def refusal(subscription: Subscription, *, user: User) -> str:
    """The code of why no figures may be sent any more; blank when they may.

    ``user`` is the reader as read just now.
    """
    report = registry.REPORTS.get(subscription.report)
    if report is None:
        return "report_gone"
    if not report.is_for(user):
        return "right_gone"
    if kept(subscription.reach).exceeds(reach_of(user)):
        return "reach_shrunk"
    return "" if report.form(QueryDict(subscription.query)).is_valid() else "query_refused"


def digest(user: User) -> str:
    """Names everything that the reader may do and see, for a look whether it has changed."""
    said = [reach_of(user).digest, *sorted(user.get_all_permissions())]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def keep(reach: Reach) -> dict[str, Any]:
    """A reach as it is stored."""
    return {
        "sees_all": reach.sees_all,
        "sees_unassigned": reach.sees_unassigned,
        "agent_ids": list(reach.agent_ids),
    }


def kept(stored: Mapping[str, Any]) -> Reach:
    """A stored reach."""
    return Reach(
        sees_all=bool(stored.get("sees_all")),
        sees_unassigned=bool(stored.get("sees_unassigned")),
        agent_ids=tuple(stored.get("agent_ids", ())),
    )


def tidy_query(report: Report, params: QueryDict) -> str:
    """A report's parameters, in one order, without whatever else an address holds."""
    names = sorted(report.form.base_fields)
    return urlencode([(name, one) for name in names for one in params.getlist(name) if one])
