"""The board of open EOI: what it shows, to whom, at what cost, and decisions taken on it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from agencyhub.accounts.models import Role
from eoi.models import Decision, EoiRequest
from groups.models import CoverageLock, CoveragePeriod
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.eoi import EoiRequestFactory
from tests.factories.groups import CoveragePeriodFactory, DependentFactory, EmployeeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
HTMX = {"HX-Request": "true"}
BOARD = reverse("eoi:request_list")
PREVIEW, SAVE = reverse("eoi:decision_preview"), reverse("eoi:decision_save")
REVERSE = reverse("eoi:decision_reverse")
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
MAY = ["eoi.view_eoirequest", "eoi.decide_eoirequest"]


@pytest.fixture
def today():
    with time_machine.travel(NOW, tick=False):
        yield


def wait(**options):
    """Ana's request, with what is in force from November on."""
    asked = EoiRequestFactory(**options)
    CoveragePeriodFactory(election=asked.election)
    return asked


def chosen(*asked, action="approve_all", **more):
    """What the form sends for ticked requests."""
    return {"pk": [one.pk for one in asked], "action": action, **more}


def in_force(asked):
    asked.election.refresh_from_db()
    return asked.election.volume


class TestBoard:
    def test_says_who_waits_for_what_and_how_long(self, client, owner):
        asked = wait(opened_date=date(2026, 10, 23), expiration_date=date(2026, 11, 19))

        page = client.get(BOARD).content.decode()

        for words in (
            "Ana Lopez",
            asked.group.name,
            asked.employee.external_id,
            f"Request ID {asked.pk}",
            "Voluntary Employee Life",
            "$100,000.00",
            "$150,000.00",
            "$50,000.00 waits",
            "20 business days",
            "since 10/23/2026",
            "Not sent",
            "due 11/19/2026",
            "Approve and Disallow Additional Amounts",
        ):
            assert words in page

    def test_counts_ages_and_each_number_is_a_door_to_its_rows(self, client, owner):
        days = {
            date(2026, 11, 19): "0", date(2026, 11, 6): "10", date(2026, 10, 30): "15",
            date(2026, 10, 23): "20", date(2026, 1, 2): "20",
        }  # fmt: skip
        for number, day in enumerate(days):
            wait(opened_date=day, is_expiry_proposed=number == 4)

        page = client.get(BOARD)

        assert [one.number for one in page.context["waiting"]] == [2, 1, 1, 1, 1]
        assert page.context["every"] == "5"
        for one in page.context["waiting"]:
            rows = client.get(one.url).context["rows"]
            assert len(rows) == one.number
            assert one.tone == "warning" or {row.item.band.tone for row in rows} == {one.tone}

    @pytest.mark.parametrize("sort", ["age", "-age"])
    def test_is_paged_without_losing_or_repeating_a_row(self, client, owner, sort):
        employee = EmployeeFactory()
        pks = {
            EoiRequestFactory(
                election__employee=employee,
                election__dependent=DependentFactory(employee=employee),
                opened_date=date(2026, 10, 1 + number % 3),
            ).pk
            for number in range(53)
        }

        first = client.get(BOARD, {"sort": sort})
        second = client.get(first.context["next_url"])

        walked = [row.item.pk for page in (first, second) for row in page.context["rows"]]
        assert len(walked) == 53
        assert set(walked) == pks

    def test_costs_the_same_for_many_rows(self, client, owner, django_assert_max_num_queries):
        for _ in range(12):
            wait()
        with django_assert_max_num_queries(16):
            assert len(client.get(BOARD).context["rows"]) == 12

    def test_shows_the_groups_within_reach(self, client):
        user = UserFactory(may=MAY, may__reach=Role.Scope.OWN)
        client.force_login(user)
        own = wait(election__employee__group__servicing_agent=AgentFactory(user=user))
        other = wait()

        page = client.get(BOARD)

        assert [row.item.pk for row in page.context["rows"]] == [own.pk]
        assert page.context["every"] == "1"
        client.post(SAVE, chosen(other))
        assert in_force(other) == Decimal(100_000)
        assert client.get(reverse("eoi:request_detail", args=[other.pk])).status_code == 404

    def test_lets_those_look_who_may_not_decide(self, client):
        client.force_login(UserFactory(may=MAY[:1]))
        asked = wait()

        assert b'name="pk"' not in client.get(BOARD).content
        assert client.post(SAVE, chosen(asked)).status_code == 403
        assert client.post(PREVIEW, chosen(asked)).status_code == 403


