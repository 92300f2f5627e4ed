"""The law of reports: whoever reads one, each number is that of the rows its door shows them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from urllib.parse import urlsplit

import pytest
from django.db.models import Sum
from django.http import QueryDict
from django.utils import timezone

from agencyhub.accounts.models import Role
from agencyhub.home.reports.registry import REPORTS
from agencyhub.records.lists import registry, state
from agencyhub.records.models import Option
from commissions.models import Application, BookLink, BookRow, CommissionLine, LineLink, Link
from eoi.models import EoiRequest
from individuals.models import Individual
from policies.models import PaymentStatus, PolicyAgent
from tests.factories.accounts import AgentFactory, RoleFactory, UserFactory
from tests.factories.commissions import ApplicationFactory, BookRowFactory, CommissionLineFactory
from tests.factories.eoi import EoiRequestFactory
from tests.factories.groups import EmployerGroupFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import CarrierFactory, PolicyFactory, RiskFactory, StandingFactory

pytestmark = [pytest.mark.load, pytest.mark.django_db]
RIGHTS = (
    "policies.view_policy", "policies.view_risk", "commissions.view_application",
    "commissions.view_bookrow", "commissions.view_commissionline", "eoi.view_eoirequest",
)  # fmt: skip
SIZE = 30
SAMPLED = 3
VALUES = {
    ("policies", "usd"): "premium",
    ("commission_lines", "usd"): "amount",
}


def _choices(report):
    """Each way to group: as it is usually asked, or narrowed in every way there is."""
    fields = report.form({}).fields
    today = timezone.localdate()
    narrow = {name: fields[name].choices[-2][0] for name in ("carrier", "line") if name in fields}
    if "period" in fields:
        narrow |= {"period": "custom", "start": f"{today - timedelta(days=300)}",
                   "end": f"{today - timedelta(days=40)}"}  # fmt: skip
    for by, _words in fields["by"].choices:
        yield {"by": by}
    yield {"by": fields["by"].choices[0][0], **narrow}
    if "agent" in fields:
        yield {"by": fields["by"].choices[1][0], "agent": fields["agent"].choices[-1][0]}


@pytest.fixture
def readers():
    agents = AgentFactory.create_batch(3)
    _fill(agents, Random(7))
    made = {"owner": UserFactory(owner=True)}
    for name, scope, agent in (
        ("agent", Role.Scope.OWN, agents[0]),
        ("call_center", Role.Scope.OWN_AND_UNASSIGNED, agents[1]),
        ("nobody", Role.Scope.OWN, None),
    ):
        made[name] = UserFactory(roles=[RoleFactory(scope=scope, permissions=list(RIGHTS))])
        if agent:
            agent.user = made[name]
            agent.save()
    return made


def _fill(agents, draw):
    """An agency of every kind of row, dealt out over carriers, agents, days and states."""
    today = timezone.localdate()
    carriers = CarrierFactory.create_batch(3)
    statuses = list(Option.objects.filter(list=Option.List.POLICY_STATUS))
    types = list(Option.objects.filter(list=Option.List.COVERAGE_TYPE))
    some_agent = lambda: draw.choice([None, *agents])  # noqa: E731
    some_day = lambda: today - timedelta(days=draw.randrange(800))  # noqa: E731
    people = [IndividualFactory(servicing_agent=some_agent()) for _ in range(12)]
    Individual.objects.filter(pk__in=[one.pk for one in people[:3]]).update(deceased_date=today)
    for _ in range(SIZE):
        begins = some_day()
        policy = PolicyFactory(
            subscriber=draw.choice(people), carrier=draw.choice(carriers),
            servicing_agent=some_agent(), status=draw.choice(statuses),
            coverage_type=draw.choice(types), effective_date=begins,
            termination_date=draw.choice([None, begins + timedelta(days=draw.randrange(500))]),
            premium=draw.choice([None, Decimal(draw.randrange(200))]),
        )  # fmt: skip
        if draw.random() < 0.3:
            PolicyAgent.objects.create(policy=policy, agent=draw.choice(agents))
        if draw.random() < 0.3:
            StandingFactory(policy=policy, status=PaymentStatus.TERMINATED_NONPAY)
        if draw.random() < 0.4:
            _risk(policy, draw)
    _fill_ledgers(agents, carriers, draw)
    _link(draw)
    _fill_eoi(some_agent, today)


def _fill_ledgers(agents, carriers, draw):
    today = timezone.localdate()
    some_agent = lambda: draw.choice([None, *agents])  # noqa: E731
    some_day = lambda: today - timedelta(days=draw.randrange(800))  # noqa: E731
    insured = {"carrier": [None, *carriers], "line": ["", "med_adv", "med_supp", "other"]}
    for model, factory in (
        (Application, ApplicationFactory), (BookRow, BookRowFactory),
        (CommissionLine, CommissionLineFactory),
    ):  # fmt: skip
        for _ in range(SIZE):
            said = {name: draw.choice(values) for name, values in insured.items()}
            row = factory(agent=some_agent(), **said, effective_date=some_day())
            moment = datetime.combine(some_day(), datetime.min.time(), UTC)
            model.objects.filter(pk=row.pk).update(
                created_at=moment + timedelta(hours=draw.randrange(24)), **_own(model, draw, today)
            )


def _fill_eoi(some_agent, today):
    for number in range(SIZE // 3):
        group = EmployerGroupFactory(servicing_agent=some_agent())
        made = EoiRequestFactory(
            election__employee__group=group, opened_date=today - timedelta(days=number * 5)
        )
        if number % 4 == 0:
            EoiRequest.objects.filter(pk=made.pk).update(
                status="approved", closed_at=timezone.now()
            )


def _risk(policy, draw):
    kind, severity = draw.choice([("in_grace", 2), ("binder_due", 4), ("commission", 5)])
    RiskFactory(
        policy=policy, kind=kind, severity=severity,
        premium_at_stake=Decimal(draw.randrange(90)), commission_at_stake=Decimal(600),
    )  # fmt: skip


def _own(model, draw, today):
    if model is Application:
        state = draw.choice(Application.MatchState.values)
        sent = timezone.now() - timedelta(days=draw.randrange(800))
        return {"match_state": state, "submitted_at": sent}
    if model is BookRow:
        return {"as_of_date": today}
    return {
        "statement_date": today - timedelta(days=draw.randrange(800)),
        "kind": draw.choice(CommissionLine.Kind.values),
        "amount": Decimal(draw.randrange(-300, 900)),
        "superseded_at": draw.choice([None, None, timezone.now()]),
    }


def _link(draw):
    applications = list(Application.objects.order_by("pk")[: SIZE // 2])
    linked = {"state": Link.State.LINKED, "method": 3, "score": 1.0, "reasons": []}
    for application, row, line in zip(
        applications, BookRow.objects.order_by("-pk"), CommissionLine.objects.order_by("-pk"),
        strict=False,
    ):  # fmt: skip
        BookLink.objects.create(application=application, book_row=row, **linked)
        if draw.random() < 0.5:
            LineLink.objects.create(application=application, line=line, **linked)


def _rows(url, user):
    """The rows of the list that an address opens, as its page finds them."""
    parts = urlsplit(url)
    kind = next(one for one in registry.every() if one.url == parts.path)
    asked = state.read(kind, QueryDict(parts.query), user=user)
    assert not asked.problems, asked.problems
    assert not asked.is_broken
    return kind, asked.rows


def test_every_number_is_that_of_the_rows_behind_it(readers):
    for who, user in readers.items():
        for report in REPORTS.values():
            seen = sum(_check(report, user, texts) for texts in _choices(report))
            assert bool(seen) == (who != "nobody"), (who, report.key)


def _check(report, user, texts):
    """Open the doors of a sample of lines, and of the total; answers how many there were."""
    form = report.form(texts)
    assert form.is_valid(), form.errors
    figures = report.count(user, form.cleaned_data, timezone.localdate())
    _check_total(figures)
    lines = [one for one in figures.lines if any(cell.url for cell in one.cells)]
    sample = lines[:: len(lines) // SAMPLED + 1]
    seen = 0
    for line in [*sample, figures.total] if figures.total else []:
        for column, cell in zip(figures.columns, line.cells, strict=True):
            if not cell.url:
                assert not cell.value, (texts, line.label, column.label)
                continue
            seen += 1
            kind, rows = _rows(cell.url, user)
            if column.kind == "count":
                assert cell.value == rows.count(), (texts, line.label, column.label)
            elif column.kind == "usd":
                added = rows.aggregate(sum=Sum(_summed(kind.key, column.label)))["sum"]
                assert cell.value == (added or 0), (texts, line.label, column.label)
    return seen


def _summed(list_key, label):
    if list_key == "risks":
        return "premium_at_stake" if label == "Monthly premium" else "commission_at_stake"
    return VALUES[list_key, "usd"]


def _check_total(figures):
    for at, column in enumerate(figures.columns):
        if figures.total and column.kind != "percent":
            assert figures.total.cells[at].value == sum(
                line.cells[at].value for line in figures.lines
            ), column.label
