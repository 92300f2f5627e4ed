"""The three tables as sources write them about true policies, loaded by ``COPY``, and the truth."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db import connection

from agencyhub.accounts.models import Agent
from agencyhub.imports.engine import frames
from agencyhub.records import bulk, history
from agencyhub.records.models import Batch
from bench.matching_noise import Noise
from bench.matching_people import CARRIERS, Policy, Town
from commissions.models import (
    Application,
    BookLink,
    BookRival,
    BookRow,
    CommissionLine,
    KeySegment,
    LineLink,
    LineRival,
    MatchChange,
    MatchRun,
)
from policies.models import Carrier

AGENTS = 250
NOW = date(2026, 11, 1)
_TEXTS = (
    "carrier_name", "agent_name", "agent_npn", "agent_number", "first_name", "middle_name",
    "last_name", "suffix", "mbi_tail", "state", "zip_code", "line", "plan_name", "plan_id",
    "policy_number",
)  # fmt: skip
_COMMON = {
    "id": pl.Int64, "carrier_id": pl.Int64, "agent_id": pl.Int64,
    **dict.fromkeys(_TEXTS, pl.String),
    "mbi_index": pl.Binary, "date_of_birth": pl.Date, "effective_date": pl.Date,
    "premium": pl.Float64,
}  # fmt: skip
_APPLICATION = {
    **_COMMON,
    **dict.fromkeys(
        ("source", "external_id", "status", "confirmation_number", "plan_type", "election_code",
         "signature", "email", "phone", "line_1", "city", "referring_agent", "sharing", "filled"),
        pl.String,
    ),
}  # fmt: skip
_BOOK = {
    **_COMMON, "member_id": pl.String, "application_number": pl.String,
    "termination_date": pl.Date, "status": pl.String,
}  # fmt: skip
_LINE = {
    **_COMMON, "member_id": pl.String, "application_number": pl.String,
    "payment_period": pl.Date, "kind": pl.String, "amount": pl.Float64,
}  # fmt: skip
SCHEMAS: dict[Any, dict[str, Any]] = {
    Application: _APPLICATION, BookRow: _BOOK, CommissionLine: _LINE,
}  # fmt: skip
Row = dict[str, Any]


@dataclass
class World:
    """Rows of the three tables, and which of them are of one policy."""

    applications: list[Row] = field(default_factory=list)
    books: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    of_application: dict[int, int] = field(default_factory=dict)
    of_book: dict[int, int] = field(default_factory=dict)
    of_line: dict[int, int] = field(default_factory=dict)

    def truth(self, of_row: dict[int, int]) -> pl.DataFrame:
        """The true pairs of ``application`` and ``row``."""
        ones = pl.DataFrame(
            {"policy": self.of_application.values(), "application": self.of_application.keys()}
        )
        others = pl.DataFrame({"policy": of_row.values(), "row": of_row.keys()})
        return ones.join(others, on="policy").select("application", "row")


class Sources:
    """Writes rows about policies, with the noise that sources have."""

    def __init__(self, noise: Noise, carriers: list[int], agents: list[tuple[int, str]]) -> None:
        self._noise = noise
        self._carriers, self._agents = carriers, agents
        self._told: set[tuple[int, str, str]] = set()
        self.world = World()

    def tell(self, policies: Iterable[Policy], *, lines: int) -> World:
        """Write about every policy; about ``lines`` commission lines for each that is paid."""
        for policy in policies:
            if policy.applied:
                self._apply(policy)
            if self._noise.random.random() < (0.92 if policy.applied else 0.97):
                self._list(policy)
            if self._noise.random.random() < 0.72:
                self._pay(policy, lines)
        return self.world

    def _apply(self, policy: Policy) -> None:
        happens = self._noise.happens
        row = self._common(policy, mbi=(0.62, 0.1), born=0.97, zip_code=0.95, agent=0.97, plan=0.95)
        pk = len(self.world.applications) + 1
        row |= {
            "id": pk, "source": "healthsherpa", "external_id": f"A{policy.key}",
            "confirmation_number": policy.confirmation if not happens(0.08) else "",
            "policy_number": self._noise.number(policy.number) if happens(0.15) else "",
            "sharing": "full", "filled": "{}",
        }  # fmt: skip
        self.world.applications.append(row)
        self.world.of_application[pk] = policy.key

    def _list(self, policy: Policy) -> None:
        happens = self._noise.happens
        kind = policy.carrier % 4
        row = self._common(
            policy, mbi=((0.95, 0), (0, 0.9), (0.5, 0.3), (0, 0))[kind], born=0.94,
            zip_code=0.92, agent=0.93, plan=0.9,
        )  # fmt: skip
        pk = len(self.world.books) + 1
        is_early = happens(0.02) and policy.end is None and policy.effective.year == 2026
        row |= {
            "id": pk,
            "member_id": policy.member if not happens(0.2) else "",
            "policy_number": self._noise.number(policy.number) if not happens(0.06) else "",
            "application_number": self._noise.number(policy.confirmation)
            if policy.applied and kind in (1, 2) and not happens(0.1)
            else "",
            "termination_date": policy.end,
            "status": "terminated" if policy.end and policy.end < NOW else "active",
        }
        told = (policy.carrier, row["member_id"], row["policy_number"])
        if told in self._told:  # the product keeps one row of each
            row["member_id"] = ""
        self._told.add(told)
        if is_early:
            row["effective_date"] = date(policy.effective.year + 1, 1, 1)
        self.world.books.append(row)
        self.world.of_book[pk] = policy.key

    def _pay(self, policy: Policy, lines: int) -> None:
        random, happens = self._noise.random, self._noise.happens
        period = policy.effective
        for number in range(random.randrange(1, 2 * lines)):
            if policy.end and period > policy.end:
                break
            row = self._common(
                policy, mbi=((0.3, 0), (0, 0.3), (0, 0), (0, 0))[policy.carrier % 4], born=0.15,
                zip_code=0.02, agent=0.93, plan=0.7,
            )  # fmt: skip
            pk = len(self.world.lines) + 1
            is_back = happens(0.03)
            row |= {
                "id": pk,
                "policy_number": self._noise.number(policy.number) if not happens(0.2) else "",
                "member_id": policy.member if happens(0.4) else "",
                "application_number": "",
                "payment_period": period if not happens(0.05) else None,
                "kind": "chargeback" if is_back else "initial" if number == 0 else "renewal",
                "amount": -28.5 if is_back else 28.5,
            }
            self.world.lines.append(row)
            self.world.of_line[pk] = policy.key
            if not is_back:
                period = (period + timedelta(days=32)).replace(day=1)

    def _common(
        self,
        policy: Policy,
        *,
        mbi: tuple[float, float],
        born: float,
        zip_code: float,
        agent: float,
        plan: float,
    ) -> Row:
        noise, person = self._noise, policy.person
        random, happens = noise.random, noise.happens
        first, middle, last = noise.name(person.first, person.middle, person.last)
        name, variants = CARRIERS[policy.carrier]
        is_strange = happens(0.02)
        agent_id, npn = self._agents[
            policy.agent if not happens(0.02) else random.randrange(AGENTS)
        ]
        has_agent = random.random() < agent
        roll = random.random()
        effective = policy.effective
        if happens(0.012):
            effective = noise.effective(effective)
        birth: date | None = person.born if random.random() < born else None
        if birth and happens(0.012):
            birth = noise.birth(birth)
        return {
            **dict.fromkeys(_TEXTS, ""),
            "carrier_id": None if is_strange else self._carriers[policy.carrier],
            "carrier_name": random.choice(variants) if is_strange else name,
            "agent_id": agent_id if has_agent else None,
            "agent_npn": npn if has_agent else "",
            "first_name": first, "middle_name": middle, "last_name": last,
            "suffix": person.suffix if random.random() < 0.7 else "",
            "mbi_index": hashlib.sha256(person.mbi.encode()).digest() if roll < mbi[0] else None,
            "mbi_tail": person.mbi[-4:] if roll < mbi[0] + mbi[1] else "",
            "date_of_birth": birth,
            "zip_code": (f"{random.randrange(99999):05d}" if happens(0.03) else person.zip_code)
            if random.random() < zip_code else "",
            "line": policy.line if not happens(0.04) else "",
            "plan_id": policy.plan if random.random() < plan else "",
            "effective_date": effective if not happens(0.003) else None,
            "premium": None,
        }  # fmt: skip


def build(noise: Noise, *, policies: int, lines: int, seed: int) -> World:
    """Make up the policies and what sources say about them; carriers and agents are saved."""
    carriers = [Carrier.objects.get_or_create(name=name)[0].pk for name, _ in CARRIERS]
    agents = [_agent(number) for number in range(AGENTS)]
    town = Town(seed, agents=AGENTS)
    return Sources(noise, carriers, agents).tell(town.policies(policies), lines=lines)


def load(world: World) -> None:
    """Put the rows into the empty tables, as an import does."""
    rows = (world.applications, world.books, world.lines)
    for (model, schema), told in zip(SCHEMAS.items(), rows, strict=True):
        insert(model, told, schema)
    with connection.cursor() as cursor:
        for model in (Application, BookRow, CommissionLine):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def empty() -> None:
    """Take everything out of the tables that matching reads and writes."""
    models = (
        Application, BookRow, CommissionLine, BookLink, LineLink, BookRival, LineRival,
        MatchChange, KeySegment, MatchRun,
    )  # fmt: skip
    with connection.cursor() as cursor:
        names = ", ".join(one._meta.db_table for one in models)
        cursor.execute(f"TRUNCATE {names} CASCADE")


def disturb(count: int, turn: int) -> None:
    """Change what ``count`` rows say, spread over the tables as imports do: lines most of all."""
    shares = ((Application, 0.2, "effective_date = effective_date + 31"),
              (BookRow, 0.3, "policy_number = policy_number || '7'"),
              (CommissionLine, 0.5, "last_name = last_name || 'x'"))  # fmt: skip
    with (
        history.batch(user=None, channel=Batch.Channel.IMPORT, summary="Benchmark"),
        connection.cursor() as cursor,
    ):
        for model, share, change in shares:
            table, wanted = model._meta.db_table, int(count * share)
            cursor.execute(
                f"UPDATE {table} SET {change} WHERE id IN (SELECT id FROM {table}"
                f" WHERE id % 7 = {turn} ORDER BY (id * 7919) % 1000003 LIMIT {wanted})"
            )


def insert(model: Any, rows: list[Row], schema: dict[str, Any]) -> None:
    """Append rows to a table; their keys stay as they are."""
    with (
        history.batch(user=None, channel=Batch.Channel.IMPORT, summary="Benchmark"),
        bulk.without_changes(),
    ):
        for part in _parts(rows):
            frame = pl.DataFrame(part, schema=schema)
            texts = [name for name, kind in schema.items() if kind == pl.String]
            frames.insert(
                model._meta.db_table, frame.with_columns(pl.col(one).fill_null("") for one in texts)
            )


def _parts(rows: list[Row]) -> Iterator[list[Row]]:
    for start in range(0, len(rows), 50_000):
        yield rows[start : start + 50_000]


def _agent(number: int) -> tuple[int, str]:
    npn = f"{10_000_000 + number}"
    agent, _ = Agent.objects.get_or_create(
        npn=npn, defaults={"first_name": "Agent", "last_name": f"No{number}"}
    )
    return agent.pk, npn
