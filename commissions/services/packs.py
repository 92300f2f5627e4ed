"""Putting disputes together for carriers: one pack each, of the months that were chosen."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from commissions.expected import disputes
from commissions.models import Dispute, DisputePack, ExpectedPay
from commissions.services import disputes as services

PACKED = gettext_noop("Missing pay: dispute packs for carriers")
# Carriers read them by hand.
MOST = 5_000


class NothingToPackError(DomainError):
    """None of the months is missing."""

    code = "nothing_to_pack"


class TooManyToPackError(DomainError):
    """More months than a carrier would read."""

    code = "too_many_to_pack"


def make(
    *, pay_ids: Collection[int], token: uuid.UUID, user: User, at: datetime
) -> list[DisputePack]:
    """Make a pack for each carrier of these months; what is not disputed yet is from now on.

    Months that are settled, or that the carrier owes nothing for, are left out. The same ``token``
    again answers the same packs.

    Raises:
        NothingToPackError: every month is settled.
        TooManyToPackError: above ``MOST`` months.
    """
    rows = ExpectedPay.objects.visible_to(user).filter(pk__in=list(pay_ids))
    rows = rows.filter(state__in=disputes.ASKED_FOR)
    carriers: dict[int, list[int]] = {}
    for pk, carrier in rows.order_by("pk").values_list("pk", "carrier_id")[: MOST + 1]:
        carriers.setdefault(carrier, []).append(pk)
    count = sum(map(len, carriers.values()))
    if not count:
        raise nothing()
    if count > MOST:
        msg = _("A pack holds at most %(most)s months. Filter further, or select fewer.")
        raise TooManyToPackError(msg % {"most": f"{MOST:,}"})
    by = user if user.pk else None
    with history.batch(user=by, channel=Batch.Channel.SCREEN, summary=PACKED):
        return [
            _pack(carrier, pks, token=token, user=user, at=at)
            for carrier, pks in sorted(carriers.items())
        ]


def nothing() -> NothingToPackError:
    """The refusal where no month is missing."""
    return NothingToPackError(
        _("Nothing that you chose is missing. Select months first, or take all that match.")
    )


def _pack(
    carrier: int, pay_ids: Collection[int], *, token: uuid.UUID, user: User, at: datetime
) -> DisputePack:
    pack, is_new = DisputePack.objects.get_or_create(
        token=token,
        carrier_id=carrier,
        defaults={"made_by": user if user.pk else None, "made_at": at},
    )
    if is_new:
        services.begin(pay_ids=pay_ids, at=at)
        found = Dispute.objects.filter(row__in=list(pay_ids))
        pack.disputes.set(found)
        fresh = found.filter(state=disputes.TO_DO).values_list("row_id", flat=True)
        asked = {"state": disputes.IN_RECONCILIATION}
        services.change_many(pay_ids=list(fresh), values=asked, at=at)
    return pack
