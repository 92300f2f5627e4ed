"""Asking somebody to become a user."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from agencyhub.accounts.models.people import Agent, Role, User


class Invitation(models.Model):
    """A link by mail that makes one user with given roles, once and within some days."""

    email = models.EmailField()
    roles = models.ManyToManyField(Role, blank=True)
    agent = models.ForeignKey(
        Agent,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        verbose_name="linked agent",
        help_text="Whose book the new user sees as their own.",
    )
    language = models.CharField(
        max_length=5,
        choices=settings.LANGUAGES,
        default="en-us",
        db_default="en-us",
        help_text="Of the e-mail, and of the new user's pages.",
    )
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    sends = models.PositiveSmallIntegerField(
        default=1, help_text="How often it was sent; only the link sent last works."
    )
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    user = models.OneToOneField(
        User, on_delete=models.SET_NULL, null=True, related_name="invitation"
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(accepted_at=None, revoked_at=None),
                name="address_has_one_open_invitation",
            )
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    def is_open(self, *, at: datetime) -> bool:
        """Whether the link sent last can still be used."""
        is_settled = self.accepted_at is not None or self.revoked_at is not None
        return not is_settled and at < self.expires_at
