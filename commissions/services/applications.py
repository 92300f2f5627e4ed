"""Applications as sources tell of them: any order and any repetition ends in the same row."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_noop

from agencyhub.lib.db import lock_keys, one_or_none
from agencyhub.records import history, kinds
from agencyhub.records.models import Batch
from agencyhub.records.services import values as lists
from commissions.models import Application, ApplicationRider
from commissions.services import recognising, refresh
from commissions.services.deriving import derive
from commissions.told import RiderTold, Told, given_values

__all__ = ["Received", "RiderTold", "Told", "look_up_again", "receive", "stamp_of"]

Source = Application.Source
FIELDS = {one.name: one for one in Application._meta.fields}
LONGEST = {name: one.max_length for name, one in FIELDS.items() if one.max_length}


@dataclass
class Received:
    """What receiving did. ``reasons`` are sentences without personal data."""

    application_id: int
    is_new: bool
    changed: bool
    reasons: list[str] = field(default_factory=list)


def receive(*, told: Told, at: datetime) -> Received:
    """Store what a source tells about an application; call it inside ``history.batch``.

    Each field keeps what the newest update that told it said: an older one never wins, and may
    only add what no newer one has told. Blanks never erase, and what a person filled stays. Two
    deliveries of one application wait for each other.
    """
    application, is_new = _locked(told)
    update = _Update(application, told, at)
    update.apply()
    if is_new:
        application.save(force_insert=True)
        update.reasons.insert(
            0,
            gettext_noop("New application from %(source)s")
            % {"source": application.get_source_display()},
        )
    elif update.touched:
        application.save(update_fields=[*sorted(update.touched), "updated_at"])
    changed = _receive_riders(application, told, update) or bool(update.changed)
    if application.carrier_id is None and application.carrier_name and (is_new or changed):
        _ask_about_carrier(application)
    return Received(application.pk, is_new, is_new or changed, update.reasons)


def look_up_again(*, application_id: int) -> bool:
    """Find what a told carrier means by now; say whether anything came of it. May run twice."""
    summary = gettext_noop("Application looked up again")
    with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary=summary):
        rows = Application.objects.select_for_update(no_key=True).filter(pk=application_id)
        row = one_or_none(rows)
        columns, _ = derive(row, changed={"carrier_name"}) if row else (set(), [])
        if row is None or not columns:
            return False
        row.save(update_fields=[*sorted(columns), "updated_at"])
        refresh.request()
    return True


def _locked(told: Told) -> tuple[Application, bool]:
    """The application of this id, nobody else's until the transaction ends; or a new one."""
    new = Application(source=told.source, external_id=told.external_id)
    if not told.external_id:
        return new, True
    lock_keys([f"application {told.source} {told.external_id}"])
    rows = Application.objects.select_for_update(no_key=True)
    same = Q(external_id=told.external_id)
    if told.policy_id is not None:  # the caller knows that it is one, whatever the source calls it
        same |= Q(policy=told.policy_id)
    known = one_or_none(rows.filter(same, source=told.source))
    if known is None and told.source == Source.HEALTHSHERPA:
        known = _adopted(told)
    return (known, False) if known is not None else (new, True)


def _adopted(told: Told) -> Application | None:
    """The row of a backfill for an enrollment that now comes from HealthSherpa itself."""
    pk = recognising.backfilled(told)
    rows = Application.objects.select_for_update(no_key=True).filter(source=Source.BACKFILL)
    row = one_or_none(rows.filter(pk=pk)) if pk else None
    if row is not None:
        row.source, row.external_id = told.source, told.external_id
        row.save(update_fields=["source", "external_id", "updated_at"])
    return row


