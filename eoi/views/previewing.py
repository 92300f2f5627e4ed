"""What saving would do to the coverage of each chosen request, in words and amounts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.lib.days import InvalidDayError
from agencyhub.lib.templatetags.ui import usd
from eoi import effective
from eoi.asked import NEEDS_VOLUME, Asked, Day, Problem, read_date
from eoi.forms.decisions import DecideForm
from eoi.models import Decision, EoiRequest
from eoi.selectors import board
from eoi.selectors.board import Item
from eoi.services import deciding
from eoi.services.deciding import Decided, Result

Action = Decision.Action
# What a preview needs; that something is still to be confirmed does not stand in its way.
READABLE = {"action", "effective_date"}


@dataclass(frozen=True)
class Line:
    """One chosen request: its coverage before and after, or why it cannot be decided so."""

    item: Item
    effective_date: date | None
    decided: Decided | None
    becomes: str
    problems: Sequence[str]

    @property
    def changes(self) -> bool:
        """Whether what is in force becomes another amount."""
        decided = self.decided
        return decided is not None and decided.volume_before != decided.volume_after


def chosen(form: DecideForm, *, user: User, at: datetime) -> list[Item]:
    """The requests that are ticked and that the user may see, in the order of the board."""
    rows = EoiRequest.objects.visible_to(user).filter(pk__in=form.picked)
    ordered = rows.select_related(*board.RELATED).order_by("opened_date", "pk")
    return board.items(ordered, at=at)


def asked(form: DecideForm, items: Iterable[Item], *, at: datetime) -> list[Asked]:
    """The decisions that the form asks for, as every door hands them to the service."""
    action = form.cleaned_data["action"]
    return [
        Asked(
            row=number,
            request_id=str(item.pk),
            action=action,
            approved_volume=form.volumes.get(item.pk) if action in NEEDS_VOLUME else None,
            effective_date=_day(form, item, at=at),
        )
        for number, item in enumerate(items, start=1)
    ]


def _day(form: DecideForm, item: Item, *, at: datetime) -> Day:
    """From when a request is decided: the day beside it, else the common one, else the plan's."""
    return form.days.get(item.pk) or form.cleaned_data["effective_date"] or suggested(item, at=at)


def suggested(item: Item, *, at: datetime) -> date:
    """From when the plan lets an amount hold that is approved today."""
    election = item.asked.election
    return effective.suggested(
        item.plan.takes_effect if item.plan else "",
        decided=timezone.localdate(at),
        asked_for=election.change_effective_date,
    )


def lines(form: DecideForm, *, user: User, at: datetime) -> list[Line]:
    """What saving the form would do; nothing is written."""
    items = chosen(form, user=user, at=at)
    if not form.is_valid() and not form.cleaned_data.keys() >= READABLE:
        return [Line(item, None, None, "", ()) for item in items]
    wanted = asked(form, items, at=at)
    result = deciding.preview(
        wanted, channel=Decision.Channel.MANUAL, user=user, within=None, at=at
    )
    decided, failed = {one.row: one for one in result.valid}, problems_of(result)
    return [
        Line(
            item=item,
            effective_date=_as_day(one.effective_date),
            decided=decided.get(one.row),
            becomes=_becomes(one.action, decided.get(one.row)),
            problems=failed.get(item.pk, ()),
        )
        for item, one in zip(items, wanted, strict=True)
    ]


def _as_day(value: Day) -> date | None:
    """A day to show; None for one that cannot be read, which the service then says."""
    try:
        return read_date(value) if isinstance(value, str) else value
    except InvalidDayError:
        return None


def problems_of(result: Result) -> Mapping[int, list[str]]:
    """Why requests could not be decided, by their keys."""
    return {int(one.asked.request_id): _texts(one.problems) for one in result.failed}


def _texts(problems: Iterable[Problem]) -> list[str]:
    return [problem.text for problem in problems]


def _becomes(action: str, decided: Decided | None) -> str:
    """What the request becomes, besides the amount in force."""
    if decided is None:
        return ""
    kept = usd(decided.volume_after)
    rest = usd(_rest(decided))
    words = {
        Action.APPROVE_ALL: gettext("All that was asked for is approved."),
        Action.APPROVE_PART: gettext("The other %(rest)s disappears and cannot be approved later."),
        Action.PEND_REMAINING: gettext("The other %(rest)s stays pending."),
        Action.DENY_PERMANENTLY: gettext(
            "%(kept)s is the most that this person may have of the benefit, for good."
        ),
        Action.EXPIRE_ALL: gettext("The request lapses; %(kept)s stays in force."),
        Action.DENY_ALL: gettext("What was asked for is denied; %(kept)s stays in force."),
    }
    return words[Action(action)] % {"rest": rest, "kept": kept}


def _rest(decided: Decided) -> Decimal:
    """What was asked for and is not approved now (USD)."""
    return (decided.requested_before or Decimal(0)) - decided.volume_after
