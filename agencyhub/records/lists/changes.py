"""What a bulk edit can set on the rows of a list; declared by the list, carried out set-based."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import DateTimeField, Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import Agent
from agencyhub.lib.pks import read_pk
from agencyhub.records.lists.filters import NO, NONE, YES
from agencyhub.records.lists.lookups import Lookups

Choices = Sequence[tuple[str, Any]]
Refusals = Sequence[tuple[Q, Any]]
UPDATED_AT = "updated_at"


@dataclass(frozen=True)
class BulkField:
    """One field of a bulk edit; its values travel as texts.

    ``offer`` answers the values to choose among, ``same`` the rows that need no change, ``refuse``
    the rows that cannot take the value with the reason (it also sees the other values of the
    edit), and ``apply`` changes all rows given. ``column`` shows the field in the sample.
    """

    key: str
    label: Any
    column: str
    offer: Callable[[Lookups], Choices]
    same: Callable[[str], Q]
    apply: Callable[[QuerySet[Any], str], None]
    after: Callable[[str, str], str] = lambda _before, chosen: chosen
    refuse: Callable[[str, Mapping[str, str]], Refusals] = lambda _value, _values: ()


def active_options(option_list: str) -> Callable[[Lookups], Choices]:
    """The options of a list that a form offers."""
    return lambda lookups: [
        (str(pk), one.words)
        for pk, one in lookups.options.items()
        if one.list == option_list and one.is_active
    ]


def active_agents(lookups: Lookups) -> Choices:
    """The agents that a form offers."""
    active = set(lookups.get(_active_agent_pks))
    return [(str(pk), name) for pk, name in lookups.agents.items() if pk in active]


def _active_agent_pks() -> list[int]:
    return list(Agent.objects.filter(is_active=True).values_list("pk", flat=True))


def or_none(offer: Callable[[Lookups], Choices], label: Any) -> Callable[[Lookups], Choices]:
    """The same choices, and to leave the field empty."""
    return lambda lookups: [(NONE, label), *offer(lookups)]


def yes_or_no(_lookups: Lookups) -> Choices:
    """Yes and no."""
    return [(YES, _("Yes")), (NO, _("No"))]


def set_key(
    key: str,
    label: Any,
    name: str,
    offer: Callable[[Lookups], Choices],
    *,
    column: str = "",
    refuse: Callable[[str, Mapping[str, str]], Refusals] = lambda _value, _values: (),
) -> BulkField:
    """Point the foreign key ``name`` to something else."""

    def same(value: str) -> Q:
        return Q(**{f"{name}__isnull": True}) if value == NONE else Q(**{name: _pk(value)})

    return BulkField(
        key,
        label,
        column or key,
        offer,
        same,
        lambda rows, value: _set(rows, name, None if value == NONE else _pk(value)),
        refuse=refuse,
    )


def set_flag(key: str, label: Any, name: str, *, column: str) -> BulkField:
    """Turn a yes/no field on or off."""
    return BulkField(
        key,
        label,
        column,
        yes_or_no,
        lambda value: Q(**{name: value == YES}),
        lambda rows, value: _set(rows, name, value == YES),
    )


def add_agent(
    through: type[Model], to_row: str, *, column: str, servicing: str, key_of_servicing: str
) -> BulkField:
    """Add an additional agent, except where they are the servicing agent."""
    both = _("the agent would be named twice, as servicing and as additional agent")

    def refuse(value: str, values: Mapping[str, str]) -> Refusals:
        if values.get(key_of_servicing) == value:
            return [(Q(), both)]
        changes_servicing = key_of_servicing in values
        return [] if changes_servicing else [(Q(**{servicing: _pk(value)}), both)]

    def apply(rows: QuerySet[Any], value: str) -> None:
        named: list[Any] = [
            through(**{f"{to_row}_id": pk, "agent_id": _pk(value)})
            for pk in rows.values_list("pk", flat=True)
        ]
        through._default_manager.bulk_create(named, ignore_conflicts=True)

    return BulkField(
        "add_agent",
        _("Add an additional agent"),
        column,
        active_agents,
        lambda value: Q(_has_agent(through, to_row, value)),
        apply,
        after=lambda before, chosen: ", ".join(filter(None, (before, chosen))),
        refuse=refuse,
    )


def remove_agent(through: type[Model], to_row: str, *, column: str) -> BulkField:
    """Take an additional agent off."""

    def apply(rows: QuerySet[Any], value: str) -> None:
        named = through._default_manager.filter(agent_id=_pk(value))
        named.filter(**{f"{to_row}__in": list(rows.values_list("pk", flat=True))}).delete()

    return BulkField(
        "remove_agent",
        _("Remove an additional agent"),
        column,
        lambda lookups: [(str(pk), name) for pk, name in lookups.agents.items()],
        lambda value: ~Q(_has_agent(through, to_row, value)),
        apply,
        after=lambda before, gone: ", ".join(one for one in before.split(", ") if one != gone),
    )


def not_twice(through: type[Model], to_row: str) -> Callable[[str, Mapping[str, str]], Refusals]:
    """Refuse a servicing agent who is an additional agent of the row already."""
    reason = _("the agent is an additional agent already: remove them there first")
    return lambda value, _values: (
        [] if value == NONE else [(Q(_has_agent(through, to_row, value)), reason)]
    )


def _has_agent(through: type[Model], to_row: str, value: str) -> Exists:
    named = through._default_manager.filter(**{to_row: OuterRef("pk")})
    return Exists(named.filter(agent_id=_pk(value)))


def _pk(value: str) -> int:
    """A key that a form has checked; 0 for what is none finds and sets nothing."""
    return read_pk(value) or 0


def _set(rows: QuerySet[Any], name: str, value: Any) -> None:
    """Set a column, and when the rows were touched last: an update does not do that by itself."""
    fields = {one.name: one for one in rows.model._meta.concrete_fields}
    touched = {UPDATED_AT: Now()} if isinstance(fields.get(UPDATED_AT), DateTimeField) else {}
    rows.update(**{name: value}, **touched)
