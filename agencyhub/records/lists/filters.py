"""Kinds of filters: what each offers, what it keeps, and how it is said in words.

They are django-filter's, so that an API can use a list's filters as they are. A filter that cannot
be read never widens a list: its error is shown and no row is.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import date, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Model, Q, QuerySet
from django.utils.dates import MONTHS
from django.utils.translation import gettext, gettext_lazy

from agencyhub.lib.midnights import midnight
from agencyhub.lib.pks import LARGEST, read_pk
from agencyhub.records import touched
from agencyhub.records.lists.lookups import Lookups, Source, agents

NONE = "none"
YES, NO = "yes", "no"
MAX_TEXT = 80
Rows = QuerySet[Any]
Condition = Callable[[Sequence[Any]], Q] | str


class ListFilter(django_filters.Filter):
    """One filter of a list.

    ``is_quick`` puts it above the list, the others into the panel. ``is_private`` keeps its value,
    which tells who somebody is, out of addresses. ``default`` applies when an address is silent.
    ``is_linked`` says that links to the list set it, and nobody by hand.
    """

    is_linked = False

    def __init__(
        self,
        label: Any,
        *,
        is_quick: bool = False,
        is_private: bool = False,
        default: str = "",
        **options: Any,
    ) -> None:
        super().__init__(label=label, **options)
        self.is_quick, self.is_private, self.default = is_quick, is_private, default

    def __deepcopy__(self, memo: Any) -> "ListFilter":
        """Make the copy that a request works on: nothing but the choices differs."""
        twin = copy(self)
        twin.extra = dict(self.extra)
        return twin

    def offer(self, lookups: Lookups) -> None:
        """Take the words of the choices from what a page has read."""

    def words(self, texts: Sequence[str]) -> str:
        """What the filter asks for, as a person says it."""
        return ", ".join(texts)

    def gone(self, texts: Sequence[str]) -> list[str]:
        """Values that were on offer once and are no longer."""
        return []


class AnyOfField(forms.MultipleChoiceField):
    """Several choices. A key of what was removed since is one too: it finds no row."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, read: Callable[[str], Any], **options: Any) -> None:
        self.read = read
        super().__init__(**options)

    def valid_value(self, value: str) -> bool:
        return super().valid_value(value) or self.read(value) is not None


class AnyOf(ListFilter):
    """Rows with one of several values; ``condition`` says which rows a list of them means.

    ``nobody`` is the label of the choice "none", for rows without a value.
    """

    field_class = AnyOfField

    def __init__(
        self,
        label: Any,
        source: Source,
        condition: Condition,
        *,
        nobody: Any = None,
        read: Callable[[str], Any] = read_pk,
        **options: Any,
    ) -> None:
        super().__init__(label, choices=(), read=read, **options)
        self.source, self.nobody, self.read, self.condition = source, nobody, read, condition
        self.choices: list[tuple[str, Any]] = []

    def offer(self, lookups: Lookups) -> None:
        known = [(str(key), words) for key, words in self.source(lookups).items()]
        self.choices = [*([(NONE, self.nobody)] if self.nobody else []), *known]
        self.extra["choices"] = self.choices

    def filter(self, qs: Rows, value: Sequence[str]) -> Rows:
        if not value:
            return qs
        keys = [self.read(one) for one in value if one != NONE]
        if callable(self.condition):
            wanted = self.condition(keys) if keys else Q(pk__in=[])
        else:
            wanted = Q(**{f"{self.condition}__in": keys})
            if NONE in value:
                wanted |= Q(**{f"{self.condition}__isnull": True})
        return qs.filter(wanted)

    def words(self, texts: Sequence[str]) -> str:
        known = dict(self.choices)
        lost = gettext("a value that is gone")
        return f" {gettext('or')} ".join(str(known.get(one, lost)) for one in texts)

    def gone(self, texts: Sequence[str]) -> list[str]:
        known = dict(self.choices)
        return [one for one in texts if one not in known]


class Chosen(AnyOf):
    """Rows with one of several values of ours: ``known`` has the words of each, by value.

    What is none of them is refused, not looked for.
    """

    def __init__(
        self, label: Any, known: Mapping[str, Any], condition: Condition, **options: Any
    ) -> None:
        read = {value: value for value in known}.get
        super().__init__(label, lambda _lookups: known, condition, read=read, **options)


class OfAgent(AnyOf):
    """Rows that an agent looks after, or nobody does."""

    def __init__(self, label: Any, name: str, **options: Any) -> None:
        super().__init__(label, agents, name, nobody=gettext_lazy("Nobody"), **options)


class OneOf(ListFilter):
    """At most one of a few choices; without one all rows."""

    field_class = forms.ChoiceField

    def __init__(self, label: Any, choices: Sequence[tuple[str, Any]], **options: Any) -> None:
        super().__init__(label, choices=[("", gettext_lazy("All")), *choices], **options)
        self.choices = choices

    def words(self, texts: Sequence[str]) -> str:
        return ", ".join(str(dict(self.choices).get(one, one)) for one in texts)


