"""Individuals and their policies from a file: what rows may say, and what becomes of it."""

import pytest
from django.utils import timezone

from agencyhub.accounts.models import Role
from agencyhub.imports.models import Import
from agencyhub.imports.selectors import rows
from agencyhub.imports.services import checks, commits, repair, runs
from agencyhub.records.models import Option, UnknownValue
from individuals.models import Address, Individual, SalesRecord
from policies.models import Policy
from tests.factories.accounts import AgentFactory, RoleFactory, UserFactory
from tests.factories.individuals import AddressFactory, IndividualFactory
from tests.factories.policies import CarrierFactory, CarrierProductFactory, PolicyFactory
from tests.factories.records import CustomFieldFactory
from tests.imports.helpers import check, commit, counts, receive

pytestmark = pytest.mark.django_db

ANA = {
    "first_name": "Ana", "last_name": "López", "date_of_birth": "3/14/1958",
    "mbi": "1EG4-TE5-MK73", "cell_phone": "(515) 555-0100", "state": "Iowa", "city": "Ames",
    "address_1": "12 Oak St", "zip_code": "50010",
}  # fmt: skip
COVERED = {
    "carrier": "Humana", "policy_number": "H-1", "policy_status": "Active",
    "coverage_type": "MAPD", "effective_date": "2026-01-01", "premium": "$1,084.50",
}  # fmt: skip


def _owner():
    return UserFactory(is_superuser=True)


def _problems(run):
    return [words for row in rows.problem_rows(run) for _, words in row.errors]


class TestNewPeople:
    def test_are_added_with_everything_the_row_says(self):
        CarrierFactory(name="Humana")
        agent = AgentFactory(npn="990014207")
        run = receive([ANA | COVERED | {"policy_agent": "990014207"}], user=_owner())
        assert (run.state, run.problem, counts(run)) == ("checked", "", (1, 0, 0, 0))
        assert run.totals == {"premium": {"ours": "1084.50", "files": None}}
        commit(run)
        ana = Individual.objects.get(last_name="López")
        assert (str(ana.date_of_birth), ana.cell_phone, ana.language) == (
            "1958-03-14", "5155550100", "en",
        )  # fmt: skip
        assert (ana.mbi.reveal(), ana.mbi_tail) == ("1EG4TE5MK73", "MK73")
        assert Individual.objects.with_mbi("1EG4TE5MK73").get() == ana
        home = Address.objects.get(individual=ana)
        assert (home.line_1, home.state, home.is_primary) == ("12 Oak St", "IA", True)
        policy = Policy.objects.get(subscriber=ana)
        assert (str(policy.premium), policy.servicing_agent) == ("1084.50", agent)
        assert run.state == Import.State.IMPORTED

    def test_say_what_is_wrong_with_field_value_and_remedy_but_never_an_mbi(self):
        bad = ANA | {"date_of_birth": "13/45/1958", "mbi": "1SG4TE5MK73", "zip_code": "5"}
        run = receive([bad, ANA | {"first_name": ""}], user=_owner())
        assert counts(run) == (0, 0, 0, 2)
        words = " ".join(_problems(run))
        assert "“13/45/1958” is not a date such as 03/14/1958." in words
        assert "First name is missing." in words
        assert "1SG4" not in words
        assert {one.field_key for one in rows.error_groups(run)} == {
            "date_of_birth", "mbi", "zip_code", "first_name",
        }  # fmt: skip

    def test_a_policy_of_which_only_the_agent_is_known_is_refused(self):
        AgentFactory(npn="990014207")
        run = receive([ANA | {"policy_agent": "990014207"}])
        assert _problems(run) == ["A new policy needs: Carrier, Policy status, Coverage type."]

    def test_of_a_file_with_two_rows_for_one_person_are_one_person(self):
        CarrierFactory(name="Humana")
        other = COVERED | {"policy_number": "H-2"}
        run = receive([ANA | COVERED, ANA | other, ANA | other | {"email": "a@b.org"}])
        assert counts(run) == (2, 1, 0, 0)
        commit(run)
        assert Individual.objects.get().email == "a@b.org"
        assert Policy.objects.count() == 2

    def test_unknown_words_wait_in_the_value_inbox_and_are_checked_again(self):
        CarrierFactory(name="Humana")
        run = receive([ANA | COVERED | {"policy_status": "In force"}])
        assert counts(run) == (0, 0, 0, 1)
        assert UnknownValue.objects.get().text == "In force"
        active = Option.objects.get(list="policy_status", label="Active")
        Option.objects.filter(pk=active.pk).update(label="In force")
        runs.recheck(import_id=run.pk)
        run.refresh_from_db()
        assert counts(check(run)) == (1, 0, 0, 0)

    def test_custom_fields_come_along_and_health_only_for_those_who_may_see_it(self):
        CustomFieldFactory(target="individual", key="club", label="Club", type="text")
        field = CustomFieldFactory(
            target="individual", key="plan", label="Plan", type="yes_no", is_health=True
        )
        assert field.is_health
        row = ANA | {"custom_club": "Gold “A”", "custom_plan": "yes"}
        commit(receive([row], user=_owner()))
        assert Individual.objects.get().custom == {"club": "Gold “A”", "plan": True}


