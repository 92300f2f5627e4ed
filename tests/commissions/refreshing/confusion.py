"""Small towns in which nearly everybody may be anybody else: ties, rivals and chains abound."""

from datetime import date
from random import Random

from django.db import connection

from agencyhub.records import history
from agencyhub.records.models import Batch
from bench.matching_rows import SCHEMAS, insert
from commissions.models import Application, BookRow, CommissionLine
from tests.factories.accounts import AgentFactory
from tests.factories.policies import CarrierFactory

TABLES = (Application, BookRow, CommissionLine)
KEPT = {
    "booklink": "application_id, book_row_id, state, method, score, reasons",
    "linelink": "application_id, line_id, state, method, score, reasons",
    "bookrival": "application_id, book_row_id, method, score, reasons",
    "linerival": "party, line_id, method, score, reasons",
}
_EFFECTIVE = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1), date(2027, 1, 1)]
_PLANS = ["H5216-001-000", "H5216-002-000", ""]
_BIRTHS = [date(1950, 3, 14), date(1950, 3, 15), date(1948, 11, 2), None]


def kept():
    """Everything that Refresh keeps of pairs: links, suggestions, and what fits less well."""
    found = {}
    with connection.cursor() as cursor:
        for table, columns in KEPT.items():
            cursor.execute(f"SELECT {columns} FROM commissions_{table} ORDER BY 1, 2")
            found[table] = cursor.fetchall()
    return found


class Town:
    """Rows of three tables about a few people with the same few names, dates and numbers."""

    def __init__(self, seed):
        self.random = Random(seed)
        self._carriers = [CarrierFactory().pk for _ in range(2)]
        self._agents = [AgentFactory().pk for _ in range(2)]
        self._next = dict.fromkeys(TABLES, 1)

    def add(self, model, count):
        """Insert rows as an import does."""
        rows = [self._row(model) for _ in range(count)]
        insert(model, rows, SCHEMAS[model])

    def change(self, count):
        """Let something happen to rows of all tables: they change, come and go."""
        for _ in range(count):
            model = self.random.choice(TABLES)
            keys = list(model.objects.values_list("pk", flat=True))
            chosen = model.objects.filter(pk=self.random.choice(keys))
            with history.batch(user=None, channel=Batch.Channel.IMPORT, summary="A file"):
                match self.random.randrange(5):
                    case 0:
                        chosen.delete()
                    case 1:
                        self.add(model, 2)
                    case _:
                        chosen.update(**self._something())

    def _something(self):
        told = self._told()
        field = self.random.choice(sorted(told))
        return {field: told[field]}

    def _told(self):
        choice = self.random.choice
        return {
            "carrier_id": choice([*self._carriers, *self._carriers, None]),
            "agent_id": choice([*self._agents, None]),
            "first_name": choice(["Ana", "Ana", "Anna", "Bea"]),
            "last_name": choice(["Quintero", "Quintero", "Quintera", "Yang"]),
            "date_of_birth": choice(_BIRTHS),
            "zip_code": choice(["33101", "33102", ""]),
            "plan_id": choice(_PLANS),
            "policy_number": choice(["", "", "H7700091", "H7700092", "U1234567"]),
            "effective_date": choice(_EFFECTIVE),
        }

    def _row(self, model):
        pk, self._next[model] = self._next[model], self._next[model] + 1
        row = {**self._told(), "id": pk, "line": self.random.choice(["med_adv", "med_adv", ""])}
        if model is Application:
            row |= {"source": "api", "external_id": f"A{pk}", "sharing": "full", "filled": "{}"}
        elif model is BookRow:
            row |= {"member_id": f"M{pk}", "termination_date": self._late(), "status": "active"}
        else:
            row |= {"payment_period": self._late(), "kind": "renewal", "amount": 28.5}
        return row

    def _late(self):
        return self.random.choice([None, None, date(2026, 2, 28), date(2026, 6, 1)])
