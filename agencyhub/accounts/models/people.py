"""Who logs in, who sells, and what each role may see and do."""

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

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


# What every page asks about its user, in one question: the user's own rights, which are rare, with
# those of the roles (no name has a comma in it); the roles; the agents whose books are theirs.
_ACCESS = """
SELECT (
    SELECT string_agg(kind.app_label || '.' || one.codename, ',')
    FROM auth_permission one JOIN django_content_type kind ON kind.id = one.content_type_id
    WHERE one.id IN (
        SELECT permission_id FROM accounts_user_user_permissions WHERE user_id = %(user)s
        UNION ALL
        SELECT given.permission_id FROM auth_group_permissions given
        JOIN accounts_user_groups has ON has.group_id = given.group_id
        WHERE has.user_id = %(user)s
    )
), (
    SELECT json_agg(role) FROM ({roles}) role
), ARRAY(
    SELECT id FROM accounts_agent WHERE user_id = %(user)s
    UNION SELECT agent_id FROM accounts_user_accessible_agents WHERE user_id = %(user)s
    ORDER BY 1
)
"""


class Access(NamedTuple):
    """What a user may: the names of the rights, the roles by name, and the agents in reach."""

    rights: frozenset[str]
    roles: "list[Role]"
    agent_ids: tuple[int, ...]


@cache
def _access_statement() -> str:
    """The question with its parameter ``user``; Django writes down how roles are read, once."""
    roles = Role.objects.filter(user=-1).order_by("name").query
    statement, _ = roles.sql_with_params()
    return _ACCESS.format(roles=statement % "%(user)s")


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
    def access(self) -> Access:
        """What the user may, while nobody asks whether they are active; read once per request."""
        with connection.cursor() as cursor:
            cursor.execute(_access_statement(), {"user": self.pk})
            rights, roles, agent_ids = cursor.fetchone()
        return Access(
            rights=frozenset(rights.split(",") if rights else ()),
            roles=[
                Role.from_db(connection.alias, list(one), list(one.values())) for one in roles or ()
            ],
            agent_ids=tuple(agent_ids),
        )

    @property
    def roles(self) -> "list[Role]":
        """The user's roles by name; read once per request (kept on the object)."""
        return self.access.roles

    @cached_property
    def _perm_cache(self) -> set[str]:
        """The user's rights as "app.codename", where Django's own backend looks for them first.

        It would ask twice, and take a tenth of a page to say so; every page asks. Whether the user
        is active is asked by the backend before it looks here.
        """
        if self.is_superuser:
            every = Permission.objects.values_list("content_type__app_label", "codename")
            return {f"{app}.{codename}" for app, codename in every}
        return set(self.access.rights)

    @property
    def display_name(self) -> str:
        """The person's name, or the user name where none is known."""
        return self.get_full_name() or self.username
