"""Seeing the product as another user: read-only, bounded, on record."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from pytest_django.asserts import assertTemplateNotUsed, assertTemplateUsed

from agencyhub.accounts.models import AccessEvent, User
from individuals.models import Look
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import IndividualFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
MAY = ["accounts.view_as_user", "accounts.view_user", "individuals.view_individual",
       "individuals.change_individual", "individuals.reveal_mbi"]  # fmt: skip


@pytest.fixture
def actor(client):
    user = UserFactory(may=MAY, first_name="Ada", last_name="Admin")
    client.force_login(user)
    return user


@pytest.fixture
def seller():
    may = ["individuals.view_individual", "individuals.change_individual"]
    user = UserFactory(may=may, may__reach="own", first_name="Sol", last_name="Seller")
    AgentFactory(user=user)
    return user


def start(client, user):
    return client.post(reverse("accounts:view_as_start", args=[user.pk]))


class TestViewAs:
    def test_shows_what_the_other_sees_under_a_banner(self, client, actor, seller):
        own, other = IndividualFactory(servicing_agent=seller.agent), IndividualFactory()
        assert client.get(f"/individuals/{other.pk}/").status_code == 200

        assert start(client, seller).url == "/"

        page = client.get("/")
        assert page.wsgi_request.user == seller
        assert "You see what <strong>Sol Seller</strong> sees" in page.text
        assert client.get(f"/individuals/{other.pk}/").status_code == 404
        assert client.get(f"/individuals/{own.pk}/").status_code == 200

    def test_changes_nothing(self, client, actor, seller):
        person = IndividualFactory(servicing_agent=seller.agent)
        start(client, seller)

        answers = [
            client.post(f"/individuals/{person.pk}/edit/", {"last_name": "Changed"}),
            client.post(f"/individuals/{person.pk}/reveal-mbi/", {"reason": "Curious"}),
            client.post(reverse("accounts:profile"), {"first_name": "X"}),
            client.delete(f"/individuals/{person.pk}/edit/"),
        ]

        assert [answer.status_code for answer in answers] == [403] * 4
        assertTemplateUsed(answers[0], "accounts/view_as_refused.html")
        person.refresh_from_db()
        assert person.last_name == "Lopez"

    def test_lets_private_searches_through(self, client, seller):
        client.force_login(UserFactory(owner=True))
        start(client, seller)

        for path in ("/individuals/search/", "/policies/search/"):
            answer = client.post(path, {"q": "Lopez"})
            assertTemplateNotUsed(answer, "accounts/view_as_refused.html")

    def test_ends_when_asked_and_is_on_record(self, client, actor, seller):
        start(client, seller)

        client.post(reverse("accounts:view_as_end"))

        assert client.get("/").wsgi_request.user == actor
        found = AccessEvent.objects.filter(kind__startswith="view_as").order_by("pk")
        assert [(one.kind, one.user, one.actor) for one in found] == [
            ("view_as_started", seller, actor),
            ("view_as_ended", seller, actor),
        ]

    def test_ends_by_itself_after_half_an_hour(self, client, seller):
        with time_machine.travel(NOON, tick=False) as clock:
            actor = UserFactory(may=MAY)
            client.force_login(actor)
            start(client, seller)
            clock.shift(timedelta(minutes=29))
            assert client.get("/").wsgi_request.user == seller
            clock.shift(timedelta(minutes=1))

            assert client.get("/").url == reverse("accounts:user_list")
            assert client.get("/").wsgi_request.user == actor

    def test_ends_with_the_sign_out(self, client, actor, seller):
        start(client, seller)

        client.post(reverse("accounts:logout"))

        assert client.get("/").status_code == 302
        kinds = AccessEvent.objects.order_by("pk").values_list("kind", "user", "actor")
        assert list(kinds)[-2:] == [
            ("view_as_ended", seller.pk, actor.pk),
            ("signed_out", actor.pk, None),
        ]

    def test_ends_when_the_right_or_the_user_is_gone(self, client, actor, seller):
        start(client, seller)
        User.objects.filter(pk=seller.pk).update(is_active=False)

        client.get("/")

        assert client.get("/").wsgi_request.user == actor

    @pytest.mark.parametrize("whom", ["stronger", "self", "inactive"])
    def test_is_refused(self, client, actor, whom):
        user = {
            "stronger": lambda: UserFactory(may=["accounts.delete_user"]),
            "self": lambda: actor,
            "inactive": lambda: UserFactory(is_active=False),
        }[whom]()

        start(client, user)

        assert client.get("/").wsgi_request.user == actor
        assert not AccessEvent.objects.filter(kind="view_as_started").exists()

    def test_needs_the_right(self, client, seller):
        client.force_login(UserFactory(may=["accounts.view_user", "individuals.view_individual"]))

        assert start(client, seller).status_code == 403

    def test_says_in_who_looked_who_it_really_was(self, client, actor, seller):
        person = IndividualFactory(servicing_agent=seller.agent)
        start(client, seller)

        client.get(f"/individuals/{person.pk}/")

        look = Look.objects.get()
        assert (look.user, look.viewing_as) == (actor, seller)

    def test_is_offered_on_the_page_of_those_it_works_for(self, client, seller):
        client.force_login(UserFactory(owner=True))

        assert "View as" in client.get(reverse("accounts:user_edit", args=[seller.pk])).text
