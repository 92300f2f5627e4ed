"""A user's rights and roles are read at once, and are those that Django itself would find."""

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission

from agencyhub.accounts.models import Role, User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def as_django_reads(user):
    """Rights by the two questions of Django's own backend, on a fresh object."""
    fresh, backend = User.objects.get(pk=user.pk), ModelBackend()
    own = backend.get_user_permissions(fresh)
    return own | backend.get_group_permissions(fresh)


def read_anew(user):
    return User.objects.get(pk=user.pk)


@pytest.fixture
def user():
    """Somebody with rights of two roles, some of them twice, and one of their own."""
    user = UserFactory(may=["policies.view_policy", "individuals.view_individual"])
    other = Role.objects.create(name="Aides", scope=Role.Scope.ALL)
    view = Permission.objects.get(codename="view_policy")
    other.permissions.add(view, Permission.objects.get(codename="change_policy"))
    user.groups.add(other)
    user.user_permissions.add(Permission.objects.get(codename="view_carrier"), view)
    return user


class TestRights:
    def test_are_those_of_the_roles_and_the_users_own(self, user):
        found = read_anew(user).get_all_permissions()

        assert found == as_django_reads(user)
        assert found == {
            "policies.view_policy", "policies.change_policy", "policies.view_carrier",
            "individuals.view_individual",
        }  # fmt: skip

    def test_are_read_once_and_at_once(self, user, django_assert_num_queries):
        found = read_anew(user)

        with django_assert_num_queries(1):
            assert found.has_perm("policies.change_policy")
            assert not found.has_perm("policies.delete_policy")
            assert found.has_perms(["policies.view_carrier", "policies.view_policy"])
            assert found.has_module_perms("individuals")

    def test_are_read_anew_after_a_change(self, user):
        user.user_permissions.clear()
        user.groups.get(name="Aides").permissions.clear()

        assert read_anew(user).get_all_permissions() == {
            "policies.view_policy", "individuals.view_individual",
        }  # fmt: skip

    def test_are_none_for_nobody_in_particular(self):
        assert read_anew(UserFactory()).get_all_permissions() == set()
        assert not UserFactory().has_perm("policies.view_policy")

    def test_are_none_while_the_user_is_not_active(self, user):
        User.objects.filter(pk=user.pk).update(is_active=False)

        assert read_anew(user).get_all_permissions() == set()
        assert not read_anew(user).has_perm("policies.view_policy")

    def test_are_all_there_are_for_a_superuser(self):
        user = read_anew(UserFactory(is_superuser=True))

        assert user.get_all_permissions() == as_django_reads(user)
        assert len(user.get_all_permissions()) == Permission.objects.count()


class TestRoles:
    def test_are_whole_and_by_name(self, user, django_assert_num_queries):
        found = read_anew(user)

        with django_assert_num_queries(1):
            names = [role.name for role in found.roles]
            scopes = {(role.pk, role.scope, role.requires_second_factor) for role in found.roles}

        assert names == sorted(names)
        assert "Aides" in names
        assert scopes == {
            (role.pk, role.scope, role.requires_second_factor)
            for role in Role.objects.filter(user=user)
        }
