"""Which policy an enrollment made before, so that no replay makes a second one."""

import hashlib
from dataclasses import dataclass

from agencyhub.lib.db import one_or_none
from agencyhub.lib.text import tidy
from individuals.models import MergedIndividual
from integrations.plancompare.mapping import Enrollment
from integrations.plancompare.models import EnrollmentKey
from policies.models import Policy


def _digest(*parts: object) -> str:
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class EnrollmentKeys:
    """The two names of an enrollment: its confirmation number; its person, plan and effective date.

    An enrollment with a confirmation number is that policy and no other. One without is the policy
    that its person holds in its plan from its date. When the number arrives later it joins the
    policy that was made without one.
    """

    enrollment: Enrollment

    @property
    def confirmation(self) -> str:
        """Key of the confirmation number, or blank."""
        number = tidy(self.enrollment.confirmation_number).casefold()
        return _digest("confirmation", number) if number else ""

    def of_person(self, individual_id: int) -> str:
        """Key of the person, the plan and the effective date."""
        plan = self.enrollment.plan
        name = (plan.carrier_name.casefold(), plan.plan_id.casefold() or plan.plan_name.casefold())
        return _digest(
            "person", individual_id, *name, self.enrollment.application_effective_date.isoformat()
        )

    def policy_by_confirmation(self) -> EnrollmentKey | None:
        """The policy with this confirmation number."""
        return self._find(self.confirmation) if self.confirmation else None

    def policy_of_person(self, individual_id: int | None) -> EnrollmentKey | None:
        """The policy of this person in this plan, unless both have different numbers.

        Who was merged into the person enrolled under a key of their own.
        """
        if individual_id is None:
            return None
        people = MergedIndividual.objects.keys_of(individual_id)
        found = self._find(*(self.of_person(pk) for pk in people))
        if found is None or not self.confirmation:
            return found
        others = EnrollmentKey.objects.filter(policy_id=found.policy_id, is_confirmation=True)
        return None if others.exists() else found

    def remember(
        self, *, policy: Policy, is_new: bool, individual_id: int, message_id: int
    ) -> None:
        """Tie both keys to the policy; a key that another policy has stays with it."""
        if not is_new:
            EnrollmentKey.objects.filter(policy=policy).update(last_message_id=message_id)
        keys = [(self.of_person(individual_id), "")]
        if self.confirmation:
            keys.append((self.confirmation, tidy(self.enrollment.confirmation_number)))
        EnrollmentKey.objects.bulk_create(
            [
                EnrollmentKey(
                    key=key,
                    is_confirmation=bool(number),
                    policy=policy,
                    last_message_id=message_id,
                    confirmation_number=number,
                )
                for key, number in keys
            ],
            ignore_conflicts=True,
        )

    def _find(self, *keys: str) -> EnrollmentKey | None:
        found = EnrollmentKey.objects.filter(key__in=keys)
        return one_or_none(found.order_by("-last_message_id", "-pk") if len(keys) > 1 else found)
