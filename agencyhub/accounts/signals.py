"""What Django's sign-in tells, whichever door somebody took."""

from typing import Any

from django.apps import apps
from django.contrib.auth import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from agencyhub.accounts import devices, roles, sessions
from agencyhub.accounts.models import AccessEvent, User
from agencyhub.accounts.services import access
from agencyhub.lib.visitors import visit_of


@receiver(user_logged_in)
def note_sign_in(*, request: HttpRequest, user: User, **_more: Any) -> None:
    """Begin the session's clock, list it, and say so when the device is a new one."""
    sessions.start(request, user)
    visit, how = visit_of(request), getattr(request, "signed_in_with", "")
    if devices.is_new(request, user, visit=visit, at=timezone.now()):
        access.note(AccessEvent.Kind.NEW_DEVICE, user=user, visit=visit, detail=how)
    access.note(AccessEvent.Kind.SIGNED_IN, user=user, visit=visit, detail=how)
    devices.keep(request, user)


@receiver(user_logged_out)
def note_sign_out(*, request: HttpRequest, user: User | None, **_more: Any) -> None:
    """Note who left, unless their time was up: that is noted by itself."""
    if user is None or getattr(request, "signed_out_by_time", False):
        return
    if user.acted_by:
        access.note(AccessEvent.Kind.VIEW_AS_ENDED, user=user, actor=user.acted_by)
    access.note(AccessEvent.Kind.SIGNED_OUT, user=user.acted_by or user, visit=visit_of(request))


@receiver(user_login_failed)
def note_refusal(
    *, credentials: dict[str, Any], request: HttpRequest | None = None, **_more: Any
) -> None:
    """Note a wrong password of somebody we know; what strangers type may be a password."""
    user = User.objects.filter(username=credentials.get("username") or "").first()
    if user is not None and request is not None:
        access.note(AccessEvent.Kind.REFUSED, user=user, visit=visit_of(request))


post_migrate.connect(roles.refresh_default_roles, sender=apps.get_app_config("accounts"))
