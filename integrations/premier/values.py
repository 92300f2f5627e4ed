"""Carriers' words about payments as a kind of values that come from outside."""

from collections.abc import Collection, Mapping, Sequence

from django.db.models import Value
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from agencyhub.lib.errors import DomainError
from agencyhub.records import kinds
from agencyhub.records.kinds import Choice
from agencyhub.records.unknown import value_key
from integrations.premier.mapping import MEANINGS, Meaning, read_payment
from integrations.premier.models import StatusWord
from policies.models import Carrier, PaymentStatus

KIND = "payment_status"
INITIAL_PAID = gettext_lazy("Initial payment paid")


class CannotAddError(DomainError):
    """The statuses of payments are a list of AgencyHub's own."""

    code = "cannot_add"


class PaymentStatusKind:
    """What one carrier's words about payments mean; ``within_id`` is the carrier.

    A target is a place in ``MEANINGS``, counted from one.
    """

    slug = KIND
    noun = gettext_noop("Payment status")
    plural = gettext_noop("payment statuses")
    add_permission = ""
    add_url = ""
    meanings: Sequence[tuple[str, str]] = ()

    def find(self, keys: Mapping[str, str], *, within_id: int) -> dict[str, int]:
        known = {
            key: MEANINGS.index(meaning) + 1
            for key, text in keys.items()
            if (meaning := read_payment(text)) is not None
        }
        said = StatusWord.objects.filter(carrier=within_id, key__in=list(keys))
        return {**known, **dict(said.values_list("key", "meaning"))}

    def choices(self, *, within_id: int) -> Sequence[Choice]:
        return [Choice(at, label_of(one)) for at, one in enumerate(MEANINGS, start=1)]

    def name_of(self, within_id: int) -> str:
        return Carrier.objects.filter(pk=within_id).values_list("name", flat=True).first() or ""

    def label_of(self, target_ids: Collection[int]) -> dict[int, str]:
        return {at: label_of(MEANINGS[at - 1]) for at in target_ids if 0 < at <= len(MEANINGS)}

    def remember(self, *, text: str, target_id: int, within_id: int) -> None:
        self.forget(text=text, target_id=target_id, within_id=within_id)
        StatusWord.objects.create(carrier_id=within_id, text=text, meaning=target_id)

    def forget(self, *, text: str, target_id: int, within_id: int) -> None:
        words = StatusWord.objects.filter(carrier=within_id)
        words.filter(key=value_key(Value(text))).delete()

    def add(self, *, text: str, within_id: int, meaning: str) -> int:
        msg = gettext("The list of payment statuses is fixed: choose one of it.")
        raise CannotAddError(msg)

    def remove(self, *, target_id: int) -> None:
        """Never called: nothing is added."""


def label_of(meaning: Meaning) -> str:
    """A meaning in words."""
    if meaning == Meaning("current", is_binder=True):
        return str(INITIAL_PAID)
    return str(PaymentStatus(meaning.status).label)


kinds.register(PaymentStatusKind())
kinds.listen("premier", task="integrations.premier.tasks.read_again")