class TestKnownPeople:
    def test_get_what_the_row_says_and_keep_what_it_leaves_blank(self):
        ana = IndividualFactory(first_name="Ana", last_name="Lopez", date_of_birth="1958-03-14",
                                email="old@b.org", cell_phone="5155550199")  # fmt: skip
        run = receive([ANA | {"email": ""}], user=_owner())
        assert counts(run) == (0, 1, 0, 0)
        shown = rows.preview_rows(run, outcome="changed")[0]
        assert ("Cell phone", "(515) 555-0199", "(515) 555-0100") in [
            (one.label, one.before, one.after) for one in shown.changes
        ]
        commit(run)
        ana.refresh_from_db()
        assert (ana.email, ana.cell_phone, ana.mbi_tail) == ("old@b.org", "5155550100", "MK73")

    def test_out_of_reach_are_left_alone_without_a_word_about_them(self):
        role = RoleFactory(scope=Role.Scope.OWN)
        agent = UserFactory()
        agent.groups.add(role)
        theirs = IndividualFactory(servicing_agent=AgentFactory(), last_name="Secret")
        run = receive([ANA | {"individual_id": str(theirs.pk)}])
        Import.objects.filter(pk=run.pk).update(user=agent, state="received")
        run.refresh_from_db()
        assert counts(check(run)) == (0, 0, 0, 1)
        (problem,) = _problems(run)
        assert problem.startswith("This individual belongs to somebody else’s book.")

    def test_that_two_records_could_be_are_refused(self):
        for _ in range(2):
            IndividualFactory(first_name="Ana", last_name="Lopez", date_of_birth="1958-03-14")
        run = receive([ANA])
        assert counts(run) == (0, 0, 0, 1)
        assert "Two individuals match (the same name and date of birth)" in _problems(run)[0]

    def test_keep_an_address_with_the_same_house_and_zip_and_get_another_one(self):
        ana = IndividualFactory(first_name="Ana", last_name="López", date_of_birth="1958-03-14",
                                cell_phone="5155550100")  # fmt: skip
        AddressFactory(individual=ana, line_1="12 Oak Street", zip_code="50010-1234",
                       is_primary=True)  # fmt: skip
        same = {key: value for key, value in ANA.items() if key != "mbi"}
        assert counts(receive([same])) == (0, 0, 1, 0)
        moved = same | {"address_1": "7 Elm St"}
        run = receive([moved, same | {"address_1": "9 Fir St"}], name="moved.csv")
        assert counts(run) == (0, 2, 0, 0)
        commit(run)
        homes = Address.objects.filter(individual=ana).order_by("pk")
        assert [(one.line_1, one.is_primary) for one in homes] == [
            ("12 Oak Street", False), ("7 Elm St", False), ("9 Fir St", True),
        ]  # fmt: skip

    def test_only_adding_and_only_updating(self):
        IndividualFactory(first_name="Ana", last_name="Lopez", date_of_birth="1958-03-14")
        bo = ANA | {"first_name": "Bo", "mbi": ""}
        adding = receive([ANA, bo], mode=Import.Mode.CREATE)
        assert counts(adding) == (1, 0, 1, 0)
        updating = receive([ANA, bo], mode=Import.Mode.UPDATE, name="two.csv", kind="individuals")
        runs.again(import_id=updating.pk, user=None)
        updating.refresh_from_db()
        assert counts(check(updating)) == (0, 1, 0, 1)

    def test_whose_policy_belongs_to_another_are_refused(self):
        carrier = CarrierFactory(name="Humana")
        zoe = IndividualFactory(first_name="Zoe", date_of_birth="1940-01-01")
        PolicyFactory(subscriber=zoe, carrier=carrier, policy_number="H-1", product=None)
        run = receive([ANA | COVERED])
        assert _problems(run) == [
            "This policy belongs to another subscriber. Correct the row or the record."
        ]


