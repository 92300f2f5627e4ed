"""The inbox of differences as its page shows it: rows with both sides, and how far one is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from agencyhub.accounts.models import User
from agencyhub.lib.midnights import midnight
from integrations.noyo.lists_differences import KIND_LOOKS, STATE_LOOKS, field_words
from integrations.noyo.models import Difference
from integrations.noyo.selectors import people, settling

State = Difference.State
RELATED = ("noyo_group__group", "employee", "dependent__employee", "member", "decided_by")
CHANGE = "noyo.change_difference"
# Whose records the carrier's value goes into, and the right to change them.
RIGHTS = {"employee": "groups.change_employee", "dependent": "groups.change_dependent"}
# What the row says itself.
OBVIOUS = ("", settling.Left.NO_VALUE)


@dataclass(frozen=True)
class Item:
    """One difference in words. ``why_left``: why the carrier's value may not be taken over, where
    the row itself does not say it."""

    one: Difference
    name: str
    what: str
    ours: str
    theirs: str
    kind_look: tuple[str, str]
    state_look: tuple[str, str]
    why_left: str
    may_take: bool
    may_keep: bool


def items(rows: Iterable[Difference], *, user: User) -> list[Item]:
    """Rows, with ``RELATED`` loaded, as somebody sees them."""
    rights = {side: user.has_perm(right) for side, right in RIGHTS.items()}
    may_change = user.has_perm(CHANGE)
    return [_item(one, rights, may_change=may_change) for one in rows]


def _item(one: Difference, rights: Mapping[str, bool], *, may_change: bool) -> Item:
    why = settling.why_left(one)
    is_open = one.state == State.OPEN
    side = "employee" if one.employee_id else "dependent"
    return Item(
        one=one,
        name=settling.name_of(one),
        what=field_words(one.field),
        ours=settling.shown(one.field, one.our_value),
        theirs=settling.shown(one.field, one.carrier_value),
        kind_look=KIND_LOOKS[Difference.Kind(one.kind)],
        state_look=STATE_LOOKS[State(one.state)],
        why_left=settling.in_words(why) if is_open and why not in OBVIOUS else "",
        may_take=may_change and not why and rights[side],
        may_keep=may_change and is_open,
    )


def next_open(one: Difference, *, user: User) -> Difference | None:
    """The open difference of the group that comes after one in the inbox, else its first."""
    rows = people.differences(user).filter(noyo_group=one.noyo_group_id, state=State.OPEN)
    rows = rows.exclude(pk=one.pk).order_by("-first_seen_at", "-pk")
    later = rows.filter(first_seen_at=one.first_seen_at, pk__lt=one.pk)
    return (later | rows.filter(first_seen_at__lt=one.first_seen_at)).first() or rows.first()


def settled_today(user: User, *, at: datetime) -> int:
    """How many differences the user has decided today."""
    today = midnight(timezone.localdate(at))
    return Difference.objects.filter(decided_by=user, decided_at__gte=today).count()
