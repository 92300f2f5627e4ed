"""Policies by the confirmation number of the enrollment that made them."""

from integrations.plancompare.models import EnrollmentKey
from policies.models import NumberKey
from policies.numbers import number_key

# Whoever sees a part of the policies sees some of so many.
MOST = 200


def confirmation_numbers(text: str, *, limit: int) -> dict[int, str]:
    """Policies whose confirmation number starts with ``text``, zeros and dashes aside.

    Keys of policies, whoever may see them, and the number as it was written.
    """
    key = number_key(text)
    if not key:
        return {}
    keys = EnrollmentKey.objects.alias(number_key=NumberKey("confirmation_number"))
    found = keys.filter(is_confirmation=True, number_key__startswith=key).order_by()
    return dict(found.values_list("policy_id", "confirmation_number")[: max(limit, MOST)])