class TestTheSameAgain:
    def test_identical_bytes_are_a_duplicate_whatever_the_name(self):
        first = receive([ANA])
        again = receive([ANA], name="other name.csv")
        assert (again.state, again.duplicate_of) == ("duplicate", first)

    def test_a_longer_file_brings_only_its_new_rows_and_keeps_later_edits(self):
        people = [ANA | {"first_name": f"P{n}", "mbi": ""} for n in range(30)]
        commit(receive(people[:10]))
        Individual.objects.filter(first_name="P3").update(cell_phone="5155559999")
        longer = receive(people, name="longer.csv")
        assert counts(longer) == (20, 0, 10, 0)
        commit(longer)
        assert Individual.objects.get(first_name="P3").cell_phone == "5155559999"

    def test_after_an_undo_the_rows_are_new_again(self):
        owner = _owner()
        run = commit(receive([ANA], user=owner))
        runs.undo(import_id=run.pk, user=owner, at=timezone.now())
        assert not Individual.objects.exists()
        assert counts(receive([ANA], user=owner)) == (1, 0, 0, 0)


class TestBetweenCheckAndImport:
    def test_a_record_edited_meanwhile_is_left_as_it_is_and_told(self, monkeypatch):
        ana = IndividualFactory(first_name="Ana", last_name="Lopez", date_of_birth="1958-03-14",
                                cell_phone="5155550199")  # fmt: skip
        run = receive([ANA, ANA | {"first_name": "Bo", "mbi": ""}])
        monkeypatch.setattr(commits.freshness, "has_changed", lambda *_a, **_k: False)
        Individual.objects.filter(pk=ana.pk).update(cell_phone="5155550777")
        commit(run)
        ana.refresh_from_db()
        assert ana.cell_phone == "5155550777"
        assert (run.state, counts(run)) == ("imported", (1, 0, 0, 1))
        assert "Somebody changed this individual" in _problems(run)[0]


