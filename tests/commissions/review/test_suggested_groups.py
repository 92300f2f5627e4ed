"""Suggestions that look alike, accepted at once and undone at once."""

import pytest
from django.urls import reverse
from django.utils import timezone

from agencyhub.records.services import undo
from commissions.matching.reasons import Reason
from commissions.models import BookLink, BookRow, Decision, Link
from commissions.selectors import suggested
from tests.factories.policies import CarrierFactory

pytestmark = pytest.mark.django_db

PAGE = reverse("commissions:unmatched_list")
ACCEPT = reverse("commissions:unmatched_accept")


def groups(page):
    return page.get(PAGE).context["suggested"]


@pytest.fixture
def alike(suggest):
    """Three applications at Humana whose numbers lack the zeros of the book."""
    carrier = CarrierFactory(name="Humana")
    made = [suggest(carrier=carrier, policy_number=f"77{n}") for n in range(3)]
    for row in BookRow.objects.all():
        BookRow.objects.filter(pk=row.pk).update(policy_number=f"000{row.policy_number}")
    return made


class TestGroups:
    def test_says_what_all_have_in_common(self, page, alike):
        (group,) = groups(page)

        assert group.sentence == "3 suggested book rows: all Humana, all missing leading zeros."
        assert group.scope == "Links 3 book rows, each to the one application it is suggested for."
        assert "Same last name" in group.reasons

    def test_leaves_ties_and_rivals_to_the_queue(self, page, suggest):
        carrier = CarrierFactory()
        for _ in range(2):
            suggest(carrier=carrier, books=2)
            suggest(carrier=carrier, link={"reasons": [Reason.NUMBER_SAME, Reason.NEAR_TIE]})

        assert groups(page) == []

    def test_opens_its_rows_in_the_queue(self, page, alike, suggest):
        suggest(carrier=alike[0].carrier, link={"reasons": [Reason.MBI_SAME]})
        (group,) = groups(page)

        response = page.get(reverse("commissions:review_list"), {"group": group.key.text})

        shown = [item.application for item in response.context["items"]]
        assert shown == list(alike)

    def test_reads_no_key_that_is_none(self):
        for text in ("", "book", "book.1", "book.1.x", "book.1.9999", "other.1.10"):
            assert suggested.read_key(text) is None


class TestAcceptAll:
    def test_is_one_act_that_can_be_undone(self, page, alike, reviewer):
        (group,) = groups(page)

        sent = {"group": group.key.text, "expected": group.count}
        done = page.post(ACCEPT, sent, follow=True)

        assert BookLink.objects.filter(state=Link.State.LINKED).count() == 3
        assert "3 applications were linked, as one act." in done.content.decode()
        undo.undo_batch(batch_id=done.context["done"].batch.pk, user=reviewer, at=timezone.now())
        assert not Decision.objects.exists()

    def test_refuses_when_the_group_has_changed(self, page, alike):
        (group,) = groups(page)

        done = page.post(ACCEPT, {"group": group.key.text, "expected": 2}, follow=True)

        assert "The group has changed since" in done.content.decode()
        assert not Decision.objects.exists()

    def test_reaches_no_further_than_its_user(self, page, agent_page, alike, agent):
        (group,) = groups(page)
        BookRow.objects.update(agent=agent)

        agent_page.post(ACCEPT, {"group": group.key.text, "expected": group.count})

        assert not Decision.objects.exists()
        assert agent_page.post(ACCEPT, {"group": "nonsense"}).status_code == 404
