"""Whose the open sessions are."""

from django.contrib.sessions.models import Session
from django.db import models

from agencyhub.accounts.models.people import User


class OpenSession(models.Model):
    """A session of a user, and from where it was begun; it goes with the session itself.

    Django's session knows its user only inside of what it keeps. A session may vanish without a
    word to this table, which therefore has no constraint on it.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    session = models.OneToOneField(
        Session, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=60, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"open session {self.pk}"
