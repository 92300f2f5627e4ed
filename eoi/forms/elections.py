"""What a member chooses, as an administrator types it."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.forms import DollarsField, SectionsMixin
from groups.models import Benefit, Dependent, Election, Employee, GroupPlan, PlanRate

TOTAL = gettext_noop("The whole amount that is asked for, not what is added.")
AMOUNT, MULTIPLE = GroupPlan.Basis.AMOUNT, GroupPlan.Basis.MULTIPLE


def first_of_next_month(day: date) -> date:
    """The first day of the month after ``day``."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


class PlanField(forms.ModelChoiceField):
    """A plan, by its name and carrier."""

    def label_from_instance(self, plan: GroupPlan) -> str:
        return f"{plan.name} · {plan.carrier.name}"


class DependentField(forms.ModelChoiceField):
    """A dependent, by name."""

    def label_from_instance(self, dependent: Dependent) -> str:
        return f"{dependent.full_name} ({dependent.get_relationship_display()})"


class ElectionForm(SectionsMixin, forms.Form):
    """A choice under one benefit; whether it is allowed is the service's decision.

    It asks only for what the plans of the benefit take: an amount, a multiple, a level.
    """

    plan = PlanField(GroupPlan.objects.none(), label=_("Plan"), empty_label=None)
    dependent = DependentField(
        Dependent.objects.none(), label=_("Covered dependent"), required=False
    )
    volume = DollarsField(
        label=_("Volume (USD)"), required=False, max_digits=12, decimal_places=2, min_value=0,

    )  # fmt: skip
    multiple = forms.DecimalField(
        label=_("Multiple of the salary"), required=False, max_digits=4, decimal_places=2,
        min_value=0, widget=forms.TextInput({"inputmode": "decimal"}),
    )  # fmt: skip
    level = forms.ChoiceField(
        label=_("Coverage level"), required=False, choices=[("", "—"), *PlanRate.Level.choices]
    )
    event = forms.ChoiceField(label=_("Why now"), choices=Election.Event.choices)
    elected_date = forms.DateField(label=_("Chosen on"))
    effective_date = forms.DateField(label=_("Takes effect on"))

    section_fields = (
        (_("Choice"), "", ("plan", "dependent", "volume", "multiple", "level")),
        (
            _("When"),
            _("A late choice, or one beyond what is guaranteed, waits for evidence."),
            ("event", "elected_date", "effective_date"),
        ),
    )
    columns = {"plan": 12, "dependent": 12, "event": 12}

    def __init__(
        self, *args: Any, employee: Employee, benefit: Benefit, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("elected_date", today)
        self.initial.setdefault("effective_date", first_of_next_month(today))
        fields: Any = self.fields
        plans = benefit.plans.select_related("carrier")
        current = plans.filter(Q(termination_date=None) | Q(termination_date__gte=today))
        fields["plan"].queryset = current.order_by("-effective_date", "name", "pk")
        bases = set(current.values_list("basis", flat=True))
        self._only(fields, benefit, bases)
        if "volume" in fields:
            limits = [_limits(plan) for plan in current if plan.basis == AMOUNT]
            fields["volume"].help_text = " ".join([*limits, gettext(TOTAL)])
        if "dependent" in fields:
            fields["dependent"].queryset = _covered(employee, benefit)
            is_child = benefit.covers == Benefit.Covers.CHILD
            fields["dependent"].empty_label = _("All children together") if is_child else None
            fields["dependent"].required = not is_child

    @staticmethod
    def _only(fields: Any, benefit: Benefit, bases: set[str]) -> None:
        """Leave out what no plan of the benefit takes."""
        if AMOUNT not in bases:
            del fields["volume"]
        if MULTIPLE not in bases:
            del fields["multiple"]
        if bases <= {AMOUNT, MULTIPLE}:
            del fields["level"]
        if benefit.covers == Benefit.Covers.SUBSCRIBER:
            del fields["dependent"]

    def chosen(self) -> dict[str, Any]:
        """What ``eoi.services.electing.elect`` is called with."""
        said = self.cleaned_data
        dependent = said.get("dependent")
        basis = said["plan"].basis
        return {
            "plan_id": said["plan"].pk,
            "dependent_id": dependent.pk if dependent else None,
            "volume": said.get("volume") if basis == AMOUNT else None,
            "multiple": said.get("multiple") if basis == MULTIPLE else None,
            "level": said.get("level", ""),
            **{key: said[key] for key in ("event", "elected_date", "effective_date")},
        }


class EndForm(forms.Form):
    """After which day coverage ends."""

    termination_date = forms.DateField(
        label=_("Last covered day"),
        help_text=_("What waits for evidence is withdrawn with it."),
    )


class SalaryForm(forms.Form):
    """From when amounts follow the salary."""

    effective_date = forms.DateField(
        label=_("Takes effect on"),
        help_text=_("Amounts that are a multiple of the salary are recalculated from this day."),
    )


def _covered(employee: Employee, benefit: Benefit) -> Any:
    rows = employee.dependents.order_by("relationship", "date_of_birth", "pk")
    child = Q(relationship=Dependent.Relationship.CHILD)
    return rows.filter(child if benefit.covers == Benefit.Covers.CHILD else ~child)


def _limits(plan: GroupPlan) -> str:
    """What may be chosen of a plan with amounts."""
    words = gettext("%(plan)s: from %(low)s in steps of %(step)s.")
    if plan.maximum_volume is not None:
        words = gettext("%(plan)s: %(low)s to %(high)s in steps of %(step)s.")
    return words % {
        "plan": plan.name,
        "low": f"${plan.minimum_volume:,.0f}",
        "high": f"${plan.maximum_volume or 0:,.0f}",
        "step": f"${plan.increment:,.0f}",
    }
