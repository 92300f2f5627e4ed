"""Noyo's carriers: made when they are first named, with the fields that matter to each."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.noyo.client import MissingError, Noyo
from integrations.noyo.models import NoyoCarrier
from integrations.noyo.wire import read_mapped_field
from policies.models import Carrier

NAMED = gettext_noop("Carriers that Noyo named")
MATCHED = gettext_noop("Carriers at Noyo matched with ours")
READ_EVERY = timedelta(hours=20)


class Carriers:
    """The carriers of one run: each is looked up once, and its mapped fields are read once a night.

    Call it outside of a transaction: it may ask Noyo.
    """

    def __init__(self, noyo: Noyo, *, at: datetime) -> None:
        self._noyo, self._at = noyo, at
        self._known: dict[str, NoyoCarrier] = {}

    def named(self, noyo_ids: Iterable[str]) -> Mapping[str, NoyoCarrier]:
        """All that have been named so far, these included."""
        new = set(noyo_ids) - self._known.keys()
        for carrier in ensure(new):
            if carrier.read_at is None or carrier.read_at < self._at - READ_EVERY:
                self._read(carrier)
            self._known[carrier.noyo_id] = carrier
        return self._known

    def _read(self, carrier: NoyoCarrier) -> None:
        try:
            rows = self._noyo.whole(f"/carriers/{carrier.noyo_id}/mapped_fields")
        except MissingError:
            rows = []
        fields = [asdict(read_mapped_field(row)) for row in rows]
        is_new = carrier.mapped_fields != fields
        carrier.mapped_fields, carrier.read_at = fields, self._at
        if is_new:
            with history.batch(user=None, channel=Batch.Channel.SYNC, summary=NAMED):
                carrier.save(update_fields=["mapped_fields", "read_at"])
        else:
            NoyoCarrier.objects.filter(pk=carrier.pk).update(read_at=self._at)


def ensure(noyo_ids: Iterable[str]) -> list[NoyoCarrier]:
    """The carriers with these IDs; those that nobody named before are made."""
    wanted = set(noyo_ids)
    found = list(NoyoCarrier.objects.select_related("carrier").filter(noyo_id__in=wanted))
    missing = wanted - {carrier.noyo_id for carrier in found}
    if missing:
        with history.batch(user=None, channel=Batch.Channel.SYNC, summary=NAMED):
            NoyoCarrier.objects.bulk_create(
                [NoyoCarrier(noyo_id=noyo_id) for noyo_id in sorted(missing)],
                ignore_conflicts=True,
            )
        found += NoyoCarrier.objects.filter(noyo_id__in=missing)
    return found


def match(*, carrier: NoyoCarrier, ours: Carrier | None, name: str, user: User) -> None:
    """Say which of our carriers it is, and what it is called where it is none of ours."""
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=MATCHED):
        carrier.carrier, carrier.name = ours, name
        carrier.save(update_fields=["carrier", "name"])
