"""Policies at risk as rows, drawn in one go: as templates they took half of the board's time."""

from collections.abc import Sequence
from functools import cache
from html import escape
from urllib.parse import urlencode

from django.middleware.csrf import get_token
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.templatetags import ui
from agencyhub.records.lists.columns import page_of
from policies.models import Risk
from policies.models.payments import Told
from policies.selectors.risks import Item
from policies.shields import carrier_name

VIEW_INDIVIDUAL, CHANGE_RISK = "individuals.view_individual", "policies.change_risk"
CLIENT = "client"
BUTTON = '<button class="btn btn-sm" type="submit" name="outcome"'
HINT = '<div class="form-hint">'


def draw(
    items: Sequence[Item], *, request: SignedInRequest, query: str = "", back: str = ""
) -> SafeString:
    """The rows of the board, or with ``back="client"`` of a client's page, which names the client.

    ``query`` is the board as it is asked for; forms bring it back.
    """
    if not items:
        return SafeString("")
    pen = _Pen(request, query=query, back=back)
    return SafeString("".join(map(pen.row, items)))


class _Pen:
    """What the rows of one page share: rights, addresses and words in the reader's language."""

    def __init__(self, request: SignedInRequest, *, query: str, back: str) -> None:
        self.names_client = back != CLIENT
        self.may_open = request.user.has_perm(VIEW_INDIVIDUAL)
        self.may_change = request.user.has_perm(CHANGE_RISK)
        self.people = page_of("individuals:individual_list")
        self.policies = page_of("policies:policy_list")
        self.board = page_of("policies:risk_list")
        self.kinds = {kind: str(label) for kind, label in Risk.Kind.choices}
        self.sources = {key: escape(str(label)) for key, label in Told.Source.choices}
        self.premium = escape(gettext("Premium left this year"))
        self.commission = escape(gettext("Annual commission"))
        self.statements = escape(gettext("statements"))
        self.call, self.phone = gettext("Call %(name)s"), ui.icon("phone")
        self.pay = f"{ui.icon('external-link')}{escape(gettext('Make a payment'))}"
        self.day = cache(ui.us_date)
        self.log = f"{ui.icon('notes')}{escape(gettext('Log a call'))}"
        self.asked = escape(urlencode({"state": query, "back": back}))
        self.form = self._form(get_token(request), query, back) if self.may_change else ""

    def _form(self, token: str, query: str, back: str) -> str:
        """What stands in every form: where it comes from, and the two outcomes."""
        hidden = '<input type="hidden" name='
        saved = escape(pgettext("policy at risk", "Saved"))
        lost = escape(gettext("Lost"))
        return (
            f'{hidden}"csrfmiddlewaretoken" value="{token}">'
            f'{hidden}"state" value="{escape(query)}">{hidden}"back" value="{escape(back)}">'
            f'{BUTTON} value="saved" data-key="s">{ui.icon("check")}{saved}'
            ' <kbd class="js-only">S</kbd></button>'
            f'{BUTTON} value="lost" data-key="l">{ui.icon("x")}{lost}'
            ' <kbd class="js-only">L</kbd></button></form>'
        )

    def row(self, item: Item) -> str:
        """One policy at risk."""
        name = f"risk-{item.pk}"
        return (
            f'<li class="risk dims" id="{name}" data-queue-row tabindex="-1"'
            f' aria-labelledby="{name}-title">{self._when(item)}{self._what(item, name)}'
            f"{self._stakes(item)}"
            f'<div class="risk-actions d-print-none">{self._actions(item, name)}</div>'
            f'<div class="risk-call" id="call-{item.pk}"></div></li>'
        )

    def _when(self, item: Item) -> str:
        chip = ui.badge(self.kinds[item.risk.kind], item.tone, item.icon)
        urgent = " is-urgent" if item.is_urgent else ""
        deadline = item.risk.deadline
        day = f"{HINT}{self.day(deadline)}</div>" if deadline else ""
        return (
            f'<div class="risk-when">{chip}'
            f'<div class="risk-days{urgent}">{escape(item.days_left)}</div>{day}</div>'
        )

    def _what(self, item: Item, name: str) -> str:
        words = "".join(f"<div>{escape(one)}</div>" for one in item.words)
        agent = item.risk.policy.servicing_agent if self.names_client else None
        source = f"{self.sources[item.standing.source]} · " if item.standing else ""
        looked_after = f" · {escape(agent.full_name)}" if agent else ""
        return (
            f'<div class="risk-what"><div class="risk-title" id="{name}-title">'
            f"{self._title(item)}</div>{words}"
            f"{HINT}{source}{ui.as_of(item.as_of, item.is_stale)}{looked_after}</div>"
            f"{self._called(item)}</div>"
        )

    def _called(self, item: Item) -> str:
        """The calls that were logged, and when to call again."""
        if not item.called:
            return ""
        due = " is-due" if item.is_call_due else ""
        return f'<div class="risk-called{due}">{self.phone}{escape(item.called)}</div>'

    def _title(self, item: Item) -> str:
        """The client, with a door to them, and what is at risk; on their own page only that."""
        policy = item.risk.policy
        carrier = carrier_name(policy.carrier, item.is_premier)
        what = f"{carrier} · {escape(policy.coverage_type.words)}"
        to_person = self.names_client and item.may_open and self.may_open
        address = (
            f"{self.people}{policy.subscriber_id}/#at-risk"
            if to_person
            else f"{self.policies}{policy.pk}/"
        )
        door = f'<a class="fw-medium" href="{address}" data-key="open">'
        if not self.names_client:
            return f"{door}{what}</a>"
        client = escape(policy.subscriber.full_name)
        return f'{door}{client}</a> <span class="text-secondary">· {what}</span>'

    def _stakes(self, item: Item) -> str:
        commission = ""
        if item.commission is not None:
            since = f"{self.statements}, {self.day(item.risk.commission_as_of)}"
            commission = (
                f"<div><dt>{self.commission}</dt><dd>{ui.usd(item.commission)}"
                f'<span class="form-hint">{since}</span></dd></div>'
            )
        return (
            f'<dl class="risk-stakes"><div><dt>{self.premium}</dt>'
            f"<dd>{ui.usd(item.premium_left)}</dd></div>{commission}</dl>"
        )

    def _actions(self, item: Item, name: str) -> str:
        doors = self._doors(item) if self.names_client else ""
        if not self.may_change:
            return doors
        address = f"{self.board}{item.pk}/outcome/"
        start = (
            f'<form action="{address}" method="post" hx-post="{address}"'
            f' hx-target="#{name}" hx-swap="outerHTML">'
        )
        return f"{doors}{start}{self.form}{self._log(item)}"

    def _log(self, item: Item) -> str:
        """To log a call that did not settle it, in a form below the row."""
        address = f"{self.board}{item.pk}/call/?{self.asked}"
        return (
            f'<a class="btn btn-sm" href="{address}" hx-get="{address}"'
            f' hx-target="#call-{item.pk}" data-key="n">{self.log}'
            ' <kbd class="js-only">N</kbd></a>'
        )

    def _doors(self, item: Item) -> str:
        """To call the client, and to pay the carrier."""
        policy = item.risk.policy
        number, address = policy.subscriber.phone, policy.carrier.payment_url
        call = pay = ""
        if number:
            label = self.call % {"name": policy.subscriber.full_name}
            call = (
                f'<a class="btn btn-sm" href="tel:+1{escape(number)}" data-key="c"'
                f' aria-label="{escape(label)}">{self.phone}{escape(str(ui.us_phone(number)))}</a> '
            )
        if address:
            pay = (
                f'<a class="btn btn-sm" href="{escape(address)}" target="_blank" rel="noopener"'
                f' data-key="p">{self.pay}</a> '
            )
        return f"{call}{pay}"
