"""PlanCompare access of many users by file: all of it at once, or nothing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
from django.db.models import Model
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import Agent, User
from agencyhub.records import bulk, history
from agencyhub.records.models import Batch
from integrations.plancompare.models import PlanCompareUser

USERNAME, NPN, AGENT = "plancompare_username", "agent_npn", "agent_name"
FIELDS = (USERNAME, NPN, AGENT)
_REFUSED = {"row": pl.Int64, "field": pl.String, "message": pl.String}
_CHANGES = {"row": pl.Int64, "field": pl.String, "before": pl.String, "after": pl.String}


@dataclass(frozen=True)
class Access:
    """One user's PlanCompare access, before or after."""

    username: str = ""
    agent_id: int | None = None


@dataclass(frozen=True)
class Planned:
    """What one row of the file makes of a user's access; ``contradiction``: of NPN and name."""

    row: int
    user_id: int
    before: Access
    after: Access
    contradiction: str = ""


class ImportedUsernames:
    """Writes usernames and servicing agents of users; a blank cell takes the value away.

    A column that the file does not have leaves everybody's value alone.
    """

    fields: tuple[str, ...] = FIELDS
    models: tuple[type[Model], ...] = (PlanCompareUser,)

    def adds(self, rows: pl.DataFrame) -> pl.Series:
        """Whether a row changes its user's access."""
        return pl.Series([one.before != one.after for one in _planned(rows)], dtype=pl.Boolean)

    def refused(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of one user, rows that would share a username, and NPNs that are somebody else's."""
        planned = list(_planned(rows))
        found = [(one.row, NPN, one.contradiction) for one in planned if one.contradiction]
        found += _same_user_twice(planned)
        found += _same_username_twice(planned)
        return pl.DataFrame(found, schema=_REFUSED, orient="row")

    def changes(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Usernames and agents by name, before and after."""
        planned = list(_planned(rows))
        names = {agent.pk: agent.full_name for agent in Agent.objects.all()}
        found = []
        for one in planned:
            pairs = (
                (USERNAME, one.before.username, one.after.username),
                (
                    AGENT if AGENT in rows.columns else NPN,
                    names.get(one.before.agent_id or 0, ""),
                    names.get(one.after.agent_id or 0, ""),
                ),
            )
            found += [(one.row, *pair) for pair in pairs if pair[1] != pair[2]]
        return pl.DataFrame(found, schema=_CHANGES, orient="row")

    def apply(self, rows: pl.DataFrame, batch: Batch) -> None:
        """Write what differs in one statement, so that users may swap their usernames."""
        list(PlanCompareUser.objects.select_for_update().order_by("pk"))
        changed = [one for one in _planned(rows) if one.before != one.after]
        users = User.objects.in_bulk([one.user_id for one in changed])
        with bulk.with_changes():
            PlanCompareUser.objects.bulk_create(
                [
                    PlanCompareUser(
                        user_id=one.user_id,
                        username=one.after.username,
                        servicing_agent_id=one.after.agent_id,
                    )
                    for one in changed
                ],
                update_conflicts=True,
                unique_fields=["user"],
                update_fields=["username", "servicing_agent"],
            )
        text = gettext_noop("PlanCompare access was changed by a file")
        entries = [
            history.entry(batch=batch, record=users[one.user_id], text=text) for one in changed
        ]
        history.write(*entries)


def _planned(rows: pl.DataFrame) -> Iterator[Planned]:
    """What each row makes of its user; ``record`` names the user."""
    before = _stored()
    agents = {agent.npn: agent for agent in Agent.objects.filter(is_active=True) if agent.npn}
    by_name = {agent.full_name: agent for agent in Agent.objects.filter(is_active=True)}
    has_agent = bool({NPN, AGENT} & set(rows.columns))
    for at, row in enumerate(rows.iter_rows(named=True)):
        was = before.get(row["record"], Access())
        username = row[USERNAME] or "" if USERNAME in row else was.username
        npn, name = row.get(NPN), row.get(AGENT)
        agent = agents.get(npn) if npn else by_name.get(name) if name else None
        yield Planned(
            row=row.get("row", at),
            user_id=row["record"],
            before=was,
            after=Access(username, (agent.pk if agent else None) if has_agent else was.agent_id),
            contradiction=_contradiction(agent, npn, name),
        )


def _contradiction(agent: Agent | None, npn: str | None, name: str | None) -> str:
    if agent is None or not npn or not name or name.casefold() == agent.full_name.casefold():
        return ""
    return gettext_noop("NPN %(npn)s is %(full_name)s, not %(name)s. Correct one of the two.") % {
        "npn": npn,
        "full_name": agent.full_name,
        "name": name,
    }


def _stored() -> dict[int, Access]:
    rows = PlanCompareUser.objects.values_list("user_id", "username", "servicing_agent_id")
    return {user_id: Access(username, agent_id) for user_id, username, agent_id in rows}


def _same_user_twice(planned: list[Planned]) -> list[tuple[int, str, str]]:
    times = Counter(one.user_id for one in planned)
    words = gettext_noop("Another row is about the same user. Keep one.")
    return [(one.row, "", words) for one in planned if times[one.user_id] > 1]


def _same_username_twice(planned: list[Planned]) -> list[tuple[int, str, str]]:
    """Compare what everybody would have afterwards: two users may swap."""
    after = {user_id: access.username for user_id, access in _stored().items()}
    after |= {one.user_id: one.after.username for one in planned}
    holders: dict[str, list[int]] = {}
    for user_id, username in after.items():
        if username:
            holders.setdefault(username.casefold(), []).append(user_id)
    shared = {user_id for users in holders.values() if len(users) > 1 for user_id in users}
    names = dict(User.objects.filter(pk__in=shared).values_list("pk", "username"))
    found = []
    for one in planned:
        others = holders.get(one.after.username.casefold(), [])
        if len(others) > 1:
            said = ", ".join(sorted(names[pk] for pk in others if pk != one.user_id))
            words = gettext_noop("%(said)s would have the same PlanCompare username.") % {
                "said": said
            }
            found.append((one.row, USERNAME, words))
    return found
