"""Saved views: kept, shared, opened by others with their own rows, invisible when private."""

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Role
from agencyhub.records.lists.models import SavedView
from agencyhub.records.models import Option
from individuals.lists import INDIVIDUALS
from tests.factories.accounts import AgentFactory, RoleFactory, UserFactory
from tests.factories.individuals import IndividualFactory, option
from tests.factories.records import OptionFactory
from tests.individuals.conftest import signed_in

pytestmark = pytest.mark.django_db
CREATE = reverse("records:savedview_create", args=["individuals"])
VIEWS = reverse("records:savedview_list", args=["individuals"])
VIEW = "individuals.view_individual"


def agent_with_book(last_name):
    """An agent who sees the own book of one individual."""
    agent = AgentFactory(user=UserFactory(may=[VIEW], may__reach=Role.Scope.OWN))
    IndividualFactory(last_name=last_name, servicing_agent=agent)
    return agent.user


@pytest.fixture
def ana():
    return agent_with_book("Adams")


@pytest.fixture
def bea():
    return agent_with_book("Baker")


@pytest.fixture
def view(ana):
    """A view of Ana's, by status and with columns of its own, which only she sees."""
    active = option("individual_status", "Active")
    signed_in(ana).post(
        CREATE,
        {
            "state": f"status={active.pk}&columns=name,email&sort=-created",
            "name": "My active ones",
            "sharing": "private",
        },
    )
    return SavedView.objects.get()


def address(view):
    return f"{INDIVIDUALS.url}?view={view.pk}"


class TestSavedView:
    def test_keeps_filters_columns_and_order_under_a_stable_address(self, ana, view):
        page = signed_in(ana).get(address(view))

        state = page.context["page"].state
        assert state.filters == {"status": [str(option("individual_status", "Active").pk)]}
        assert (state.columns, state.sort) == (["name", "email"], "-created")
        assert state.query() == f"view={view.pk}"
        assert "My active ones" in page.text

    def test_keeps_its_filters_when_other_columns_are_chosen(self, ana, view):
        browser = signed_in(ana)
        url = reverse("records:list_columns", args=["individuals"])

        answer = browser.post(url, {"state": f"view={view.pk}", "columns": ["phone"]})

        page = browser.get(answer.url).context["page"]
        assert page.state.filters == view.filters
        assert page.state.columns == ["name", "phone"]
        assert page.state.differs_from_view

    def test_lets_the_address_replace_or_drop_one_of_its_filters(self, ana, view):
        browser = signed_in(ana)

        dropped = browser.get(f"{address(view)}&status=").context["page"].state

        assert dropped.filters == {}
        assert dropped.query() == f"view={view.pk}&status="

    @pytest.mark.parametrize("name", ["list", "edit", "delete"])
    def test_is_invisible_to_others_while_it_is_private(self, bea, view, name):
        browser = signed_in(bea)

        if name == "list":
            assert browser.get(address(view)).status_code == 404
            assert view.name not in browser.get(VIEWS).text + browser.get(INDIVIDUALS.url).text
        else:
            url = reverse(f"records:savedview_{name}", args=[view.pk])
            assert browser.post(url, {"name": "Mine now"}).status_code == 404
        view.refresh_from_db()
        assert view.name == "My active ones"

    @pytest.mark.parametrize("sharing", ["everybody", "roles"])
    def test_shows_each_reader_their_own_rows(self, ana, bea, view, sharing):
        role = RoleFactory()
        bea.groups.add(role)
        url = reverse("records:savedview_edit", args=[view.pk])
        form = {"name": view.name, "sharing": sharing, "roles": [role.pk]}
        signed_in(ana).post(url, form)

        hers = signed_in(ana).get(address(view)).text
        other = signed_in(bea).get(address(view)).text

        assert "Adams" in hers
        assert "Adams" not in other
        assert "Baker" in other
        assert signed_in(bea).post(url, form).status_code == 404

    def test_shared_with_a_role_is_not_for_those_without_it(self, bea, view):
        SavedView.objects.update(sharing="roles")
        view.roles.add(RoleFactory())

        assert signed_in(bea).get(address(view)).status_code == 404

    def test_says_that_an_option_it_names_is_gone(self, ana, view):
        gone = OptionFactory(list=Option.List.INDIVIDUAL_STATUS)
        pk = gone.pk
        view.filters = {"status": [*view.filters["status"], str(pk)]}
        view.save()
        gone.delete()

        page = signed_in(ana).get(address(view))

        assert f"the value {pk} no longer exists" in page.text
        assert len(page.context["table"]) == 1

    def test_takes_a_name_once_per_owner(self, ana, view):
        answer = signed_in(ana).post(CREATE, {"name": "my ACTIVE ones", "sharing": "private"})

        assert answer.status_code == 422
        assert "You have a view of this name already" in answer.text

    def test_takes_over_what_the_list_shows_now(self, ana, view):
        url = reverse("records:savedview_edit", args=[view.pk])

        signed_in(ana).post(
            url,
            {"state": f"view={view.pk}&status=none", "name": "Without", "sharing": "private"},
        )

        view.refresh_from_db()
        assert (view.name, view.filters) == ("Without", {"status": ["none"]})

    def test_can_be_what_the_list_opens_with(self, ana, view):
        browser = signed_in(ana)
        url = reverse("records:savedview_default", args=["individuals"])
        browser.post(url, {"view": view.pk})

        assert browser.get(INDIVIDUALS.url).url == address(view)
        everything = browser.get(INDIVIDUALS.url, {"view": "all"})
        assert everything.context["page"].state.query() == "view=all"
        browser.post(reverse("records:savedview_delete", args=[view.pk]))
        assert browser.get(INDIVIDUALS.url).status_code == 200
