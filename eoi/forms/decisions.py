"""What a person says about chosen requests, and about a decision that was taken."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.forms import DateInput
from agencyhub.lib.identifiers import validate_no_identifier
from agencyhub.lib.pks import read_pk
from eoi.models import Decision

MOST_AT_ONCE = 50
PICKED, VOLUME, DAY = "pk", "volume_", "day_"
CONFIRMED = Decision.Action.DENY_PERMANENTLY
"""Named like a denial, it approves, and closes the benefit to the person for good."""


class DecideForm(forms.Form):
    """One action for the requests that are ticked; each may have its own volume and day beside it.

    Only the shape is checked here: whether a request can be decided so says the decision service.
    """

    action = forms.ChoiceField(
        label=_("Action"), choices=[("", _("Choose an action")), *Decision.Action.choices]
    )
    effective_date = forms.DateField(label=_("Effective date"), required=False, widget=DateInput)
    confirmed = forms.BooleanField(
        label=_("Approve this much, and allow no more of this benefit for good"), required=False
    )

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.picked = list(dict.fromkeys(_keys(data)))[:MOST_AT_ONCE] if data else []
        self.volumes = _beside(data, VOLUME) if data else {}
        self.days = _beside(data, DAY) if data else {}

    @property
    def asks_to_confirm(self) -> bool:
        """Whether what was chosen is said once more in words before it is done."""
        return bool(self.is_bound) and self.data.get("action") == CONFIRMED

    def add_final_errors(self) -> None:
        """Ask for what a preview does without."""
        if not self.picked:
            self.add_error(None, _("Select the requests that the carrier decided on."))
        if self.asks_to_confirm and not self.cleaned_data.get("confirmed"):
            self.add_error("confirmed", _("Check this box to continue, or choose another action."))


class ReasonForm(forms.Form):
    """Why something that was decided is taken back."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        validators=[validate_no_identifier],
        error_messages={"required": _("Give a reason: it stays with the decision.")},
    )


def _keys(data: QueryDict) -> Iterator[int]:
    for text in data.getlist(PICKED):
        pk = read_pk(text)
        if pk is not None:
            yield pk


def _beside(data: QueryDict, prefix: str) -> dict[int, str]:
    """What stands beside each request, as it was typed."""
    found = {}
    for name in data:
        pk = read_pk(name.removeprefix(prefix)) if name.startswith(prefix) else None
        if pk is not None:
            found[pk] = str(data[name]).strip()
    return found
