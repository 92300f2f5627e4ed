"""Made-up people that the form is filled with, and who sells to them."""

from dataclasses import dataclass

from sandbox.agents import AGENTS, Agent


@dataclass(frozen=True)
class Example:
    """A person and the plan they want, as the form's fields."""

    label: str
    plan_id: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Seller:
    """An agent and how they joined the agency: what is shared depends on it."""

    agent: Agent
    is_captive: bool

    @property
    def words(self) -> str:
        """For the form."""
        kind = "captive" if self.is_captive else "independent"
        return f"{self.agent.name} ({kind})"


SELLERS = tuple(Seller(agent, is_captive=agent.login != "priya") for agent in AGENTS)


def seller_with(npn: str) -> Seller | None:
    """Find who sells by the NPN."""
    return next((seller for seller in SELLERS if seller.agent.npn == npn), None)


def _person(
    names: str, born: str, mbi: str, place: tuple[str, str, str, str], contact: tuple[str, str]
) -> dict[str, str]:
    first, last = names.split(" ", 1)
    street, city, state, zip_code = place
    return {
        "first_name": first, "last_name": last, "birth_date": born, "medicare_number": mbi,
        "phone_number": contact[0], "email": contact[1], "street": street, "city": city,
        "state": state, "zip_code": zip_code,
    }  # fmt: skip


EXAMPLES = (
    Example("Walter Quigley, Humana HMO", "H5216-001-000", _person(
        "Walter Quigley", "1956-04-09", "3HK7DV2RT46", ("77 Prairie Rd", "Ames", "IA", "50010"),
        ("5155550141", "walter.quigley@example.com"))),
    Example("Sofía Villanueva, Aetna PPO", "H5521-204-000", _person(
        "Sofía Villanueva", "1959-11-23", "6RC2FN8WE15", ("9 Harbor Dr", "Omaha", "NE", "68102"),
        ("4025550162", "sofia.villanueva@example.com"))),
    Example("Otis Saint-Clair, UHC PPO", "H2577-004-000", _person(
        "Otis Saint-Clair", "1951-01-30", "9PT4XH6GM82",
        ("310 Elm Ct", "Des Moines", "IA", "50309"),
        ("5155550177", "otis.saintclair@example.com"))),
    Example("Greta Lindqvist, Medicare Supplement", "MOO-MS-G", _person(
        "Greta Lindqvist", "1961-06-17", "2WA9KC3DU58",
        ("1204 Maple Ave", "Rochester", "MN", "55901"),
        ("5075550119", "greta.lindqvist@example.com"))),
    Example("Ramón Ibarra, drug plan", "S5884-189-000", _person(
        "Ramón Ibarra", "1954-08-02", "7EM5QY1KJ63", ("58 Mill Ln", "Madison", "WI", "53703"),
        ("6085550184", "ramon.ibarra@example.com"))),
)  # fmt: skip
