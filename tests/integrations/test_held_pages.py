import base64
import re

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Role
from individuals.models import Individual
from integrations import registry, tasks
from integrations.models import InboundMessage
from integrations.plancompare.models import PlanTypeMapping
from integrations.services import processing
from integrations.views import held
from policies.models import Policy
from tests.factories.accounts import UserFactory
from tests.factories.individuals import AddressFactory, IndividualFactory, option
from tests.factories.plancompare import PlanTypeMappingFactory, SiteFactory
from tests.plancompare.samples import deliver

pytestmark = pytest.mark.django_db
HELD = reverse("integrations:held_list")
REVIEW = ["integrations.review_inbound", "individuals.view_individual"]
HTMX = {"HX-Request": "true"}
State = InboundMessage.State
NO_MBI = {"mbi": None}


@pytest.fixture
def site():
    site = SiteFactory()
    PlanTypeMappingFactory(site=site)
    return site


@pytest.fixture
def browser(client):
    client.force_login(UserFactory(may=REVIEW))
    return client


@pytest.fixture
def twins(site):
    """Two Individuals with the enrolled person's name and date of birth."""
    first = IndividualFactory(home_phone="5155550100")
    AddressFactory(individual=first)
    second = IndividualFactory(home_phone="5155550999", email="other@example.com")
    return first, second


def decide(browser, message, choice, **headers):
    url = reverse("integrations:held_decide", args=[message.public_id])
    return browser.post(url, {"choice": choice}, **headers)


class TestHeldList:
    def test_puts_every_candidate_beside_what_came_in(self, browser, twins):
        message = deliver(beneficiary=NO_MBI)
        assert message.state == State.HELD

        review = browser.get(HELD).context["reviews"][0]

        assert review.title == "More than one record could be this person"
        assert [one.choice for one in review.candidates] == [
            f"individual-{one.pk}" for one in twins
        ]
        different = {row.label: [cell.is_different for cell in row.cells] for row in review.rows}
        assert different == {
            "Name": [False, False],
            "Date of birth": [False, False],
            "MBI": [False, False],
            "Email": [False, True],
            "Phone": [False, True],
            "Address": [False, True],
        }

    def test_chooses_nothing_beforehand(self, browser, twins):
        deliver(beneficiary=NO_MBI)

        page = browser.get(HELD).content.decode()

        assert page.count('type="radio"') == 3
        assert not re.search(r'type="radio"[^>]*checked', page)

    def test_masks_the_mbi(self, browser, site):
        IndividualFactory(mbi="1EG4TE5MK72")
        message = deliver()
        assert (message.state, message.code) == (State.HELD, "mbi_contradiction")

        page = browser.get(HELD).content.decode()

        assert "•••••••MK73" in page
        assert "1EG4TE5MK7" not in page

    def test_hides_candidates_outside_the_reviewers_book(self, client, twins):
        client.force_login(UserFactory(may=REVIEW, may__reach=Role.Scope.OWN))
        deliver(beneficiary=NO_MBI)

        page = client.get(HELD).content.decode()

        assert page.count("Outside your book") == 2
        assert "other@example.com" not in page
        assert f'value="individual-{twins[0].pk}"' not in page

    def test_stays_open_when_a_body_cannot_be_opened(self, browser, twins, settings):
        deliver(beneficiary=NO_MBI)
        settings.FIELD_ENCRYPTION_KEYS = [base64.urlsafe_b64encode(b"n" * 32).decode()]

        page = browser.get(HELD)

        assert page.status_code == 200
        assert page.context["reviews"][0].title == "The enrollment cannot be read"

    def test_says_how_far_one_is(self, browser, twins):
        first = deliver(beneficiary=NO_MBI, enrollment_id="A", confirmation_number="A")
        deliver(beneficiary=NO_MBI, enrollment_id="B", confirmation_number="B")
        decide(browser, first, f"individual-{twins[0].pk}")

        page = re.sub(r"<[^>]+>", "", browser.get(HELD).content.decode())

        assert "1 left, 1 decided today" in page

    def test_skips_on_to_the_next(self, browser, twins):
        first = deliver(beneficiary=NO_MBI, enrollment_id="A", confirmation_number="A")
        second = deliver(beneficiary=NO_MBI, enrollment_id="B", confirmation_number="B")

        reviews = browser.get(HELD, {"after": first.pk}).context["reviews"]

        assert [one.message.pk for one in reviews] == [second.pk]

    def test_says_what_to_do_when_nothing_waits(self, browser):
        assert "Nothing waits for you" in browser.get(HELD).content.decode()

    def test_needs_the_right_to_review(self, client):
        assert client.get(HELD).status_code == 302
        client.force_login(UserFactory(may=["integrations.manage_integrations"]))
        assert client.get(HELD).status_code == 403

    def test_stays_within_its_queries(self, browser, twins, django_assert_max_num_queries):
        for number in range(12):
            deliver(
                beneficiary=NO_MBI, enrollment_id=f"E{number}", confirmation_number=f"C{number}"
            )

        with django_assert_max_num_queries(44):
            browser.get(HELD)


