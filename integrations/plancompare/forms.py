"""Shapes of what people type on PlanCompare's pages."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.forms import BaseFormSet, BaseInlineFormSet
from django.utils import timezone

from agencyhub.accounts.models import Agent
from agencyhub.lib.forms import SectionsMixin, SwitchInput
from agencyhub.records.models import CustomField
from integrations.plancompare import links, payload
from integrations.plancompare.models import QuotingLink, Site

FIRST_PLAN_YEAR = 2006
"""Medicare Part D, and with it plan years, began then."""
YEARS_AHEAD = 3
KEPT = "kept"


class SetupForm(forms.ModelForm[Site]):
    """Setup, part 1: who the agency is at PlanCompare."""

    columns: ClassVar[dict[str, int]] = {"partner_id": 6, "call_script": 12}

    class Meta:
        model = Site
        fields = ("partner_id", "call_script")
        widgets: ClassVar[dict[str, forms.Widget]] = {"call_script": forms.Textarea({"rows": 10})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner_id"].required = True
        self.fields["partner_id"].widget.attrs["autocomplete"] = "off"
        if self.instance.variant != Site.Variant.CALL_CENTER:
            del self.fields["call_script"]


class LinkForm(forms.ModelForm[QuotingLink]):
    """One line of the quoting menu."""

    columns: ClassVar[dict[str, int]] = {
        "label": 4,
        "sso_url": 8,
        "plan_year": 4,
        "valid_from": 4,
        "valid_to": 4,
        "names": 12,
    }

    sso_url = forms.URLField(
        label="SSO URL",
        max_length=500,
        assume_scheme="https",
        help_text="Changes every enrollment period. PlanCompare Client Services sends it.",
    )
    names = forms.CharField(
        label="Renamed fields",
        required=False,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
        help_text="Only if PlanCompare asks for other field names. One per line: zip = ZipCode",
    )

    class Meta:
        model = QuotingLink
        fields = ("label", "sso_url", "plan_year", "valid_from", "valid_to")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        renamed = self.instance.field_names or {}
        self.initial["names"] = "\n".join(f"{ours} = {theirs}" for ours, theirs in renamed.items())
        self.fields["valid_from"].label = "Works from"
        self.fields["valid_to"].label = "Works until"
        self.fields["valid_to"].help_text = "Last day. We warn 30 days before."
        self.fields["label"].help_text = "What agents see in the Send menu."

    def clean_sso_url(self) -> str:
        """Refuse an address to which health data must not be sent."""
        url: str = self.cleaned_data["sso_url"]
        try:
            links.read_sso_url(url)
        except links.InvalidSsoUrlError as error:
            raise forms.ValidationError(str(error)) from error
        return url

    def clean_plan_year(self) -> int:
        """Refuse a year that cannot be a plan year."""
        year: int = self.cleaned_data["plan_year"]
        if not FIRST_PLAN_YEAR <= year <= timezone.localdate().year + YEARS_AHEAD:
            msg = "Write the year that the plans start in, for example 2027."
            raise forms.ValidationError(msg)
        return year

    def clean_names(self) -> dict[str, str]:
        """Read the renamed fields."""
        try:
            return payload.read_field_names(self.cleaned_data["names"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """Check the two dates against each other."""
        data = super().clean() or self.cleaned_data
        first, last = data.get("valid_from"), data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", "The last day is before the first day.")
        return data

    def save(self, commit: bool = True) -> QuotingLink:
        """Keep the renamed fields with the link."""
        self.instance.field_names = self.cleaned_data["names"]
        return super().save(commit)


class LinkSet(BaseInlineFormSet[QuotingLink, Site, LinkForm]):
    """The quoting menu: labels are unique, whatever the case of their letters."""

    def clean(self) -> None:
        """Mark every link whose label another one has."""
        super().clean()
        seen: set[str] = set()
        for form in self.forms:
            label = (form.cleaned_data.get("label") or "").casefold()
            if not label or form.cleaned_data.get("DELETE"):
                continue
            if label in seen:
                form.add_error(
                    "label", "Another link has this label. Agents could not tell them apart."
                )
            seen.add(label)

    def save_in_order(self) -> None:
        """Save, remove and number the links as they stand on the page."""
        self.save()
        for position, form in enumerate(self.forms):
            if form.instance.pk and form not in self.deleted_forms:
                QuotingLink.objects.filter(pk=form.instance.pk).update(position=position)


def link_set(data: Any = None, *, site: Site) -> LinkSet:
    """The links' forms; one empty row when there is no link yet."""
    extra = 0 if site.pk and QuotingLink.objects.filter(site=site).exists() else 1
    factory: type[Any] = forms.inlineformset_factory(
        Site, QuotingLink, form=LinkForm, formset=LinkSet, extra=extra, max_num=20, can_delete=True
    )
    rows = QuotingLink.objects.order_by("position", "pk")
    built: LinkSet = factory(data, instance=site, prefix="links", queryset=rows)
    return built


