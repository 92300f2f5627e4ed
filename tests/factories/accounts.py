"""People who log in or sell, as tests need them: fixed, dull, and none of them real."""

from typing import Any

import factory
from django.contrib.auth.models import Permission
from factory.django import DjangoModelFactory

from agencyhub.accounts.models import Agent, Role, User

PASSWORD = "correct horse battery"


class AgentFactory(DjangoModelFactory[Agent]):
    """An active agent without a login."""

    class Meta:
        model = Agent

    first_name = "Sam"
    last_name = factory.Sequence(lambda n: f"Seller{n}")
    npn = factory.Sequence(lambda n: str(1000000 + n))


class RoleFactory(DjangoModelFactory[Role]):
    """A role that sees its own book; ``permissions`` are names such as "policies.view_policy"."""

    class Meta:
        model = Role
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Role {n}")
    scope = Role.Scope.OWN

    @factory.post_generation
    def permissions(self: Any, create: bool, extracted: list[str] | None, **kwargs: Any) -> None:
        for name in extracted or []:
            app, codename = name.split(".")
            self.permissions.add(
                Permission.objects.get(content_type__app_label=app, codename=codename)
            )


class UserFactory(DjangoModelFactory[User]):
    """Somebody without any role, who therefore sees nothing; ``roles`` and ``may`` change that.

    ``may`` lists permissions given through one more role, whose scope is ``reach``.
    """

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        owner = factory.Trait(is_superuser=True, is_staff=True)

    username = factory.Sequence(lambda n: f"user{n}")
    first_name = "Uma"
    last_name = factory.Sequence(lambda n: f"User{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.com")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def roles(self: Any, create: bool, extracted: list[Role] | None, **kwargs: Any) -> None:
        self.groups.add(*(extracted or []))

    @factory.post_generation
    def may(self: Any, create: bool, extracted: list[str] | None, **kwargs: Any) -> None:
        if extracted is not None:
            scope = kwargs.get("reach", Role.Scope.ALL)
            self.groups.add(RoleFactory(permissions=extracted, scope=scope))
