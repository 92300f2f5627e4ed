"""The Setup tab: Partner ID, call script and the quoting menu."""

from typing import Any, ClassVar

from django import forms
from django.forms import BaseInlineFormSet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integrations.plancompare import links, renaming
from integrations.plancompare.models import QuotingLink, Site

FIRST_PLAN_YEAR = 2006
"""Medicare Part D, and with it plan years, began then."""
YEARS_AHEAD = 3


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


class LinkUrlForm(forms.ModelForm[QuotingLink]):
    """What holds of a quoting link wherever one is entered: its address gets people's data."""

    def clean_sso_url(self) -> str:
        """Refuse an address to which health data must not be sent."""
        url: str = self.cleaned_data["sso_url"]
        try:
            links.read_sso_url(url)
        except links.InvalidSsoUrlError as error:
            raise forms.ValidationError(str(error)) from error
        return url


class LinkForm(LinkUrlForm):
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
        label=_("SSO URL"),
        max_length=500,
        assume_scheme="https",
        help_text=_("Changes every enrollment period. PlanCompare Client Services sends it."),
    )
    names = forms.CharField(
        label=_("Renamed fields"),
        required=False,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
        help_text=_("Only if PlanCompare asks for other field names. One per line: zip = ZipCode"),
    )

    class Meta:
        model = QuotingLink
        fields = ("label", "sso_url", "plan_year", "valid_from", "valid_to")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        renamed = self.instance.field_names or {}
        self.initial["names"] = "\n".join(f"{ours} = {theirs}" for ours, theirs in renamed.items())
        self.fields["valid_from"].label = gettext("Works from")
        self.fields["valid_to"].label = gettext("Works until")
        self.fields["valid_to"].help_text = gettext("Last day. We warn 30 days before.")
        self.fields["label"].help_text = gettext("What agents see in the Send menu.")

    def clean_plan_year(self) -> int:
        """Refuse a year that cannot be a plan year."""
        year: int = self.cleaned_data["plan_year"]
        if not FIRST_PLAN_YEAR <= year <= timezone.localdate().year + YEARS_AHEAD:
            msg = gettext("Write the year that the plans start in, for example 2027.")
            raise forms.ValidationError(msg)
        return year

    def clean_names(self) -> dict[str, str]:
        """Read the renamed fields."""
        try:
            return renaming.read_field_names(self.cleaned_data["names"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """Check the two dates against each other."""
        data = super().clean() or self.cleaned_data
        first, last = data.get("valid_from"), data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", gettext("The last day is before the first day."))
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
                    "label",
                    gettext("Another link has this label. Agents could not tell them apart."),
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
