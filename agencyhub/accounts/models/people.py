"""Who logs in, who sells, and what each role may see and do."""

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group, Permission
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from agencyhub.accounts.scope import Reach


class Agent(models.Model):
    """A licensed person who sells and looks after policies; may or may not log in."""

    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    npn = models.CharField("NPN", max_length=10, blank=True, help_text="National producer number.")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=10, blank=True)
    user = models.OneToOneField(
        "accounts.User",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="agent",
        verbose_name="linked user",
    )
    is_active = models.BooleanField("active", default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "npn", condition=~Q(npn=""), name="agent_npn_is_unique_when_known"
            ),
            models.CheckConstraint(
                condition=Q(npn="") | Q(npn__regex=r"^\d{1,10}$"), name="agent_npn_has_only_digits"
            ),
        ]

    def __str__(self) -> str:
        return f"agent {self.pk}"

    @property
    def full_name(self) -> str:
        """First and last name."""
        return full_name(self.first_name, self.last_name)


def full_name(first: str, last: str) -> str:
    """An agent's name in the order in which it is said."""
    return f"{first} {last}".strip()


class Role(Group):
    """A security group: the permissions of Django's group, and how far they reach."""

    class Scope(models.TextChoices):
        OWN = "own", _("Own book")
        OWN_AND_UNASSIGNED = "own_and_unassigned", _("Own book and unassigned")
        ALL = "all", _("Everything")

    scope = models.CharField(max_length=20, choices=Scope.choices, default=Scope.OWN)
    description = models.CharField(max_length=200, blank=True)
    requires_second_factor = models.BooleanField(
        "second factor required",
        default=False,
        db_default=False,
        help_text="Who has this role must sign in with a code from an app as well.",
    )
    origin = models.CharField(
        max_length=40,
        blank=True,
        db_default="",
        editable=False,
        help_text="Which of the roles of a new installation this was, whatever it is called now.",
    )

    objects: ClassVar[models.Manager["Role"]] = models.Manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"role {self.pk}"


# A user's own rights, which are rare, and those of the roles; no name has a comma in it.
_RIGHTS = """
SELECT string_agg(kind.app_label || '.' || one.codename, ',')
FROM auth_permission one JOIN django_content_type kind ON kind.id = one.content_type_id
WHERE one.id IN (
    SELECT permission_id FROM accounts_user_user_permissions WHERE user_id = %s
    UNION ALL
    SELECT given.permission_id FROM auth_group_permissions given
    JOIN accounts_user_groups has ON has.group_id = given.group_id WHERE has.user_id = %s
)
"""


@cache
def _roles_statement() -> str:
    """The roles of a user by name, with one parameter; Django writes it down once."""
    statement, _ = Role.objects.filter(user=0).order_by("name").query.sql_with_params()
    return statement


class User(AbstractUser):  # type: ignore[django-manager-missing]
    """Somebody who logs in. Roles are the user's groups."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("As on my device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    time_zone = models.CharField(max_length=40, default="America/New_York")
    theme = models.CharField(max_length=5, choices=Theme.choices, default=Theme.AUTO)
    language = models.CharField(
        max_length=5,
        choices=settings.LANGUAGES,
        default="en-us",
        db_default="en-us",
        help_text="Of every page and e-mail.",
    )
    accessible_agents = models.ManyToManyField(
        Agent,
        blank=True,
        related_name="accessible_to",
        help_text="Agents whose book this user sees besides their own.",
    )
    second_factor_due_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="From when this user gets no further without a second factor that a role wants.",
    )

    class Meta(AbstractUser.Meta):
        permissions = [("view_as_user", "Can see the product as another user")]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=~Q(email=""), name="user_email_is_unique_when_known"
            )
        ]

    _reach: "Reach | None"
    # The person who really sits there, while somebody sees the product with this user's rights.
    acted_by: "User | None"
    # Whether a role wants a second factor that is not set up; the middleware says it.
    is_second_factor_missing: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reach = None
        self.acted_by = None
        self.is_second_factor_missing = False

    def __str__(self) -> str:
        return f"user {self.pk}"

    @cached_property
    def roles(self) -> "list[Role]":
        """The user's roles by name; read once per request (kept on the object)."""
        return list(Role.objects.raw(_roles_statement(), [self.pk]))

    @cached_property
    def _perm_cache(self) -> set[str]:
        """The user's rights as "app.codename", where Django's own backend looks for them first.

        It would ask twice, and take a tenth of a page to say so; every page asks. Whether the user
        is active is asked by the backend before it looks here.
        """
        if self.is_superuser:
            every = Permission.objects.values_list("content_type__app_label", "codename")
            return {f"{app}.{codename}" for app, codename in every}
        with connection.cursor() as cursor:
            cursor.execute(_RIGHTS, [self.pk, self.pk])
            (names,) = cursor.fetchone()
        return set(names.split(",")) if names else set()

    @property
    def display_name(self) -> str:
        """The person's name, or the user name where none is known."""
        return self.get_full_name() or self.username
