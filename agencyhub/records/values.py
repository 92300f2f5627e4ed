"""The kinds of values that every agency has lists of: its option lists, and its agents."""

from collections.abc import Collection, Mapping, Sequence

from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import Agent
from agencyhub.lib.errors import DomainError
from agencyhub.records import kinds
from agencyhub.records.forms import MEANING_WORDS
from agencyhub.records.kinds import Choice
from agencyhub.records.models import Option
from agencyhub.records.services import options
from agencyhub.records.unknown import AgentAlias, OptionAlias, value_key

NOUNS = {
    Option.List.INDIVIDUAL_TYPE: gettext_noop("Individual type"),
    Option.List.INDIVIDUAL_STATUS: gettext_noop("Individual status"),
    Option.List.ADDRESS_TYPE: gettext_noop("Address type"),
    Option.List.POLICY_STATUS: gettext_noop("Policy status"),
    Option.List.COVERAGE_TYPE: gettext_noop("Coverage type"),
    Option.List.SALES_STAGE: gettext_noop("Sales stage"),
    Option.List.LEAD_SOURCE: gettext_noop("Lead source"),
}


class TooLittleError(DomainError):
    """A text alone is too little to add one."""

    code = "too_little"


class GoneError(DomainError):
    """What a value was to mean is not there any more."""

    code = "gone"


class OptionKind:
    """The values of one option list."""

    add_permission = "records.add_option"
    add_url = ""

    def __init__(self, option_list: Option.List) -> None:
        self.list = option_list
        self.slug = option_list.value
        self.noun = NOUNS[option_list]
        self.plural = option_list.label.lower()
        allowed = options.meanings_of(option_list)
        self.meanings: Sequence[tuple[str, str]] = [
            (meaning, str(MEANING_WORDS[meaning])) for meaning in allowed
        ]

    def find(self, keys: Mapping[str, str], *, within_id: int) -> dict[str, int]:
        """By label, else by alias; an inactive option takes no more records, so it is unknown."""
        aliases = OptionAlias.objects.filter(
            list=self.slug, key__in=list(keys), option__is_active=True
        )
        labels = Option.objects.active(self.slug).annotate(label_key=value_key("label"))
        named = labels.filter(label_key__in=list(keys)).order_by("-position", "-pk")
        return {
            **dict(aliases.values_list("key", "option_id")),
            **dict(named.values_list("label_key", "pk")),
        }

    def choices(self, *, within_id: int) -> Sequence[Choice]:
        """The active options, in order."""
        return [Choice(*row) for row in Option.objects.active(self.slug).values_list("pk", "label")]

    def name_of(self, within_id: int) -> str:
        return ""

    def label_of(self, target_ids: Collection[int]) -> dict[int, str]:
        return dict(Option.objects.filter(pk__in=target_ids).values_list("pk", "label"))

    def remember(self, *, text: str, target_id: int, within_id: int) -> None:
        if not Option.objects.filter(pk=target_id, list=self.slug).exists():
            msg = gettext_noop("This value is not in the list any more. Choose another.")
            raise GoneError(msg)
        OptionAlias.objects.filter(list=self.slug, key=value_key(Value(text))).delete()
        OptionAlias.objects.create(list=self.slug, text=text, option_id=target_id)

    def forget(self, *, text: str, target_id: int, within_id: int) -> None:
        aliases = OptionAlias.objects.filter(list=self.slug, option_id=target_id)
        aliases.filter(key=value_key(Value(text))).delete()

    def add(self, *, text: str, within_id: int, meaning: str) -> int:
        label = text[: options.MAX_LABEL].strip()
        return options.add_option(option_list=self.slug, label=label, meaning=meaning).pk

    def remove(self, *, target_id: int) -> None:
        options.delete_option(option_id=target_id)


class AgentKind:
    """Agents: by NPN, by e-mail address, or by a name that only one of them has."""

    slug = "agent"
    noun = gettext_noop("Agent")
    plural = "agents"
    add_permission = ""
    add_url = "accounts:agent_create"
    meanings: Sequence[tuple[str, str]] = ()

    def find(self, keys: Mapping[str, str], *, within_id: int) -> dict[str, int]:
        found: dict[str, set[int]] = {}
        names = _named_agents()
        for key, text in keys.items():
            numbers = names.get(("npn", text), set()) | names.get(("email", text.lower()), set())
            found[key] = numbers or names.get(("name", key), set())
        aliases = AgentAlias.objects.filter(key__in=list(keys))
        only = {key: next(iter(pks)) for key, pks in found.items() if len(pks) == 1}
        return {**dict(aliases.values_list("key", "agent_id")), **only}

    def choices(self, *, within_id: int) -> Sequence[Choice]:
        agents = Agent.objects.filter(is_active=True).order_by("last_name", "first_name", "pk")
        return [Choice(agent.pk, _label(agent), agent.full_name) for agent in agents]

    def name_of(self, within_id: int) -> str:
        return ""

    def label_of(self, target_ids: Collection[int]) -> dict[int, str]:
        return {agent.pk: _label(agent) for agent in Agent.objects.filter(pk__in=target_ids)}

    def remember(self, *, text: str, target_id: int, within_id: int) -> None:
        if not Agent.objects.filter(pk=target_id).exists():
            msg = gettext_noop("This agent is not there any more. Choose another.")
            raise GoneError(msg)
        AgentAlias.objects.filter(key=value_key(Value(text))).delete()
        AgentAlias.objects.create(text=text, agent_id=target_id)

    def forget(self, *, text: str, target_id: int, within_id: int) -> None:
        aliases = AgentAlias.objects.filter(agent_id=target_id)
        aliases.filter(key=value_key(Value(text))).delete()

    def add(self, *, text: str, within_id: int, meaning: str) -> int:
        msg = gettext_noop(
            "An agent needs more than a name: add them under Settings › Agents, then map it."
        )
        raise TooLittleError(msg)

    def remove(self, *, target_id: int) -> None:
        """Never called: nothing is added."""


def _named_agents() -> dict[tuple[str, str], set[int]]:
    """Every agent by what they go by; one query, for there are as many agents as colleagues."""
    names: dict[tuple[str, str], set[int]] = {}
    agents = Agent.objects.annotate(
        first_last=value_key(Concat("first_name", Value(" "), "last_name")),
        last_first=value_key(Concat("last_name", Value(" "), "first_name")),
    )
    for pk, npn, email, *both in agents.values_list(
        "pk", "npn", "email", F("first_last"), F("last_first")
    ):
        ways = [("npn", npn), ("email", email.lower()), *(("name", key) for key in both)]
        for way in ways:
            if way[1]:
                names.setdefault(way, set()).add(pk)
    return names


def _label(agent: Agent) -> str:
    """Name and NPN, or the row's number: two agents may have one name."""
    return f"{agent.full_name} ({f'NPN {agent.npn}' if agent.npn else f'agent {agent.pk}'})"


for one in Option.List:
    kinds.register(OptionKind(one))
kinds.register(AgentKind())
