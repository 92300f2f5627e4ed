"""What people send from the pages of matching."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from individuals.forms.fields import TidyField

MOST_PAIRS = 500
PAIR = re.compile(r"(book|line)-(\d{1,18})")


class PairsField(forms.MultipleChoiceField):
    """Rows to pair an application with: "book-12", "line-34"; cleaned to ``("book", 12)``."""

    def valid_value(self, value: str) -> bool:
        return PAIR.fullmatch(value) is not None

    def clean(self, value: list[str]) -> list[tuple[str, int]]:
        texts = super().clean(value)
        if len(texts) > MOST_PAIRS:
            raise ValidationError(_("Too many rows at once."))
        return [(kind, int(pk)) for kind, pk in (text.split("-") for text in texts)]


class PairsForm(forms.Form):
    """The rows that a decision is about."""

    pair = PairsField()


class VerdictForm(forms.Form):
    """A candidate of the queue and what is said about it; ``none`` rejects them all."""

    ACCEPT, REJECT, NONE = "accept", "reject", "none"

    candidate = forms.RegexField(PAIR, required=False)
    verdict = forms.ChoiceField(choices=[(one, one) for one in (ACCEPT, REJECT, NONE)])

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if cleaned.get("verdict") != self.NONE and not cleaned.get("candidate"):
            msg = _("Two or more fit equally well. Choose one first: its number is its key.")
            self.add_error("candidate", ValidationError(msg))
        return cleaned


class HandSearchForm(forms.Form):
    """Looks for what belongs to an application, by what its owner would know of it."""

    number = TidyField(label=_("Policy or member number"), required=False, max_length=60)
    last_name = TidyField(label=_("Last name"), required=False, max_length=80)
    first_name = TidyField(label=_("First name"), required=False, max_length=80)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if not cleaned.get("number") and not cleaned.get("last_name"):
            raise ValidationError(_("Type a number or a last name."))
        return cleaned
