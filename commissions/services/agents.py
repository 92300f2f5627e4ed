"""Which of our agents a carrier means: by NPN, by its own number for them, by any form of name."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db import transaction

from agencyhub.accounts.models import Agent
from agencyhub.lib.errors import DomainError
from agencyhub.lib.text import name_key
from agencyhub.records.models import AgentAlias
from commissions.models import WritingNumber
from commissions.names import readings
from policies.numbers import number_key


class WritingNumberTakenError(DomainError):
    """The carrier calls another agent so."""

    code = "writing_number_taken"


@dataclass
class Agents:
    """All agents by what carriers call them: there are as many as colleagues."""

    npns: dict[int, str] = field(default_factory=dict)
    inactive: set[int] = field(default_factory=set)
    by_npn: dict[str, int] = field(default_factory=dict)
    by_number: dict[tuple[int, str], set[int]] = field(default_factory=dict)
    by_name: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    by_alias: dict[str, int] = field(default_factory=dict)

    @classmethod
    def open(cls) -> "Agents":
        """Read them once."""
        known = cls()
        for pk, first, last, npn, is_active in Agent.objects.values_list(
            "pk", "first_name", "last_name", "npn", "is_active"
        ):
            known.npns[pk] = npn.lstrip("0")
            if npn:
                known.by_npn[npn.lstrip("0")] = pk
            if not is_active:
                known.inactive.add(pk)
            known.by_name.setdefault((name_key(first), name_key(last)), set()).add(pk)
        for carrier_id, number, pk in WritingNumber.objects.values_list(
            "carrier_id", "number", "agent_id"
        ):
            known.by_number.setdefault((carrier_id, number_key(number)), set()).add(pk)
        known.by_alias.update(
            {name_key(text): pk for text, pk in AgentAlias.objects.values_list("text", "agent_id")}
        )
        return known

    def find(
        self, *, carrier_id: int | None, npn: str = "", number: str = "", name: str = ""
    ) -> int | None:
        """The primary key of the agent that is meant; two answers are no answer.

        Numbers come before names, and a name never means somebody whose NPN is another one.
        """
        wanted = npn.strip().lstrip("0")
        if wanted in self.by_npn:
            return self.by_npn[wanted]
        for found in self._ways(carrier_id, number, name):
            fitting = {pk for pk in found if not (wanted and self.npns[pk])}
            active = fitting - self.inactive
            for pks in (fitting, active):
                if len(pks) == 1:
                    return next(iter(pks))
        return None

    def _ways(self, carrier_id: int | None, number: str, name: str) -> Iterator[set[int]]:
        if carrier_id is not None and number_key(number):
            yield self.by_number.get((carrier_id, number_key(number)), set())
        if number.strip().lstrip("0") in self.by_npn:  # some carriers call agents by their NPN
            yield {self.by_npn[number.strip().lstrip("0")]}
        if name_key(name) in self.by_alias:
            yield {self.by_alias[name_key(name)]}
        if name:
            yield set().union(*(self.by_name.get(one, set()) for one in readings(name)))


def find_agent(
    *, carrier_id: int | None, npn: str = "", number: str = "", name: str = ""
) -> Agent | None:
    """The agent that a carrier or partner means, or None: nobody, or more than one.

    ``number`` is the carrier's own for the agent; ``name`` may be "LAST, FIRST MIDDLE",
    "LAST FIRST M" or "First Last". For many rows open ``Agents`` once.
    """
    pk = Agents.open().find(carrier_id=carrier_id, npn=npn, number=number, name=name)
    return Agent.objects.filter(pk=pk).first() if pk else None


@transaction.atomic
def remember_number(*, carrier_id: int, agent_id: int, number: str) -> WritingNumber:
    """Let a carrier's number mean an agent. Saying it twice changes nothing.

    Call it inside a history batch.

    Raises:
        WritingNumberTakenError: it means somebody else at this carrier.
    """
    number = number.strip()
    row, _ = WritingNumber.objects.select_for_update().get_or_create(
        carrier_id=carrier_id, number=number, defaults={"agent_id": agent_id}
    )
    if row.agent_id != agent_id:
        msg = "The carrier calls another agent by this number. Correct that one first."
        raise WritingNumberTakenError(msg, field="number")
    return row


def names_of(pks: Iterable[int]) -> Mapping[int, str]:
    """Full names by primary key."""
    return {agent.pk: agent.full_name for agent in Agent.objects.filter(pk__in=pks)}
