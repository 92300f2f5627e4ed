"""A rule of a mapping as somebody types it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.forms import SwitchInput
from individuals.forms.fields import TidyField
from integrations.noyo.classes import Condition
from integrations.noyo.models import ClassRule, RuleCondition
from integrations.noyo.selectors.rows import Side
from integrations.noyo.services.rules import Draft

SEPARATOR = ";"
MOST_CONDITIONS = 12


def option_words(side: Side) -> str:
    """An option of the carrier's with its numbers, as a list offers it."""
    return f"{side.label} ({', '.join(side.numbers)})" if side.numbers else side.label


class RuleForm(forms.Form):
    """Who gets which option; the conditions follow in ``condition_set``."""

    name = TidyField(label=_("Name"), max_length=120)
    option = forms.TypedChoiceField(label=_("They get"), coerce=int)
    joins = forms.ChoiceField(
        label=_("Whom it is for"),
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

    def __init__(self, *args: Any, options: Sequence[Side], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["option"].choices = [  # type: ignore[attr-defined]
            (one.pk, option_words(one)) for one in options
        ]

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


class ConditionForm(forms.Form):
    """One test of an employee; several values stand with semicolons between."""

    field = forms.ChoiceField(label=_("Field"), choices=RuleCondition.Field.choices)
    operator = forms.ChoiceField(label=_("Comparison"), choices=RuleCondition.Operator.choices)
    values = forms.CharField(label=_("Value"), max_length=2_000)

    @property
    def condition(self) -> Condition:
        """The condition that was typed."""
        said = self.cleaned_data
        values = (one.strip() for one in said["values"].split(SEPARATOR))
        return Condition(said["field"], said["operator"], tuple(one for one in values if one))


class _ConditionSet(forms.BaseFormSet[ConditionForm]):
    @property
    def conditions(self) -> list[Condition]:
        """The conditions that were typed and not removed, in order."""
        kept = (one for one in self.forms if one not in self.deleted_forms)
        return [one.condition for one in kept]


class DefaultForm(forms.Form):
    """What everybody else gets in a category."""

    option = forms.TypedChoiceField(label=_("Everybody else gets"), coerce=int)

    def __init__(self, *args: Any, options: Sequence[Side], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["option"].choices = [  # type: ignore[attr-defined]
            (one.pk, option_words(one)) for one in options
        ]


def condition_set(data: Any = None, *, rule: ClassRule | None = None, extra: int = 0) -> Any:
    """The conditions of a rule, one of them blank for a new one; ``extra`` adds blank ones."""
    built: Any = forms.formset_factory(
        ConditionForm,
        formset=_ConditionSet,
        extra=extra,
        min_num=0 if rule else 1,
        max_num=MOST_CONDITIONS,
        can_delete=True,
    )
    return built(
        data,
        initial=_conditions(rule) if rule else None,
        prefix="conditions",
        form_kwargs={"empty_permitted": False, "use_required_attribute": False},
    )


def initial(rule: ClassRule) -> dict[str, Any]:
    """What the form of a rule starts with."""
    return {
        "name": rule.name,
        "option": rule.option_id,
        "joins": rule.joins,
        "is_active": rule.is_active,
    }


def _conditions(rule: ClassRule) -> list[dict[str, str]]:
    ordered = sorted(rule.conditions.all(), key=lambda one: one.place)
    return [
        {
            "field": one.field,
            "operator": one.operator,
            "values": f"{SEPARATOR} ".join(one.values),
        }
        for one in ordered
    ]
