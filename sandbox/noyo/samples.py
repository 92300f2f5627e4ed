"""Two groups exactly as Noyo's documents print them, with what its schema does not allow.

Source: the guide "Mapping plans and account structures" (GUIDE: bare lists, no ID of the account
structure, ``eligible_member_type``) and the examples of the published API (API: numbers as
identifiers, no ID of the account structure, plans without ``plan_configuration``), read 2026-11-22.
"""

from typing import Any

GUARDIAN = "c699414d-fd1c-4de4-86f0-66dfff2276c4"
PRINCIPAL = "d0003042-eaae-4491-b219-4825456a3d16"
GUIDE = "47c07963-2e34-4da2-86b4-cbc3c57111c1"
API = "2705bb9f-3c90-4400-a4e7-0bc9d48e677c"
GUIDE_YEAR = "caf59ba1-88a3-4db6-9703-fd6562c664a9"
API_YEAR = "31559b4b-e45a-4df8-84f6-2220d7ed0c3a"

GUIDE_CONFIGURATIONS: list[dict[str, Any]] = [
    {
        "group_id": GUIDE,
        "carrier_id": GUARDIAN,
        "carrier_group_id": "00110011",
        "configuration": {
            "bill_groups": [
                {
                    "bill_group_name": "All Members",
                    "bill_group_identifier": "0000",
                    "bill_subgroup_identifier": "",
                }
            ],
            "benefit_classes": [
                {
                    "benefit_class_name": "All CA Employees",
                    "benefit_class_identifier": "0001",
                    "benefit_subclass_identifier": "",
                },
                {
                    "benefit_class_name": "All Other Employees",
                    "benefit_class_identifier": "0002",
                    "benefit_subclass_identifier": "",
                },
            ],
            "master_agreement_number": "00110011",
        },
    }
]
GUIDE_PLANS: list[dict[str, Any]] = [
    {
        "id": "4bf04f73-0aad-48ac-b28a-e5f4def7c5e9",
        "version": "e91b3060-7795-48e3-b0f6-26bd9825593d",
        "created": 1557329939,
        "modified": 1557332412,
        "group_enrollment_id": GUIDE_YEAR,
        "carrier_id": GUARDIAN,
        "line_of_coverage": "dental",
        "name": "Dental - SmileDirect Plus",
        "code": "",
        "effective_start_date": "2020-01-01",
        "effective_end_date": "9999-12-31",
        "plan_type": "ppo",
        "network": "",
        "voluntary": False,
        "status": "active",
        "eligible_member_type": ["all"],
        "waiting_periods": [
            {
                "waiting_period_unit": "day",
                "waiting_period_amount": 30,
                "waiting_period_rule": "first_of_month_after_event",
                "waiting_period_coinciding": True,
                "waiting_period_enrollment_type": "new_member",
            },
            {
                "waiting_period_rule": "first_of_month_after_event",
                "waiting_period_coinciding": True,
                "waiting_period_enrollment_type": "current_member",
            },
        ],
        "termination_policy": "end_of_month",
        "cobra_rules": {"eligible": True},
        "plan_configuration": {"benefit_class_identifiers": ["0001", "0002"]},
    }
]
API_CONFIGURATIONS: list[dict[str, Any]] = [
    {
        "group_id": API,
        "carrier_id": PRINCIPAL,
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
                {
                    "member_group_key": 2613038,
                    "member_group_name": "MEMBERS A",
                    "member_group_status": "open",
                },
                {
                    "member_group_key": 2613037,
                    "member_group_name": "MEMBERS B",
                    "member_group_status": "open",
                },
            ],
            "policy_number": "9100084",
        },
    }
]
_WAITING_PERIODS: list[dict[str, Any]] = [
    {"waiting_period_enrollment_type": "new_member", "waiting_period_rule": "hire_date"},
    {
        "waiting_period_amount": 0,
        "waiting_period_enrollment_type": "current_member",
        "waiting_period_rule": "after_waiting_period",
        "waiting_period_unit": "day",
    },
]
_API_PLAN: dict[str, Any] = {
    "carrier_id": PRINCIPAL,
    "cobra_rules": {"eligible": False},
    "code": "D1",
    "created": 1554175253,
    "effective_end_date": "9999-12-31",
    "effective_start_date": "2020-01-01",
    "group_enrollment_id": API_YEAR,
    "line_of_coverage": "dental",
    "modified": 1554175253,
    "network": "Dental PPO Network",
    "plan_type": "ppo",
    "status": "active",
    "termination_policy": "end_of_month",
    "voluntary": False,
    "waiting_periods": _WAITING_PERIODS,
}
API_PLANS: list[dict[str, Any]] = [
    _API_PLAN
    | {
        "id": "5ba915fc-afe8-4572-a60f-61ee5883e100",
        "version": "1bf06a82-8d81-4849-91d3-47c60fdce605",
        "name": "Dental - Employee",
        "eligible_member_types": ["employee"],
    },
    _API_PLAN
    | {
        "id": "c1279c1c-ed61-439b-bd9c-07f3228c09cb",
        "version": "a6404fb2-f266-45b0-a6b7-84b047f017cf",
        "name": "Dental - Dependent",
        "eligible_member_types": ["spouse", "child"],
    },
]
CONFIGURATIONS = {GUIDE: GUIDE_CONFIGURATIONS, API: API_CONFIGURATIONS}
PLANS = {GUIDE: GUIDE_PLANS, API: API_PLANS}
