"""Settling differences on their pages: in place, many at once, and who may."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencyhub.accounts.models import Role, User
from agencyhub.records.models import Batch
from integrations.noyo.models import Difference, NoyoGroup
from integrations.noyo.services import settling as services
from tests.factories.accounts import UserFactory
from tests.factories.noyo import NoyoGroupFactory
from tests.factories.noyo_people import DifferenceFactory
from tests.noyo.differing import differs, found

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 11, 22, 8, tzinfo=UTC)
HTMX = {"HX-Request": "true"}
MANY = "noyo:difference_settle_many"


@pytest.fixture
def user(client: Client) -> User:
    owner: User = UserFactory(owner=True)
    client.force_login(owner)
    return owner


@pytest.fixture
def noyo_group() -> NoyoGroup:
    group: NoyoGroup = NoyoGroupFactory()
    return group


class TestPages:
    def settle(self, one: Difference) -> str:
        return reverse("noyo:difference_settle", args=[one.pk])

    def test_a_row_is_settled_in_place_with_undo(
        self, client: Client, user: User, noyo_group: NoyoGroup
    ) -> None:
        differs(noyo_group, 1, date_of_birth=date(1980, 3, 15))
        [one] = found(noyo_group)
        page = client.get(reverse("noyo:difference_list"))
        part = client.get(reverse("noyo:difference_list"), headers=HTMX)

        answer = client.post(self.settle(one), {"verdict": "carrier"}, headers=HTMX)

        assert "03/14/1980" in page.text
        assert 'data-key="a"' in page.text
        assert "<html" not in part.text
        assert 'id="difference-last"' in answer.text
        assert 'data-key-any="u"' in answer.text
        batch = Batch.objects.get(summary=services.TAKEN)
        undone = client.post(reverse("noyo:difference_undo", args=[batch.pk]), follow=True)
        assert "Taken back" in undone.text
        one.refresh_from_db()
        assert one.state == "open"

    def test_a_refusal_leaves_the_row(
        self, client: Client, user: User, noyo_group: NoyoGroup
    ) -> None:
        one = DifferenceFactory(noyo_group=noyo_group, field="ssn")

        answer = client.post(self.settle(one), {"verdict": "carrier"}, headers=HTMX)
        plain = client.post(self.settle(one), {"verdict": "carrier"}, follow=True)

        assert answer.headers["HX-Reswap"] == "none"
        assert "only the end is kept" in answer.text
        assert "only the end is kept" in plain.text

    def test_many_say_their_scope_first(
        self, client: Client, user: User, noyo_group: NoyoGroup
    ) -> None:
        differs(noyo_group, 1, date_of_birth=date(1980, 3, 15))
        found(noyo_group)
        DifferenceFactory(noyo_group=noyo_group, field="ssn", key="field:e9:ssn")
        ticked = {
            "verdict": "carrier", "pk": list(Difference.objects.values_list("pk", flat=True)),
        }  # fmt: skip

        scope = client.post(reverse(MANY), ticked)
        before = Difference.objects.filter(state="open").count()
        done = client.post(reverse(MANY), ticked | {"sure": "1"}, follow=True)

        assert "2 differences are selected." in scope.text
        assert "1 of them takes over what the carrier says." in scope.text
        assert "1 is left alone: of the carrier’s SSN only the end is kept" in scope.text
        assert before == 2
        assert "The carrier’s values were taken." in done.text
        assert "1 is left alone" in done.text
        assert Difference.objects.filter(state="open").count() == 1

    def test_nothing_ticked(self, client: Client, user: User) -> None:
        page = client.post(reverse(MANY), {"verdict": "ours"}, follow=True)

        assert "Select the differences first." in page.text

    def test_the_page_of_one_goes_on_to_the_next(
        self, client: Client, user: User, noyo_group: NoyoGroup
    ) -> None:
        one, other = (DifferenceFactory(noyo_group=noyo_group) for _ in range(2))
        detail = reverse("noyo:difference_detail", args=[one.pk])

        page = client.get(detail)
        answer = client.post(self.settle(one), {"verdict": "ours", "back": "detail"})

        beside = reverse("noyo:difference_detail", args=[other.pk])
        assert f'href="{beside}" data-key="s" data-key-next' in page.text
        batch = Batch.objects.get(summary=services.OURS)
        assert answer.url == f"{beside}?done={batch.pk}"
        assert 'data-key-any="u"' in client.get(answer.url).text

    @pytest.mark.parametrize(
        ("may", "expected"),
        [([], 403), (["noyo.view_difference"], 403), (["noyo.change_difference"], 302)],
        ids=["nothing", "looks", "decides"],
    )
    def test_rights(
        self, client: Client, noyo_group: NoyoGroup, may: list[str], expected: int
    ) -> None:
        one = DifferenceFactory(noyo_group=noyo_group)
        client.force_login(UserFactory(may=may))

        mine = client.post(self.settle(one), {"verdict": "ours"})
        theirs = client.post(self.settle(one), {"verdict": "carrier"})

        # Whoever may not change people takes nothing over.
        assert (mine.status_code, theirs.status_code) == (expected, 403)

    def test_of_groups_out_of_reach_nothing_is_settled(
        self, client: Client, noyo_group: NoyoGroup
    ) -> None:
        one = DifferenceFactory(noyo_group=noyo_group)
        client.force_login(UserFactory(may=["noyo.change_difference"], may__reach=Role.Scope.OWN))

        answer = client.post(self.settle(one), {"verdict": "ours"})
        client.post(reverse(MANY), {"verdict": "ours", "pk": one.pk, "sure": "1"})

        one.refresh_from_db()
        assert (answer.status_code, one.state) == (404, "open")

    def test_is_paged_and_names_what_it_does_not_understand(
        self, client: Client, user: User, noyo_group: NoyoGroup, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("integrations.noyo.views.inbox.PAGE", 2)
        made = [DifferenceFactory(noyo_group=noyo_group).pk for _ in range(5)]
        walked: list[int] = []
        url = reverse("noyo:difference_list")
        while url:
            context = client.get(url).context
            walked += [item.one.pk for item in context["items"]]
            url = context["next_url"]

        odd = client.get(reverse("noyo:difference_list"), {"state": "odd"})
        panel = client.get(reverse("noyo:difference_list"), {"panel": "filters"}, headers=HTMX)

        assert walked == made[::-1]
        assert len(odd.context["items"]) == 0
        assert "list-problems" in odd.text
        assert "list-panel-title" in panel.text

    def test_costs_the_same_for_more(
        self, client: Client, user: User, noyo_group: NoyoGroup, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(30):
            DifferenceFactory(noyo_group=noyo_group)

        with django_assert_max_num_queries(24):
            client.get(reverse("noyo:difference_list"))
