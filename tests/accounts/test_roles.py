"""Roles: the catalogue of rights, who may change what, and the defaults."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from agencyhub.accounts import rights, roles
from agencyhub.accounts.models import AccessEvent, Role
from agencyhub.accounts.services import roles as service
from agencyhub.accounts.services import users
from agencyhub.accounts.services.users import MayNotGrantError
from tests.factories.accounts import RoleFactory, UserFactory

pytestmark = pytest.mark.django_db
EDIT_ROLES = ["accounts.view_role", "accounts.add_role", "accounts.change_role"]


def names(role):
    return roles.permission_names(role.permissions.select_related("content_type"))


def save(actor, role, given, **values):
    return service.save_role(actor=actor, role=role, values=values, rights_given=given)


class TestCatalogue:
    def test_has_every_permission_of_our_apps_or_nobody_may_have_it(self):
        every = {
            f"{one.content_type.app_label}.{one.codename}"
            for one in Permission.objects.filter(
                content_type__app_label__in=roles.APPS
            ).select_related("content_type")
        }
        shown = [name for _, box in rights.boxes(rights.catalogue()) for name in box.permissions]

        assert sorted(shown) == sorted(every - roles.NEVER)

    def test_names_no_permission_that_does_not_exist(self):
        every = set(roles.permission_names(Permission.objects.select_related("content_type")))

        assert set(rights.SPECIAL) <= every
        assert every >= roles.OWNER_ONLY

    def test_shows_what_it_does_not_know(self):
        found = rights.arrange(
            [
                ("accounts.user", "accounts.view_user", "Can view user"),
                ("accounts.user", "accounts.fire_user", "Can fire people"),
                ("accounts.invitation", "accounts.view_invitation", "Can view invitation"),
            ]
        )

        assert [section.title for section in found] == [rights.RIGHTS, rights.MORE]
        assert [one.label for one in found[0].specials] == ["Fire people"]
        assert [row.label for row in found[1].rows] == ["Invitations"]


class TestDefaultRoles:
    def test_get_the_rights_that_an_update_brings(self):
        roles.ensure_default_roles()
        new = Permission.objects.get(codename="merge_individual")
        for role in Role.objects.all():
            role.permissions.remove(new)
        agent = Role.objects.get(origin=roles.AGENT)
        agent.permissions.remove(Permission.objects.get(codename="reveal_mbi"))

        roles.refresh_default_roles()

        with_it = set(Role.objects.filter(permissions=new).values_list("origin", flat=True))
        assert with_it == {roles.OWNER, roles.ADMIN, roles.AGENT, roles.CALL_CENTER}
        assert "individuals.reveal_mbi" not in names(agent)

    def test_stay_deleted_and_renamed(self):
        roles.ensure_default_roles()
        Role.objects.get(origin=roles.BENEFITS).delete()
        Role.objects.filter(origin=roles.ADMIN).update(name="Office")

        assert roles.ensure_default_roles() == []

        assert set(Role.objects.values_list("name", flat=True)) == {
            "Owner", "Office", "Agent", "Call center agent",
        }  # fmt: skip


class TestSaveRole:
    def test_gives_with_a_record_what_belongs_to_it(self):
        role = save(UserFactory(owner=True), None, ["policies.view_policy"], name="Reader")

        assert names(role) == {
            "policies.view_policy", "policies.view_policyagent", "policies.view_payment",
            "policies.view_paymentfact", "policies.view_standing",
        }  # fmt: skip
        event = AccessEvent.objects.get(kind="role_added")
        assert event.detail == "Reader. Scope: own book. Rights: added Policies: view."

    def test_says_in_the_log_what_changed(self):
        role = RoleFactory(name="Desk", permissions=["individuals.reveal_mbi"])

        save(
            UserFactory(owner=True), role, ["individuals.merge_individual"],
            name="Front desk", scope="all", requires_second_factor=True,
        )  # fmt: skip

        assert AccessEvent.objects.get().detail == (
            "Front desk. Scope: everything. Was called Desk. Second factor required. "
            "Rights: added Merge Individuals; removed Reveal an MBI."
        )

    def test_says_nothing_when_nothing_changed(self):
        role = RoleFactory(permissions=["individuals.reveal_mbi"])

        save(UserFactory(owner=True), role, ["individuals.reveal_mbi"], name=role.name)

        assert not AccessEvent.objects.exists()

    def test_refuses_a_right_that_the_giver_lacks(self):
        actor = UserFactory(may=EDIT_ROLES)

        with pytest.raises(MayNotGrantError) as refusal:
            save(actor, None, ["individuals.reveal_mbi"], name="Strong")

        assert refusal.value.field == "rights"
        assert not Role.objects.filter(name="Strong").exists()

    def test_refuses_to_raise_the_own_role(self):
        role = RoleFactory(permissions=EDIT_ROLES)
        actor = UserFactory(roles=[role])

        with pytest.raises(MayNotGrantError):
            save(actor, role, [*EDIT_ROLES, "individuals.reveal_mbi"], name="Mine")
        with pytest.raises(MayNotGrantError):
            save(actor, role, EDIT_ROLES, scope=Role.Scope.ALL)

    def test_refuses_to_touch_a_role_with_more_rights(self):
        strong = RoleFactory(permissions=["individuals.reveal_mbi"])

        with pytest.raises(MayNotGrantError):
            save(UserFactory(may=EDIT_ROLES), strong, [])

    @pytest.mark.parametrize("right", sorted(roles.OWNER_ONLY))
    def test_keeps_for_the_owner_what_is_the_owners(self, right):
        with pytest.raises(MayNotGrantError):
            save(UserFactory(owner=True), None, [right], name="Other")

    def test_leaves_the_owners_role_as_it_is(self):
        roles.ensure_default_roles()
        owner = Role.objects.get(origin=roles.OWNER)
        before = names(owner)

        save(UserFactory(owner=True), owner, [], name="X", scope="own", description="Boss",
             requires_second_factor=True)  # fmt: skip

        owner.refresh_from_db()
        assert (owner.name, owner.scope, owner.description) == ("Owner", "all", "Boss")
        assert owner.requires_second_factor
        assert names(owner) == before


class TestDeleteRole:
    def test_needs_a_role_that_nobody_has(self):
        actor, role = UserFactory(owner=True), RoleFactory()
        user = UserFactory(roles=[role])

        with pytest.raises(service.RoleInUseError):
            service.delete_role(actor=actor, role_id=role.pk)
        user.groups.clear()
        service.delete_role(actor=actor, role_id=role.pk)

        assert not Role.objects.filter(pk=role.pk).exists()

    def test_never_takes_the_owners(self):
        roles.ensure_default_roles()

        with pytest.raises(service.OwnerRoleError):
            service.delete_role(
                actor=UserFactory(owner=True), role_id=Role.objects.get(origin=roles.OWNER).pk
            )


class TestLastOwner:
    @pytest.fixture
    def owner(self):
        roles.ensure_default_roles()
        return UserFactory(roles=[Role.objects.get(origin=roles.OWNER)])

    def test_cannot_give_up_the_role(self, owner):
        with pytest.raises(users.LastOwnerError):
            users.save_user(
                actor=owner, user=owner, values={}, given=[], agent=None, accessible_agents=[]
            )
        assert owner.groups.exists()

    def test_may_go_when_there_is_another(self, owner):
        UserFactory(roles=[Role.objects.get(origin=roles.OWNER)])

        users.save_user(
            actor=owner, user=owner, values={}, given=[], agent=None, accessible_agents=[]
        )

        assert not owner.groups.exists()
        assert AccessEvent.objects.get().detail == "Roles: removed Owner."


class TestPages:
    @pytest.fixture
    def owner(self, client):
        roles.ensure_default_roles()
        user = UserFactory(roles=[Role.objects.get(origin=roles.OWNER)])
        client.force_login(user)
        return client

    def test_make_a_copy_without_what_is_the_owners(self, owner):
        admin = Role.objects.get(origin=roles.OWNER)
        page = owner.get(reverse("accounts:role_create"), {"from": admin.pk})
        ticked = [
            tick.name
            for section in page.context["sections"]
            for tick in [
                *[t for row in section.rows for t in row.ticks if t],
                *[one.tick for one in section.specials],
            ]
            if tick.is_ticked
        ]

        answer = owner.post(
            reverse("accounts:role_create"),
            {"name": "Deputy", "scope": "all", "rights": ticked},
        )

        assert answer.status_code == 302
        assert names(Role.objects.get(name="Deputy")) == names(admin) - roles.OWNER_ONLY

    def test_refuse_a_name_that_is_taken_and_keep_the_ticks(self, owner):
        answer = owner.post(
            reverse("accounts:role_create"),
            {"name": "agent", "scope": "own", "rights": ["policies.view_policy"]},
        )

        assert answer.status_code == 422
        assert "Another role has this name." in answer.text
        assert 'value="policies.view_policy" aria-label="Policies: view" checked' in answer.text

    def test_edit_and_delete(self, owner):
        role = RoleFactory(name="Temp")
        edit = reverse("accounts:role_edit", args=[role.pk])

        assert owner.get(edit).status_code == 200
        owner.post(edit, {"name": "Summer", "scope": "own", "rights": ["policies.view_policy"]})
        assert Role.objects.get(pk=role.pk).name == "Summer"
        owner.post(reverse("accounts:role_delete", args=[role.pk]))

        assert not Role.objects.filter(pk=role.pk).exists()

    def test_take_a_few_queries(self, owner, django_assert_max_num_queries):
        role = Role.objects.get(origin=roles.ADMIN)

        with django_assert_max_num_queries(12):
            owner.get(reverse("accounts:role_edit", args=[role.pk]))

    def test_are_not_for_administrators(self, client):
        roles.ensure_default_roles()
        role = Role.objects.get(origin=roles.ADMIN)
        client.force_login(UserFactory(roles=[role]))

        assert client.get(reverse("accounts:role_list")).status_code == 200
        assert client.get(reverse("accounts:role_edit", args=[role.pk])).status_code == 403
