"""The Sync tab: what an enrollment may change, and the plan type table."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.forms import BaseFormSet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agencyhub.lib.forms import SectionsMixin, SwitchInput
from agencyhub.records.models import CustomField
from integrations.plancompare.models import Site

KEPT = "kept"
"""The choice that leaves a deleted coverage type to be created again by its label."""


class SyncForm(SectionsMixin, forms.ModelForm[Site]):
    """Setup, part 2: what an enrollment may change, and where its values go."""

    section_fields = (
        (
            _("Who an enrollment belongs to"),
            _("How the enrolled person is found among your records, and what happens to them."),
            (
                "match_sales_records_first",
                "update_individual",
                "individual_type",
                "individual_status",
                "address_type",
            ),
        ),
        (
            _("The policy it makes"),
            _("Every enrolled plan becomes a new policy."),
            (
                "policy_status",
                "confirmation_field",
                "confirmation_to_policy_number",
                "plan_id_field",
            ),
        ),
        (
            _("Carrier products"),
            _("Whether the enrolled plan is also tied to one of your carrier products."),
            ("carrier_products", "match_products_by"),
        ),
    )
    columns: ClassVar[dict[str, int]] = {
        "match_sales_records_first": 12,
        "update_individual": 12,
        "confirmation_to_policy_number": 12,
        "carrier_products": 12,
        "match_products_by": 12,
    }

    class Meta:
        model = Site
        fields = (
            "sync_enrollments",
            "match_sales_records_first",
            "update_individual",
            "individual_type",
            "individual_status",
            "address_type",
            "policy_status",
            "confirmation_field",
            "confirmation_to_policy_number",
            "plan_id_field",
            "carrier_products",
            "match_products_by",
        )
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "sync_enrollments": SwitchInput(),
            "match_sales_records_first": SwitchInput(),
            "confirmation_to_policy_number": forms.CheckboxInput(),
            "update_individual": forms.RadioSelect(),
            "carrier_products": forms.RadioSelect(),
            "match_products_by": forms.RadioSelect(),
        }
        labels: ClassVar[dict[str, StrOrPromise]] = {
            "match_sales_records_first": _("Match Sales Records first"),
            "update_individual": _("When an Individual is found, update"),
            "individual_type": _("Individual type to set"),
            "individual_status": _("Individual status to set"),
            "address_type": _("Address type for incoming addresses"),
            "policy_status": _("Status of new policies"),
            "confirmation_field": _("Confirmation number goes to"),
            "confirmation_to_policy_number": _("Also use it as the policy number"),
            "plan_id_field": _("Plan ID goes to"),
            "carrier_products": _("For each enrolled plan"),
            "match_products_by": _("Match PlanCompare plans to carrier products by"),
        }
        help_texts: ClassVar[dict[str, StrOrPromise]] = {
            "individual_type": _("Blank leaves the type alone."),
            "individual_status": _("Blank leaves the status alone."),
            "confirmation_field": _("A text field of policies, or nowhere."),
            "confirmation_to_policy_number": (
                _("It is temporary: replace it when the carrier issues the real number.")
            ),
            "plan_id_field": _("A text field of policies, or nowhere."),
            "match_products_by": _("A new carrier product is named the same way."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = CustomField.objects.filter(
            target=CustomField.Target.POLICY, type=CustomField.Type.TEXT, is_active=True
        ).order_by("position", "pk")
        for name, empty in (
            ("confirmation_field", gettext("No custom field")),
            ("plan_id_field", gettext("Nowhere")),
            ("individual_type", gettext("Leave alone")),
            ("individual_status", gettext("Leave alone")),
            ("address_type", gettext("No type")),
            ("policy_status", gettext("Choose one")),
        ):
            self.fields[name].empty_label = empty  # type: ignore[attr-defined]
            if name.endswith("_field"):
                self.fields[name].queryset = fields  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for what a sync cannot do without, and for two different custom fields."""
        data = super().clean() or self.cleaned_data
        if data.get("sync_enrollments") and not data.get("policy_status"):
            self.add_error("policy_status", gettext("Choose the status that new policies get."))
        if data.get("plan_id_field") and data["plan_id_field"] == data.get("confirmation_field"):
            text = gettext("The confirmation number goes there already. Choose another field.")
            self.add_error("plan_id_field", text)
        return data


class PlanTypeForm(forms.Form):
    """One row of the plan type table."""

    plan_type = forms.CharField(max_length=60)
    coverage_type = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, coverage_types: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.initial.get("kept_label") or ""
        own = (
            [
                (
                    KEPT,
                    gettext("%(kept)s (deleted; the next enrollment creates it again)")
                    % {"kept": kept},
                )
            ]
            if kept
            else []
        )
        field: Any = self.fields["coverage_type"]
        field.choices = [("", gettext("Not mapped: hold for review")), *own, *coverage_types]

    @property
    def row_name(self) -> str:
        """What the row is about, for labels that only screen readers meet."""
        return str(self.initial.get("plan_type") or gettext("the new plan type"))


class PlanTypeSet(BaseFormSet[PlanTypeForm]):
    """The plan type table: each plan type once."""

    def clean(self) -> None:
        """Mark a plan type that stands in two rows."""
        super().clean()
        seen: set[str] = set()
        for form in self.forms:
            name = (form.cleaned_data.get("plan_type") or "").casefold()
            if name and name in seen and not form.cleaned_data.get("DELETE"):
                form.add_error(
                    "plan_type", gettext("This plan type stands in another row already.")
                )
            seen.add(name)

    def rows(self) -> Iterable[dict[str, Any]]:
        """What the rows say, without the empty and the removed ones."""
        for form in self.forms:
            data = form.cleaned_data
            if data.get("plan_type") and not data.get("DELETE"):
                yield data


def plan_type_set(
    data: Any = None, *, initial: list[dict[str, str]], coverage_types: list[tuple[str, str]]
) -> PlanTypeSet:
    """The table's forms, one per known plan type."""
    factory: type[Any] = forms.formset_factory(
        PlanTypeForm, formset=PlanTypeSet, extra=0, max_num=60, can_delete=True
    )
    built: PlanTypeSet = factory(
        data, initial=initial, prefix="plan_types", form_kwargs={"coverage_types": coverage_types}
    )
    return built
