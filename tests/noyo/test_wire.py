"""Reading what Noyo tells, with each contradiction of its texts by name."""

from datetime import UTC, date, datetime

import pytest

from integrations.errors import PartnerContractError
from integrations.noyo.options import read_options, read_values
from integrations.noyo.told import MappedField
from integrations.noyo.wire import (
    digest_of,
    read_configuration,
    read_connection,
    read_coverage,
    read_group,
    read_member,
    read_plan,
    read_plan_year,
)
from sandbox.noyo import samples
from tests.noyo.contract import needs_the_contract, validate_plan, validate_schema

PLAN = {
    "id": "5ba915fc-afe8-4572-a60f-61ee5883e100",
    "version": "1bf06a82-8d81-4849-91d3-47c60fdce605",
    "created": 1554175253,
    "modified": 1554175253,
    "group_enrollment_id": "31559b4b-e45a-4df8-84f6-2220d7ed0c3a",
    "carrier_id": "d0003042-eaae-4491-b219-4825456a3d16",
    "line_of_coverage": "dental",
    "name": "Dental - Employee",
    "code": "D1",
    "plan_type": "ppo",
    "network": "",
    "voluntary": False,
    "status": "active",
    "eligible_member_types": ["employee"],
    "effective_start_date": "2020-01-01",
    "effective_end_date": "9999-12-31",
    "waiting_periods": [],
    "termination_policy": "end_of_month",
    "cobra_rules": {"eligible": False},
    "plan_configuration": {"benefit_class_identifiers": ["0001", 2]},
}
CONFIGURATION = {
    "group_id": "2705bb9f-3c90-4400-a4e7-0bc9d48e677c",
    "carrier_id": "d0003042-eaae-4491-b219-4825456a3d16",
    "carrier_group_id": "9100084",
    "configuration": {
        "bill_groups": [
            {
                "bill_group_description": "All Members",
                "bill_group_number": 10001,
                "bill_group_status": "open",
            }
        ],
        "member_groups": [
            {"member_group_key": 2613038, "member_group_name": "MEMBERS A"},
            {
                "member_group_key": 2613037,
                "member_group_name": "MEMBERS B",
                "member_group_status": "closed",
            },
        ],
        "policy_number": "9100084",
    },
}


class TestContradictions:
    """What the published schema and the texts say differently is read in both forms."""

    def test_member_types_in_the_singular(self):
        plan = {name: value for name, value in PLAN.items() if name != "eligible_member_types"}
        assert read_plan(plan | {"eligible_member_type": ["all"]}).member_types == ["all"]
        assert read_plan(PLAN).member_types == ["employee"]

    def test_a_configuration_without_id_and_version(self):
        told = read_configuration(CONFIGURATION)
        assert (told.noyo_id, told.version, told.carrier_group_id) == ("", "", "9100084")

    def test_a_carriers_number_that_is_null(self):
        assert read_configuration(CONFIGURATION | {"carrier_group_id": None}).carrier_group_id == ""

    @pytest.mark.parametrize("end", ["9999-12-31", "2999-12-31", None])
    def test_open_ends(self, end):
        assert read_plan(PLAN | {"effective_end_date": end}).termination_date is None

    def test_ids_that_are_numbers(self):
        options = read_options(CONFIGURATION["configuration"], [])
        assert [(one.identifiers, one.label, one.is_open) for one in options] == [
            ({"bill_group_number": "10001"}, "All Members", True),
            ({"member_group_key": "2613038"}, "MEMBERS A", True),
            ({"member_group_key": "2613037"}, "MEMBERS B", False),
        ]
        assert read_plan(PLAN).class_identifiers == {"benefit_class_identifiers": ["0001", "2"]}

    def test_waiting_periods_that_no_schema_allows(self):
        periods = [{"waiting_period_unit": "day", "waiting_period_rule": "first_of_month"}]
        assert read_plan(PLAN | {"waiting_periods": periods}).content["waiting_periods"] == periods

    def test_a_connection_without_what_the_schema_requires(self):
        told = read_connection(
            {
                "id": "dd9a1813-34f7-4c7e-86bc-f041f2cbd9a1",
                "carrier_id": "8fac0992-933a-4743-8dab-0d606ef2569e",
                "status": "processing",
                "completed": 1557392400,
                "group_data": {"carrier_group_id": "00100", "group_name": "Test Company"},
            }
        )
        assert (told.group_id, told.carrier_group_id) == ("", "00100")
        assert told.completed_at == datetime(2019, 5, 9, 9, tzinfo=UTC)


