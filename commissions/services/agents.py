"""Which of our agents a carrier means: by NPN, by its own number for them, by any form of name."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction

from agencyhub.accounts.models import Agent
from agencyhub.lib.text import name_key
from agencyhub.records.models import AgentAlias
from commissions.models import AgentOfRecord, BookRow, CommissionLine, WritingNumber
from commissions.names import readings
from policies.numbers import number_key


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
def apply_number(*, number: WritingNumber) -> int:
    """Give the carrier's rows that wait for this number its agent; answer how many there were.

    Rows that have an agent keep them. Call it inside a history batch.
    """
    key, told = number_key(number.number), 0
    for model in (BookRow, CommissionLine):
        waiting = model.objects.filter(carrier=number.carrier_id, agent=None)
        spelled = set(waiting.values_list("agent_number", flat=True).distinct())
        meant = [text for text in spelled if number_key(text) == key]
        told += waiting.filter(agent_number__in=meant).update(agent=number.agent_id)
    records = AgentOfRecord.objects.filter(book_row__carrier=number.carrier_id, agent=None)
    spelled = set(records.values_list("agent_number", flat=True).distinct())
    meant = [text for text in spelled if number_key(text) == key]
    records.filter(agent_number__in=meant).update(agent=number.agent_id)
    return told
