"""The kinds of mail that AgencyHub writes by itself: declared by the apps whose facts they tell.

An app declares its kinds in its module ``mails`` (``policies/mails.py``) and registers them; they
are found as Django finds ``admin`` modules.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from agencyhub.mailing.models import OutgoingMail

StillWanted = Callable[[OutgoingMail, datetime], str]
Words = StrPromise | str

_KINDS: dict[str, "Kind"] = {}

# Why any mail may not leave.
REASONS: Mapping[str, Words] = {
    "opted_out": _("The address is opted out."),
    "dead_address": _("The mail server refused this address before."),
    "too_late": _("Its time was over before it could leave."),
    "withdrawn": _("This kind of email is no longer sent."),
    "refused": _("The mail server refused the address."),
    "sender_refused": _("The mail server refuses our own address. Check the email settings."),
    "message_refused": _("The mail server refused the message."),
    "no_answer": _("The mail server could not be reached, or put us off, too often."),
    "worker_died": _("Sending broke off; the email may or may not have arrived."),
    "cut_off": _("The mail server fell silent; the email may or may not have arrived."),
}


@dataclass(frozen=True)
class Kind:
    """One kind of mail.

    ``still_wanted`` is asked inside of the transaction in which the mail is handed over, and
    answers with the code of a reason why not, or blank. It locks the rows that it reads, so that
    what it answered still holds when the mail server has the mail. ``reasons`` puts its codes into
    words. Nobody opts out of a kind that is ``owed``: it is about the reader's own safety.
    """

    key: str
    label: Words
    still_wanted: StillWanted
    reasons: Mapping[str, Words] = field(default_factory=dict)
    is_owed: bool = False

    def words(self, reason: str) -> Words:
        """A reason's code in words."""
        return self.reasons.get(reason) or REASONS.get(reason, reason)


def register(kind: Kind) -> Kind:
    """Add a kind."""
    _KINDS[kind.key] = kind
    return kind


def all_kinds() -> Mapping[str, Kind]:
    """Every kind by its key."""
    _discover()
    return _KINDS


def find(key: str) -> Kind | None:
    """The kind of a mail; None when the product knows it no more."""
    return all_kinds().get(key)


@cache
def _discover() -> None:
    autodiscover_modules("mails")
