"""The log of sign-ins and of changes to rights."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models.people import User


class AccessEvent(models.Model):
    """Something about who gets in and what they may do.

    The database lets nobody change a line, nor delete one of the last ninety days; older ones go
    when their time is over.
    """

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", _("Signed in")
        NEW_DEVICE = "new_device", _("Signed in with a new device")
        SIGNED_OUT = "signed_out", _("Signed out")
        TIMED_OUT = "timed_out", _("Signed out by time")
        REFUSED = "refused", _("Wrong password")
        LOCKED_OUT = "locked_out", _("Locked out")
        CODE_REFUSED = "code_refused", _("Wrong code")
        FACTOR_ADDED = "factor_added", _("Second factor set up")
        FACTOR_REMOVED = "factor_removed", _("Second factor removed")
        CODES_RENEWED = "codes_renewed", _("New recovery codes")
        PASSWORD_CHANGED = "password_changed", _("Password changed")
        PASSWORD_RESET = "password_reset", _("Password set by mail")
        PASSWORD_GIVEN = "password_given", _("Password set by somebody else")
        EMAIL_CHANGED = "email_changed", _("E-mail address changed")
        VIEW_AS_STARTED = "view_as_started", _("View as started")
        VIEW_AS_ENDED = "view_as_ended", _("View as ended")
        ROLE_ADDED = "role_added", _("Role added")
        ROLE_CHANGED = "role_changed", _("Role changed")
        ROLE_DELETED = "role_deleted", _("Role deleted")
        USER_ADDED = "user_added", _("User added")
        USER_CHANGED = "user_changed", _("Rights of a user changed")
        KEY_CREATED = "key_created", _("API key made")
        KEY_ROTATED = "key_rotated", _("API key rotated")
        KEY_REVOKED = "key_revoked", _("API key revoked")
        INVITED = "invited", _("Invited")
        INVITATION_ENDED = "invitation_ended", _("Invitation revoked")
        INVITATION_USED = "invitation_used", _("Invitation accepted")
        FILE_REFUSED = "file_refused", _("Infected file refused")

    WARNINGS: ClassVar = (Kind.NEW_DEVICE, Kind.REFUSED, Kind.CODE_REFUSED, Kind.FACTOR_REMOVED)
    # Who signs in as somebody, and what decides who can: they are told of it by mail.
    TOLD: ClassVar = (
        Kind.PASSWORD_CHANGED,
        Kind.PASSWORD_RESET,
        Kind.PASSWORD_GIVEN,
        Kind.EMAIL_CHANGED,
        Kind.FACTOR_ADDED,
        Kind.FACTOR_REMOVED,
        Kind.CODES_RENEWED,
        Kind.NEW_DEVICE,
    )

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
        verbose_name = _("sign-in or change of rights")
        verbose_name_plural = _("sign-ins and changes of rights")
        indexes = [
            models.Index(
                "at",
                condition=Q(
                    kind__in=[
                        *("codes_renewed", "email_changed", "factor_added", "factor_removed"),
                        *("new_device", "password_changed", "password_given", "password_reset"),
                    ]
                ),
                name="access_event_for_mail",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="access_events_are_not_changed", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="access_events_are_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=(
                    "IF OLD.at > now() - interval '90 days' THEN RAISE EXCEPTION"
                    " 'Lines of the log of sign-ins are kept.'; END IF; RETURN OLD;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"access event {self.pk}"

    @property
    def tone(self) -> str:
        """How a list colours it: what may be an attack, and what is every day's."""
        if self.kind in (self.Kind.LOCKED_OUT, self.Kind.FILE_REFUSED):
            return "danger"
        return "warning" if self.kind in self.WARNINGS else "neutral"
