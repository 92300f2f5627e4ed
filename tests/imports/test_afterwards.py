"""What may become of rejected rows later, and what rows say besides their columns."""

import polars as pl
import pytest
from django.urls import reverse

from agencyhub.imports import tasks
from agencyhub.imports.models import Import
from agencyhub.imports.selectors import rows
from agencyhub.imports.services import repair
from agencyhub.records.models import Option, UnknownValue
from agencyhub.records.services import customfields
from individuals.models import Individual, IndividualAgent
from policies.models import Policy, PolicyAgent
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import CarrierFactory
from tests.imports.helpers import commit, counts, receive

pytestmark = pytest.mark.django_db
ANA = {"first_name": "Ana", "last_name": "Lopez", "date_of_birth": "1958-03-14"}
BEA = {"first_name": "Bea", "last_name": "Ng", "date_of_birth": "1960-03-31"}
EVE = {"first_name": "Eve", "last_name": "Oh", "date_of_birth": "1961-01-01"}


@pytest.fixture
def owner():
    return UserFactory(is_superuser=True)


def messages(run):
    return [one.message for one in rows.error_groups(run)]


class TestRepair:
    def test_shows_what_is_wrong_now_when_the_page_is_opened_again(self, client, owner):
        client.force_login(owner)
        run = receive([BEA | {"date_of_birth": "31/31/1960"}], user=owner)
        cells = BEA | {"first_name": "", "date_of_birth": "03/31/1960"}
        repair.repair_row(import_id=run.pk, line=2, cells=cells, user=owner)

        page = client.get(reverse("imports:problem_list", args=[run.pk]))

        (problem,) = page.context["problems"]
        assert [(one.key, one.errors) for one in problem.bad] == [
            ("first_name", ["First name is missing."])
        ]


class TestValuesDecidedLater:
    @pytest.fixture
    def run(self, owner):
        CarrierFactory(name="Humana")
        covered = {"carrier": "Humana", "coverage_type": "MAPD"}
        return receive(
            [
                ANA | covered | {"policy_status": "Active"},
                BEA | covered | {"policy_status": "In  force"},
                EVE | covered | {"policy_status": "Gone"},
            ],
            user=owner,
        )

    def decide(self, run):
        """Somebody says what the words mean; the worker is told."""
        unknown = UnknownValue.objects.get(text="In force")
        Option.objects.filter(list="policy_status", label="Active").update(label="In force")
        tasks.revalidate(f"import:{run.pk}", unknown.kind, 0, [unknown.text])
        run.refresh_from_db()

    def test_bring_rejected_rows_of_an_import_along(self, run):
        run = commit(run)
        assert counts(run) == (1, 0, 0, 2)

        self.decide(run)

        assert (rows.repaired(run).valid, rows.repaired(run).open) == (1, 1)
        run = commit(run)
        assert counts(run) == (2, 0, 0, 1)
        assert set(Individual.objects.values_list("first_name", flat=True)) == {"Ana", "Bea"}

    def test_leave_rows_alone_that_a_person_decided_about(self, run):
        run = commit(run)
        repair.leave_out(import_id=run.pk, lines=[3], user=run.user)

        self.decide(run)

        assert (rows.repaired(run).valid, rows.repaired(run).left_out) == (0, 1)

    def test_check_a_file_again_that_was_not_imported_yet(self, run):
        self.decide(run)

        assert run.state == Import.State.RECEIVED
        assert not run.repairs.exists()


class TestUniqueCustomFields:
    @pytest.fixture(autouse=True)
    def _field(self):
        customfields.create_custom_field(
            target="individual", label="Badge", type="text", is_unique=True
        )

    def test_refuse_a_value_that_another_record_has(self):
        IndividualFactory(first_name="Zoe", last_name="Zed", custom={"badge": "A “1”"})

        run = receive([ANA | {"custom_badge": "A “1”"}, BEA | {"custom_badge": "B2"}])

        assert counts(run) == (1, 0, 0, 1)
        assert messages(run) == ["Another record has this Badge already."]
        assert commit(run).state == Import.State.IMPORTED

    def test_refuse_a_value_that_an_earlier_row_gives_away(self):
        run = receive([ANA | {"custom_badge": "A1"}, BEA | {"custom_badge": "A1"}])

        assert counts(run) == (1, 0, 0, 1)
        assert messages(run) == ["An earlier row gives this Badge to another record."]

    def test_let_a_record_keep_its_own(self):
        IndividualFactory(**ANA, email="", custom={"badge": "A1"})

        run = receive([ANA | {"custom_badge": "A1", "email": "ana@example.com"}])

        assert counts(run) == (0, 1, 0, 0)


class TestAdditionalAgents:
    @pytest.fixture
    def agents(self):
        return [AgentFactory(npn=f"100000000{number}") for number in range(3)]

    def linked(self):
        pairs = IndividualAgent.objects.values_list("individual__first_name", "agent__npn")
        return sorted(pairs)

    def test_are_added_by_npn(self, agents, owner):
        named = {"additional_agents": "1000000001 ;1000000002; 1000000001"}
        run = receive([ANA | named | {"servicing_agent": "1000000000"}], user=owner)

        commit(run)

        assert self.linked() == [("Ana", "1000000001"), ("Ana", "1000000002")]

    def test_of_whom_some_are_there_are_completed_and_nobody_is_taken_away(self, agents):
        ana = IndividualFactory(**ANA, servicing_agent=agents[0])
        IndividualAgent.objects.create(individual=ana, agent=agents[1])

        run = receive([ANA | {"additional_agents": "1000000000;1000000002"}])

        assert counts(run) == (0, 1, 0, 0)
        commit(run)
        assert self.linked() == [("Ana", "1000000001"), ("Ana", "1000000002")]

    def test_that_are_there_already_are_the_same(self, agents):
        ana = IndividualFactory(**ANA, servicing_agent=agents[0])
        IndividualAgent.objects.create(individual=ana, agent=agents[1])

        run = receive([ANA | {"additional_agents": "1000000000; 1000000001"}])

        assert counts(run) == (0, 0, 1, 0)

    def test_whom_nobody_knows_are_named(self, agents):
        AgentFactory(npn="1000000009", is_active=False)

        run = receive([ANA | {"additional_agents": "1000000001; 77; 1000000009"}])

        assert counts(run) == (0, 0, 0, 1)
        line = rows.problem_rows(run)[0]
        assert line.errors == [
            ("additional_agents", "“77, 1000000009” is not the NPN of an active agent.")
        ]

    def test_of_policies_and_an_undo_takes_them_back(self, agents, owner, client):
        CarrierFactory(name="Humana")
        covered = {"carrier": "Humana", "policy_status": "Active", "coverage_type": "MAPD"}
        run = commit(
            receive([ANA | covered | {"policy_additional_agents": "1000000002"}], user=owner)
        )
        assert PolicyAgent.objects.get().agent == agents[2]

        client.force_login(owner)
        client.post(reverse("imports:import_undo", args=[run.pk]))
        tasks.undo_import(run.pk)

        assert not PolicyAgent.objects.exists()
        assert not Policy.objects.exists()


def test_fingerprints_of_rows_stay_what_they_are():
    """They are kept: were the hash another one after an upgrade, every row would look new.

    Later edits on the screen would be overwritten by files that were imported before. Such an
    upgrade has to keep the former hash for the fingerprints.
    """
    frame = pl.DataFrame({"a": ["Ana", None], "b": [1, 2], "c": [True, None]})

    assert frame.hash_rows(7).to_list() == [10999470319462269679, 6590977909682732075]
