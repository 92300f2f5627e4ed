"""Applying an enrollment in one transaction: who, the Individual, carrier, product, policy."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_noop

from agencyhub.lib.db import lock_keys, one_or_none
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from individuals.models import Individual, SalesRecord
from integrations.models import InboundMessage
from integrations.partner import Applied, Touched
from integrations.plancompare.mapping import Enrollment, read_enrollment
from integrations.plancompare.models import (
    EnrollmentKey,
    PlanCompareUser,
    PlanTypeMapping,
    Site,
)
from integrations.plancompare.sync import application, coverage, holding, person, policy, who
from integrations.plancompare.sync.keys import EnrollmentKeys
from policies.models import Policy

UNKNOWN_USERNAME = gettext_noop(
    "No user has this PlanCompare username. Set the servicing agent here, and the username on the"
    " Users tab of the integration."
)
ENTRY_TEXT = gettext_noop("PlanCompare enrollment applied")


class SiteInactiveError(DomainError):
    """No PlanCompare variant is active any more."""

    code = "integration_inactive"


@dataclass(frozen=True)
class SiteSettings:
    """The active site, with its options and custom fields, or None; and its plan types."""

    site: Site | None
    plan_types: Mapping[str, PlanTypeMapping]


def site_settings() -> SiteSettings:
    """Read the active site with everything an enrollment needs."""
    sites = Site.objects.filter(is_active=True).select_related(
        "address_type",
        "individual_type",
        "individual_status",
        "policy_status",
        "confirmation_field",
        "plan_id_field",
    )
    site = one_or_none(sites)
    return SiteSettings(site, coverage.mappings_of(site) if site else {})


class EnrollmentSession:
    """Applies enrollments with the settings read when the session was opened."""

    def __init__(self, settings: SiteSettings) -> None:
        self.settings = settings
        self.users: dict[str, PlanCompareUser | None] = {}

    def apply(self, *, message: InboundMessage, body: bytes, batch: Batch, at: datetime) -> Applied:
        """Apply one enrollment; see ``integrations.partner.Session.apply``."""
        site = self.settings.site
        if site is None:
            msg = gettext_noop("PlanCompare is not active. Activate it, then retry this message.")
            raise SiteInactiveError(msg)
        applied = Applied()
        if not site.sync_enrollments:
            applied.is_ignored = True
            applied.reasons.append(gettext_noop("The enrollment sync is switched off"))
            return applied
        enrollment = read_enrollment(json.loads(body))
        _Application(self, site, enrollment, message, batch, at, applied).run()
        return applied

    def user_called(self, username: str) -> PlanCompareUser | None:
        """The user with this PlanCompare username; asked once a page for each."""
        key = username.upper()
        if key and key not in self.users:
            users = PlanCompareUser.objects.filter(username_key=Lower(Value(username)))
            self.users[key] = one_or_none(users)
        return self.users.get(key)


@dataclass
class _Application:
    """One enrollment on its way into the records."""

    session: EnrollmentSession
    site: Site
    enrollment: Enrollment
    message: InboundMessage
    batch: Batch
    at: datetime
    applied: Applied

    def run(self) -> None:
        lock_keys(_locks(self.enrollment))
        keys = EnrollmentKeys(self.enrollment)
        known = keys.policy_by_confirmation()
        if self._is_outdated(known):
            return
        coverage_type = coverage.coverage_type_for(
            self.site, self.session.settings.plan_types, self.enrollment.plan, self.applied
        )
        if known is not None:
            found = who.known_person(known.policy.subscriber_id)
            is_chosen = who.chooses(self.message.decision, known.policy.subscriber_id)
            if found.individual is not None and not is_chosen:
                holding.refuse_contradiction(found.individual, self.enrollment.beneficiary)
            self.applied.reasons.append(
                gettext_noop("Confirmation number known from Policy %(policy_id)s")
                % {"policy_id": known.policy_id}
            )
        else:
            found = who.find_person(
                self.site, self.enrollment, decision=self.message.decision, at=self.at
            )
            known = keys.policy_of_person(found.individual_id)
            if self._is_outdated(known):
                return
        servicing_agent_id = self._servicing_agent_id()
        individual = person.save_person(
            site=self.site,
            beneficiary=self.enrollment.beneficiary,
            found=found,
            servicing_agent_id=servicing_agent_id,
            applied=self.applied,
        )
        saved = policy.save_policy(
            site=self.site,
            enrollment=self.enrollment,
            individual=individual,
            existing_id=known.policy_id if known else None,
            coverage_type=coverage_type,
            servicing_agent_id=servicing_agent_id,
            applied=self.applied,
        )
        keys.remember(
            policy=saved,
            is_new=known is None,
            individual_id=individual.pk,
            message_id=self.message.pk,
        )
        application.receive(
            enrollment=self.enrollment,
            policy=saved,
            received_at=self.message.received_at,
            at=self.at,
            applied=self.applied,
        )
        if found.sales_record is not None:
            touched = Touched("sales_record", found.sales_record.pk, found.sales_record_action)
            self.applied.touched.append(touched)
        self._write_timeline(individual, found.sales_record, saved)

    def _is_outdated(self, known: EnrollmentKey | None) -> bool:
        """Deliveries may be applied out of order: what arrived last wins."""
        if known is None or known.last_message_id <= self.message.pk:
            return False
        newer = known.last_message_id
        self.applied.reasons.append(
            gettext_noop(
                "A newer delivery (message %(newer)s) was applied before this one: nothing changed"
            )
            % {"newer": newer}
        )
        return True

    def _servicing_agent_id(self) -> int | None:
        mapped = self.session.user_called(self.enrollment.username)
        if mapped is None:
            self.applied.reasons.append(
                gettext_noop("The PlanCompare username belongs to no user: no agent set")
            )
            self.applied.attention.append(UNKNOWN_USERNAME)
            return None
        if mapped.servicing_agent_id is None:
            self.applied.reasons.append(
                gettext_noop("The PlanCompare username has no servicing agent")
            )
        return mapped.servicing_agent_id

    def _write_timeline(
        self, individual: Individual, sales_record: SalesRecord | None, saved: Policy
    ) -> None:
        records: list[tuple[Individual | SalesRecord | Policy, int | None]] = [
            (individual, individual.pk),
            (saved, None),
        ]
        if sales_record is not None:
            records.append((sales_record, None))
        history.write(
            *(
                history.entry(
                    batch=self.batch,
                    record=record,
                    individual_id=individual_id,
                    text=ENTRY_TEXT,
                    reasons=self.applied.reasons,
                )
                for record, individual_id in records
            )
        )


def _locks(enrollment: Enrollment) -> list[str]:
    """What no two workers may handle at once: this enrollment, and this person by any name."""
    beneficiary = enrollment.beneficiary
    name = unicodedata.normalize("NFKD", f"{beneficiary.first_name}{beneficiary.last_name}")
    letters = "".join(letter for letter in name.casefold() if letter.isalnum())
    locks = [f"enrolled person {letters} {beneficiary.date_of_birth}"]
    if enrollment.confirmation_number:
        locks.append(f"enrollment {enrollment.confirmation_number.casefold()}")
    if beneficiary.mbi and beneficiary.mbi.full:
        locks.append(f"mbi {beneficiary.mbi.full}")
    if enrollment.echoed_individual_id:
        locks.append(f"individual {enrollment.echoed_individual_id}")
    if enrollment.echoed_sales_record_id:
        locks.append(f"sales record {enrollment.echoed_sales_record_id}")
    return locks
