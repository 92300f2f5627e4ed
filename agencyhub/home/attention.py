"""What waits for somebody, most pressing first: each line leads to exactly what it tells of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, Model
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import gathered
from agencyhub.home.context import MOST_COUNTED as MOST_HELD
from agencyhub.home.context import count_held
from agencyhub.home.settings_index import UNKNOWN_VALUES, unknown_in_words
from agencyhub.records import questions
from eoi.ageing import BANDS, opened_by
from eoi.models import EoiRequest
from individuals import duplicate_pages
from integrations.models import InboundMessage
from integrations.noyo.models import Mapping, RenewalDecision
from integrations.noyo.selectors import renewals
from integrations.views.partners import SCREENS
from policies.models import Carrier, CarrierProduct
from policies.selectors.risks import open_for

MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Attention:
    """Something that somebody has to do."""

    title: str
    text: str
    url: str
    icon: str
    tone: str


def attention(user: User, *, on: date) -> list[Attention]:
    """What waits for this user, most pressing first."""
    return [
        *_at_risk(user),
        *_late_eoi(user, on=on),
        *_mappings(user),
        *_renewals(user, on=on),
        *_messages(user),
        *_notices(user, on=on),
        *_unknown(user),
        *_twice(user),
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
    held = count_held(user)
    if held:
        title = ngettext("%(held)s enrollment is held", "%(held)s enrollments are held", held) % {
            "held": held
        }
        text = gettext("AgencyHub could not tell who they belong to, or what they mean.")
        url = reverse("integrations:held_list")
        found.append(Attention(title, text, url, "inbox", "warning"))
    return found


def _at_risk(user: User) -> list[Attention]:
    """Policies that will be lost unless somebody acts."""
    if not user.has_perm("policies.view_risk"):
        return []
    number = open_for(user).order_by()[: MOST_COUNTED + 1].count()
    if not number:
        return []
    title = ngettext("%s policy is at risk", "%s policies are at risk", number) % f"{number:,}"
    text = gettext("Why, how many days are left, and what is at stake: the gravest first.")
    return [Attention(title, text, reverse("policies:risk_list"), "alert-triangle", "danger")]


def _late_eoi(user: User, *, on: date) -> list[Attention]:
    """Requests for evidence that have waited longest."""
    if not user.has_perm("eoi.view_eoirequest"):
        return []
    oldest = BANDS[0]
    late = gathered(EoiRequest, user=user).filter(closed_at=None)
    late = late.filter(opened_date__lte=opened_by(oldest.start, on)).order_by()
    number = late[: MOST_COUNTED + 1].count()
    if not number:
        return []
    title = ngettext(
        "%(number)s EOI request has waited %(days)s business days",
        "%(number)s EOI requests have waited %(days)s business days",
        number,
    ) % {"number": f"{number:,}", "days": oldest.start}
    text = gettext("Ask the carrier, and record what it decided. Until then nothing is deducted.")
    return [Attention(title, text, _list("eoi:request_list", age=oldest.key), "clock", "danger")]


def _mappings(user: User) -> list[Attention]:
    """Groups that changed at their carrier, and groups that are to be mapped."""
    if not user.has_perm("noyo.map_groups"):
        return []
    waiting = gathered(Mapping, user=user).exclude(status=Mapping.Status.READY).order_by()
    counts = waiting.values("status").annotate(number=Count("pk"))
    numbers = dict(counts.values_list("status", "number"))
    reopened = numbers.get(Mapping.Status.REOPENED, 0)
    open_ones = numbers.get(Mapping.Status.IN_PROGRESS, 0)
    return [
        Attention(title % {"number": number}, text, _list("noyo:mapping_list", status=status),
                  icon, tone)
        for number, title, text, status, icon, tone in (
            (
                reopened,
                ngettext("%(number)s mapping is opened again",
                         "%(number)s mappings are opened again", reopened),
                gettext("Something changed at the carrier: look at it before members are sent."),
                Mapping.Status.REOPENED, "refresh", "warning",
            ),
            (
                open_ones,
                ngettext("%(number)s mapping is to be made",
                         "%(number)s mappings are to be made", open_ones),
                gettext("Say which of our plans and classes are which of the carrier’s."),
                Mapping.Status.IN_PROGRESS, "arrows-exchange", "info",
            ),
        )
        if number
    ]  # fmt: skip


def _renewals(user: User, *, on: date) -> list[Attention]:
    """Groups that renew soon and were not sent, and those whose carriers are not ready."""
    if not user.has_perm("noyo.change_renewaldecision"):
        return []
    unsent = renewals.to_send(user, on=on).count()
    late = gathered(RenewalDecision, user=user).filter(status=RenewalDecision.Status.NOT_READY)
    not_ready = late.count()
    return [
        Attention(title % {"number": number}, text, address, "calendar", "warning")
        for number, title, text, address in (
            (
                unsent,
                ngettext("%(number)s group renews soon", "%(number)s groups renew soon", unsent),
                gettext("Send their carriers what they expect."),
                _list("noyo:renewal_list"),
            ),
            (
                not_ready,
                ngettext("%(number)s renewal is not ready at the carrier",
                         "%(number)s renewals are not ready at the carrier", not_ready),
                gettext("Look what is missing, and ask the carrier to install it."),
                _list("noyo:renewal_list", status=RenewalDecision.Status.NOT_READY),
            ),
        )
        if number
    ]  # fmt: skip


def _notices(user: User, *, on: date) -> list[Attention]:
    if not user.has_perm("integrations.manage_integrations"):
        return []
    return [
        Attention(str(notice.title), str(notice.text), notice.url, notice.icon, notice.tone)
        for screens in SCREENS.values()
        for notice in screens.notices(on=on)
    ]


def _unknown(user: User) -> list[Attention]:
    """Values from outside that no list knows."""
    number = questions.count_open() if user.has_perm(questions.DECIDE) else 0
    if not number:
        return []
    title = ngettext("%(number)s unknown value", "%(number)s unknown values", number) % {
        "number": unknown_in_words(number)
    }
    text = gettext("Files and scripts write what no list knows. Decide once; what waits goes on.")
    return [Attention(title, text, reverse(UNKNOWN_VALUES), "help", "warning")]


def _twice(user: User) -> list[Attention]:
    """People who may be there twice."""
    if not user.has_perm("individuals.change_individual"):
        return []
    left = duplicate_pages.left(user)
    if not left.number:
        return []
    title = ngettext("%(left)s possible duplicate", "%(left)s possible duplicates", left.number) % {
        "left": left
    }
    text = gettext("Two Individuals look like one person. Merge them, or say that they are two.")
    return [Attention(title, text, reverse("individuals:duplicate_list"), "users", "info")]


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