class SyncForm(SectionsMixin, forms.ModelForm[Site]):
    """Setup, part 2: what an enrollment may change, and where its values go."""

    section_fields = (
        (
            "Who an enrollment belongs to",
            "How the enrolled person is found among your records, and what happens to them.",
            (
                "match_sales_records_first",
                "update_individual",
                "individual_type",
                "individual_status",
                "address_type",
            ),
        ),
        (
            "The policy it makes",
            "Every enrolled plan becomes a new policy.",
            (
                "policy_status",
                "confirmation_field",
                "confirmation_to_policy_number",
                "plan_id_field",
            ),
        ),
        (
            "Carrier products",
            "Whether the enrolled plan is also tied to one of your carrier products.",
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
    radios = ("update_individual", "carrier_products", "match_products_by")

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
        labels: ClassVar[dict[str, str]] = {
            "match_sales_records_first": "Match Sales Records first",
            "update_individual": "When an Individual is found, update",
            "individual_type": "Individual type to set",
            "individual_status": "Individual status to set",
            "address_type": "Address type for incoming addresses",
            "policy_status": "Status of new policies",
            "confirmation_field": "Confirmation number goes to",
            "confirmation_to_policy_number": "Also use it as the policy number",
            "plan_id_field": "Plan ID goes to",
            "carrier_products": "For each enrolled plan",
            "match_products_by": "Match PlanCompare plans to carrier products by",
        }
        help_texts: ClassVar[dict[str, str]] = {
            "individual_type": "Blank leaves the type alone.",
            "individual_status": "Blank leaves the status alone.",
            "confirmation_field": "A text field of policies, or nowhere.",
            "confirmation_to_policy_number": (
                "It is temporary: replace it when the carrier issues the real number."
            ),
            "plan_id_field": "A text field of policies, or nowhere.",
            "match_products_by": "A new carrier product is named the same way.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = CustomField.objects.filter(
            target=CustomField.Target.POLICY, type=CustomField.Type.TEXT, is_active=True
        ).order_by("position", "pk")
        for name, empty in (
            ("confirmation_field", "No custom field"),
            ("plan_id_field", "Nowhere"),
            ("individual_type", "Leave alone"),
            ("individual_status", "Leave alone"),
            ("address_type", "No type"),
            ("policy_status", "Choose one"),
        ):
            self.fields[name].empty_label = empty  # type: ignore[attr-defined]
            if name.endswith("_field"):
                self.fields[name].queryset = fields  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for what a sync cannot do without, and for two different custom fields."""
        data = super().clean() or self.cleaned_data
        if data.get("sync_enrollments") and not data.get("policy_status"):
            self.add_error("policy_status", "Choose the status that new policies get.")
        if data.get("plan_id_field") and data["plan_id_field"] == data.get("confirmation_field"):
            text = "The confirmation number goes there already. Choose another field."
            self.add_error("plan_id_field", text)
        return data


class PlanTypeForm(forms.Form):
    """One row of the plan type table."""

    plan_type = forms.CharField(max_length=60)
    coverage_type = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, coverage_types: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.initial.get("kept_label") or ""
        own = [(KEPT, f"{kept} (deleted; the next enrollment creates it again)")] if kept else []
        field: Any = self.fields["coverage_type"]
        field.choices = [("", "Not mapped: hold for review"), *own, *coverage_types]

    @property
    def row_name(self) -> str:
        """What the row is about, for labels that only screen readers meet."""
        return str(self.initial.get("plan_type") or "the new plan type")


class PlanTypeSet(BaseFormSet[PlanTypeForm]):
    """The plan type table: each plan type once."""

    def clean(self) -> None:
        """Mark a plan type that stands in two rows."""
        super().clean()
        seen: set[str] = set()
        for form in self.forms:
            name = (form.cleaned_data.get("plan_type") or "").casefold()
            if name and name in seen and not form.cleaned_data.get("DELETE"):
                form.add_error("plan_type", "This plan type stands in another row already.")
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


class UserForm(forms.Form):
    """One user's PlanCompare username and servicing agent."""

    username = forms.CharField(
        required=False,
        max_length=120,
        widget=forms.TextInput(
            {
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
                "placeholder": "None",
            }
        ),
    )
    servicing_agent = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, agents: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["servicing_agent"]
        field.choices = [("", "No agent"), *agents]

    def chosen_agent(self) -> Agent | None:
        """The agent that was chosen, or None."""
        pk = self.cleaned_data["servicing_agent"]
        return Agent.objects.get(pk=pk) if pk else None


class UploadForm(forms.Form):
    """A file with usernames."""

    file = forms.FileField(
        label="CSV or XLSX file",
        help_text="2 MB and 5,000 rows at the most. Nothing is saved before you confirm.",
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx"}),
    )