class TestRepair:
    def test_a_short_zip_is_the_spreadsheets_not_a_persons(self):
        bad = ANA | {"date_of_birth": "31/12/1958", "zip_code": "5001"}
        odd = ANA | {"first_name": "Odd", "mbi": "", "zip_code": "x"}
        run = receive([bad, odd], user=_owner())

        typed = repair.repair_row(
            import_id=run.pk, line=3, cells=odd | {"zip_code": " 5001 "}, user=run.user
        )
        assert typed.errors == [("zip_code", "A ZIP code has 5 digits, or 9 with a dash.")]
        assert not run.repairs.exists()
        of_file = repair.repair_row(
            import_id=run.pk, line=2, cells=bad | {"date_of_birth": "12/31/1958"}, user=run.user
        )
        assert of_file.is_valid
        put_right = odd | {"zip_code": "50010"}
        assert repair.repair_row(import_id=run.pk, line=3, cells=put_right, user=run.user).is_valid

    def test_a_row_put_right_is_imported_with_the_rest_or_later(self):
        bad = ANA | {"date_of_birth": "31/12/1958"}
        late = ANA | {"first_name": "Late", "mbi": "", "zip_code": "x"}
        run = receive([ANA | {"first_name": "Good", "mbi": ""}, bad, late], user=_owner())
        assert counts(run) == (1, 0, 0, 2)
        found = rows.problem_rows(run)
        assert [row.line for row in found] == [3, 4]
        assert found[0].cells["mbi"] == ANA["mbi"]
        still = repair.repair_row(import_id=run.pk, line=3, cells=bad, user=run.user)
        assert not still.is_valid
        fixed = bad | {"date_of_birth": "12/31/1958"}
        assert repair.repair_row(import_id=run.pk, line=3, cells=fixed, user=run.user).is_valid
        commit(run)
        assert counts(run) == (2, 0, 0, 1)
        repair.repair_row(import_id=run.pk, line=4, cells=late | {"zip_code": ""}, user=run.user)
        commit(run)
        assert counts(run) == (3, 0, 0, 0)
        assert rows.problem_rows(run) == []
        runs.undo(import_id=run.pk, user=run.user, at=timezone.now())
        assert not Individual.objects.exists()

    def test_the_file_of_rejected_rows_can_be_corrected_and_brought_back(self):
        run = receive([ANA | {"zip_code": "=1+1"}], user=_owner())
        text = b"".join(rows.rejected_csv(run)).decode("utf-8-sig")
        header, line = text.splitlines()
        assert header.endswith("Line,What is wrong")
        assert "'=1+1" in line


class TestOtherKinds:
    def test_policies_find_their_individual_and_add_nobody(self):
        carrier = CarrierFactory(name="Humana")
        CarrierProductFactory(carrier=carrier, name="Gold Plus")
        ana = IndividualFactory(first_name="Ana", last_name="Lopez", date_of_birth="1958-03-14")
        known = {"first_name": "ANA", "last_name": "Lopez", "date_of_birth": "1958-03-14"}
        run = receive(
            [known | COVERED | {"product": "gold plus"},
             known | COVERED | {"first_name": "Nobody", "policy_number": "H-9"}],
            kind="policies",
        )  # fmt: skip
        assert counts(run) == (1, 0, 0, 1)
        commit(run)
        policy = Policy.objects.get()
        assert (policy.subscriber, policy.product.name) == (ana, "Gold Plus")

    def test_a_policy_cannot_end_before_it_starts_whoever_says_which_day(self):
        carrier = CarrierFactory(name="Humana")
        policy = PolicyFactory(carrier=carrier, policy_number="H-1", product=None,
                               effective_date="2026-05-01", termination_date=None)  # fmt: skip
        row = {"individual_id": str(policy.subscriber_id), "carrier": "Humana",
               "policy_number": "H-1", "termination_date": "4/30/2026"}  # fmt: skip
        run = receive([row], kind="policies")
        assert _problems(run) == ["The last covered day is before the first one, 05/01/2026."]

    def test_sales_records_are_leads_of_their_own(self):
        row = ANA | {"stage": "New", "lead_source": "Referral"}
        commit(receive([row | {"stage": ""}], kind="sales_records"))
        assert SalesRecord.objects.get().stage.label == "New"
        changed = receive([row | {"stage": "Quoted"}], kind="sales_records", name="next.csv")
        assert counts(changed) == (0, 1, 0, 0)


def test_work_on_an_import_is_nobody_elses():
    """A second worker that gets the same task leaves it to the first."""
    run = receive([ANA])
    runs.start_commit(import_id=run.pk, user=None)
    Import.objects.filter(pk=run.pk).update(alive_at=timezone.now())
    commits.commit(import_id=run.pk)
    assert not Individual.objects.exists()
    checks.stage(import_id=run.pk)
    run.refresh_from_db()
    assert run.state == Import.State.COMMITTING
