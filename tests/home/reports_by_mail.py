"""A report that counts quickly, and somebody who subscribes to it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import forms

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import gathered
from agencyhub.home.models import Subscription
from agencyhub.home.reports.base import Cell, Column, Figures, Line, Report
from agencyhub.home.subscriptions import services
from individuals.models import Individual

# A Monday, 8:00 AM in New York.
AT = datetime(2026, 11, 16, 13, tzinfo=UTC)
BEFORE = datetime(2026, 11, 15, 20, tzinfo=UTC)
NEEDS = "individuals.view_individual"


class ByForm(forms.Form):
    """What the report asks."""

    by = forms.ChoiceField(choices=[("month", "Month"), ("all", "All")], required=False)


def count(user: User, _params: Mapping[str, Any], on: date) -> Figures:
    """How many individuals the reader may see."""
    number = gathered(Individual, user=user).count()
    line = Line(f"{on:%m/%Y}", (Cell(number, "/individuals/"), Cell(Decimal("1234.5"))))
    columns = (Column("People", "count"), Column("Premium", "usd"))
    return Figures("Month", columns, (line,), None, AT)


PEOPLE = Report("people", "People", "Who is there.", "users", "bars", (NEEDS,), ByForm, count)


def subscribe(user: User, *, query: str = "by=month", **values: Any) -> Subscription:
    """Daily at eight, unless said otherwise."""
    wishes = {"title": "My people", "frequency": "daily", **values}
    return services.subscribe(user=user, report=PEOPLE, query=query, values=wishes, at=BEFORE)
