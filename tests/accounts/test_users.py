import pytest
from django.urls import reverse

from agencyhub.accounts import roles
from agencyhub.accounts.models import AccessEvent, Agent, Role, User
from agencyhub.accounts.services import agents, users
from tests.factories.accounts import PASSWORD, AgentFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db
MANAGE = ["accounts.view_user", "accounts.add_user", "accounts.change_user"]


def data(user=None, **more):
    values = {
        "username": "new.user",
        "email": "new@example.com",
        "first_name": "New",
        "last_name": "User",
        "language": "en-us",
        "time_zone": "America/Chicago",
        "password": PASSWORD,
    }
    return {**values, **more}


class TestDefaultRoles:
    def test_are_five_and_are_made_once(self):
        assert roles.ensure_default_roles() == [
            "Owner", "Admin", "Agent", "Call center agent", "Benefits administrator",
        ]  # fmt: skip
        assert roles.ensure_default_roles() == []

    def test_keep_what_the_agency_edited(self):
        roles.ensure_default_roles()
        role = Role.objects.get(name=roles.AGENT)
        role.permissions.clear()

        roles.ensure_default_roles()

        assert role.permissions.count() == 0

    @pytest.mark.parametrize(
        ("name", "may", "may_not"),
        [
            (roles.OWNER, "integrations.view_raw_body", "records.change_change"),
            (roles.ADMIN, "accounts.change_user", "integrations.view_raw_body"),
            (roles.AGENT, "individuals.reveal_mbi", "accounts.view_user"),
            (roles.CALL_CENTER, "individuals.convert_salesrecord", "policies.change_carrier"),
            (roles.BENEFITS, "policies.view_policy", "individuals.reveal_mbi"),
        ],
    )
    def test_may_what_their_work_needs(self, name, may, may_not):
        roles.ensure_default_roles()
        user = UserFactory(roles=[Role.objects.get(name=name)])

        assert user.has_perm(may)
        assert not user.has_perm(may_not)


class TestSaveUser:
    def test_creates_with_roles_agent_and_password(self, client):
        client.force_login(UserFactory(owner=True))
        role, agent, other = RoleFactory(), AgentFactory(), AgentFactory()

        answer = client.post(
            reverse("accounts:user_create"),
            data(roles=[role.pk], agent=agent.pk, accessible_agents=[other.pk]),
        )

        assert answer.status_code == 302
        made = User.objects.get(username="new.user")
        agent.refresh_from_db()
        assert made.check_password(PASSWORD)
        assert list(made.groups.all()) == [role.group_ptr]
        assert agent.user == made
        assert list(made.accessible_agents.all()) == [other]

    def test_says_whose_records_the_user_sees_now(self, client):
        client.force_login(UserFactory(owner=True))
        agent = AgentFactory(first_name="Rosa", last_name="Prima")
        role = RoleFactory(scope=Role.Scope.OWN)

        seeing = client.post(
            reverse("accounts:user_create"), data(roles=[role.pk], agent=agent.pk), follow=True
        )
        user = User.objects.get(username="new.user")
        blind = client.post(
            reverse("accounts:user_edit", args=[user.pk]), data(agent="", password=""), follow=True
        )

        assert "New User is saved. Sees the books of Rosa Prima." in seeing.content.decode()
        assert "New User is saved. Sees nobody&#x27;s records yet." in blind.content.decode()

    def test_keeps_the_password_when_none_is_typed(self, client):
        client.force_login(UserFactory(owner=True))
        user = UserFactory()

        client.post(
            reverse("accounts:user_edit", args=[user.pk]), data(password="", username="renamed")
        )

        user.refresh_from_db()
        assert user.username == "renamed"
        assert user.check_password(PASSWORD)

    def test_unlinks_the_agent_that_is_no_longer_chosen(self, client):
        client.force_login(UserFactory(owner=True))
        user = UserFactory()
        agent = AgentFactory(user=user)

        client.post(reverse("accounts:user_edit", args=[user.pk]), data(agent="", password=""))

        assert Agent.objects.get(pk=agent.pk).user is None

    def test_refuses_a_weak_password_and_makes_nobody(self, client):
        client.force_login(UserFactory(owner=True))

        answer = client.post(reverse("accounts:user_create"), data(password="short"))

        assert answer.status_code == 422
        assert not User.objects.filter(username="new.user").exists()

    def test_offers_only_roles_within_the_own_rights(self):
        manager = UserFactory(may=MANAGE, may__reach=Role.Scope.OWN)
        same = RoleFactory(permissions=["accounts.view_user"])
        RoleFactory(permissions=["individuals.reveal_mbi"])
        RoleFactory(scope=Role.Scope.ALL)

        offered = roles.grantable(manager)

        assert same in offered
        assert offered.count() == 2  # and the manager's own role

    def test_refuses_to_grant_more_than_the_own_rights(self):
        manager = UserFactory(may=MANAGE)
        strong = RoleFactory(permissions=["individuals.reveal_mbi"])
        user = UserFactory()

        with pytest.raises(users.MayNotGrantError) as refusal:
            users.save_user(
                actor=manager, user=user, values={}, given=[strong], agent=None,
                accessible_agents=[],
            )  # fmt: skip

        assert refusal.value.field == "roles"
        assert user.groups.count() == 0

    def test_refuses_to_touch_somebody_more_powerful(self, client):
        manager, owner = UserFactory(may=MANAGE), UserFactory(owner=True)
        client.force_login(manager)

        answer = client.post(
            reverse("accounts:user_edit", args=[owner.pk]), data(password="stolen passphrase")
        )

        assert answer.status_code == 422
        owner.refresh_from_db()
        assert owner.check_password(PASSWORD)

    @pytest.mark.parametrize("field", ["agent", "accessible_agents"])
    def test_refuses_to_open_a_book_that_the_giver_does_not_see(self, field):
        manager = UserFactory(may=MANAGE, may__reach=Role.Scope.OWN)
        other = AgentFactory()
        given = {"agent": None, "accessible_agents": []}
        given[field] = other if field == "agent" else [other]

        with pytest.raises(users.MayNotGrantError) as refusal:
            users.save_user(actor=manager, user=manager, values={}, given=[], **given)

        assert refusal.value.field == field
        assert not manager.accessible_agents.exists()
        other.refresh_from_db()
        assert other.user is None

    def test_refuses_to_touch_somebody_who_sees_more(self):
        manager = UserFactory(may=MANAGE, may__reach=Role.Scope.OWN)
        other = UserFactory(roles=[RoleFactory(scope=Role.Scope.OWN_AND_UNASSIGNED)])

        with pytest.raises(users.MayNotManageError):
            users.ensure_may_manage(manager, other)

    def test_refuses_to_touch_somebody_more_powerful_who_is_deactivated(self):
        manager = UserFactory(may=MANAGE)
        other = UserFactory(may=["individuals.reveal_mbi"], is_active=False)

        with pytest.raises(users.MayNotManageError):
            users.set_user_active(actor=manager, user_id=other.pk, is_active=True)

        other.refresh_from_db()
        assert not other.is_active

    def test_lets_a_book_stay_open_that_the_user_sees_already(self):
        manager = UserFactory(may=MANAGE, may__reach=Role.Scope.OWN)
        own = AgentFactory(user=manager)

        users.save_user(
            actor=manager, user=manager, values={}, given=[], agent=own, accessible_agents=[own]
        )

        assert list(manager.accessible_agents.all()) == [own]


