"""Reads for the pages about users, agents and roles."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.contrib.auth import HASH_SESSION_KEY
from django.db.models import Count, Q, QuerySet
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext

from agencyhub.accounts import rights, session_clock
from agencyhub.accounts.models import (
    AccessEvent,
    Agent,
    ApiKey,
    Invitation,
    OpenSession,
    Role,
    User,
)
from agencyhub.accounts.roles import permission_names
from agencyhub.accounts.scope import reach_of
from agencyhub.lib.keyset import Key
from agencyhub.lib.midnights import midnight

AGENT_ORDER = (Key("last_name"), Key("first_name"), Key("pk"))
USER_ORDER = (Key("username"),)
MOST_INVITATIONS = 200
MOST_SESSIONS = 100
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
DEVICES_SHOWN_FOR = timedelta(days=90)


@dataclass(frozen=True)
class SignIn:
    """One open session as its user sees it; ``pk`` is that of the ``OpenSession``."""

    pk: int
    address: str | None
    browser: str
    signed_in_at: datetime
    seen_at: datetime
    is_current: bool


@dataclass(frozen=True)
class Compared:
    """One right, and in words what each role has of it."""

    label: str
    cells: list[str]


@dataclass(frozen=True)
class Comparison:
    """Every role against every right, section by section; cells are in the order of the roles."""

    roles: list[Role]
    sections: list[tuple[str, list[Compared]]]


@dataclass(frozen=True)
class Tick:
    """A box of the role editor; ``why_not`` says in words why it cannot be changed."""

    name: str
    label: str
    is_ticked: bool
    why_not: str = ""


@dataclass(frozen=True)
class DrawnRow:
    """One kind of record in the role editor."""

    label: str
    text: str
    ticks: list[Tick | None]


@dataclass(frozen=True)
class DrawnSpecial:
    """A special right in the role editor."""

    text: str
    tick: Tick


@dataclass(frozen=True)
class DrawnSection:
    """Rights that stand together in the role editor."""

    title: str
    rows: list[DrawnRow]
    specials: list[DrawnSpecial]


def agents_for_list(*, state: str = "") -> QuerySet[Agent]:
    """Agents with their linked users; ``state`` is "active", "inactive" or empty for all."""
    agents = Agent.objects.select_related("user")
    return agents.filter(is_active=state == "active") if state else agents


def users_for_list(*, state: str = "", role: Role | None = None) -> QuerySet[User]:
    """Users with roles and linked agent; ``state`` as for agents."""
    users = User.objects.select_related("agent").prefetch_related("groups")
    if state:
        users = users.filter(is_active=state == "active")
    return users.filter(groups=role) if role else users


def keys_for_list() -> QuerySet[ApiKey]:
    """API keys, newest first."""
    return ApiKey.objects.select_related("user").order_by("-pk")


def role_comparison() -> Comparison:
    """Who may do what: a few queries, however many roles."""
    found = Role.objects.prefetch_related("permissions__content_type")
    counted = found.annotate(user_count=Count("user"))
    roles: list[Role] = list(counted.order_by("name", "pk"))
    held = [permission_names(role.permissions.all()) for role in roles]
    sections = []
    for section in rights.catalogue():
        lines = [
            Compared(str(row.label), [_may(row, names) for names in held]) for row in section.rows
        ]
        lines += [
            Compared(
                str(special.label),
                ["Yes" if special.box.name in names else "" for names in held],
            )
            for special in section.specials
        ]
        sections.append((str(section.title), lines))
    return Comparison(roles, sections)


def draw(
    sections: list[rights.Section], *, held: set[str], own: set[str], locked: set[str]
) -> list[DrawnSection]:
    """The boxes of the role editor.

    ``held`` are the rights of the role; a box that is not in ``own`` can be emptied but not ticked,
    and those in ``locked`` stay as they are: they are the owner's.
    """

    def tick(label: str, box: rights.Box) -> Tick:
        is_ticked = box.name in held
        if box.name in locked:
            return Tick(box.name, label, is_ticked, gettext("Always and only the owner's."))
        if not is_ticked and not box.permissions <= own:
            return Tick(box.name, label, is_ticked, gettext("You do not have this right yourself."))
        return Tick(box.name, label, is_ticked)

    return [
        DrawnSection(
            str(section.title),
            [
                DrawnRow(
                    str(row.label),
                    str(row.text),
                    [
                        tick(f"{row.label}: {word.lower()}", box) if box else None
                        for word, box in zip(rights.VERB_WORDS.values(), row.boxes, strict=True)
                    ],
                )
                for row in section.rows
            ],
            [
                DrawnSpecial(str(one.text), tick(str(one.label), one.box))
                for one in section.specials
            ],
        )
        for section in sections
    ]


def invitations_for_list() -> QuerySet[Invitation]:
    """The newest invitations, with what their rows show."""
    found = Invitation.objects.select_related("agent", "invited_by", "user")
    return found.prefetch_related("roles").order_by("-pk")[:MOST_INVITATIONS]


def waiting_invitations(agent: Agent) -> QuerySet[Invitation]:
    """Invitations to see an agent's book that nobody has accepted or revoked, the newest first."""
    found = Invitation.objects.filter(agent=agent, accepted_at=None, revoked_at=None)
    return found.select_related("invited_by").order_by("-pk")


