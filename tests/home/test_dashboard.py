"""The dashboard: a light page, and parts that are counted when they are asked for."""

import re

import pytest
from django.core.cache import cache

from agencyhub.home.desk import panels, queues
from agencyhub.home.models import Tour
from agencyhub.records import history
from agencyhub.records.models import Batch
from individuals.models import Individual
from integrations.models import InboundMessage
from tests.factories.accounts import AgentFactory, RoleFactory, UserFactory
from tests.factories.individuals import (
    AddressFactory,
    IndividualFactory,
    SalesRecordFactory,
    option,
)
from tests.factories.policies import RiskFactory

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def message(state):
    return InboundMessage.objects.create(partner="plancompare", body="{}", digest=b"x", state=state)


def lines(client):
    return {one.queue.key: one for one in client.get("/dashboard/work/", **HTMX).context["lines"]}


class TestPage:
    def test_asks_for_each_part(self, client):
        user = UserFactory(may=["policies.view_risk", "policies.view_policy"])
        client.force_login(user)

        page = client.get("/").content.decode()

        asked = re.findall(r'hx-get="([^"]+)"', page)
        assert asked[-4:] == [
            "/dashboard/work/", "/dashboard/at-risk/", "/dashboard/retention/",
            "/dashboard/standing/",
        ]  # fmt: skip
        for url in asked[-4:]:
            part = client.get(url, **HTMX).content.decode()
            assert part.lstrip().startswith("<section")
            assert 'hx-trigger="load"' not in part

    def test_costs_the_same_for_many_rows(self, client, django_assert_max_num_queries):
        user = UserFactory(owner=True)
        for _ in range(12):
            with history.batch(user=user, channel=Batch.Channel.SCREEN, summary="Added"):
                SalesRecordFactory(individual=IndividualFactory())
            RiskFactory()
        client.force_login(user)

        with django_assert_max_num_queries(28):
            client.get("/")
        with django_assert_max_num_queries(30):
            client.get("/dashboard/work/", **HTMX)

    def test_counts_everything_at_once_without_javascript(self, client):
        client.force_login(UserFactory(owner=True))

        page = client.get("/?whole=1").content.decode()

        assert "/dashboard/" not in page

    def test_tells_those_without_a_role_what_to_do(self, client):
        client.force_login(UserFactory())

        assert "You have no role yet" in client.get("/").content.decode()

    def test_says_what_needs_attention(self, client):
        message("failed")
        client.force_login(UserFactory(may=["integrations.review_inbound"]))

        (one,) = client.get("/").context["attention"]

        assert one.title == "1 message failed"
        assert client.get(one.url).status_code == 200

    def test_lists_my_own_acts_with_undo(self, client):
        user = UserFactory(owner=True)
        IndividualFactory()
        with history.batch(user=user, channel=Batch.Channel.SCREEN, summary="Renamed") as batch:
            Individual.objects.update(nickname="Annie")
        with history.batch(user=None, channel=Batch.Channel.SYNC, summary="Not mine"):
            Individual.objects.update(nickname="Ann")
        client.force_login(user)

        (item,) = client.get("/").context["recent"]

        assert (item.text, f"/{batch.pk}/" in item.undo_url) == ("Renamed", True)

    def test_says_whom_each_of_my_acts_was_about(self, client):
        user = UserFactory(owner=True)
        ana, bo = (IndividualFactory(first_name=name) for name in ("Ana", "Bo"))
        for one in (ana, bo):
            with history.batch(user=user, channel=Batch.Channel.SCREEN, summary="Edited"):
                AddressFactory(individual=one)
        client.force_login(user)

        page = client.get("/")

        shown = [(one.text, one.subject.name) for one in page.context["recent"]]
        assert shown == [("Edited", bo.full_name), ("Edited", ana.full_name)]
        assert f'Edited · <a href="/individuals/{ana.pk}/">{ana.full_name}</a>' in page.text


class TestParts:
    @pytest.mark.parametrize("key", ["production", "nothing"])
    def test_are_those_that_the_user_may_read(self, client, key):
        client.force_login(UserFactory(may=["policies.view_risk"]))

        assert client.get(f"/dashboard/{key}/", **HTMX).status_code == 404

    @pytest.mark.parametrize(
        ("key", "page"), [("at-risk", "/reports/at-risk/"), ("work", "/")], ids=["panel", "work"]
    )
    def test_lead_to_their_page_without_htmx(self, client, key, page):
        client.force_login(UserFactory(owner=True))

        assert client.get(f"/dashboard/{key}/").url == page

    def test_need_a_sign_in(self, client):
        assert client.get("/dashboard/work/").status_code == 302


