"""Policies as people type them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.lib.forms import DollarsField, SectionsMixin
from agencyhub.lib.identifiers import OpenTextsMixin
from agencyhub.lib.pks import read_pk
from agencyhub.records.custom import CustomFieldsFormMixin
from agencyhub.records.models import CustomField, Option
from individuals.forms.fields import AgentField, AgentsField, agents, options
from policies.forms.carriers import ServiceChecksForm
from policies.models import Carrier, CarrierProduct, Policy

ENDED = ("terminated", "lapsed")


class PremiumField(DollarsField):
    """Dollars a month."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=Decimal(0), max_digits=10, decimal_places=2, **kwargs)


class PolicyForm(CustomFieldsFormMixin, SectionsMixin, OpenTextsMixin, ServiceChecksForm):
    """A policy of the individual that the instance names as subscriber."""

    custom_target = CustomField.Target.POLICY

    carrier = forms.ModelChoiceField(Carrier.objects.none(), empty_label=_("Choose a carrier"))
    product = forms.ModelChoiceField(
        CarrierProduct.objects.none(),
        required=False,
        label=_("Carrier product"),
        empty_label=_("None, or not known yet"),
        error_messages={
            "invalid_choice": _("The carrier does not sell this. Choose one of its products.")
        },
    )
    premium = PremiumField(label=_("Monthly premium"), required=False)
    servicing_agent = AgentField(queryset=None, required=False, empty_label=_("Nobody yet"))
    additional_agents = AgentsField(queryset=None, required=False)

    section_fields = (
        (
            _("Policy"),
            _("Leave the number blank until the carrier has issued one."),
            ("carrier", "product", "coverage_type", "status", "policy_number"),
        ),
        (
            _("Dates and premium"),
            _("Both days are covered: effective is the first of them, termination the last."),
            ("app_submit_date", "effective_date", "termination_date", "renewal_date", "premium"),
        ),
        (
            _("People"),
            _("Additional agents see this policy too."),
            ("servicing_agent", "additional_agents"),
        ),
    )
    rest_title = _("More")
    open_texts = ("notes",)
    columns = {
        "coverage_type": 4, "status": 4, "policy_number": 4, "servicing_agent": 12,
    }  # fmt: skip

    class Meta:
        model = Policy
        fields = (
            "carrier", "product", "coverage_type", "status", "policy_number",
            "app_submit_date", "effective_date", "termination_date", "renewal_date", "premium",
            "servicing_agent", "notes",
        )  # fmt: skip
        labels = {"app_submit_date": _("Application submitted")}
        widgets = {"notes": forms.Textarea({"rows": 4})}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        policy = self.instance
        fields: Mapping[str, Any] = self.fields
        fields["carrier"].queryset = _carriers(kept=policy.carrier_id)
        fields["carrier"].widget.attrs.update(
            {
                "hx-get": reverse_lazy("policies:product_choices"),
                "hx-target": "#id_product",
                "hx-swap": "outerHTML",
            }
        )
        fields["product"].queryset = _products(self["carrier"].value(), kept=policy.product_id)
        fields["status"].queryset = options(Option.List.POLICY_STATUS, kept=policy.status_id)
        fields["coverage_type"].queryset = options(
            Option.List.COVERAGE_TYPE, kept=policy.coverage_type_id
        )
        additional = (
            list(policy.additional_agents.values_list("pk", flat=True)) if policy.pk else []
        )
        offered = agents(kept=[policy.servicing_agent_id, *additional])
        fields["servicing_agent"].queryset = fields["additional_agents"].queryset = offered
        self.initial.setdefault("additional_agents", additional)

    @property
    def changed_fields(self) -> set[str]:
        """The model's fields that the person changed."""
        changed = set(self.changed_data) & set(PolicyForm.Meta.fields)
        return changed | {"custom"} if any(map(is_custom, self.changed_data)) else changed

    def as_typed(self) -> dict[str, Any]:
        """What was typed so far, to show the form again without judging it."""
        return {name: self[name].data for name in self.fields}


class ProductChoicesForm(forms.Form):
    """The products of one carrier, for the box of the policy form."""

    product = PolicyForm.base_fields["product"]

    def __init__(self, *args: Any, carrier: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = _products(carrier)  # type: ignore[attr-defined]


class PolicyTerminateForm(forms.Form):
    """Checks shape only; whether the policy may end is the service's decision."""

    termination_date = forms.DateField(
        label=_("Last covered day"), help_text=_("Coverage ends after this day.")
    )
    status = forms.ModelChoiceField(
        Option.objects.none(), empty_label=None, help_text=_("Lapsed means ended for non-payment.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ended = Option.objects.active(Option.List.POLICY_STATUS).filter(meaning__in=ENDED)
        self.fields["status"].queryset = ended  # type: ignore[attr-defined]


def is_custom(name: str) -> bool:
    """Whether a form field is one of the agency's own."""
    return name.startswith("custom_")


def _carriers(*, kept: int | None) -> Any:
    offered = Carrier.objects.filter(Q(is_active=True) | Q(pk=kept))
    return offered.order_by("name_key", "pk")


def _products(carrier: object, *, kept: int | None = None) -> Any:
    pk = read_pk(str(carrier or ""))
    if pk is None:
        return CarrierProduct.objects.none()
    offered = CarrierProduct.objects.filter(Q(is_active=True) | Q(pk=kept), carrier=pk)
    return offered.order_by("name_key", "pk")
