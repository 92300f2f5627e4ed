"""What the pages about mail show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencyhub.accounts.models import User
from agencyhub.lib.templatetags.ui import us_datetime
from agencyhub.mailing import addresses, kinds
from agencyhub.mailing.kinds import Words
from agencyhub.mailing.models import OptOut, OutgoingMail

PAGES = (
    ("mail_list", gettext_lazy("Outbox"), "mailing.view_outgoingmail"),
    ("optout_list", gettext_lazy("Opt-outs"), "mailing.change_optout"),
    ("mailsettings", gettext_lazy("Rules"), "mailing.change_mailsettings"),
)


@dataclass(frozen=True)
class Tab:
    """One of the pages about mail."""

    label: Words
    url: str
    is_current: bool


def tabs(user: User, *, current: str) -> list[Tab]:
    """The pages about mail that a user may open."""
    return [
        Tab(label, reverse(f"mailing:{name}"), name == current)
        for name, label, permission in PAGES
        if user.has_perm(permission)
    ]


def states(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """How many mails stand where: state, words, number."""
    return [(state, str(state.label), counts.get(state, 0)) for state in OutgoingMail.State]


def rows(mails: Iterable[OutgoingMail]) -> list[tuple[OutgoingMail, Words, str, Words]]:
    """Each mail with its kind, its address as a list may show it, and why it did not leave."""
    return [(one, kind_words(one), addresses.masked(one.to), why(one)) for one in mails]


def kind_words(mail: OutgoingMail) -> Words:
    """What kind of mail it is."""
    kind = kinds.find(mail.kind)
    return kind.label if kind else _("About an account")


def why(mail: OutgoingMail) -> Words:
    """Why it did not leave, or not yet; blank where there is nothing to say."""
    kind = kinds.find(mail.kind)
    if not mail.reason:
        return ""
    return kind.words(mail.reason) if kind else kinds.REASONS.get(mail.reason, mail.reason)


def optout_rows(found: Iterable[OptOut]) -> list[tuple[OptOut, Words]]:
    """Each opt-out with what it is about."""
    return [(one, _optout_words(one)) for one in found]


def _optout_words(optout: OptOut) -> Words:
    kind = kinds.find(optout.kind)
    if kind:
        return kind.label
    return _("All email") if not optout.kind else optout.kind


def pairs(mail: OutgoingMail) -> list[dict[str, Any]]:
    """Names and values of one mail."""
    attempts = {"label": _("Attempts"), "value": mail.attempts}
    if mail.reply_code:
        attempts["note"] = _("The mail server answered %(code)s.") % {"code": mail.reply_code}
    return [
        {"label": _("To"), "value": mail.to},
        {"label": _("From"), "value": mail.from_name},
        {"label": _("Answers go to"), "value": mail.reply_to},
        {"label": _("User"), "value": mail.user.display_name if mail.user else ""},
        {"label": _("Language"), "value": _("Spanish") if mail.language == "es" else _("English")},
        {"label": _("Written"), "value": us_datetime(mail.created_at)},
        {"label": _("Not sent after"), "value": us_datetime(mail.expires_at)},
        {"label": _("Settled"), "value": us_datetime(mail.settled_at)},
        attempts,
    ]
