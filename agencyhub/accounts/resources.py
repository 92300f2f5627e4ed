"""Agents by spreadsheet, and the cell that names an agent."""

from typing import Any

from django.utils.translation import gettext
from import_export import widgets

from agencyhub.accounts.models import Agent
from agencyhub.lib.cells import Phone, Text, YesNo
from agencyhub.lib.resources import ID, Column, SheetResource
from agencyhub.lib.text import tidy


def find_agent(by_key: dict[str, list[Agent]], text: str) -> Agent:
    """The one agent that an NPN or a full name means.

    Raises:
        ValueError: nobody, or several.
    """
    found = by_key.get(text.lower(), [])
    if not found:
        msg = gettext("No agent has the NPN or name “%(text)s”.") % {"text": text}
        raise ValueError(msg)
    if len(found) > 1:
        msg = gettext("%(count)s agents are called “%(text)s”. Use the NPN.") % {
            "count": len(found),
            "text": text,
        }
        raise ValueError(msg)
    return found[0]


def agents_by_key() -> dict[str, list[Agent]]:
    """Every agent under NPN and full name."""
    by_key: dict[str, list[Agent]] = {}
    for agent in Agent.objects.all():
        for key in filter(None, (agent.npn, agent.full_name.lower())):
            by_key.setdefault(key, []).append(agent)
    return by_key


class AgentCell(Text):
    """An agent by NPN or full name; agents are read once per file."""

    def __init__(self) -> None:
        super().__init__()
        self._by_key: dict[str, list[Agent]] | None = None

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Agent | None:
        text = tidy(str(value or ""))
        if not text:
            return None
        if self._by_key is None:
            self._by_key = agents_by_key()
        return find_agent(self._by_key, text)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.npn or value.full_name if value else ""


class AgentsCell(widgets.ManyToManyWidget):
    """Several agents, between semicolons."""

    def __init__(self) -> None:
        super().__init__(Agent)
        self._by_key: dict[str, list[Agent]] | None = None

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[Agent]:
        if self._by_key is None:
            self._by_key = agents_by_key()
        names = [tidy(part) for part in str(value or "").split(";")]
        return [find_agent(self._by_key, name) for name in names if name]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "; ".join(agent.npn or agent.full_name for agent in value.all()) if value else ""


class AgentsColumn(Column):
    """Several agents of a record; saved only where they differ."""

    def __init__(self) -> None:
        super().__init__("additional_agents", "Additional agents", AgentsCell())

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Name the agents of the row, and no others."""
        wanted = {agent.pk for agent in self.clean(row)}
        if wanted != {agent.pk for agent in self.get_value(instance).all()}:
            self.get_value(instance).set(wanted)


class AgentResource(SheetResource):
    """Agents; found by ID, else by NPN."""

    required = ("First name", "Last name")

    id = Column("id", ID, readonly=True)
    first_name = Column("first_name", "First name")
    last_name = Column("last_name", "Last name")
    npn = Column("npn", "NPN")
    email = Column("email", "Email")
    phone = Column("phone", "Phone", Phone())
    is_active = Column("is_active", "Active", YesNo())

    class Meta(SheetResource.Meta):
        model = Agent
        fields = ("id", "first_name", "last_name", "npn", "email", "phone", "is_active")

    def find(self, row: dict[str, Any]) -> Agent | None:
        """The agent with the row's NPN."""
        npn = tidy(str(row.get("NPN") or ""))
        return Agent.objects.filter(npn=npn).first() if npn else None