class TestPreview:
    def test_says_what_saving_would_do_and_does_nothing(self, client, owner):
        asked = wait()

        answer = client.post(
            PREVIEW,
            chosen(asked, action="pend_remaining", **{f"volume_{asked.pk}": "$120,000"}),
            headers=HTMX,
        )

        page = answer.content.decode()
        assert "<html" not in page
        for words in ("$100,000.00", "$120,000.00", "from 12/01/2026", "$30,000.00 stays pending"):
            assert words in page
        assert in_force(asked) == Decimal(100_000)
        assert not Decision.objects.exists()

    def test_says_why_something_cannot_be_saved(self, client, owner):
        asked = wait()

        for volume, words in (("", "Approved volume is required"), ("200000", "$150,000.00")):
            data = chosen(asked, action="approve_part", **{f"volume_{asked.pk}": volume})
            assert words in client.post(PREVIEW, data, headers=HTMX).content.decode()

    def test_is_a_page_without_scripts(self, client, owner):
        asked = wait()

        page = client.post(PREVIEW, chosen(asked, effective_date="2027-01-01", state="sort=-age"))

        assert "from 01/01/2027" in page.content.decode()
        assert page.context["rows"][0].is_picked
        assert page.context["page"].state.sort == "-age"


class TestSave:
    def test_takes_the_decision_from_the_day_that_the_plan_says(self, client, owner):
        asked = wait()

        answer = client.post(SAVE, chosen(asked, state="sort=-age"))

        decision = Decision.objects.get()
        assert answer.url == f"{BOARD}?sort=-age&done={decision.pk}"
        assert in_force(asked) == Decimal(150_000)
        assert (decision.channel, decision.user, decision.effective_date) == (
            "manual", owner, date(2026, 12, 1),
        )  # fmt: skip
        page = client.get(answer.url).content.decode()
        assert "“Approve All” is saved for one request." in page
        assert f'name="decision" value="{decision.pk}"' in page
        assert "<strong>1</strong> decided today by you" in page

    def test_offers_the_reversal_to_who_may(self, client):
        client.force_login(UserFactory(may=MAY))
        asked = wait()

        page = client.get(client.post(SAVE, chosen(asked)).url).content.decode()

        assert "is saved for one request" in page
        assert REVERSE not in page

    def test_tells_nobody_of_somebody_else_s_decision(self, client, owner):
        asked = wait()
        done = client.post(SAVE, chosen(asked)).url
        client.force_login(UserFactory(owner=True))

        assert "“Approve All” is saved" not in client.get(done).content.decode()
        assert client.get(BOARD, {"done": "x,99999999999999999999,"}).status_code == 200

    def test_keeps_ticked_what_cannot_be_decided_so_and_saves_the_rest(self, client, owner):
        good, bad = wait(), wait()
        volumes = {f"volume_{good.pk}": "120000", f"volume_{bad.pk}": "90000"}

        answer = client.post(SAVE, chosen(good, bad, action="approve_part", **volumes))

        page = answer.content.decode()
        assert answer.status_code == 422
        assert (in_force(good), in_force(bad)) == (Decimal(120_000), Decimal(100_000))
        assert [(row.item.pk, row.is_picked, row.volume) for row in answer.context["rows"]] == [
            (bad.pk, True, "90000")
        ]
        assert "1 request could not be decided so" in page
        assert "must be more than the $100,000.00 in force" in page
        assert "“Approve Partial” is saved for one request." in page

    def test_asks_in_words_before_a_benefit_is_closed_for_good(self, client, owner):
        asked = wait()
        wanted = chosen(asked, action="deny_permanently", **{f"volume_{asked.pk}": "120000"})

        refused = client.post(SAVE, wanted)

        assert refused.status_code == 422
        assert "allow no more of this benefit for good" in refused.content.decode()
        assert "$120,000.00 is the most" in refused.content.decode()
        assert in_force(asked) == Decimal(100_000)
        assert client.post(SAVE, {**wanted, "confirmed": "on"}).status_code == 302
        assert in_force(asked) == Decimal(120_000)
        assert CoverageLock.objects.get().volume == Decimal(120_000)

    @pytest.mark.parametrize(
        ("_case", "data", "words"),
        [
            ("nothing ticked", {"action": "approve_all"}, "Select the requests"),
            ("no action", {"pk": "1"}, "This field is required."),
            ("an action of no list", {"pk": "1", "action": "approve"}, "Select a valid choice"),
            ("no day", {"pk": "1", "action": "deny_all", "effective_date": "soon"}, "valid date"),
        ],
    )
    def test_refuses_what_says_nothing(self, client, owner, _case, data, words):
        wait()

        answer = client.post(SAVE, data)

        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not Decision.objects.exists()


