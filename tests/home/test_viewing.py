"""Unusual viewing: the rules in tables, the counts against the database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from agencyhub.home.viewing import counting, report, rules
from agencyhub.home.viewing.rules import Counts, Usual
from individuals.models import Individual, IndividualAgent, Look, RevealLog
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import IndividualFactory

DAY = date(2026, 6, 10)
NOON = datetime(2026, 6, 10, 16, tzinfo=UTC)  # noon in New York


class TestFindings:
    @pytest.mark.parametrize(
        ("counts", "usual", "words"),
        [
            (Counts(), Usual(), []),
            (Counts(opened=19), Usual(opened=1, peers=1), []),
            (Counts(opened=60), Usual(opened=20), []),
            (Counts(opened=61), Usual(opened=20),
             ["Opened 61 people; their usual is about 20 a day."]),
            (Counts(opened=61), Usual(), []),
            (Counts(opened=80), Usual(opened=70, peers=20), []),
            (Counts(opened=81), Usual(opened=70, peers=20),
             ["Opened 81 people; others opened about 20 that day."]),
            (Counts(opened=20), Usual(opened=0.4),
             ["Opened 20 people; their usual is less than 1 a day."]),
            (Counts(outside=9), Usual(), []),
            (Counts(outside=10), Usual(), ["Opened 10 people of other agents' books."]),
            (Counts(namesakes=1), Usual(), ["Opened 1 person with their own last name."]),
            (Counts(reveals=4), Usual(reveals=0), []),
            (Counts(reveals=5), Usual(reveals=0),
             ["Revealed 5 MBIs; their usual is less than 1 a day."]),
            (Counts(reveals=5), Usual(reveals=4), []),
            (Counts(reveals=14), Usual(), []),
            (Counts(reveals=15), Usual(), ["Revealed 15 MBIs."]),
            (Counts(taken=499), Usual(), []),
            (Counts(taken=1500), Usual(),
             ["Exported 1,500 people, or read them through the API."]),
            (Counts(at_night=4), Usual(), []),
            (Counts(at_night=5), Usual(), ["Opened 5 people between 10 PM and 6 AM."]),
        ],
    )  # fmt: skip
    def test_say_why_in_words(self, counts, usual, words):
        assert [one.words for one in rules.findings(counts, usual)] == words

    def test_come_most_telling_first(self):
        counts = Counts(opened=100, namesakes=1, at_night=9)

        keys = [one.key for one in rules.findings(counts, Usual(opened=10))]

        assert keys == ["namesakes", "opened", "night"]


class TestUsual:
    def test_is_the_average_of_the_days_worked_before(self):
        own = {DAY - timedelta(days=n): Counts(opened=10 * n, reveals=n) for n in range(1, 6)}
        own |= {DAY: Counts(opened=500), DAY - timedelta(days=31): Counts(opened=900)}
        own |= {DAY - timedelta(days=9): Counts(taken=3)}

        found = rules.usual(own, day=DAY, others=[0, 4, 8])

        assert found == Usual(opened=30, reveals=3, peers=6)

    def test_is_unknown_for_the_first_days(self):
        own = {DAY - timedelta(days=n): Counts(opened=10) for n in range(1, 5)}

        assert rules.usual(own, day=DAY, others=[]) == Usual()


def look(user, person, *, at=NOON, how=Look.How.SCREEN):
    pk = person.pk if isinstance(person, Individual) else person
    hour = at.replace(minute=0)
    return Look.objects.create(individual_id=pk, user=user, how=how, hour=hour, looked_at=at)


@pytest.mark.django_db
class TestCounting:
    def test_counts_each_person_once_a_day(self):
        user, ana, bo = UserFactory(), IndividualFactory(), IndividualFactory()
        look(user, ana)
        look(user, ana, at=NOON + timedelta(hours=2))
        look(user, bo, how=Look.How.SEARCH)
        look(user, bo, how=Look.How.EXPORT)

        counts = counting.counts_by_day(first=DAY, last=DAY)

        assert counts == {(user.pk, DAY): Counts(opened=2, taken=1)}

    @pytest.mark.parametrize(
        ("zone", "day", "is_night"),
        [
            ("America/New_York", date(2026, 6, 10), True),  # 23:30
            ("America/Los_Angeles", date(2026, 6, 10), False),  # 20:30
            ("Pacific/Guam", date(2026, 6, 11), False),  # 13:30
            ("Mars/Base", date(2026, 6, 10), True),  # the agency's own zone
        ],
    )
    def test_goes_by_the_users_own_clock(self, zone, day, is_night):
        user = UserFactory(time_zone=zone)
        look(user, IndividualFactory(), at=datetime(2026, 6, 11, 3, 30, tzinfo=UTC))

        counts = counting.counts_by_day(first=DAY, last=DAY + timedelta(days=1))

        assert counts == {(user.pk, day): Counts(opened=1, at_night=int(is_night))}

    def test_knows_who_is_in_whose_book(self):
        user = UserFactory()
        own, opened, other = AgentFactory(user=user), AgentFactory(), AgentFactory()
        user.accessible_agents.add(opened)
        additional = IndividualFactory(servicing_agent=other)
        IndividualAgent.objects.create(individual=additional, agent=own)
        for person in (
            IndividualFactory(servicing_agent=own),
            IndividualFactory(servicing_agent=opened),
            IndividualFactory(),
            additional,
        ):
            look(user, person)
        stranger = IndividualFactory(servicing_agent=other)
        look(user, stranger)

        counts = counting.counts_by_day(first=DAY, last=DAY)

        assert counts[user.pk, DAY].outside == 1
        found = counting.looks_of_day(user, DAY, key="outside")
        assert [one.individual_id for one in found] == [stranger.pk]

    def test_finds_namesakes_whatever_the_spelling(self):
        user = UserFactory(last_name="García-Lopez")
        look(user, IndividualFactory(last_name="Garcia Lopez"))
        look(user, IndividualFactory(last_name="Garcia"))
        nameless = UserFactory(last_name="")
        look(nameless, IndividualFactory())

        counts = counting.counts_by_day(first=DAY, last=DAY)

        assert counts[user.pk, DAY].namesakes == 1
        assert counts[nameless.pk, DAY].namesakes == 0

    def test_asks_as_often_for_many_as_for_few(self, django_assert_num_queries):
        for _ in range(6):
            look(UserFactory(last_name="Lopez"), IndividualFactory())

        with django_assert_num_queries(5):  # time zones, three counts, the users
            assert len(report.lines(last=DAY, days=30)) == 6


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def owner(self, client):
        client.force_login(UserFactory(owner=True))
        return client

    def test_lead_from_the_reason_to_the_rows(self, owner):
        user = UserFactory(first_name="Nia", last_name="Lopez")
        look(user, IndividualFactory(first_name="Ana"))
        (line,) = report.lines(last=DAY, days=7)

        rows = owner.get(line.reasons[0].url)

        assert "Ana Lopez" in rows.text
        assert "Nia Lopez" in rows.text

    def test_show_uncovered_mbis_with_their_reason(self, owner):
        user = UserFactory()
        RevealLog.objects.create(individual=IndividualFactory(), user=user, reason="Curious")
        day = RevealLog.objects.get().revealed_at.astimezone().date()

        url = reverse("home:viewing_rows", args=[day.isoformat(), user.pk])

        assert "Curious" in owner.get(url, {"why": "reveals"}).text

    def test_still_say_whom_when_the_record_is_gone(self, owner):
        user = UserFactory()
        look(user, 999)

        url = reverse("home:viewing_rows", args=[DAY.isoformat(), user.pk])

        assert "Individual 999, no longer there" in owner.get(url, {"why": "opened"}).text

    def test_answer_each_period_and_no_other_day(self, owner):
        for days in ("1", "7", "30", "x"):
            assert owner.get(reverse("home:viewing_report"), {"days": days}).status_code == 200
        assert owner.get(reverse("home:viewing_rows", args=["2026-99-99", 1])).status_code == 404

    def test_are_closed_to_administrators(self, client):
        client.force_login(UserFactory(may=["accounts.view_user", "individuals.view_lookers"]))

        assert client.get(reverse("home:viewing_report")).status_code == 403
