"""Who logs in, who sells, and what each role may see and do."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property

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
        return f"{self.first_name} {self.last_name}".strip()


class Role(Group):
    """A security group: the permissions of Django's group, and how far they reach."""

    class Scope(models.TextChoices):
        OWN = "own", "Own book"
        OWN_AND_UNASSIGNED = "own_and_unassigned", "Own book and unassigned"
        ALL = "all", "Everything"

    scope = models.CharField(max_length=20, choices=Scope.choices, default=Scope.OWN)
    description = models.CharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager["Role"]] = models.Manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"role {self.pk}"


class User(AbstractUser):
    """Somebody who logs in. Roles are the user's groups."""

    class Theme(models.TextChoices):
        AUTO = "auto", "As on my device"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    time_zone = models.CharField(max_length=40, default="America/New_York")
    theme = models.CharField(max_length=5, choices=Theme.choices, default=Theme.AUTO)
    accessible_agents = models.ManyToManyField(
        Agent,
        blank=True,
        related_name="accessible_to",
        help_text="Agents whose book this user sees besides their own.",
    )

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=~Q(email=""), name="user_email_is_unique_when_known"
            )
        ]

    _reach: "Reach | None"
    # The person who really sits there, while somebody sees the product with this user's rights.
    acted_by: "User | None"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reach = None
        self.acted_by = None

    def __str__(self) -> str:
        return f"user {self.pk}"

    @cached_property
    def roles(self) -> "list[Role]":
        """The user's roles by name; read once per request (kept on the object)."""
        return list(Role.objects.filter(user=self).order_by("name"))

    @property
    def display_name(self) -> str:
        """The person's name, or the user name where none is known."""
        return self.get_full_name() or self.username


class ApiKey(models.Model):
    """A partner's or script's key: only a digest is kept; several of a scope may live at once."""

    class Scope(models.TextChoices):
        PLANCOMPARE = "plancompare", "PlanCompare"
        HEALTHSHERPA = "healthsherpa", "HealthSherpa"
        PREMIER = "premier", "Premier carriers"
        NOYO = "noyo", "Noyo"
        COMTRACK = "comtrack", "ComTrack"
        EOI = "eoi", "EOI"
        API = "api", "REST API"

    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=20, choices=Scope.choices)
    prefix = models.CharField(max_length=12, help_text="First characters, to recognise the key.")
    digest = models.BinaryField(unique=True, editable=False, help_text="SHA-256 of the key.")
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        help_text="Whose scope the key has; none means the whole agency.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"API key {self.pk}"