def stamp_of(moment: datetime) -> str:
    """A moment as ``told`` keeps it: texts that sort as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class _Update:
    """One update on its way into an application.

    ``touched`` are columns to write, ``changed`` those of them that say something new.
    """

    def __init__(self, application: Application, told: Told, at: datetime) -> None:
        self.application = application
        self.told = told
        self.moment = told.source_updated_at or at
        self.stamp = stamp_of(self.moment)
        self.touched: set[str] = set()
        self.changed: set[str] = set()
        self.reasons: list[str] = []

    def apply(self) -> None:
        values, unreadable = given_values(self.told, longest=LONGEST)
        before = self.application.source_updated_at
        is_older = before is not None and self.moment < before
        for name, value in values.items():
            self._take(name, value)
        self._take_mbi()
        if not is_older and before != self.moment:
            self._set("source_updated_at", self.moment, is_news=False)
        if is_older:
            self.reasons.append(_older(sorted(self.changed)))
        if unreadable:
            self.reasons.append(
                gettext_noop("Could not be read: %(in_words)s")
                % {"in_words": _in_words(unreadable)}
            )
        derived, how = derive(self.application, changed=self.changed)
        self.touched |= derived
        self.changed |= derived
        self.reasons += how

    def wins(self, name: str, value: object, own: object) -> bool:
        """Whether this update's word counts for a field; also notes that it was said."""
        if name in self.application.filled:
            return False
        by, said_at = self.application.told.get(name) or ("", "")
        if by == Source.BACKFILL != self.told.source:
            said_at = ""  # a file of what was long ago knows less than the source itself
        if (self.stamp, str(value)) < (said_at, str(own)):
            return False
        self._note(name)
        return True

    def _note(self, name: str) -> None:
        """Note that this update said something about a field, unless that is noted already."""
        told, said = self.application.told, [str(self.told.source), self.stamp]
        if told.get(name) != said:
            self.application.told = {**told, name: said}
            self.touched.add("told")

    def _take(self, name: str, value: object) -> None:
        own = getattr(self.application, name)
        if self.wins(name, value, own) and own != value:
            self._set(name, value)

    def _take_mbi(self) -> None:
        """A full MBI counts more than a masked one, whenever it was said."""
        mbi, row = self.told.mbi, self.application
        if mbi is None or (row.mbi and not mbi.full):
            return
        is_fuller = bool(mbi.full) and not row.mbi
        if (is_fuller and "mbi" not in row.filled) or self.wins("mbi", mbi.tail, row.mbi_tail):
            self._note("mbi")
            if row.set_mbi(mbi):
                self.touched |= {"mbi", "mbi_index", "mbi_tail"}
                self.changed.add("mbi")

    def _set(self, name: str, value: object, *, is_news: bool = True) -> None:
        setattr(self.application, name, value)
        self.touched.add(name)
        if is_news:
            self.changed.add(name)


def _receive_riders(application: Application, told: Told, update: _Update) -> bool:
    """Replace the riders by those of a newer update; say whether anything changed."""
    if not told.riders:
        return False
    wanted = {rider.plan_name: rider for rider in told.riders}
    known = {rider.plan_name: rider for rider in application.riders.all()}
    if not update.wins("riders", _as_text(wanted), _as_text(known)):
        return False
    Application.objects.filter(pk=application.pk).update(told=application.told)
    if _as_text(wanted) == _as_text(known):
        return False
    gone = [rider.pk for name, rider in known.items() if name not in wanted]
    ApplicationRider.objects.filter(pk__in=gone).delete()
    for name, rider in wanted.items():
        ApplicationRider.objects.update_or_create(
            application=application,
            plan_name=name,
            defaults={"external_id": rider.external_id, "premium": rider.premium},
        )
    return True


def _as_text(riders: dict[str, Any]) -> str:
    return repr(sorted((name, r.external_id, r.premium) for name, r in riders.items()))


def _ask_about_carrier(application: Application) -> None:
    """Let somebody say which carrier is meant; the application keeps the name until then."""
    label = gettext_noop("Application %(id)s") % {"id": application.pk}
    source = kinds.Source(
        f"application:{application.pk}", label, f"/applications/{application.pk}/"
    )
    lists.resolve(kind="carrier", texts=[application.carrier_name], source=source)


def _older(changed: list[str]) -> str:
    if not changed:
        return gettext_noop("An older update than the last one: nothing changed")
    return gettext_noop("An older update than the last one: only added %(in_words)s") % {
        "in_words": _in_words(changed)
    }


def _in_words(names: list[str]) -> str:
    columns = (FIELDS.get(name) or FIELDS[name.removesuffix("_id")] for name in names)
    return ", ".join(str(column.verbose_name) for column in columns)
