"""Agents: whose book is linked to whom."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import AccessEvent, Agent, User
from agencyhub.accounts.services import access
from agencyhub.accounts.services.users import ensure_may_manage, ensure_may_open

FIELDS = ("first_name", "last_name", "npn", "email", "phone", "is_active")


@transaction.atomic
def save_agent(*, actor: User, agent: Agent | None, values: Mapping[str, Any]) -> Agent:
    """Create (``agent`` None) or change an agent; ``values`` may hold ``user``, the linked one.

    Raises:
        MayNotManageError, MayNotGrantError: see ``ensure_may_link``.
    """
    saved = Agent() if agent is None else Agent.objects.select_for_update().get(pk=agent.pk)
    if "user" in values:
        ensure_may_link(actor=actor, agent=saved, user=values["user"])
        saved.user = values["user"]
    for name in FIELDS:
        if name in values:
            setattr(saved, name, values[name])
    saved.save()
    return saved


@transaction.atomic
def set_readers(*, actor: User, agent_id: int, readers: Iterable[User]) -> Agent:
    """Open the agent's book to exactly these users, besides the linked one and who sees all.

    Raises:
        MayNotManageError: a user who gets or loses the book can do more than the actor.
        MayNotGrantError: the actor does not see the agent's book.
    """
    agent = Agent.objects.select_for_update(of=("self",)).get(pk=agent_id)
    wanted = {user.pk: user for user in readers}
    held = {user.pk: user for user in agent.accessible_to.all()}
    gained = [wanted[pk] for pk in sorted(wanted.keys() - held.keys())]
    lost = [held[pk] for pk in sorted(held.keys() - wanted.keys())]
    for user in (*gained, *lost):
        ensure_may_manage(actor, user)
    for user in gained:
        ensure_may_open(actor, user, {"readers": [agent]})
    agent.accessible_to.set(wanted.values())
    for users, verb in ((gained, "added"), (lost, "removed")):
        for user in users:
            detail = gettext_noop("Accessible agents: %(verb)s %(full_name)s.") % {
                "verb": verb,
                "full_name": agent.full_name,
            }
            access.note(AccessEvent.Kind.USER_CHANGED, user=user, actor=actor, detail=detail)
    return agent


def ensure_may_link(*, actor: User, agent: Agent, user: User | None) -> None:
    """Refuse to give or take a book against the rules of ``services.users.save_user``.

    ``agent`` still has the link it had. A link that stays as it is needs no rights.

    Raises:
        MayNotManageError: the user who gets or loses the book can do more than the actor.
        MayNotGrantError: the actor does not see the agent's book.
    """
    former = agent.user
    if former == user:
        return
    ensure_may_manage(actor, former)
    ensure_may_manage(actor, user)
    if user is not None and agent.pk is not None:
        ensure_may_open(actor, user, {"user": [agent]})