class TestDecide:
    def test_applies_to_the_chosen_record(self, browser, twins):
        message = deliver(beneficiary=NO_MBI)

        answer = decide(browser, message, f"individual-{twins[1].pk}", headers=HTMX)

        page = answer.content.decode()
        assert answer.status_code == 200
        assert Policy.objects.get().subscriber == twins[1]
        assert "Decided and applied." in page
        assert 'id="held-progress" hx-swap-oob="true"' in page
        assert reverse("policies:policy_detail", args=[Policy.objects.get().pk]) in page

    def test_refuses_a_candidate_outside_the_reviewers_book(self, client, twins):
        client.force_login(UserFactory(may=REVIEW, may__reach=Role.Scope.OWN))
        message = deliver(beneficiary=NO_MBI)

        decide(client, message, f"individual-{twins[0].pk}")

        message.refresh_from_db()
        assert message.state == State.HELD
        assert Policy.objects.count() == 0

    def test_makes_a_new_individual_when_asked(self, browser, twins):
        message = deliver(beneficiary=NO_MBI)

        decide(browser, message, "new")

        assert Individual.objects.count() == 3
        assert Policy.objects.get().subscriber not in twins

    @pytest.mark.parametrize(
        "choice",
        ["", "individual-", "individual-x", f"individual-{'9' * 5_000}", "policy-1", "new-1"],
    )
    def test_asks_for_a_choice(self, browser, twins, choice):
        message = deliver(beneficiary=NO_MBI)

        answer = decide(browser, message, choice, headers=HTMX)

        assert answer.status_code == 422
        assert "Choose a record, or a new Individual, first." in answer.content.decode()
        message.refresh_from_db()
        assert message.state == State.HELD
        assert not Policy.objects.exists()

    def test_says_that_somebody_else_was_faster(self, browser, twins):
        message = deliver(beneficiary=NO_MBI)
        decide(browser, message, "new")

        answer = decide(browser, message, f"individual-{twins[0].pk}", headers=HTMX)

        assert "somebody else was faster" in answer.content.decode()
        assert Policy.objects.count() == 1

    def test_goes_back_to_the_queue_without_htmx(self, browser, twins):
        message = deliver(beneficiary=NO_MBI)

        answer = decide(browser, message, "new", follow=True)

        assert "Decided and applied." in answer.content.decode()


class TestMap:
    @pytest.fixture
    def waiting(self, site):
        return [
            deliver(
                enrollment_id=f"E{number}",
                confirmation_number=f"C{number}",
                plan={"plan_type": "C-SNP"},
            )
            for number in range(2)
        ]

    def map(self, browser, choice, value="C-SNP"):
        url = reverse("integrations:held_map", args=["plancompare"])
        return browser.post(url, {"value": value, "choice": choice}, follow=True)

    def test_lists_an_unknown_value_once_with_how_many_wait(self, browser, waiting):
        groups = browser.get(HELD).context["groups"]

        assert [(one.value, one.waiting) for one in groups] == [("C-SNP", 2)]

    def test_maps_once_and_applies_everything_that_waits(self, browser, waiting):
        mapd = option("coverage_type", "MAPD")

        answer = self.map(browser, mapd.pk)

        assert "2 of 2 waiting messages were applied." in answer.content.decode()
        assert PlanTypeMapping.objects.get(plan_type="C-SNP").coverage_type == mapd
        assert Policy.objects.count() == 2
        assert not InboundMessage.objects.filter(state=State.HELD).exists()

    def test_leaves_many_to_the_workers(self, browser, waiting, monkeypatch):
        monkeypatch.setattr(held, "MOST_AT_ONCE", 1)
        monkeypatch.setattr(tasks.process_inbox, "delay", lambda: None)

        answer = self.map(browser, option("coverage_type", "MAPD").pk)

        assert "2 waiting messages are being applied now." in answer.content.decode()
        assert InboundMessage.objects.filter(state=State.RECEIVED).count() == 2
        list(processing.process_waiting(partners=registry.PARTNERS))
        assert Policy.objects.count() == 2

    @pytest.mark.parametrize("choice", ["", "x", "999999"])
    def test_refuses_what_is_no_coverage_type(self, browser, waiting, choice):
        answer = self.map(browser, choice)

        assert "Choose a coverage type" in answer.content.decode()
        assert InboundMessage.objects.filter(state=State.HELD).count() == 2

    def test_maps_nothing_that_nobody_waits_for(self, browser, site):
        self.map(browser, option("coverage_type", "MAPD").pk, value="Nonsense")

        assert not PlanTypeMapping.objects.filter(plan_type="Nonsense").exists()
