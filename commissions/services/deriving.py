"""What follows from the words of an application: carrier, line, agent, individual, policy."""

from collections.abc import Set as AbstractSet

from commissions.lines import read_line
from commissions.models import Application
from commissions.services import recognising

IDENTITY = ("first_name", "last_name", "date_of_birth", "mbi", "individual_id")
AGENTS = ("agent_npn", "agent_number", "agent_name", "carrier_id")
NUMBERS = ("policy_number", "confirmation_number", "carrier_id", "policy_id")


def derive(row: Application, *, changed: AbstractSet[str]) -> tuple[set[str], list[str]]:
    """Look up what the words mean; answer the columns that were set, and reasons.

    ``changed`` are the columns that say something new. A record that was found stays while what it
    was found by does; one that a source or a person named for sure always stays.
    """
    return _Derivation(row, changed).run()


class _Derivation:
    def __init__(self, row: Application, changed: AbstractSet[str]) -> None:
        self.row = row
        self.changed = set(changed)
        self.set: set[str] = set()
        self.reasons: list[str] = []

    def run(self) -> tuple[set[str], list[str]]:
        row = self.row
        if self._asks("carrier_id", ("carrier_name",)):
            self._take("carrier_id", *recognising.carrier_of(row))
        if self._asks("line", ("plan_type", "plan_id")):
            self._take("line", read_line(row.plan_type, row.plan_id), "")
        if self._asks("agent_id", AGENTS):
            self._take("agent_id", *recognising.agent_of(row))
        if self._asks("individual_id", IDENTITY):
            self._take("individual_id", *recognising.individual_of(row))
        if self._asks("policy_id", (*NUMBERS, *IDENTITY)):
            self._take("policy_id", *recognising.policy_of(row))
        return self.set, self.reasons

    def _asks(self, column: str, by: tuple[str, ...]) -> bool:
        """Whether to look anew: what it is found by changed, or nothing was found so far."""
        row = self.row
        if column in row.told or column.removesuffix("_id") in row.filled:
            return False
        return not getattr(row, column) or bool(self.changed & set(by))

    def _take(self, column: str, value: object, how: str) -> None:
        if how:
            self.reasons.append(how)
        if getattr(self.row, column) != value:
            setattr(self.row, column, value)
            self.set.add(column)
            self.changed.add(column)
