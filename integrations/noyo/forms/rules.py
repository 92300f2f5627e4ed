"""A rule of a mapping as somebody types it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.forms.choices import PickMany
from agencyhub.lib.forms import SwitchInput
from individuals.forms.fields import TidyField
from integrations.noyo import classes
from integrations.noyo.classes import Condition
from integrations.noyo.models import ClassRule, RuleCondition
from integrations.noyo.selectors.offered import Offer, Offers
from integrations.noyo.selectors.rows import Side
from integrations.noyo.services.rules import Draft

SEPARATOR = ";"
MOST_CONDITIONS = 12
MANY = 8
PREFIX = "conditions"
# What is chosen may be one or several; parts of texts, numbers and days are typed.
CHOSEN_BY = frozenset({"is", "is_not", "is_one_of", "is_not_one_of"})
LISTS_OF = {"is": "is_one_of", "is_not": "is_not_one_of"}


def option_words(side: Side) -> str:
    """An option of the carrier's with its numbers, as a list offers it."""
    return f"{side.label} ({', '.join(side.numbers)})" if side.numbers else side.label


class _OptionForm(forms.Form):
    """A form in which one of ``options`` is chosen, by the field ``option``."""

    def __init__(self, *args: Any, options: Sequence[Side], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["option"].choices = [  # type: ignore[attr-defined]
            (one.pk, option_words(one)) for one in options
        ]


class RuleForm(_OptionForm):
    """Who gets which option; the conditions follow in ``condition_set``."""

    name = TidyField(label=_("Name"), max_length=120)
    option = forms.TypedChoiceField(label=_("They get"), coerce=int)
    joins = forms.ChoiceField(
        label=_("Who it is for"),
        choices=[
            ("AND", _("Employees for whom all of these hold")),
            ("OR", _("Employees for whom any of these holds")),
        ],
        widget=forms.RadioSelect,
        initial="AND",
    )
    is_active = forms.BooleanField(
        label=_("In use"), required=False, initial=True, widget=SwitchInput
    )
    columns = {"name": 6, "option": 6, "joins": 12, "is_active": 12}

    def draft(self, conditions: Sequence[Condition]) -> Draft:
        """The rule that was typed."""
        said = self.cleaned_data
        return Draft(
            name=said["name"],
            option=said["option"],
            joins=said["joins"],
            is_active=said["is_active"],
            conditions=tuple(conditions),
        )


class PickValues(PickMany):
    """Check boxes of values; a box finds one where there are many."""

    template_name = "noyo/widgets/values.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add whether there are many."""
        context = super().get_context(name, value, attrs)
        context["widget"]["is_long"] = len(context["widget"]["options"]) > MANY
        return context


class ConditionForm(forms.Form):
    """One test of an employee: what they have is chosen, numbers, days and parts are typed.

    ``offers`` are what the group's employees have. Several typed values stand with semicolons
    between.
    """

    field = forms.ChoiceField(label=_("Field"), choices=RuleCondition.Field.choices)
    operator = forms.ChoiceField(label=_("Comparison"), choices=RuleCondition.Operator.choices)
    chosen = forms.MultipleChoiceField(
        label=_("Value"), required=False, widget=PickValues(_("Find a value"))
    )
    values = forms.CharField(label=_("Value"), max_length=2_000, required=False)

    def __init__(self, *args: Any, offers: Offers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offers = offers
        self.field_name = self._said("field") or RuleCondition.Field.BENEFIT_CLASS
        operators: Any = self.fields["operator"]
        operators.choices = _operators(self.field_name)
        self.operator_name = self._said("operator") or RuleCondition.Operator.IS
        kept = self.initial.get("chosen") or []
        self.fields["chosen"].choices = list(_choices(offers, self.field_name, kept))  # type: ignore[attr-defined]
        self.fields["values"].help_text = _HELP.get(self.field_name, "")

    def _said(self, name: str) -> str:
        if self.is_bound:
            return str(self.data.get(self.add_prefix(name), ""))
        return str(self.initial.get(name, ""))

    @property
    def is_chosen(self) -> bool:
        """Whether its values are chosen rather than typed."""
        return self.field_name in self._offers and self.operator_name in CHOSEN_BY

    def clean(self) -> dict[str, Any]:
        """A value is needed, chosen or typed."""
        said = super().clean() or self.cleaned_data
        name = "chosen" if self.is_chosen else "values"
        if not said.get(name) and name not in self.errors:
            words = _("Choose at least one.") if self.is_chosen else _("Enter a value.")
            self.add_error(name, words)
        return said

    @property
    def condition(self) -> Condition:
        """The condition as it is meant: several that are chosen are a list."""
        said = self.cleaned_data
        if self.is_chosen:
            operator = said["operator"]
            if len(said["chosen"]) > 1:
                operator = LISTS_OF.get(operator, operator)
            return Condition(said["field"], operator, tuple(said["chosen"]))
        values = (one.strip() for one in said["values"].split(SEPARATOR))
        return Condition(said["field"], said["operator"], tuple(one for one in values if one))


def _operators(field: str) -> list[tuple[str, Any]]:
    """The comparisons that a field allows."""
    is_text = field not in classes.NUMBERS | classes.DAYS
    barred = classes.COMPARING if is_text else classes.TEXT_ONLY
    return [
        (value, label) for value, label in RuleCondition.Operator.choices if value not in barred
    ]


def _choices(offers: Offers, field: str, kept: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What is offered, with counts, and what a rule names that nobody has any more."""
    offered = offers.get(field, ())
    for one in offered:
        words = ngettext("%(number)s employee", "%(number)s employees", one.number)
        yield one.value, f"{one.label} · {words % {'number': f'{one.number:,}'}}"
    known = {one.value for one in offered}
    gone = gettext("nobody anymore")
    for value in kept:
        if value not in known:
            yield value, f"{value} · {gone}"


_HELP = {
    RuleCondition.Field.SALARY.value: _("In USD, such as 60000; a range as 40000; 60000."),
    RuleCondition.Field.HIRE_DATE.value: _(
        "Such as 2026-01-31; a range as 2026-01-01; 2026-12-31."
    ),
}


class _ConditionSet(forms.BaseFormSet[ConditionForm]):
    @property
    def conditions(self) -> list[Condition]:
        """The conditions that were typed and not removed, in order."""
        kept = (one for one in self.forms if one not in self.deleted_forms)
        return [one.condition for one in kept]


class DefaultForm(_OptionForm):
    """What everybody else gets in a category."""

    option = forms.TypedChoiceField(label=_("Everybody else gets"), coerce=int)


def condition_set(
    data: Any = None,
    *,
    offers: Offers,
    rule: ClassRule | None = None,
    extra: int = 0,
    said: Sequence[dict[str, Any]] = (),
) -> Any:
    """The conditions of a rule, one of them blank for a new one; ``extra`` adds blank ones.

    ``said`` are those of ``as_said``.
    """
    starts = said or (_conditions(rule, offers) if rule else None)
    built: Any = forms.formset_factory(
        ConditionForm,
        formset=_ConditionSet,
        extra=extra,
        min_num=0 if starts else 1,
        max_num=MOST_CONDITIONS,
        can_delete=True,
    )
    form_kwargs = {"empty_permitted": False, "use_required_attribute": False, "offers": offers}
    return built(data, initial=starts, prefix=PREFIX, form_kwargs=form_kwargs)


def as_said(data: QueryDict, *, offers: Offers) -> list[dict[str, Any]]:
    """The conditions as they stand in the page, to be drawn anew: those that are removed go.

    A comparison or a value that another field had goes as well.
    """
    total = condition_set(data, offers=offers).total_form_count()
    return [
        _as_said(data, f"{PREFIX}-{place}", offers)
        for place in range(total)
        if not data.get(f"{PREFIX}-{place}-DELETE")
    ]


def _as_said(data: QueryDict, prefix: str, offers: Offers) -> dict[str, Any]:
    field = data.get(f"{prefix}-field", "")
    operator = data.get(f"{prefix}-operator", "")
    known = {one.value for one in offers.get(field, ())}
    return {
        "field": field,
        "operator": operator if operator in dict(_operators(field)) else "is",
        "values": data.get(f"{prefix}-values", ""),
        "chosen": [value for value in data.getlist(f"{prefix}-chosen") if value in known],
    }


def initial(rule: ClassRule) -> dict[str, Any]:
    """What the form of a rule starts with."""
    return {
        "name": rule.name,
        "option": rule.option_id,
        "joins": rule.joins,
        "is_active": rule.is_active,
    }


def _conditions(rule: ClassRule, offers: Offers) -> list[dict[str, Any]]:
    ordered = sorted(rule.conditions.all(), key=lambda one: one.place)
    return [
        {
            "field": one.field,
            "operator": one.operator,
            "values": f"{SEPARATOR} ".join(one.values),
            "chosen": _spelled(one.values, offers.get(one.field, ())),
        }
        for one in ordered
    ]


def _spelled(values: Sequence[str], offers: Sequence[Offer]) -> list[str]:
    """Values as they are offered: texts compare without regard to case."""
    known = {one.value.casefold(): one.value for one in offers}
    return [known.get(value.casefold(), value) for value in values]
