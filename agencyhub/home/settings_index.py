"""The index of the settings: which pages there are, and who may open them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agencyhub.accounts.models import User
from agencyhub.records import questions

UNKNOWN_VALUES = "records:value_list"


@dataclass(frozen=True)
class Place:
    """One page of the settings."""

    title: StrOrPromise
    text: StrOrPromise
    url: str
    icon: str


def unknown_in_words(number: int) -> str:
    """How many unknown values wait; counting stops early."""
    most = questions.MOST_COUNTED
    return f"{most}+" if number > most else str(number)


def settings_groups(user: User) -> list[tuple[str, Sequence[Place]]]:
    """The pages under Settings that the user may open."""
    groups: list[tuple[str, Sequence[Place]]] = []
    for words, places in SETTINGS:
        allowed = [
            Place(_counted(title, url_name), text, reverse(url_name), icon)
            for title, text, url_name, icon, permission in places
            if user.has_perm(permission)
        ]
        if allowed:
            groups.append((str(words), allowed))
    return groups


def _counted(title: StrOrPromise, url_name: str) -> StrOrPromise:
    """The title, with how many values wait behind it."""
    number = questions.count_open() if url_name == UNKNOWN_VALUES else 0
    return f"{title} ({unknown_in_words(number)})" if number else title


SETTINGS = (
    (
        _("People"),
        (
            (_("Users"), _("Who signs in, with which roles."), "accounts:user_list", "users",
             "accounts.view_user"),
            (_("Invitations"),
             _("Who is asked to become a user."), "accounts:invitation_list", "mail",
             "accounts.add_user"),
            (_("Roles"), _("What each role may see and do."), "accounts:role_list", "lock",
             "accounts.view_role"),
            (_("Sign-ins"), _("Who got in, who did not, who changed rights."),
             "accounts:accessevent_list", "history", "accounts.view_accessevent"),
            (_("Unusual viewing"), _("Users who open more people, or others, than usual."),
             "home:viewing_report", "eye", "individuals.review_viewing"),
            (_("Agents"), _("Who sells: NPN, contact, linked user."), "accounts:agent_list", "id",
             "accounts.view_agent"),
        ),
    ),
    (
        _("Records"),
        (
            (_("Option lists"),
             _("Types, statuses, stages: your own words."), "records:option_list",
             "list", "records.view_option"),
            (_("Unknown values"),
             _("What files and scripts write and no list knows."), UNKNOWN_VALUES,
             "help", questions.VIEW),
            (_("Custom fields"), _("What your agency keeps besides."), "records:customfield_list",
             "tag", "records.view_customfield"),
            (_("Carrier products"), _("Plans of your carriers and their other names."),
             "policies:carrierproduct_list", "package", "policies.change_carrierproduct"),
            (_("Agent contracts"), _("What agents get of commissions; carriers’ numbers for them."),
             "commissions:agentcontract_list", "file-text", "commissions.view_agentcontract"),
            (_("What carriers pay"), _("CMS rates, carriers’ terms, and when pay is due."),
             "commissions:payterm_list", "credit-card", "commissions.view_payterm"),
            (_("Import templates"), _("Which files are recognized, and how they are read."),
             "imports:template_list", "upload", "imports.change_template"),
            (_("Exports"), _("Who took which rows out of which list."), "records:exportlog_list",
             "download", "records.view_exportlog"),
        ),
    ),
    (
        _("Connections"),
        (
            (_("Integrations"), _("Partners that send to AgencyHub or receive from it."),
             "integrations:integration_list", "plug", "integrations.manage_integrations"),
            (_("Email"), _("What was sent, to whom, and what was held back."), "mailing:mail_list",
             "mail", "mailing.view_outgoingmail"),
            (_("API keys"), _("Keys of partners and of your own scripts."), "accounts:apikey_list",
             "key", "accounts.view_apikey"),
            (_("Webhooks"), _("Your programs that are notified when records change."),
             "outgoing:endpoint_list", "send", "outgoing.view_endpoint"),
        ),
    ),
)  # fmt: skip
