"""Who looked at whom."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from agencyhub.accounts.api_keys import create_key
from individuals.models import Look, RevealLog
from individuals.services import looks
from tests.factories.accounts import UserFactory
from tests.factories.individuals import IndividualFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 10, 12, 10, tzinfo=UTC)


class TestRecord:
    def test_notes_a_person_once_an_hour_and_way(self):
        user, pk = UserFactory(), IndividualFactory().pk
        with time_machine.travel(NOON, tick=False) as clock:
            for _ in range(2):
                looks.record(user=user, individual_ids=[pk, pk], how=Look.How.SCREEN)
            looks.record(user=user, individual_ids=[pk], how=Look.How.EXPORT)
            looks.record(user=UserFactory(), individual_ids=[pk], how=Look.How.SCREEN)
            clock.shift(timedelta(hours=1))
            looks.record(user=user, individual_ids=[pk], how=Look.How.SCREEN)

        assert Look.objects.count() == 4

    def test_takes_one_statement_for_many(self, django_assert_num_queries):
        user = UserFactory()

        with django_assert_num_queries(1):
            looks.record(user=user, individual_ids=range(1, 2001), how=Look.How.EXPORT)

        assert Look.objects.count() == 2000

    def test_keeps_both_while_somebody_views_as_another(self):
        actor, user = UserFactory(), UserFactory()
        user.acted_by = actor

        looks.record(user=user, individual_ids=[1], how=Look.How.SCREEN)
        looks.record(user=user, individual_ids=[1], how=Look.How.SCREEN, acting_user=actor)

        look = Look.objects.get()
        assert (look.user, look.viewing_as) == (actor, user)

    def test_keeps_the_key_of_the_whole_agency(self):
        key = create_key(name="Scripts", scope="api").key

        looks.record(user=None, individual_ids=[1], how=Look.How.API, api_key=key)
        looks.record(user=None, individual_ids=[1], how=Look.How.API, api_key=key)

        look = Look.objects.get()
        assert (look.user, look.api_key) == (None, key)


class TestDoors:
    @pytest.mark.parametrize(
        ("path", "how"),
        [
            ("/individuals/{}/", "screen"),
            ("/individuals/{}/edit/", "screen"),
            ("/admin/individuals/individual/{}/change/", "admin"),
        ],
    )
    def test_note_who_opens_a_record(self, client, path, how):
        user, person = UserFactory(owner=True), IndividualFactory()
        client.force_login(user)

        assert client.get(path.format(person.pk)).status_code == 200

        look = Look.objects.get()
        assert (look.user, look.individual_id, look.how) == (user, person.pk, how)

    def test_note_nobody_who_was_refused(self, client):
        client.force_login(UserFactory(may=["individuals.view_individual"], may__reach="own"))

        client.get(f"/individuals/{IndividualFactory().pk}/")

        assert not Look.objects.exists()


class TestPage:
    @pytest.fixture
    def url(self, client):
        person = IndividualFactory()
        client.force_login(UserFactory(may=["individuals.view_individual",
                                            "individuals.view_lookers"]))  # fmt: skip
        return reverse("individuals:individual_lookers", args=[person.pk])

    def test_shows_looks_and_reveals_newest_first(self, client, url):
        pk = int(url.split("/")[2])
        user, boss = UserFactory(first_name="Nia"), UserFactory(first_name="Bo")
        key = create_key(name="Scripts", scope="api").key
        with time_machine.travel(NOON, tick=False):
            looks.record(user=user, individual_ids=[pk], how=Look.How.SCREEN, acting_user=boss)
            looks.record(user=None, individual_ids=[pk], how=Look.How.API, api_key=key)
        RevealLog.objects.create(individual_id=pk, user=user, reason="Quoting a plan")

        lines = client.get(url).context["page"].lines

        assert [line.how for line in lines] == ["MBI revealed", "Through the API", "On screen"]
        assert lines[0].reason == "Quoting a plan"
        assert lines[1].who == "API key “Scripts”"
        assert (lines[2].who, lines[2].as_whom) == (boss.display_name, user.display_name)

    def test_pages_by_the_moment(self, client, url):
        pk = int(url.split("/")[2])
        user = UserFactory()
        Look.objects.bulk_create(
            Look(individual_id=pk, user=user, how="screen", hour=at, looked_at=at)
            for at in (NOON + timedelta(hours=n) for n in range(130))
        )

        first = client.get(url).context["page"]
        second = client.get(url, {"before": first.before.isoformat()}).context["page"]
        nonsense = client.get(url, {"before": "2026-99-99T00:00:00Z"}).context["page"]

        assert (len(first.lines), len(second.lines), second.before) == (100, 30, None)
        assert not {line.at for line in first.lines} & {line.at for line in second.lines}
        assert len(nonsense.lines) == 100

    def test_is_linked_for_those_who_may(self, client, url):
        record = url.replace("looks/", "")
        assert url in client.get(record).text

        client.force_login(UserFactory(may=["individuals.view_individual"]))

        assert url not in client.get(record).text
        assert client.get(url).status_code == 403
