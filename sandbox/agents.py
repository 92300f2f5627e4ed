"""The agents the carriers have appointed: made-up people with NPNs of a range not handed out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Agent:
    """An appointed agent; ``login`` is how their usernames on the sites begin."""

    login: str
    first_name: str
    last_name: str
    npn: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


AGENTS = (
    Agent("agent1", "Grace", "Whitfield", "990014207"),
    Agent("agent2", "Luis", "Ortega", "990027316"),
    Agent("owner", "Olivia", "Marsh", "990003584"),
    Agent("callcenter1", "Dana", "Reyes", "990031942"),
    Agent("marcus", "Marcus", "Feld", "990045118"),
    Agent("priya", "Priya", "Nair", "990052673"),
)


def by_username(username: str) -> Agent | None:
    """Find whose username it is, such as ``agent1.pc``."""
    login = username.partition(".")[0].lower()
    return next((agent for agent in AGENTS if agent.login == login), None)


def by_npn(npn: str) -> Agent | None:
    """Find an appointed agent."""
    return next((agent for agent in AGENTS if agent.npn == npn), None)