class TestQueues:
    def test_count_what_is_in_reach_and_lead_to_it(self, client):
        role = RoleFactory(permissions=["policies.view_risk", "policies.view_policy"])
        user = UserFactory(roles=[role])
        RiskFactory(policy__servicing_agent=AgentFactory(user=user))
        RiskFactory()
        client.force_login(user)

        line = lines(client)["risks"]

        assert line.words == "1 left, 0 done today"
        listed = client.get(line.queue.url)
        assert len(listed.context["items"]) == 1

    def test_lead_to_pages_that_open_and_say_when_nothing_is_left(self, client):
        client.force_login(UserFactory(owner=True))

        found = lines(client)

        assert list(found) == [one.key for one in queues.QUEUES]
        for line in found.values():
            assert line.words.startswith(("0 left", "0 to do"))
            assert line.tone == "success"
            assert client.get(line.queue.url).status_code == 200, line.queue.key

    def test_count_what_is_large_once_in_a_while(self, client, monkeypatch):
        monkeypatch.setattr(queues, "LARGE", 1)
        client.force_login(UserFactory(owner=True))
        RiskFactory()
        assert lines(client)["risks"].waits.number == 1

        RiskFactory()
        assert lines(client)["risks"].waits.number == 1
        cache.clear()
        assert lines(client)["risks"].waits.number == 2

    def test_are_of_the_user_by_rights_and_not_by_role(self, client):
        client.force_login(UserFactory(may=["eoi.view_eoirequest", "noyo.map_groups"]))

        assert list(lines(client)) == ["eoi", "mappings"]


class TestPanels:
    def test_show_numbers_that_are_doors(self, client):
        RiskFactory()
        client.force_login(UserFactory(owner=True))

        panel = client.get("/dashboard/at-risk/", **HTMX).context["panel"]

        assert [one.value for one in panel.numbers][:1] == ["1"]
        for one in panel.numbers:
            assert client.get(one.url).status_code == 200
        assert panel.chart.data["unit"] == "usd"

    def test_are_counted_once_in_a_while_for_each_reader(self, client):
        user = UserFactory(owner=True)
        client.force_login(user)
        RiskFactory()

        def number():
            panel = client.get("/dashboard/at-risk/", **HTMX).context["panel"]
            return panel.numbers[0].value

        assert number() == "1"
        RiskFactory()
        assert number() == "1"
        client.force_login(UserFactory(may=["policies.view_risk"]))
        assert number() == "2"

    def test_are_all_reports_that_exist(self):
        assert all(one.report for one in panels.PANELS)

    def test_ask_again_while_a_worker_counts(self, client, monkeypatch):
        monkeypatch.setattr(
            panels.remembered, "figures_of", lambda *_args, **_more: panels.Counting(None)
        )
        client.force_login(UserFactory(owner=True))

        part = client.get("/dashboard/production/", **HTMX).content.decode()

        assert 'hx-get="/dashboard/production/" hx-trigger="load delay:3s"' in part


class TestStanding:
    def test_counts_what_the_user_sees_and_opens_exactly_those_rows(self, client):
        role = RoleFactory(permissions=["individuals.view_individual"])
        user = UserFactory(roles=[role])
        IndividualFactory(servicing_agent=AgentFactory(user=user))
        IndividualFactory()
        client.force_login(user)

        (door,) = client.get("/dashboard/standing/", **HTMX).context["doors"]

        assert (door.label, door.value) == ("Individuals", "1")
        assert client.get(door.url).status_code == 200

    def test_breaks_sales_records_down_by_stage(self, client):
        SalesRecordFactory()
        SalesRecordFactory()
        client.force_login(UserFactory(may=["individuals.view_salesrecord"]))

        (share,) = client.get("/dashboard/standing/", **HTMX).context["sales_by_stage"]

        assert (share.label, share.count) == ("New", 2)
        assert client.get(share.url).content.decode().count("Lopez") >= 2

    def test_won_and_lost_sales_records_are_not_open(self, client):
        SalesRecordFactory()
        for stage in ("Closed won", "Closed lost"):
            SalesRecordFactory(stage=option("sales_stage", stage), last_name="Gone")
        client.force_login(UserFactory(may=["individuals.view_salesrecord"]))

        context = client.get("/dashboard/standing/", **HTMX).context

        (share,), (door,) = context["sales_by_stage"], context["doors"]
        assert (share.label, share.count, door.value) == ("New", 1, "1")
        listed = client.get(door.url).text
        assert "Lopez" in listed
        assert "Gone" not in listed


class TestTour:
    def test_leads_to_pages_and_remembers_them(self, client):
        user = UserFactory(owner=True)
        client.force_login(user)
        steps = client.get("/").context["tour"].steps

        for one in steps:
            answer = client.post(f"/tour/steps/{one.step.key}/")
            assert answer.url == one.step.url
            assert client.get(answer.url).status_code == 200
        client.post(f"/tour/steps/{steps[0].step.key}/")

        view = client.get("/").context["tour"]
        assert (view.done, view.is_over) == (7, True)

    def test_has_only_steps_that_the_user_may_take(self, client):
        client.force_login(UserFactory(may=["eoi.view_eoirequest"]))

        steps = client.get("/tour/").context["tour"].steps

        assert [one.step.key for one in steps] == ["eoi", "reports", "second_factor"]
        assert client.post("/tour/steps/person/").status_code == 404

    def test_leads_agents_to_sales_records_and_quotes(self, client):
        client.force_login(UserFactory(may=["individuals.view_salesrecord"]))

        first = client.get("/tour/").context["tour"].steps[0]

        assert (first.step.key, first.step.url) == ("sales", "/sales-records/")

    def test_is_put_away_for_good_and_taken_out_again(self, client):
        user = UserFactory(owner=True)
        client.force_login(user)
        client.post("/tour/steps/person/")

        client.post("/tour/end/")
        client.post("/tour/end/")
        assert client.get("/").context["tour"] is None
        assert UserFactory(owner=True).pk not in Tour.objects.values_list("pk", flat=True)

        client.post("/tour/again/")
        assert client.get("/").context["tour"].done == 0
