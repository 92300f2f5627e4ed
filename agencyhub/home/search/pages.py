"""Pages and commands that the palette offers: only those that the user may open."""

from collections.abc import Iterator
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from agencyhub.accounts.models import User
from agencyhub.home.context import PLACES
from agencyhub.home.search.results import Group, Result
from agencyhub.home.settings_index import SETTINGS

MOST = 5


class Command(NamedTuple):
    """Something to start, for those with the permission."""

    label: StrOrPromise
    url_name: str
    icon: str
    permission: str


COMMANDS = (
    Command(gettext_lazy("New Individual"), "individuals:individual_create", "user-plus",
            "individuals.add_individual"),
    Command(gettext_lazy("New Sales Record"), "individuals:salesrecord_create", "plus",
            "individuals.add_salesrecord"),
    Command(gettext_lazy("New policy"), "policies:policy_create", "plus", "policies.add_policy"),
    Command(gettext_lazy("New carrier"), "policies:carrier_create", "plus", "policies.add_carrier"),
    Command(gettext_lazy("New agent"), "accounts:agent_create", "plus", "accounts.add_agent"),
    Command(gettext_lazy("New user"), "accounts:user_create", "plus", "accounts.add_user"),
)  # fmt: skip


def commands(user: User) -> Group:
    """What the user may start, before anything is typed."""
    found = [_result(command) for command in COMMANDS if user.has_perm(command.permission)]
    return Group(_("Start"), found[:MOST])


def pages(user: User, *, text: str) -> Group:
    """Pages and commands with a word that starts with each word of ``text``."""
    wanted = text.lower().split()
    found = [one for one in _openable(user) if _fits(one.title, wanted)] if wanted else []
    return Group(_("Go to"), found[:MOST], has_more=len(found) > MOST)


def _openable(user: User) -> Iterator[Result]:
    yield from (_result(command) for command in COMMANDS if user.has_perm(command.permission))
    for place in PLACES:
        if not place.permissions or any(map(user.has_perm, place.permissions)):
            yield Result(str(place.label), reverse(place.url_name), place.icon)
    for _words, places in SETTINGS:
        for title, text, url_name, icon, permission in places:
            if user.has_perm(permission):
                yield Result(f"{_('Settings')} › {title}", reverse(url_name), icon, text=text)
    yield Result(_("Profile"), reverse("accounts:profile"), "user")
    yield Result(_("Change password"), reverse("accounts:password_change"), "key")
    if user.is_staff:
        yield Result(_("Administration"), reverse("admin:index"), "database")


def _result(command: Command) -> Result:
    return Result(str(command.label), reverse(command.url_name), command.icon)


def _fits(title: str, wanted: list[str]) -> bool:
    words = title.lower().split()
    return all(any(word.startswith(one) for word in words) for one in wanted)
