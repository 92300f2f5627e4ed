"""Whose digest is due, and which of their policies it may tell of."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from agencyhub.accounts import scope
from agencyhub.accounts.models import Agent, User
from agencyhub.mailing.models import MailPreference, OutgoingMail
from individuals.models import IndividualAgent
from policies import digest
from policies.models import PaymentStatus, Policy, PolicyAgent, Risk, Standing, Told
from policies.selectors import premier

SEE_RISKS = "policies.view_risk"


def readers() -> QuerySet[User]:
    """Users who look after policies themselves, and can be written to and sign in."""
    users = User.objects.filter(is_active=True, agent__is_active=True)
    return users.select_related("agent", "mail_preference").exclude(email="").order_by("pk")


def wish_of(user: User) -> digest.Wish:
    """When a user wants the digest; without a stored preference, as everybody starts."""
    wants: MailPreference = getattr(user, "mail_preference", None) or MailPreference()
    return digest.Wish(
        zone=user.time_zone,
        at=wants.digest_time,
        weekdays=tuple(wants.weekdays),
        quiet_from=wants.quiet_from,
        quiet_to=wants.quiet_to,
        is_on=wants.gets_digest,
        done_on=wants.digest_day,
    )


def facts_for(user: User, *, today: date, at: datetime) -> Iterator[digest.Facts]:
    """What is known of the policies that are the user's own and that the user may see."""
    monthly = premier.premier_carrier_ids(on=today)
    risks = Risk.objects.open().filter(policy=OuterRef("pk"))
    visible: Any = Standing.objects.visible_to(user)
    rows = (
        visible.filter(policy__in=_own_policies(user.agent), status__in=digest.STATUSES)
        .annotate(severity=Subquery(risks.values("severity")[:1]))
        .annotate(last_day=Coalesce(Subquery(risks.values("deadline")[:1]), "deadline"))
        .select_related("policy__status", "policy__subscriber__type")
    )
    for standing in rows.order_by("pk"):
        yield _facts(standing, monthly=monthly, at=at)


def calls_for(user: User, *, today: date) -> digest.Calls:
    """How many calls are due about the agent's policies at risk: those that the board shows.

    None for who may not see the board. One query.
    """
    if not user.has_perm(SEE_RISKS):
        return digest.Calls()
    rows = Risk.objects.visible_to(user).open().filter(call_on__lte=today)
    if not sees_own_only(user):
        rows = rows.filter(policy__servicing_agent=user.agent)
    found = rows.aggregate(
        today=Count("pk", filter=Q(call_on=today)), overdue=Count("pk", filter=Q(call_on__lt=today))
    )
    return digest.Calls(**found)


def sees_own_only(user: User) -> bool:
    """Whether nothing but the agent's own is within reach: the board then needs no filter."""
    own = scope.Reach(sees_all=False, sees_unassigned=False, agent_ids=(user.agent.pk,))
    return scope.reach_of(user) == own


def told_last(user: User, *, kind: str) -> dict[str, str]:
    """What the last digest that left told of: statuses by policy."""
    mails = OutgoingMail.objects.filter(user=user, kind=kind, state=OutgoingMail.State.SENT)
    last = mails.order_by("-created_at", "-pk").values_list("facts", flat=True).first()
    return dict((last or {}).get("told", {}))


def _own_policies(agent: Agent) -> QuerySet[Policy, Any]:
    """Policies that the agent services, or is an additional agent of.

    Of those that name no agent themselves: whose subscriber the agent looks after. Agents whose
    book a user merely may open get their own digest.
    """
    policies = Policy.objects.order_by().values("pk")
    nobodys = policies.filter(servicing_agent=None, additional_agents=None)
    subscribers = IndividualAgent.objects.filter(agent=agent).values("individual")
    theirs = Q(subscriber__servicing_agent=agent) | Q(subscriber__in=subscribers)
    return policies.filter(servicing_agent=agent).union(
        PolicyAgent.objects.filter(agent=agent).values("policy"),
        nobodys.filter(theirs),
    )


def _facts(standing: Standing, *, monthly: frozenset[int], at: datetime) -> digest.Facts:
    policy = standing.policy
    person = policy.subscriber
    soon = standing.due_date if standing.status == PaymentStatus.DUE_SOON else None
    return digest.Facts(
        policy_id=policy.pk,
        individual_id=person.pk,
        first_name=person.first_name,
        last_name=person.last_name,
        status=standing.status,
        deadline=standing.last_day or soon,  # type: ignore[attr-defined]
        due_date=standing.due_date,
        as_of=standing.as_of,
        severity=standing.severity,  # type: ignore[attr-defined]
        policy_meaning=policy.status.meaning,
        premium=policy.premium,
        amount_due=standing.amount_due,
        autopay=standing.autopay,
        is_premier=policy.carrier_id in monthly,
        is_by_hand=standing.source == Told.Source.MANUAL,
        is_stale=bool(standing.stale_at and standing.stale_at <= at),
        is_archived=bool(person.type and person.type.meaning == "none")
        or person.deceased_date is not None,
    )
