"""What comes out of the printer: the record, in dark ink on white, and nothing to press."""

import pytest
from django.urls import reverse

from commissions.models import ExpectedPay
from individuals.models import Individual
from policies.models import Policy

LETTER = {"width": 703, "height": 940}
TO_PRESS = ".sidebar, .topbar, .btn, textarea, .cell-check, .list-bar, .pager"
# What of the page shows of these, by its class.
SHOWN = """where => [...document.querySelectorAll(where)]
  .filter(e => e.getClientRects().length).map(e => e.className)"""
WHITE = "getComputedStyle(document.body).backgroundColor"
BROKEN = """() => [...document.querySelectorAll("main tbody tr")]
  .filter(e => getComputedStyle(e).breakInside !== "avoid").length"""


@pytest.fixture(scope="module")
def addresses(stack) -> dict[str, str]:
    """The pages that somebody prints."""
    with stack.records():
        policy = Policy.objects.order_by("pk")[0]
        pay = ExpectedPay.objects.order_by("pk")[0]
        person = Individual.objects.filter(policies__isnull=False).order_by("pk")[0]
    return {
        "client": reverse("individuals:individual_detail", args=[person.pk]),
        "policy": reverse("policies:policy_detail", args=[policy.pk]),
        "report": reverse("home:report_detail", args=["production"]),
        "month": reverse("commissions:expectedpay_detail", args=[pay.pk]),
        "queue": reverse("commissions:dispute_list"),
    }


@pytest.mark.parametrize("name", ["client", "policy", "report", "month", "queue"])
def test_only_the_record_is_printed(name, addresses, owner):
    owner.emulate_media(color_scheme="dark")
    owner.set_viewport_size(LETTER)
    owner.goto(addresses[name])
    assert owner.evaluate("document.documentElement.dataset.bsTheme") == "dark"

    owner.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    owner.emulate_media(media="print", color_scheme="dark")

    assert owner.evaluate("document.documentElement.dataset.bsTheme") == "light"
    assert owner.evaluate(WHITE) == "rgb(255, 255, 255)"
    assert owner.evaluate(SHOWN, TO_PRESS) == []
    assert owner.evaluate(BROKEN) == 0
    owner.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert owner.evaluate("document.documentElement.dataset.bsTheme") == "dark"
