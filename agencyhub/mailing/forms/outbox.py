"""What the outbox shows, and addresses that somebody asks to leave alone."""

from functools import partial

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from agencyhub.mailing import kinds
from agencyhub.mailing.kinds import Words
from agencyhub.mailing.models import OutgoingMail


def _kinds(all_of_them: StrPromise) -> list[tuple[str, Words]]:
    return [("", all_of_them), *((kind.key, kind.label) for kind in kinds.all_kinds().values())]


class MailFilterForm(forms.Form):
    """Which mails the list shows."""

    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("All")), *OutgoingMail.State.choices],
        required=False,
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=partial(_kinds, _("All")), required=False)


class OptOutForm(forms.Form):
    """An address, and what it does not want."""

    address = forms.EmailField(
        label=_("Email address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    kind = forms.ChoiceField(
        label=_("Opted out of"), choices=partial(_kinds, _("all email")), required=False
    )
