"""What the demo's pay has to show: every state of it, to everybody who works on it."""

from django.test import Client
from django.urls import reverse

from agencyhub.accounts.models import User
from commissions.expected import disputes
from commissions.lists import disputes as queue
from commissions.models import Dispute, DisputePack, ExpectedPay

LEDGER, QUEUE = reverse("commissions:expectedpay_list"), reverse("commissions:dispute_list")
PACKS = reverse("commissions:disputepack_list")
OFFICE, SELLERS = ("owner", "admin"), ("agent1", "agent2", "callcenter1")


def check() -> None:
    """Every state has rows, each page shows some, and they open."""
    states = set(ExpectedPay.objects.values_list("state", flat=True))
    assert states == set(ExpectedPay.State.values)
    answered = set(Dispute.objects.values_list("state", flat=True))
    # Withdrawn by the ledger only, when facts change.
    assert answered == set(Dispute.State.values) - {disputes.WITHDRAWN}
    for name in OFFICE:
        client = _signed_in(name)
        for state in states:
            assert _rows(client, f"{LEDGER}?show=all&state={state}"), (name, state)
        for state in answered - {disputes.TO_DO}:
            show = queue.CLOSED if state in disputes.CLOSED else queue.WITH_CARRIER
            assert _items(client, f"{QUEUE}?show={show}&dispute={state}"), (name, state)
        for show in (queue.OPEN, queue.NEW, queue.WITH_CARRIER, queue.SNOOZED, queue.CLOSED):
            assert _items(client, f"{QUEUE}?show={show}"), (name, show)
        _check_pack(client)
    assert _items(_signed_in("admin"), f"{QUEUE}?show={queue.MINE}")
    for name in SELLERS:
        client = _signed_in(name)
        assert _rows(client, LEDGER), name
        assert _items(client, QUEUE), name


def _check_pack(client: Client) -> None:
    pack = DisputePack.objects.get()
    (shown,) = client.get(PACKS).context["page"].rows
    content = client.get(reverse("commissions:disputepack_detail", args=[pack.pk])).context
    assert shown == pack
    assert shown.months == len(content["content"].rows) + content["content"].settled
    assert content["content"].rows
    assert content["content"].settled


def _signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def _rows(client: Client, url: str) -> int:
    answer = client.get(url)
    assert answer.status_code == 200
    rows = answer.context["page"].cut.rows
    if rows:
        assert client.get(f"{LEDGER}{rows[0].pk}/").status_code == 200
    return len(rows)


def _items(client: Client, url: str) -> int:
    answer = client.get(url)
    assert answer.status_code == 200
    return len(answer.context["items"])
