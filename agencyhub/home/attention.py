"""What went wrong or changed, beside the daily queues; each line leads to what it tells of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import gathered
from agencyhub.home.context import MOST_COUNTED as MOST_HELD
from agencyhub.lib.retelling import retell
from integrations.catalogue import SCREENS
from integrations.models import InboundMessage
from integrations.noyo.models import Mapping, RenewalDecision
from integrations.selectors import open_incidents
from policies.models import Carrier, CarrierProduct


@dataclass(frozen=True)
class Attention:
    """Something that somebody has to do."""

    title: str
    text: str
    url: str
    icon: str
    tone: str


def attention(user: User, *, on: date) -> list[Attention]:
    """What this user has to look at, most pressing first."""
    return [
        *_messages(user),
        *_mappings(user),
        *_renewals(user),
        *_notices(user, on=on),
        *_unconfirmed(user),
    ]


def _messages(user: User) -> list[Attention]:
    if not user.has_perm("integrations.review_inbound"):
        return []
    failed = InboundMessage.objects.filter(state=InboundMessage.State.FAILED).order_by("-pk")
    number = failed[:MOST_HELD].count()
    found = []
    if number:
        title = ngettext(
            "%(number)s message failed",
            "%(number)s messages of partners failed",
            number,
        ) % {"number": number}
        url = _list("integrations:inbox_list", state=InboundMessage.State.FAILED)
        text = gettext("Each says why. Correct the cause, then try it again.")
        found.append(Attention(title, text, url, "alert-circle", "danger"))
    return found


def _mappings(user: User) -> list[Attention]:
    """Groups that changed at their carrier since they were mapped."""
    if not user.has_perm("noyo.map_groups"):
        return []
    status = Mapping.Status.REOPENED
    number = gathered(Mapping, user=user).filter(status=status).order_by().count()
    if not number:
        return []
    title = ngettext(
        "%(number)s mapping is opened again", "%(number)s mappings are opened again", number
    ) % {"number": number}
    text = gettext("Something changed at the carrier: look at it before members are sent.")
    url = _list("noyo:mapping_list", status=status)
    return [Attention(title, text, url, "refresh", "warning")]


def _renewals(user: User) -> list[Attention]:
    """Groups that renew and whose carriers are not ready."""
    if not user.has_perm("noyo.change_renewaldecision"):
        return []
    status = RenewalDecision.Status.NOT_READY
    number = gathered(RenewalDecision, user=user).filter(status=status).count()
    if not number:
        return []
    title = ngettext(
        "%(number)s renewal is not ready at the carrier",
        "%(number)s renewals are not ready at the carrier",
        number,
    ) % {"number": number}
    text = gettext("Look what is missing, and ask the carrier to install it.")
    url = _list("noyo:renewal_list", status=status)
    return [Attention(title, text, url, "calendar", "warning")]


def _notices(user: User, *, on: date) -> list[Attention]:
    if not user.has_perm("integrations.manage_integrations"):
        return []
    notices = [
        Attention(str(notice.title), str(notice.text), notice.url, notice.icon, notice.tone)
        for screens in SCREENS.values()
        for notice in screens.notices(on=on)
    ]
    return [*_incidents(), *notices]


def _incidents() -> list[Attention]:
    """Integrations that do not work."""
    url = reverse("integrations:health")
    return [
        Attention(
            f"{one.title}: {one.get_kind_display()}",
            retell(one.text),
            url,
            "alert-circle",
            "danger",
        )
        for one in open_incidents()
    ]


def _new_carriers(number: int) -> str:
    said = ngettext("%(number)s new carrier", "%(number)s new carriers", number)
    return said % {"number": number}


def _new_products(number: int) -> str:
    said = ngettext("%(number)s new carrier product", "%(number)s new carrier products", number)
    return said % {"number": number}


def _unconfirmed(user: User) -> list[Attention]:
    """Carriers and products that a sync made."""
    kinds: list[tuple[type[Model], str, Callable[[int], str], str]] = [
        (Carrier, "policies.change_carrier", _new_carriers, "policies:carrier_list"),
        (
            CarrierProduct,
            "policies.change_carrierproduct",
            _new_products,
            "policies:carrierproduct_list",
        ),
    ]
    found = []
    for model, permission, title_of, url_name in kinds:
        if not user.has_perm(permission):
            continue
        number = model._default_manager.filter(needs_review=True)[:MOST_HELD].count()
        if number:
            text = gettext("Made by a sync. Confirm them, or merge them into what you have.")
            url = _list(url_name, state="review")
            found.append(Attention(title_of(number), text, url, "building-bank", "info"))
    return found


def _list(url_name: str, **filters: str) -> str:
    return f"{reverse(url_name)}?{urlencode(filters)}"
