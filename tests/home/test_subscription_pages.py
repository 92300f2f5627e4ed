import pytest

from agencyhub.home.models import Subscription
from agencyhub.home.reports import registry
from agencyhub.records.lists.models import SavedView
from tests.factories.accounts import UserFactory
from tests.home.reports_by_mail import NEEDS, PEOPLE, subscribe

pytestmark = pytest.mark.django_db
LIST = "/reports/subscriptions/"
NEW = f"{LIST}new/people/?by=month&page=3"
WISHES = {
    "title": "People", "frequency": "weekly", "hour": "09:30", "weekday": "2", "month_day": "1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _report(monkeypatch):
    monkeypatch.setitem(registry.REPORTS, PEOPLE.key, PEOPLE)


@pytest.fixture
def reader(client):
    user = UserFactory(may=[NEEDS])
    client.force_login(user)
    return user


class TestCreate:
    def test_subscribes_to_the_view_of_the_address(self, client, reader):
        assert client.get(NEW).status_code == 200

        answer = client.post(NEW, WISHES)

        found = Subscription.objects.get()
        assert answer.url == LIST
        assert (found.user, found.query, found.weekday) == (reader, "by=month", 2)
        page = client.get(LIST)
        assert [row.rhythm for row in page.context["rows"]] == ["Wednesday at 9:30 AM"]

    def test_proposes_the_name_of_the_view_that_it_was_asked_from(self, client, reader):
        mine, theirs = (
            SavedView.objects.create(
                owner=owner, list_key=f"report-{PEOPLE.key}", name=name, filters={"by": "month"}
            )
            for owner, name in ((reader, "My people"), (UserFactory(), "Their people"))
        )

        proposed = [
            client.get(f"{NEW}&view={pk}").context["form"]["title"].value()
            for pk in (mine.pk, theirs.pk, "x", "")
        ]

        assert proposed == ["My people", str(PEOPLE.title), str(PEOPLE.title), str(PEOPLE.title)]

    @pytest.mark.parametrize(
        ("_case", "wrong", "field"),
        [
            ("quiet", {"hour": "22:00"}, "hour"),
            ("no day", {"month_day": "32"}, "month_day"),
            ("no rhythm", {"frequency": "hourly"}, "frequency"),
            ("no title", {"title": ""}, "title"),
        ],
    )
    def test_names_what_is_wrong(self, client, reader, _case, wrong, field):
        answer = client.post(NEW, {**WISHES, **wrong})

        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]
        assert not Subscription.objects.exists()

    @pytest.mark.parametrize(
        "url", [f"{LIST}new/nothing/", f"{LIST}new/people/?by=week"], ids=["report", "choices"]
    )
    def test_knows_no_other_report(self, client, reader, url):
        assert client.get(url).status_code == 404

    def test_is_not_there_without_the_right(self, client):
        client.force_login(UserFactory())

        assert client.get(NEW).status_code == 404


class TestList:
    def test_shows_the_own_ones_and_all_to_those_who_may(self, client, reader):
        subscribe(reader)
        boss = UserFactory(may=["home.view_subscription", "home.change_subscription"])
        own = subscribe(boss)

        client.force_login(boss)
        mine = client.get(LIST).context["rows"]
        everybody = client.get(f"{LIST}?whose=all")

        assert [row.subscription for row in mine] == [own]
        assert len(everybody.context["rows"]) == 2
        client.force_login(reader)
        assert len(client.get(f"{LIST}?whose=all").context["rows"]) == 1

    def test_costs_the_same_for_many_rows(self, client, django_assert_max_num_queries):
        boss = UserFactory(owner=True)
        for _ in range(12):
            subscribe(UserFactory(may=[NEEDS]))
        client.force_login(boss)

        with django_assert_max_num_queries(14):
            page = client.get(f"{LIST}?whose=all")
        assert len(page.context["rows"]) == 12

    def test_is_for_those_who_are_signed_in(self, client):
        assert client.get(LIST).status_code == 302


class TestActs:
    def test_stops_and_takes_up_and_removes(self, client, reader):
        found = subscribe(reader)

        client.post(f"{LIST}{found.pk}/stop/")
        found.refresh_from_db()
        assert found.stop_reason == "stopped"
        client.post(f"{LIST}{found.pk}/resume/")
        found.refresh_from_db()
        assert found.stopped_at is None
        client.post(f"{LIST}{found.pk}/remove/")
        assert Subscription.objects.exists(), "one that is on stays"
        client.post(f"{LIST}{found.pk}/stop/")
        client.post(f"{LIST}{found.pk}/remove/")
        assert not Subscription.objects.exists()

    def test_changes_the_rhythm(self, client, reader):
        found = subscribe(reader)
        assert client.get(f"{LIST}{found.pk}/").status_code == 200

        client.post(f"{LIST}{found.pk}/", WISHES)

        found.refresh_from_db()
        assert (found.frequency, found.title) == ("weekly", "People")

    @pytest.mark.parametrize("act", ["", "stop/", "resume/", "remove/"])
    def test_leaves_those_of_others_alone(self, client, reader, act):
        other = subscribe(UserFactory(may=[NEEDS]))

        assert client.post(f"{LIST}{other.pk}/{act}", WISHES).status_code == 404
        other.refresh_from_db()
        assert (other.title, other.stopped_at) == ("My people", None)

    def test_an_administrator_stops_any(self, client):
        other = subscribe(UserFactory(may=[NEEDS]))
        client.force_login(UserFactory(may=["home.change_subscription"]))

        client.post(f"{LIST}{other.pk}/stop/")

        other.refresh_from_db()
        assert other.stop_reason == "stopped_by_admin"
