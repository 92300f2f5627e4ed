"""What the rows of a made-up book point at, and the columns that people share."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from agencyhub.accounts.models import Agent
from agencyhub.home.demo.people import Person
from agencyhub.home.demo.policies import Product, Shelf
from agencyhub.lib.crypto import blind_index
from agencyhub.records.models import Option
from individuals.models import MBI_INDEX

UNASSIGNED = 0.05


@dataclass(frozen=True)
class Office:
    """What rows of the book point at: agents, options by list and label, products."""

    agents: list[Agent]
    shares: list[int]
    options: dict[tuple[str, str], int]
    shelf: Shelf
    as_of: date

    @classmethod
    def open(
        cls, *, agents: list[Agent], shares: list[int], products: list[Product], as_of: date
    ) -> "Office":
        """Read the option lists once."""
        options = {(option.list, option.label): option.pk for option in Option.objects.all()}
        return cls(agents, shares, options, Shelf(products), as_of)

    def option(self, option_list: Option.List, label: str) -> int:
        """The primary key of an option by its label."""
        return self.options[option_list.value, label]

    def agent_id(self, dice: Random) -> int | None:
        """Somebody's servicing agent; a few people have none."""
        if dice.random() < UNASSIGNED:
            return None
        return dice.choices(self.agents, self.shares)[0].pk


class PersonSealer:
    """Seals MBIs for one model's column, with what is derived from them."""

    def __init__(self, model: type[Any]) -> None:
        self.field = model._meta.get_field("mbi")

    def columns(self, mbi: str) -> dict[str, Any]:
        """The three columns of an MBI; nothing for none."""
        if not mbi:
            return {"mbi": None, "mbi_index": None, "mbi_tail": ""}
        return {
            "mbi": self.field.seal(mbi).data,
            "mbi_index": blind_index(mbi, purpose=MBI_INDEX),
            "mbi_tail": mbi[-4:],
        }


def person_columns(person: Person) -> dict[str, Any]:
    """The columns that Individuals and Sales Records share."""
    return {
        "first_name": person.first_name,
        "middle_name": person.middle_name,
        "last_name": person.last_name,
        "suffix": person.suffix,
        "nickname": person.nickname,
        "date_of_birth": person.date_of_birth,
        "gender": person.gender,
        "language": person.language,
        "email": person.email,
        "home_phone": person.home_phone,
        "cell_phone": person.cell_phone,
        "part_a_effective_date": person.part_a,
        "part_b_effective_date": person.part_b,
    }


def moment(dice: Random, day: date, *, office: Office) -> datetime:
    """Some working hour of ``day``, never after the day the book is as of."""
    hours = timedelta(minutes=dice.randrange(14 * 60, 22 * 60))
    return datetime.combine(min(day, office.as_of - timedelta(days=1)), time(), UTC) + hours