class TestSamplesOfTheGuide:
    """The two sample answers as they stand in Noyo's guide."""

    def test_account_structure(self):
        told = read_configuration(samples.GUIDE_CONFIGURATIONS[0])
        options = read_options(told.structure, [])
        assert [(one.category, one.label) for one in options] == [
            ("bill_groups", "All Members"),
            ("benefit_classes", "All CA Employees"),
            ("benefit_classes", "All Other Employees"),
        ]
        assert options[0].identifiers["bill_subgroup_identifier"] == ""
        assert read_values(told.structure) == {"master_agreement_number": "00110011"}

    def test_plans(self):
        plan = read_plan(samples.GUIDE_PLANS[0])
        assert (plan.name, plan.code, plan.line) == ("Dental - SmileDirect Plus", "", "dental")
        assert (plan.is_voluntary, plan.member_types) == (False, ["all"])
        assert plan.effective_date == date(2020, 1, 1)


@needs_the_contract
class TestPublishedShapes:
    def test_what_is_read_here_is_as_published(self):
        validate_plan(PLAN | {"plan_configuration": {}})
        validate_schema(
            "fulfillment",
            "PublicGroupCarrierConfigurationResult",
            CONFIGURATION | {"id": PLAN["id"], "version": PLAN["version"]},
        )


class TestOptions:
    def test_fields_that_matter_are_told(self):
        fields = [MappedField("member_groups", "member_group_key", "group", "account_structure")]
        options = read_options(CONFIGURATION["configuration"], fields)
        assert {one.category for one in options} == {"member_groups"}

    def test_a_key_stays_when_a_label_changes_or_a_blank_part_appears(self):
        def keys(item):
            return [one.key for one in read_options({"classes": [item]}, [])]

        before = {"class_name": "Executives", "class_identifier": "01"}
        assert keys(before) == keys(before | {"class_name": "Leaders"})
        assert keys(before) == keys(before | {"subclass_identifier": ""})
        assert keys(before) != keys(before | {"class_identifier": "1"})

    def test_the_same_label_with_other_ids_are_two(self):
        items = [{"group_name": "All", "group_id": ""}, {"group_name": "All", "group_id": "0"}]
        assert len(read_options({"groups": items}, [])) == 2

    def test_the_same_id_with_other_labels_are_two(self):
        items = [{"group_name": "A", "group_id": "0"}, {"group_name": "B", "group_id": "0"}]
        assert len(read_options({"groups": [*items, items[0]]}, [])) == 2


class TestRefusals:
    @pytest.mark.parametrize(
        ("read", "fields"),
        [
            (read_group, ["id"]),
            (read_plan, ["id", "carrier_id", "line_of_coverage"]),
            (read_plan_year, ["id", "carrier_id", "line_of_coverage"]),
            (read_connection, ["id", "carrier_id", "status"]),
            (read_configuration, ["carrier_id"]),
            (read_member, ["id"]),
            (read_coverage, ["id", "individual_id", "line_of_coverage"]),
        ],
    )
    def test_missing_fields_are_named(self, read, fields):
        with pytest.raises(PartnerContractError) as error:
            read({})
        assert [one.field for one in error.value.problems] == fields

    def test_a_day_that_is_none(self):
        with pytest.raises(PartnerContractError, match="effective_start_date"):
            read_plan(PLAN | {"effective_start_date": "01/01/2020"})

    def test_ids_are_never_cut(self):
        with pytest.raises(PartnerContractError, match="code"):
            read_plan(PLAN | {"code": "X" * 81})
        assert len(read_plan(PLAN | {"name": "X" * 300}).name) == 200


def test_a_wrong_ssn_is_left_out():
    person = {"first_name": "Ann", "last_name": "Lee", "sex": "F", "ssn": "12-3"}
    told = read_member({"id": "1", "person": person})
    assert (told.ssn, told.gender, told.first_name) == ("", "female", "Ann")
    assert "Lee" not in repr(told)


def test_a_digest_is_of_the_meaning():
    assert digest_of(PLAN) == digest_of(dict(reversed(PLAN.items())) | {"version": "other"})
    assert digest_of(PLAN) != digest_of(PLAN | {"network": "Wide"})
