"""An agency with every way in which a record can belong to somebody, and the rule of who sees it.

The rule is written down here once more, in plain Python and from the words of the specification:
nothing of the product's own scope is used.
"""

from dataclasses import dataclass, field
from random import Random

from django.contrib.auth.models import Permission

from agencyhub.accounts.models import Agent, Role, User
from agencyhub.records import history
from agencyhub.records.models import Batch
from commissions.models import Application, BookRow, CommissionLine
from individuals.models import Individual, IndividualAgent, SalesRecord
from policies.models import Policy, PolicyAgent
from tests.factories.accounts import AgentFactory, RoleFactory, UserFactory
from tests.factories.commissions import ApplicationFactory, BookRowFactory, CommissionLineFactory
from tests.factories.individuals import IndividualFactory, SalesRecordFactory
from tests.factories.policies import CarrierFactory, PolicyFactory

CHANGED = {Application: "status", BookRow: "carrier_status", CommissionLine: "comment"}
"""The column that an act of the past changed; of the others their notes."""
SIZE = 54
"""Rows of each kind: more than a page of a list."""
TOUCHED = 6
"""How many of each kind an act of the past changed; a policy's subscriber then had its number."""
RIGHTS = (
    "individuals.view_individual",
    "individuals.change_individual",
    "individuals.view_salesrecord",
    "individuals.change_salesrecord",
    "policies.view_policy",
    "policies.change_policy",
    "commissions.view_application",
    "commissions.change_application",
    "commissions.view_bookrow",
    "commissions.change_bookrow",
    "commissions.view_commissionline",
    "commissions.change_commissionline",
    "records.undo_batch",
)


@dataclass(frozen=True)
class Reader:
    """Somebody, as Hypothesis drew them: scopes of roles, own agent and accessible agents."""

    scopes: frozenset[str]
    own_agent: int | None
    accessible: frozenset[int]
    is_superuser: bool = False


@dataclass
class Owned:
    """Whose a record is, by positions of agents; ``parent`` is the position of the individual."""

    agent: int | None
    additional: frozenset[int] = frozenset()
    parent: int | None = None


@dataclass
class World:
    """The rows of each kind, and whose each of them is."""

    agents: list[Agent]
    roles: dict[str, Role]
    user: User
    rows: dict[str, list[int]]
    called: dict[str, list[str]]
    batches: dict[str, list[int]]
    owned: dict[str, list[Owned]] = field(default_factory=dict)

    def deal(self, seed: int) -> None:
        """Hand every record to somebody else; a third of them to nobody."""
        draw = Random(seed)
        self.owned = {
            "individual": [Owned(self._agent(draw), self._several(draw)) for _ in range(SIZE)],
            "salesrecord": [Owned(self._agent(draw)) for _ in range(SIZE)],
            "policy": [
                Owned(self._agent(draw), self._several(draw), draw.randrange(SIZE))
                for _ in range(SIZE)
            ],
            "application": [
                Owned(self._agent(draw), parent=draw.choice([None, draw.randrange(SIZE)]))
                for _ in range(SIZE)
            ],
            "bookrow": [Owned(self._agent(draw)) for _ in range(SIZE)],
            "commissionline": [Owned(self._agent(draw)) for _ in range(SIZE)],
        }
        self._store()

    def enter(self, reader: Reader) -> User:
        """Make the one user of this world that reader."""
        user = self.user
        Agent.objects.filter(user=user).update(user=None)
        if reader.own_agent is not None:
            Agent.objects.filter(pk=self.agents[reader.own_agent].pk).update(user=user)
        user.groups.set([self.roles[scope] for scope in reader.scopes])
        user.accessible_agents.set([self.agents[at] for at in reader.accessible])
        User.objects.filter(pk=user.pk).update(is_superuser=reader.is_superuser)
        return User.objects.get(pk=user.pk)

    def sees(self, reader: Reader, kind: str, at: int) -> bool:
        """Whether the rules let the reader see a record."""
        if reader.is_superuser or Role.Scope.ALL in reader.scopes:
            return True
        if not reader.scopes:
            return False
        book = set(reader.accessible) | ({reader.own_agent} - {None})
        one = self.owned[kind][at]
        is_own = one.agent in book or bool(one.additional & book)
        is_free = one.agent is None and not one.additional
        may_work_free = Role.Scope.OWN_AND_UNASSIGNED in reader.scopes
        through_subscriber = one.parent is not None and self.sees(reader, "individual", one.parent)
        return is_own or (is_free and may_work_free) or through_subscriber

    def visible(self, reader: Reader, kind: str) -> set[int]:
        """The keys of what the reader sees."""
        return {pk for at, pk in enumerate(self.rows[kind]) if self.sees(reader, kind, at)}

    def words(self, kind: str, pks: list[int]) -> dict[int, str]:
        """Last names and policy numbers that no other record has."""
        known = dict(zip(self.rows[kind], self.called[kind], strict=True))
        return {pk: known[pk] for pk in pks}

    def _agent(self, draw: Random) -> int | None:
        return draw.choice([None, *range(len(self.agents)), None])

    def _several(self, draw: Random) -> frozenset[int]:
        return frozenset(draw.sample(range(len(self.agents)), draw.choice([0, 0, 1, 2])))

    def _store(self) -> None:
        def agent_of(one: Owned) -> int | None:
            return None if one.agent is None else self.agents[one.agent].pk

        people = self.owned["individual"]
        _update(Individual, self.rows["individual"], "servicing_agent_id", map(agent_of, people))
        sales = self.owned["salesrecord"]
        _update(SalesRecord, self.rows["salesrecord"], "assigned_agent_id", map(agent_of, sales))
        policies = self.owned["policy"]
        _update(Policy, self.rows["policy"], "servicing_agent_id", map(agent_of, policies))
        subscribers = [self.rows["individual"][one.parent] for one in policies]
        _update(Policy, self.rows["policy"], "subscriber_id", subscribers)
        applied = self.owned["application"]
        _update(Application, self.rows["application"], "agent_id", map(agent_of, applied))
        for kind, model in (("bookrow", BookRow), ("commissionline", CommissionLine)):
            _update(model, self.rows[kind], "agent_id", map(agent_of, self.owned[kind]))
        people_of = [
            None if one.parent is None else self.rows["individual"][one.parent] for one in applied
        ]
        _update(Application, self.rows["application"], "individual_id", people_of)
        self._store_additional(IndividualAgent, "individual")
        self._store_additional(PolicyAgent, "policy")

    def _store_additional(self, through, kind: str) -> None:
        through.objects.all().delete()
        through.objects.bulk_create(
            through(**{f"{kind}_id": pk, "agent": self.agents[agent]})
            for pk, one in zip(self.rows[kind], self.owned[kind], strict=True)
            for agent in one.additional
        )


