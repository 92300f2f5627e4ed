"""PlanCompare usernames by file: the template, the dry run, and the all-or-nothing confirm."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from agencyhub.accounts.models import Agent, User
from agencyhub.lib.errors import DomainError
from agencyhub.lib.reading.limits import UnreadableFileError
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.plancompare import sheets
from integrations.plancompare.models import PlanCompareUser
from integrations.plancompare.services import usernames

USER, EMAIL = "User name", "Email"
USERNAME, NPN, AGENT = "PlanCompare Username", "Servicing Agent NPN", "Servicing Agent"
HEADER = (USER, EMAIL, USERNAME, NPN, AGENT)


class FileHasErrorsError(DomainError):
    """Nothing of a file is saved while a row of it has an error."""

    code = "plancompare_username_file_has_errors"


class FileChangedError(DomainError):
    """The usernames changed since the dry run, so what was shown is not what would happen."""

    code = "plancompare_usernames_changed_meanwhile"


@dataclass(frozen=True)
class Access:
    """One user's PlanCompare access, before or after."""

    username: str = ""
    agent_id: int | None = None


@dataclass
class PlannedRow:
    """What a line of the file would do: New, Changed, Same, or Error with words."""

    number: int
    user_text: str
    user: User | None = None
    before: Access = Access()
    after: Access = Access()
    errors: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        """``error``, ``same``, ``new`` (had no username and gets one) or ``changed``."""
        if self.errors:
            return "error"
        if self.before == self.after:
            return "same"
        return "new" if self.after.username and not self.before.username else "changed"


@dataclass(frozen=True)
class Plan:
    """A whole dry run. ``agents`` are the names shown for agent ids."""

    rows: tuple[PlannedRow, ...]
    agents: dict[int, str]
    ignored_columns: tuple[str, ...]

    @property
    def counts(self) -> Counter[str]:
        """How many rows are in each state."""
        return Counter(row.state for row in self.rows)

    @property
    def has_errors(self) -> bool:
        return any(row.errors for row in self.rows)

    @property
    def changes(self) -> list[PlannedRow]:
        """The rows that would change something."""
        return [row for row in self.rows if row.state in ("new", "changed")]

    @property
    def digest(self) -> str:
        """Equal for equal effects: what a person confirmed is what is saved."""
        effects = [(row.user and row.user.pk, row.before, row.after) for row in self.rows]
        return hashlib.sha256(repr(effects).encode()).hexdigest()


def template_rows() -> list[list[str]]:
    """Today's users in the file's columns: name, email, username, the agent's NPN and name."""
    users = User.objects.filter(is_active=True).select_related("plancompare__servicing_agent")
    rows = []
    for user in users.order_by("username", "pk"):
        access: PlanCompareUser | None = getattr(user, "plancompare", None)
        agent = access.servicing_agent if access else None
        username = access.username if access else ""
        npn, name = (agent.npn, agent.full_name) if agent else ("", "")
        rows.append([user.username, user.email, username, npn, name])
    return rows


def plan_file(content: bytes) -> Plan:
    """Read a file and say what each line would do; nothing is saved.

    An empty cell clears the value; a column left out of the file keeps everybody's value.

    Raises:
        UnreadableFileError: the file as a whole cannot be used.
    """
    sheet = sheets.read_sheet(content)
    columns = {name.casefold() for name in sheet.header}
    if not {USER.casefold(), EMAIL.casefold()} & columns:
        msg = f'The file needs a column "{USER}" or "{EMAIL}" in line 1. Start from the template.'
        raise UnreadableFileError(msg)
    if not {USERNAME.casefold(), NPN.casefold(), AGENT.casefold()} & columns:
        msg = f'The file has neither "{USERNAME}" nor "{AGENT}", so there is nothing to set.'
        raise UnreadableFileError(msg)
    return _Planner(columns).plan(sheet)


def apply_file(content: bytes, *, digest: str, user: User) -> int:
    """Save a file whose dry run had this ``digest``, all of it or nothing; answer the changes.

    Raises:
        FileHasErrorsError: a line has an error.
        FileChangedError: somebody changed usernames since the dry run.
    """
    summary = "PlanCompare usernames uploaded"
    with history.batch(user=user, channel=Batch.Channel.IMPORT, summary=summary) as batch:
        list(PlanCompareUser.objects.select_for_update().order_by("pk"))
        plan = plan_file(content)
        if plan.has_errors:
            msg = (
                f"{plan.counts['error']} lines have errors. Correct them and upload the file again."
            )
            raise FileHasErrorsError(msg)
        if plan.digest != digest:
            msg = "Somebody changed usernames since this dry run. Here is the new one; look again."
            raise FileChangedError(msg)
        _save(plan.changes)
        text = "PlanCompare access was changed by a file"
        entries = [
            history.entry(batch=batch, record=row.user, text=text)
            for row in plan.changes
            if row.user
        ]
        history.write(*entries)
    return len(plan.changes)


def _save(changes: list[PlannedRow]) -> None:
    """Clear the usernames first, so that two users may swap theirs."""
    touched = [row.user.pk for row in changes if row.user]
    PlanCompareUser.objects.filter(user__in=touched).update(username="")
    PlanCompareUser.objects.bulk_create(
        [
            PlanCompareUser(
                user=row.user, username=row.after.username, servicing_agent_id=row.after.agent_id
            )
            for row in changes
        ],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["username", "servicing_agent"],
    )


