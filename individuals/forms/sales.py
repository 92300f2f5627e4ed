"""What can be typed about sales: stages, links and opportunities."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.forms import MoneyInput, SectionsMixin
from agencyhub.lib.identifiers import OpenTextsMixin
from agencyhub.records.models import Option
from individuals.forms.fields import AgentField, agents, offer, options
from individuals.models import SalesOpportunity, SalesRecord


class StageForm(forms.ModelForm):
    """The stage of a sales record, changed on its page."""

    class Meta:
        model = SalesRecord
        fields = ("stage",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["stage"], options(Option.List.SALES_STAGE, kept=self.instance.stage_id))


class SalesOpportunityForm(SectionsMixin, OpenTextsMixin, forms.ModelForm):
    """A chance to sell something to an individual."""

    section_fields = (
        (_("Opportunity"), "", ("name", "coverage_type", "stage", "primary_producer")),
        (_("Expectation"), "", ("target_effective_date", "expected_premium")),
        (_("Notes"), "", ("notes",)),
    )
    columns: ClassVar[dict[str, int]] = {"name": 12}
    open_texts = ("name", "notes")
    option_lists: ClassVar[dict[str, Option.List]] = {
        "stage": Option.List.SALES_STAGE,
        "coverage_type": Option.List.COVERAGE_TYPE,
    }

    primary_producer = AgentField(queryset=None, required=False)

    class Meta:
        model = SalesOpportunity
        fields = (
            "name",
            "coverage_type",
            "stage",
            "primary_producer",
            "target_effective_date",
            "expected_premium",
            "notes",
        )
        widgets = {"expected_premium": MoneyInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, option_list in self.option_lists.items():
            kept = getattr(self.instance, f"{name}_id")
            offer(self.fields[name], options(option_list, kept=kept))
        kept = self.instance.primary_producer_id
        offer(self.fields["primary_producer"], agents(kept=[kept]))
