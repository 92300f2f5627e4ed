"""The log of sign-ins and of changes to rights."""

from typing import ClassVar

from django.db import models

from agencyhub.accounts.models.people import User


class AccessEvent(models.Model):
    """Something about who gets in and what they may do; never changed, never deleted."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", "Signed in"
        SIGNED_OUT = "signed_out", "Signed out"
        TIMED_OUT = "timed_out", "Signed out by time"
        REFUSED = "refused", "Wrong password"
        LOCKED_OUT = "locked_out", "Locked out"
        CODE_REFUSED = "code_refused", "Wrong code"
        FACTOR_ADDED = "factor_added", "Second factor set up"
        FACTOR_REMOVED = "factor_removed", "Second factor removed"
        CODES_RENEWED = "codes_renewed", "New recovery codes"
        VIEW_AS_STARTED = "view_as_started", "View as started"
        VIEW_AS_ENDED = "view_as_ended", "View as ended"
        ROLE_ADDED = "role_added", "Role added"
        ROLE_CHANGED = "role_changed", "Role changed"
        ROLE_DELETED = "role_deleted", "Role deleted"
        USER_ADDED = "user_added", "User added"
        USER_CHANGED = "user_changed", "Rights of a user changed"
        INVITED = "invited", "Invited"
        INVITATION_ENDED = "invitation_ended", "Invitation revoked"
        INVITATION_USED = "invitation_used", "Invitation accepted"

    WARNINGS: ClassVar = (Kind.REFUSED, Kind.CODE_REFUSED, Kind.FACTOR_REMOVED)

    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Whom it is about; nobody when it is about a role.",
    )
    actor = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who did it, when that is somebody else.",
    )
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=60, blank=True)
    detail = models.TextField(blank=True)

    class Meta:
        default_permissions = ("view",)
        verbose_name = "sign-in or change of rights"
        verbose_name_plural = "sign-ins and changes of rights"

    def __str__(self) -> str:
        return f"access event {self.pk}"

    @property
    def tone(self) -> str:
        """How a list colours it: what may be an attack, and what is every day's."""
        if self.kind == self.Kind.LOCKED_OUT:
            return "danger"
        return "warning" if self.kind in self.WARNINGS else "neutral"
