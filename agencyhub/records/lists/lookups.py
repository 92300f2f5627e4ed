"""Words for keys, read once for a page however many filters and columns need them."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from django.utils import timezone

from agencyhub.accounts.models import Agent, User
from agencyhub.accounts.models.people import full_name
from agencyhub.records import custom
from agencyhub.records.lists import kept
from agencyhub.records.models import CustomField, Option

Found = TypeVar("Found")


class Lookups:
    """What one answer to one user has read so far."""

    def __init__(self, user: User) -> None:
        self.user = user
        self._found: dict[Any, Any] = {}
        self._labels: dict[str, dict[int, str]] = {}

    def get(self, load: Callable[..., Found], *args: Any) -> Found:
        """What ``load`` answers, asked once; mostly not even that if ``kept.until_changed``."""
        asked = (load, *args)
        if asked not in self._found:
            is_kept = kept.is_marked(load)
            self._found[asked] = kept.answer(load, args, self._marks) if is_kept else load(*args)
        return self._found[asked]

    @cached_property
    def _marks(self) -> kept.Marks:
        return kept.marks()

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    @property
    def options(self) -> dict[int, Option]:
        """Every option of every list, inactive ones included, in order."""
        return self.get(_options)

    @cached_property
    def _lists(self) -> dict[str, list[Option]]:
        found: dict[str, list[Option]] = {}
        for one in self.options.values():
            found.setdefault(one.list, []).append(one)
        return found

    def labels(self, option_list: str) -> dict[int, str]:
        """The words of one option list, by key."""
        if option_list not in self._labels:
            found = self._lists.get(option_list, ())
            self._labels[option_list] = {one.pk: one.words for one in found}
        return self._labels[option_list]

    @property
    def agents(self) -> dict[int, str]:
        """Names of all agents by key, in order of their last names."""
        return self.get(agent_names)

    @cached_property
    def _custom_fields(self) -> list[CustomField]:
        found = self.get(_custom_fields)
        return [one for one in found if not one.is_health or custom.may_see_health(self.user)]

    def custom_fields(self, target: str) -> list[CustomField]:
        """The agency's own fields that the user may see."""
        return [one for one in self._custom_fields if one.target == target] if target else []


@kept.until_changed(Option)
def _options() -> dict[int, Option]:
    return {one.pk: one for one in Option.objects.order_by("list", "position", "pk")}


@kept.until_changed(Agent)
def agent_names() -> dict[int, str]:
    """Names of all agents by key, in order of their last names."""
    # Of an agency's hundreds of agents only names are needed.
    found = Agent.objects.order_by("last_name", "first_name", "pk")
    rows = found.values_list("pk", "first_name", "last_name")
    return {pk: full_name(first, last) for pk, first, last in rows}


@kept.until_changed(CustomField)
def _custom_fields() -> list[CustomField]:
    return list(CustomField.objects.filter(is_active=True).order_by("position", "pk"))


Source = Callable[[Lookups], Mapping[Any, str]]
"""Where a filter or a column has its words from, by key."""


def options(option_list: str) -> Source:
    """The words of one option list."""
    return lambda lookups: lookups.labels(option_list)


def agents(lookups: Lookups) -> Mapping[Any, str]:
    """The names of agents."""
    return lookups.agents