class TestOwnDay:
    def test_goes_before_the_common_one_in_preview_and_decision(self, client, owner):
        first, second = wait(), wait()
        sent = chosen(
            first, second, effective_date="2026-12-01", **{f"day_{second.pk}": "2027-01-01"}
        )

        lines = client.post(PREVIEW, sent, headers=HTMX).context["lines"]
        client.post(SAVE, sent)

        days = {first.pk: date(2026, 12, 1), second.pk: date(2027, 1, 1)}
        assert {line.item.pk: line.effective_date for line in lines} == days
        assert dict(Decision.objects.values_list("request", "effective_date")) == days

    def test_that_cannot_be_read_is_told_and_typed_again(self, client, owner):
        asked = wait()

        answer = client.post(SAVE, chosen(asked, **{f"day_{asked.pk}": "soon"}))

        assert answer.status_code == 422
        assert "not a valid YYYY-MM-DD date" in answer.content.decode()
        assert answer.context["rows"][0].day == "soon"
        assert not Decision.objects.exists()


class TestRequestPage:
    def test_shows_the_three_sets_and_decides_there(self, client, owner):
        asked = wait()
        url = reverse("eoi:request_detail", args=[asked.pk])

        page = client.get(url).content.decode()
        for words in ("In force", "Asked for", "Guaranteed without evidence", "$150,000.00",
                      "More than the guaranteed issue of $100,000.00.", "12/01/2026"):  # fmt: skip
            assert words in page
        answer = client.post(SAVE, chosen(asked, action="deny_all", back=asked.pk))

        assert answer.url == url
        after = client.get(url).content.decode()
        assert "Deny All" in after
        assert "Denied" in after
        assert 'id="eoi-form"' not in after

    def test_reverses_with_a_reason_and_lifts_the_lock(self, client, owner):
        asked = wait()
        url = reverse("eoi:request_detail", args=[asked.pk])
        client.post(
            SAVE,
            chosen(asked, action="deny_permanently", confirmed="on",
                   **{f"volume_{asked.pk}": "120000"}),
        )  # fmt: skip
        decision = Decision.objects.get()
        assert "no more than $120,000.00" in client.get(url).content.decode()
        said = {"decision": decision.pk, "back": asked.pk}

        refused = client.post(REVERSE, said, follow=True).content.decode()
        assert "Give a reason" in refused
        assert in_force(asked) == Decimal(120_000)
        reversed_page = client.post(REVERSE, {**said, "reason": "Wrong line"}, follow=True)

        page = reversed_page.content.decode()
        assert in_force(asked) == Decimal(100_000)
        assert "1 decision is reversed" in page
        assert "Wrong line" in page
        assert "no more than" not in page
        assert EoiRequest.objects.get(pk=asked.pk).status == "pending"
        assert CoveragePeriod.objects.get().end_date is None
        again = client.post(REVERSE, {**said, "reason": "Again"}, follow=True)
        assert "1 decision is reversed" not in again.content.decode()

    def test_lifts_a_lock_with_a_reason(self, client, owner):
        asked = wait()
        client.post(
            SAVE,
            chosen(asked, action="deny_permanently", confirmed="on",
                   **{f"volume_{asked.pk}": "120000"}),
        )  # fmt: skip
        lock = CoverageLock.objects.get()
        url = reverse("eoi:lock_lift", args=[asked.pk, lock.pk])

        assert b"Give a reason" in client.post(url, follow=True).content
        assert b"The lock is lifted" in client.post(url, {"reason": "Appeal"}, follow=True).content
        lock.refresh_from_db()
        assert (lock.lifted_reason, lock.lifted_by) == ("Appeal", owner)

    def test_reversing_is_for_those_with_the_right(self, client):
        client.force_login(UserFactory(may=MAY))

        assert client.post(REVERSE, {"decision": 1, "reason": "x"}).status_code == 403


class TestClosedList:
    def test_shows_what_was_decided(self, client, owner):
        asked = wait()
        wait()
        client.post(SAVE, chosen(asked, action="expire_all"))

        page = client.get(reverse("eoi:closed_list"))

        assert page.context["table"].pks == [asked.pk]
        assert "Expired" in page.content.decode()