class TestSight:
    @pytest.mark.parametrize(
        ("scope", "words"),
        [
            ("own", "Sees the books of Ann Alpha, Bo Beta."),
            ("own_and_unassigned",
             "Sees the books of Ann Alpha, Bo Beta and everybody who has no agent."),
            ("all", "Sees everybody's records."),
            (None, "Sees nobody's records yet."),
        ],
    )  # fmt: skip
    def test_is_said_in_a_sentence(self, client, scope, words):
        user = UserFactory(roles=[RoleFactory(scope=scope)] if scope else [])
        AgentFactory(first_name="Ann", last_name="Alpha", user=user)
        user.accessible_agents.add(AgentFactory(first_name="Bo", last_name="Beta"))
        client.force_login(UserFactory(owner=True))

        page = client.get(reverse("accounts:user_edit", args=[user.pk]))

        assert page.context["sight"] == words


class TestReaders:
    def test_are_chosen_from_the_agents_page(self, client):
        agent, old, new = AgentFactory(), UserFactory(), UserFactory()
        agent.accessible_to.add(old)
        client.force_login(UserFactory(owner=True))

        client.post(reverse("accounts:agent_readers", args=[agent.pk]), {"readers": [new.pk]})

        assert list(agent.accessible_to.all()) == [new]
        details = AccessEvent.objects.filter(kind="user_changed").order_by("pk")
        assert [(one.user, one.detail) for one in details] == [
            (new, f"Accessible agents: added {agent.full_name}."),
            (old, f"Accessible agents: removed {agent.full_name}."),
        ]

    def test_are_not_those_who_can_do_more(self):
        manager = UserFactory(may=MANAGE)

        with pytest.raises(users.MayNotManageError):
            agents.set_readers(
                actor=manager, agent_id=AgentFactory().pk, readers=[UserFactory(owner=True)]
            )

    def test_get_no_book_that_the_giver_does_not_see(self):
        manager = UserFactory(may=MANAGE, may__reach=Role.Scope.OWN)

        with pytest.raises(users.MayNotGrantError):
            agents.set_readers(actor=manager, agent_id=AgentFactory().pk, readers=[UserFactory()])


class TestActivateUser:
    def test_ends_the_access_at_once(self, client, django_user_model):
        user = UserFactory()
        client.force_login(user)

        users.set_user_active(actor=UserFactory(owner=True), user_id=user.pk, is_active=False)

        assert client.get("/").status_code == 302

    def test_refuses_the_own_account(self, client):
        owner = UserFactory(owner=True)
        client.force_login(owner)

        client.post(reverse("accounts:user_activate", args=[owner.pk]), {"is_active": "0"})

        owner.refresh_from_db()
        assert owner.is_active
