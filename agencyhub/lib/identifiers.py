"""Health identifiers in what people type freely: texts that everybody reads must hold none.

Notes, reasons and names stand in lists, exports, mails and the history, where no right to an MBI or
a Social Security number is asked. One rule for all of them: a form's field takes
``validate_no_identifier``, the form of a record is an ``OpenTextsMixin``, a service calls
``ensure_no_identifier``.
"""

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from agencyhub.lib.errors import DomainError
from agencyhub.lib.mbi import FULL

CODE = "holds_identifier"
REFUSED = gettext_lazy(
    "This seems to hold a Social Security number (nine digits) or an MBI. Leave it out: everybody"
    " who sees the record reads this text."
)
_SSN = re.compile(r"(?<!\d)(?:\d{9}|\d{3}([- ])\d{2}\1\d{4})(?!\d)", re.ASCII)
# As it is printed on the card, 1EG4-TE5-MK73, it may fall into three words.
_MBI_WORDS = 3


class HoldsIdentifierError(DomainError):
    """The text seems to hold a Social Security number or an MBI."""

    code = CODE


def holds_identifier(text: str) -> bool:
    """Whether a text seems to hold a Social Security number or an MBI."""
    if _SSN.search(text):
        return True
    words = re.findall(r"[0-9A-Z-]+", text.upper())
    windows = (
        "".join(words[at : at + length]).replace("-", "")
        for length in range(1, _MBI_WORDS + 1)
        for at in range(len(words))
    )
    return any(re.fullmatch(FULL, one) for one in windows)


def ensure_no_identifier(text: str, *, field: str) -> None:
    """Refuse a text that is not to be kept; ``field`` is what the screen calls it.

    Raises:
        HoldsIdentifierError: names the field, never the value.
    """
    if holds_identifier(text):
        raise HoldsIdentifierError(str(REFUSED), field=field)


def validate_no_identifier(text: str) -> None:
    """The same for fields of forms.

    Raises:
        ValidationError: with code ``holds_identifier``.
    """
    if holds_identifier(text):
        raise ValidationError(REFUSED, code=CODE)


class OpenTextsMixin(forms.BaseForm):
    """Forms of records: ``open_texts`` are their fields that take no identifier.

    Only what was changed is looked at: a text that is there already, from an import for instance,
    does not keep anybody from changing the rest.
    """

    open_texts: ClassVar[tuple[str, ...]] = ()

    def clean(self) -> dict[str, Any] | None:
        """Name each field that holds an identifier now."""
        cleaned = super().clean()
        for name in self.open_texts:
            if name in self.changed_data and holds_identifier(self.cleaned_data.get(name) or ""):
                self.add_error(name, ValidationError(REFUSED, code=CODE))
        return cleaned
