"""Made-up people whose names stand in no other text, and the ways their data may be written."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from agencyhub.accounts.models import Agent
from individuals.models import SalesRecord
from tests.browser.stack import Stack
from tests.factories.individuals import SalesRecordFactory


@dataclass(frozen=True)
class Person:
    """Who a journey is about."""

    first_name: str
    last_name: str
    date_of_birth: date
    mbi: str = ""
    home_phone: str = "5155550142"

    @property
    def email(self) -> str:
        return f"{self.first_name}.{self.last_name}@example.com".lower()

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def address(self) -> str:
        return f"418 {self.last_name} Court"

    @property
    def spellings(self) -> list[str]:
        """Everything that must not be in a log or an address, however it is written."""
        born, mbi = self.date_of_birth, self.mbi
        names = [self.first_name, self.last_name, self.email, self.home_phone]
        dates = [f"{born:%Y-%m-%d}", f"{born:%m/%d/%Y}", f"{born:%Y%m%d}", f"{born:%m%d%Y}"]
        dates += [f"{born:%Y, }{born.month}, {born.day}"]
        numbers = [mbi, f"{mbi[:4]}-{mbi[4:7]}-{mbi[7:]}"] if mbi else []
        return [*names, "555-0142", *dates, *numbers]

    def found_in(self, text: str) -> list[str]:
        """What of this person stands in a text, in any case."""
        lower = text.lower()
        return [spelling for spelling in self.spellings if spelling.lower() in lower]


def sales_record(stack: Stack, person: Person, *, agent: str = "agent1", **facts: Any) -> int:
    """An open Sales Record of a person, assigned to a user's agent."""
    values: dict[str, Any] = {
        "address_1": person.address,
        "city": "Ames",
        "state": "IA",
        "zip_code": "50010",
        **facts,
    }
    with stack.records():
        record: SalesRecord = SalesRecordFactory(
            first_name=person.first_name,
            last_name=person.last_name,
            date_of_birth=person.date_of_birth,
            email=person.email,
            home_phone=person.home_phone,
            mbi=person.mbi,
            assigned_agent=Agent.objects.get(user__username=agent),
            **values,
        )
        return record.pk
