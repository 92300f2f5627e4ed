"""Whose initial payment is due on a day on which clients are reminded, and what is known."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from agencyhub.accounts.models import Agent
from agencyhub.mailing import selectors as mail
from agencyhub.mailing.models import MailPreference, MailSettings
from individuals.models import Address, Individual
from policies import reminding
from policies.models import Standing
from policies.selectors import premier
from policies.zones import zones_of

# A day somewhere in the United States may be the one before or after ours.
ELSEWHERE = (-1, 0, 1)


@dataclass(frozen=True)
class Case:
    """One policy whose client may be reminded, and the person in whose name."""

    standing: Standing
    agent: Agent | None
    preference: MailPreference
    rules: MailSettings
    facts: reminding.Facts

    @property
    def individual(self) -> Individual:
        return self.standing.policy.subscriber

    @property
    def signature(self) -> str:
        """What stands under the mail: the agent's own words, unless the agency wants its own."""
        if self.rules.overrides_signatures and self.rules.signature:
            return self.rules.signature
        return self.preference.signature or self.rules.signature


class Reader:
    """Reads cases; what is the same for all of them is read once."""

    def __init__(self, *, kind: str, at: datetime) -> None:
        self.kind = kind
        self.at = at

    @cached_property
    def rules(self) -> MailSettings:
        """The agency's settings of mail."""
        return mail.mail_settings()

    @cached_property
    def _silent(self) -> frozenset[int]:
        return frozenset(self.rules.silent_statuses.values_list("pk", flat=True))

    @cached_property
    def _premier(self) -> frozenset[int]:
        return premier.premier_carrier_ids(on=timezone.localdate(self.at))

    def due(self) -> Iterator[Case]:
        """The policies with a deadline as many days away as one of the steps, or soon after."""
        today = timezone.localdate(self.at)
        days = {
            today + timedelta(days=left + off) for left in reminding.STEP_OF for off in ELSEWHERE
        }
        rows = _standings().filter(status=reminding.ACTION_NEEDED, deadline__in=days)
        for standing in rows.order_by("pk").iterator(chunk_size=500):
            yield self.case_of(standing)

    def find(self, policy_id: int) -> Case | None:
        """What is known of one policy now."""
        standing = _standings().filter(pk=policy_id).first()
        return self.case_of(standing) if standing else None

    def case_of(self, standing: Standing) -> Case:
        """Gather the facts about a policy that ``_standings`` read."""
        policy = standing.policy
        person = policy.subscriber
        agent = policy.servicing_agent or person.servicing_agent
        agent = agent if agent and agent.is_active else None
        preference = _preference_of(agent)
        rules = self.rules
        facts = reminding.Facts(
            status=standing.status,
            deadline=standing.deadline,
            as_of=standing.as_of,
            zones=zones_of(standing.state or "", otherwise=settings.TIME_ZONE),  # type: ignore[attr-defined]
            policy_meaning=policy.status.meaning,
            premium=policy.premium,
            amount_due=standing.amount_due,
            is_stale=bool(standing.stale_at and standing.stale_at <= self.at),
            is_premier=policy.carrier_id in self._premier,
            is_archived=bool(person.type and person.type.meaning == "none"),
            is_silent=person.status_id in self._silent,
            is_deceased=person.deceased_date is not None,
            has_address=bool(person.email),
            is_opted_out=bool(person.email) and self._is_opted_out(person.email),
            has_agent=agent is not None,
            agent_sends=preference.sends_reminders,
            agency_sends=rules.sends_reminders,
            quiet_from=rules.quiet_from,
            quiet_to=rules.quiet_to,
        )
        return Case(standing, agent, preference, rules, facts)

    def _is_opted_out(self, address: str) -> bool:
        return mail.open_optout(address=address, kind=self.kind) is not None


def _standings() -> QuerySet[Standing]:
    home = Address.objects.filter(individual=OuterRef("policy__subscriber"), is_primary=True)
    return Standing.objects.annotate(state=Subquery(home.values("state")[:1])).select_related(
        "policy__status",
        "policy__carrier",
        "policy__servicing_agent__user__mail_preference",
        "policy__subscriber__type",
        "policy__subscriber__status",
        "policy__subscriber__servicing_agent__user__mail_preference",
    )


def _preference_of(agent: Agent | None) -> MailPreference:
    """What the agent's user has set; agents who do not sign in have the defaults."""
    user = agent.user if agent else None
    stored: MailPreference | None = getattr(user, "mail_preference", None)
    return stored or MailPreference()
