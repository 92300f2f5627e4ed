import pytest
from django.urls import reverse

from agencyhub.accounts.api_keys import create_key
from agencyhub.accounts.models import Agent, ApiKey
from agencyhub.accounts.roles import ensure_default_roles
from tests.factories.accounts import AgentFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGES = [
    ("accounts:agent_list", "agent-table"),
    ("accounts:user_list", "user-table"),
    ("accounts:role_list", ""),
    ("accounts:apikey_list", ""),
    ("accounts:agent_create", ""),
    ("accounts:user_create", ""),
    ("accounts:apikey_create", ""),
]


@pytest.fixture
def owner(client):
    user = UserFactory(owner=True)
    client.force_login(user)
    return user


class TestPages:
    @pytest.mark.parametrize(("name", "_fragment"), PAGES)
    def test_are_closed_to_those_without_the_right(self, client, name, _fragment):
        client.force_login(UserFactory(may=["individuals.view_individual"]))

        assert client.get(reverse(name)).status_code == 403

    @pytest.mark.parametrize(("name", "_fragment"), PAGES)
    def test_ask_strangers_to_sign_in(self, client, name, _fragment):
        assert client.get(reverse(name)).url.startswith("/accounts/login/?next=")

    @pytest.mark.parametrize(("name", "fragment"), PAGES)
    def test_answer_as_page_and_as_fragment(self, client, owner, name, fragment):
        page = client.get(reverse(name))
        part = client.get(reverse(name), headers={"HX-Request": "true"})

        assert page.status_code == part.status_code == 200
        assert "<html" in page.content.decode()
        assert ("<html" not in part.content.decode()) == bool(fragment)
        assert f'id="{fragment}"' in part.content.decode() or not fragment

    def test_lists_cost_the_same_for_many_rows(self, client, owner, django_assert_max_num_queries):
        role = RoleFactory()
        for _ in range(12):
            AgentFactory(user=UserFactory(roles=[role]))
            create_key(name="Key", scope="api", user=owner)
        ensure_default_roles()

        for name in ("agent_list", "user_list", "apikey_list", "role_list"):
            with django_assert_max_num_queries(12):
                assert client.get(reverse(f"accounts:{name}")).status_code == 200


class TestAgentPages:
    def test_save_tidied_numbers(self, client, owner):
        answer = client.post(
            reverse("accounts:agent_create"),
            {"first_name": "Sam", "last_name": "Seller", "npn": " 123 456 ",
             "phone": "(515) 555-0100", "is_active": "on"},
        )  # fmt: skip

        agent = Agent.objects.get()
        assert answer.url == reverse("accounts:agent_detail", args=[agent.pk])
        assert (agent.npn, agent.phone) == ("123456", "5155550100")

    @pytest.mark.parametrize("npn", ["12A", "12345678901", "٣٤٥"])
    def test_refuse_an_npn_that_is_none(self, client, owner, npn):
        answer = client.post(
            reverse("accounts:agent_create"),
            {"first_name": "S", "last_name": "S", "npn": npn},
        )

        assert answer.status_code == 422
        assert not Agent.objects.exists()

    def test_name_the_agent_that_has_the_npn(self, client, owner):
        AgentFactory(first_name="Ann", last_name="First", npn="777")

        answer = client.post(
            reverse("accounts:agent_create"),
            {"first_name": "S", "last_name": "S", "npn": "777"},
        )

        assert "Ann First has this NPN already." in answer.content.decode()

    def test_filter_by_state(self, client, owner):
        AgentFactory(last_name="Present")
        AgentFactory(last_name="Gone", is_active=False)

        text = client.get(reverse("accounts:agent_list"), {"state": "active"}).content.decode()

        assert "Present" in text
        assert "Gone" not in text


class TestApiKeyPages:
    def test_show_a_key_once(self, client, owner):
        answer = client.post(
            reverse("accounts:apikey_create"), {"name": "Site", "scope": "plancompare"}
        )

        key = ApiKey.objects.get()
        assert f"ahk_plancompare_{key.prefix}" in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        listed = client.get(reverse("accounts:apikey_list")).content.decode()
        assert f"ahk_plancompare_{key.prefix}…" in listed

    def test_rotate_and_revoke(self, client, owner):
        old = create_key(name="Site", scope="plancompare").key

        client.post(reverse("accounts:apikey_rotate", args=[old.pk]))
        client.post(reverse("accounts:apikey_revoke", args=[old.pk]))

        old.refresh_from_db()
        assert old.revoked_at is not None
        assert ApiKey.objects.filter(revoked_at=None).count() == 1