class Pick(OneOf):
    """One of a few named conditions."""

    def __init__(self, label: Any, conditions: Mapping[str, tuple[Any, Q]], **options: Any) -> None:
        self.conditions = conditions
        choices = [(key, words) for key, (words, _) in conditions.items()]
        super().__init__(label, choices, **options)
        if self.default:
            self.extra["choices"] = choices

    def filter(self, qs: Rows, value: str) -> Rows:
        return qs.filter(self.conditions[value][1]) if value else qs


class YesNo(OneOf):
    """Rows that fulfil a condition, or do not; ``condition`` is asked when it is needed."""

    def __init__(
        self, label: Any, yes: Callable[[], Q], no: Callable[[], Q] | None = None, **options: Any
    ) -> None:
        choices = ((YES, gettext_lazy("Yes")), (NO, gettext_lazy("No")))
        super().__init__(label, choices, **options)
        self.yes, self.no = yes, no or (lambda: ~yes())

    def filter(self, qs: Rows, value: str) -> Rows:
        if not value:
            return qs
        return qs.filter(self.yes() if value == YES else self.no())


class Month(OneOf):
    """Rows with a day in a month of any year: no date of birth stands in an address."""

    def __init__(self, label: Any, name: str, **options: Any) -> None:
        super().__init__(label, [(str(one), words) for one, words in MONTHS.items()], **options)
        self.name = name

    def filter(self, qs: Rows, value: str) -> Rows:
        return qs.filter(**{f"{self.name}__month": int(value)}) if value else qs


class Day(ListFilter):
    """Rows with a day from, up to, or on a day; with ``is_moment`` the column holds moments."""

    field_class = forms.DateField

    def __init__(
        self, label: Any, name: str, lookup: str, *, is_moment: bool = False, **options: Any
    ) -> None:
        super().__init__(label, **options)
        self.name, self.lookup, self.is_moment = name, lookup, is_moment

    def filter(self, qs: Rows, value: date | None) -> Rows:
        if value is None:
            return qs
        if not self.is_moment:
            return qs.filter(**{f"{self.name}__{self.lookup}": value})
        if self.lookup == "lte":
            return qs.filter(**{f"{self.name}__lt": midnight(value + timedelta(days=1))})
        return qs.filter(**{f"{self.name}__{self.lookup}": midnight(value)})

    def words(self, texts: Sequence[str]) -> str:
        return ", ".join(_us(one) for one in texts)


class Words(ListFilter):
    """Rows that a typed text fits; ``condition`` says which."""

    field_class = forms.CharField

    def __init__(self, label: Any, condition: Callable[[str], Q], **options: Any) -> None:
        search = forms.TextInput({"type": "search", "autocomplete": "off"})
        super().__init__(label, max_length=MAX_TEXT, widget=search, **options)
        self.condition = condition

    def filter(self, qs: Rows, value: str) -> Rows:
        return qs.filter(self.condition(value)) if value else qs


class Amount(ListFilter):
    """Rows whose number is at least, or at most, another one."""

    field_class = forms.DecimalField

    def __init__(self, label: Any, condition: Callable[[Any], Q], **options: Any) -> None:
        super().__init__(label, max_digits=15, decimal_places=2, **options)
        self.condition = condition

    def filter(self, qs: Rows, value: Any) -> Rows:
        return qs if value is None else qs.filter(self.condition(value))


class Linked(ListFilter):
    """A key that links set."""

    field_class = forms.IntegerField
    is_linked = True

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, min_value=1, max_value=LARGEST, **options)


class Named(Linked):
    """Rows that point to one record out of very many."""

    def __init__(self, label: Any, name: str, model: type[Model]) -> None:
        super().__init__(label, field_name=name)
        self.named = model

    def words(self, texts: Sequence[str]) -> str:
        found = self.named._default_manager.filter(pk__in=[read_pk(one) or 0 for one in texts])
        return ", ".join(str(one) for one in found) or gettext("a value that is gone")


class Touched(Linked):
    """The rows that one act added or changed: an import, a sync, a bulk edit."""

    def __init__(self, model: type[Model]) -> None:
        super().__init__(gettext_lazy("Changed by"))
        self.touched = model

    def filter(self, qs: Rows, value: int | None) -> Rows:
        if value is None:
            return qs
        return qs.filter(touched.condition(self.touched, batch_id=value))

    def words(self, texts: Sequence[str]) -> str:
        return ", ".join(gettext("act %s") % one for one in texts)


def _us(text: str) -> str:
    try:
        return f"{date.fromisoformat(text):%m/%d/%Y}"
    except ValueError:
        return text
