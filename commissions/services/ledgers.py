"""What files of carriers need before they are read, and what follows when they are imported."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from agencyhub.imports.models import Import
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from commissions.models import BookReading
from commissions.services import refresh, superseding
from policies.models import Carrier
from policies.services.carriers import find_carrier, resolve_carrier


class CarrierNotSaidError(DomainError):
    """Nobody knows whose file this is."""

    code = "carrier_not_said"


def prepare(run: Import, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Complete the options of an import: whose file it is, and of which day.

    A carrier that a layout or a person names, and that nobody has yet, is added and flagged for
    review, as those that partners name.

    Raises:
        CarrierNotSaidError: no column, no layout and nobody says it.
    """
    carrier = _carrier(options)
    names = {column["field"] for column in run.version.columns} if run.version else set()
    if carrier is None and "carrier" not in names:
        msg = gettext(
            "Nobody said whose file this is. Choose the carrier under “Whose files these are”,"
            " below the columns."
        )
        raise CarrierNotSaidError(msg)
    told = options.get("as_of")
    return {
        "carrier_id": carrier.pk if carrier else None,
        "carrier_name": carrier.name if carrier else None,
        "as_of": told or timezone.localdate(run.created_at).isoformat(),
        "is_told": bool(told),
        "import_id": run.pk,
        "file_id": run.file_id,
        "sheet": run.sheet,
    }


def _carrier(options: Mapping[str, Any]) -> Carrier | None:
    said = options.get("carrier")
    if not said:
        return None
    if isinstance(said, int) or str(said).isdecimal():
        return Carrier.objects.get(pk=int(said))
    for name in (str(said), *options.get("carrier_also", ())):
        if found := find_carrier(name)[0]:
            return found
    summary = gettext_noop("Carrier added for a file")
    with history.batch(user=None, channel=Batch.Channel.IMPORT, summary=summary):
        return resolve_carrier(name=str(said), partner="import").carrier


def named_carriers() -> list[tuple[str, str]]:
    """Carriers that a layout may be said to be of, by name: that is how layouts name them."""
    rows = Carrier.objects.filter(is_active=True).order_by("name_key", "pk")
    return [(name, name) for name in rows.values_list("name", flat=True)]


def after_book(batch_id: int) -> None:
    """Note of every row that the book told again when that was; then match. May run twice."""
    for run in Import.objects.filter(batch=batch_id).select_related("batch"):
        if run.batch is not None:
            as_of = date.fromisoformat(_as_of(run))
            with history.resume(run.batch):
                reading, _ = BookReading.objects.get_or_create(
                    run=run, defaults={"as_of_date": as_of}
                )
            reading.tell()
    refresh.request()


def after_statement(batch_id: int) -> None:
    """Put aside what rewritten statements do not say any more; then match. May run twice."""
    runs = Import.objects.filter(batch=batch_id).select_related("version__template", "batch")
    for run in runs:
        if run.batch is not None and superseding.is_rolling(run):
            with history.resume(run.batch):
                superseding.supersede(run)
    refresh.request()


def _as_of(run: Import) -> str:
    return str(run.options.get("as_of") or timezone.localdate(run.created_at).isoformat())