def access_events_for_list(
    *,
    user: User | None = None,
    kind: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[AccessEvent]:
    """Sign-ins and changes of rights: about a user or by them, of one kind, on some days."""
    found = AccessEvent.objects.select_related("user", "actor")
    if user:
        found = found.filter(Q(user=user) | Q(actor=user))
    if since:
        found = found.filter(at__gte=midnight(since))
    if until:
        found = found.filter(at__lt=midnight(until + timedelta(days=1)))
    return found.filter(kind=kind) if kind else found


def sight_of(user: User) -> str:
    """Whose records a user sees, in a sentence."""
    active = User.objects.get(pk=user.pk)
    active.is_active = True  # of somebody deactivated: what they would see
    reach = reach_of(active)
    if reach.sees_all:
        return gettext("Sees everybody's records.")
    agents = Agent.objects.filter(pk__in=reach.agent_ids)
    names = [one.full_name for one in agents.order_by("last_name", "first_name", "pk")]
    books = gettext("the books of %(names)s") % {"names": ", ".join(names)} if names else ""
    rest = gettext("everybody who has no agent") if reach.sees_unassigned else ""
    if books and rest:
        seen = gettext("%(books)s and everybody who has no agent") % {"books": books}
    else:
        seen = books or rest
    nobody = gettext("Sees nobody's records yet.")
    return gettext("Sees %(seen)s.") % {"seen": seen} if seen else nobody


def sign_ins_of(user: User, *, current: str, at: datetime) -> list[SignIn]:
    """The user's open sessions, the one with the key ``current`` first, then the last seen.

    Left out is what works no more: by time, or since a new password.
    """
    rows = OpenSession.objects.filter(user=user, session__expire_date__gt=at)
    found = [
        _sign_in(one, user, current=current, now=int(at.timestamp()))
        for one in rows.select_related("session").order_by("-pk")[:MOST_SESSIONS]
    ]
    listed = [one for one in found if one]
    return sorted(listed, key=lambda one: (one.is_current, one.seen_at, one.pk), reverse=True)


def who_may(permission: str) -> QuerySet[User]:
    """The active users with a right: their own, a role's, or because they have every right."""
    return User.objects.with_perm(permission, backend=MODEL_BACKEND)


def new_devices_of(user: User, *, at: datetime) -> QuerySet[AccessEvent]:
    """Sign-ins of the last ninety days with a device that was new, the newest first."""
    found = AccessEvent.objects.filter(user=user, kind=AccessEvent.Kind.NEW_DEVICE)
    return found.filter(at__gt=at - DEVICES_SHOWN_FOR).order_by("-pk")[:MOST_SESSIONS]


def _sign_in(one: OpenSession, user: User, *, current: str, now: int) -> SignIn | None:
    kept = one.session.get_decoded()
    works = constant_time_compare(kept.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    if not works or session_clock.seconds_left(kept, now=now) <= 0:
        return None
    moments = (kept.get(key, now) for key in (session_clock.SIGNED_IN_AT, session_clock.SEEN_AT))
    signed_in_at, seen_at = (datetime.fromtimestamp(one, UTC) for one in moments)
    return SignIn(
        one.pk, one.address, one.browser, signed_in_at, seen_at, one.session_id == current
    )


def _may(row: rights.Row, names: set[str]) -> str:
    """Name what may be done: "View, add", or "Everything"."""
    found = [
        (word, box.name in names)
        for word, box in zip(rights.VERB_WORDS.values(), row.boxes, strict=True)
        if box
    ]
    if len(found) > 1 and all(is_held for _, is_held in found):
        return gettext("Everything")
    return ", ".join(str(word) for word, is_held in found if is_held).capitalize()