class _Planner:
    """Holds what every row is compared with, read once."""

    def __init__(self, columns: set[str]) -> None:
        self.columns = columns
        self.users = list(User.objects.select_related("plancompare").order_by("pk"))
        self.by_name = {user.username.casefold(): user for user in self.users}
        self.by_email = {user.email.casefold(): user for user in self.users if user.email}
        agents = list(Agent.objects.filter(is_active=True).order_by("pk"))
        self.agents = {agent.pk: agent.full_name for agent in agents}
        self.by_npn = {agent.npn: agent for agent in agents if agent.npn}
        self.by_agent_name: dict[str, list[Agent]] = {}
        for agent in agents:
            self.by_agent_name.setdefault(agent.full_name.casefold(), []).append(agent)

    def plan(self, sheet: sheets.Sheet) -> Plan:
        rows = [self._row(row) for row in sheet.rows]
        self._refuse_same_user_twice(rows)
        self._refuse_same_username_twice(rows)
        known = {name.casefold() for name in HEADER}
        ignored = tuple(name for name in sheet.header if name and name.casefold() not in known)
        names = {agent.pk: agent.full_name for agent in Agent.objects.all()}
        return Plan(tuple(rows), names, ignored)

    def _row(self, row: sheets.Row) -> PlannedRow:
        name = row.cells.get(USER.casefold(), "")
        email = row.cells.get(EMAIL.casefold(), "")
        planned = PlannedRow(row.number, name or email)
        planned.user = self._user(name, email, planned.errors)
        if planned.user is None:
            return planned
        planned.before = _access_of(planned.user)
        planned.after = Access(
            self._username(row, planned.before, planned.errors),
            self._agent(row, planned.before, planned.errors),
        )
        return planned

    def _user(self, name: str, email: str, errors: list[str]) -> User | None:
        if not name and not email:
            errors.append("The line has neither a user name nor an email.")
            return None
        found = self.by_name.get(name.casefold()) if name else None
        if name and found is None:
            errors.append(f'No user is called "{name}".')
            return None
        by_email = self.by_email.get(email.casefold()) if email else None
        if found is None and by_email is None:
            errors.append(f'No user has the email "{email}".')
        return found or by_email

    def _username(self, row: sheets.Row, before: Access, errors: list[str]) -> str:
        if USERNAME.casefold() not in self.columns:
            return before.username
        try:
            return usernames.read_username(row.cells.get(USERNAME.casefold(), ""))
        except usernames.UsernameUnreadableError as error:
            errors.append(error.message)
            return before.username

    def _agent(self, row: sheets.Row, before: Access, errors: list[str]) -> int | None:
        if not {NPN.casefold(), AGENT.casefold()} & self.columns:
            return before.agent_id
        npn = row.cells.get(NPN.casefold(), "")
        name = row.cells.get(AGENT.casefold(), "")
        if npn and npn not in self.by_npn:
            errors.append(f"No active agent has the NPN {npn}.")
            return before.agent_id
        if npn:
            return self._agent_by_npn(npn, name, errors)
        return self._agent_by_name(name, errors) if name else None

    def _agent_by_npn(self, npn: str, name: str, errors: list[str]) -> int:
        agent = self.by_npn[npn]
        if name and name.casefold() != agent.full_name.casefold():
            errors.append(f"NPN {npn} is {agent.full_name}, not {name}. Correct one of the two.")
        return agent.pk

    def _agent_by_name(self, name: str, errors: list[str]) -> int | None:
        found = self.by_agent_name.get(name.casefold(), [])
        if len(found) == 1:
            return found[0].pk
        if found:
            errors.append(f"{len(found)} agents are called {name}. Write the NPN.")
        else:
            errors.append(f"No active agent is called {name}.")
        return None

    def _refuse_same_user_twice(self, rows: list[PlannedRow]) -> None:
        lines: dict[int, list[PlannedRow]] = {}
        for row in rows:
            if row.user:
                lines.setdefault(row.user.pk, []).append(row)
        for same in (group for group in lines.values() if len(group) > 1):
            numbers = ", ".join(str(row.number) for row in same)
            for row in same:
                row.errors.append(f"The same user stands in lines {numbers}. Keep one.")

    def _refuse_same_username_twice(self, rows: list[PlannedRow]) -> None:
        """Compare what everybody would have afterwards, so that two users may swap usernames."""
        planned = {row.user.pk: row for row in rows if row.user}
        holders: dict[str, list[User]] = {}
        for user in self.users:
            row = planned.get(user.pk)
            username = (row.after if row else _access_of(user)).username.casefold()
            if username:
                holders.setdefault(username, []).append(user)
        for same in (group for group in holders.values() if len(group) > 1):
            for user in same:
                others = ", ".join(other.username for other in same if other.pk != user.pk)
                if user.pk in planned:
                    text = f"{others} would have the same PlanCompare username."
                    planned[user.pk].errors.append(text)


def _access_of(user: User) -> Access:
    access: PlanCompareUser | None = getattr(user, "plancompare", None)
    return Access(access.username, access.servicing_agent_id) if access else Access()