def build() -> World:
    """Make the rows once; who has them is dealt anew for every example."""
    agents = [*AgentFactory.create_batch(3), AgentFactory(is_active=False)]
    user = UserFactory(is_staff=True, username="reader")
    for name in RIGHTS:
        app, codename = name.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    roles = {scope: RoleFactory(scope=scope) for scope in Role.Scope.values}
    people = [
        IndividualFactory(last_name=f"Q{_letters(at)}", email="", home_phone="")
        for at in range(SIZE)
    ]
    sales = [
        SalesRecordFactory(last_name=f"V{_letters(at)}", email="", home_phone="")
        for at in range(SIZE)
    ]
    carrier = CarrierFactory()
    policies = [PolicyFactory(carrier=carrier, subscriber=one) for one in people]
    applications = [
        ApplicationFactory(carrier=carrier, confirmation_number=f"77{at:05d}", individual=one)
        for at, one in enumerate(people)
    ]
    book = [BookRowFactory(carrier=carrier) for _ in range(SIZE)]
    lines = [CommissionLineFactory(carrier=carrier) for _ in range(SIZE)]
    made = {
        "individual": people,
        "salesrecord": sales,
        "policy": policies,
        "application": applications,
        "bookrow": book,
        "commissionline": lines,
    }
    return World(
        agents=agents,
        roles=roles,
        user=user,
        rows={kind: [row.pk for row in rows] for kind, rows in made.items()},
        called={
            "individual": [row.last_name for row in people],
            "salesrecord": [row.last_name for row in sales],
            "policy": [row.policy_number for row in policies],
            "application": [row.confirmation_number for row in applications],
        },
        batches={kind: [_touch(row) for row in rows[:TOUCHED]] for kind, rows in made.items()},
    )


def _touch(row) -> int:
    """An act of the past that changed a record."""
    with history.batch(user=None, channel=Batch.Channel.SYNC, summary="Changed") as batch:
        column = CHANGED.get(type(row), "notes")
        type(row).objects.filter(pk=row.pk).update(**{column: "Changed"})
    return batch.pk


def _letters(number: int) -> str:
    """A name that no other is like: a kind search would find those as well."""
    return "".join(Random(number).choices("bcdfghjkmnprstvwxz", k=8))


def _update(model, pks, column, values) -> None:
    rows = [model(pk=pk, **{column: value}) for pk, value in zip(pks, values, strict=True)]
    model.objects.bulk_update(rows, [column])
