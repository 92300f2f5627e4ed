"""Who may send: PlanCompare usernames of users, and the agents whose enrollments they bring."""

from django.db import IntegrityError
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import Agent, User
from agencyhub.lib.errors import DomainError
from agencyhub.lib.text import tidy
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.plancompare.models import PlanCompareUser

MAX_LENGTH = 120


class UsernameTakenError(DomainError):
    """Another user has this PlanCompare username; it would not say whose an enrollment is."""

    code = "plancompare_username_taken"


class UsernameUnreadableError(DomainError):
    """Not something PlanCompare accepts as a username."""

    code = "plancompare_username_unreadable"


def read_username(text: str) -> str:
    """Trim a username; blank stays blank.

    Raises:
        UsernameUnreadableError: too long, or with spaces or control characters inside.
    """
    username = tidy(text)
    if len(username) > MAX_LENGTH:
        msg = gettext("A PlanCompare username has %(max_length)s characters at the most.") % {
            "max_length": MAX_LENGTH
        }
        raise UsernameUnreadableError(msg, field="username")
    if " " in username or not username.isprintable():
        msg = gettext(
            "A PlanCompare username has no spaces inside. Copy it from PlanCompare's sign-in."
        )
        raise UsernameUnreadableError(msg, field="username")
    return username


def set_user(
    *, target: User, username: str, servicing_agent: Agent | None, user: User
) -> PlanCompareUser:
    """Give ``target`` a PlanCompare username (blank takes it away) and a servicing agent.

    Raises:
        UsernameUnreadableError: see ``read_username``.
        UsernameTakenError: names the user who has it; letters' case does not matter.
    """
    username = read_username(username)
    _refuse_taken(username, target)
    try:
        with history.batch(
            user=user,
            channel=Batch.Channel.SCREEN,
            summary=gettext_noop("PlanCompare username set"),
        ) as batch:
            row, _ = PlanCompareUser.objects.update_or_create(
                user=target, defaults={"username": username, "servicing_agent": servicing_agent}
            )
            history.write(
                history.entry(
                    batch=batch, record=target, text=gettext_noop("PlanCompare access was changed")
                )
            )
    except IntegrityError:
        _refuse_taken(username, target)
        raise
    return row


def _refuse_taken(username: str, target: User) -> None:
    if not username:
        return
    holders = PlanCompareUser.objects.select_related("user").exclude(user=target)
    holder = holders.filter(username_key=Lower(Value(username))).order_by("pk").first()
    if holder:
        msg = gettext(
            "%(display_name)s (%(username)s) has this PlanCompare username. Each "
            "user needs their own: it says whose an enrollment is."
        ) % {"display_name": holder.user.display_name, "username": holder.user.username}
        raise UsernameTakenError(msg, field="username")
