"""The enrollment among the agency's applications."""

from datetime import datetime, time

from django.utils import timezone

from commissions.models import Application
from commissions.services import applications
from commissions.services.applications import Told
from integrations.partner import Applied, Touched
from integrations.plancompare.mapping import Enrollment
from policies.models import Policy


def receive(
    *,
    enrollment: Enrollment,
    policy: Policy,
    received_at: datetime,
    at: datetime,
    applied: Applied,
) -> None:
    """Store the enrollment as an application of the policy that it made; one policy has one."""
    person, plan = enrollment.beneficiary, enrollment.plan
    told = Told(
        source=Application.Source.PLANCOMPARE,
        external_id=enrollment.enrollment_id,
        source_updated_at=received_at,
        carrier_name=plan.carrier_name,
        carrier_id=policy.carrier_id,
        agent_id=policy.servicing_agent_id,
        agent_name=enrollment.username if policy.servicing_agent_id is None else "",
        individual_id=policy.subscriber_id,
        policy_id=policy.pk,
        first_name=person.first_name,
        last_name=person.last_name,
        date_of_birth=person.date_of_birth,
        mbi=person.mbi,
        email=person.email,
        phone=person.phone,
        line_1=person.address_1,
        city=person.city,
        state=person.state,
        zip_code=person.zip_code,
        plan_type=plan.plan_type,
        plan_name=plan.plan_name,
        plan_id=plan.plan_id,
        plan_year=plan.plan_year,
        confirmation_number=enrollment.confirmation_number,
        effective_date=enrollment.application_effective_date,
        submitted_at=_moment(enrollment),
        premium=plan.premium_per_month,
    )
    received = applications.receive(told=told, at=at)
    action = "created" if received.is_new else "updated" if received.changed else "matched"
    applied.touched.append(Touched("application", received.application_id, action))


def _moment(enrollment: Enrollment) -> datetime | None:
    """Noon of the day of submission: the same day wherever in the country it is read."""
    day = enrollment.submission_date
    return datetime.combine(day, time(12), tzinfo=timezone.get_default_timezone()) if day else None
