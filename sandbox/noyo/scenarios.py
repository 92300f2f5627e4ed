"""The groups that are always there: small and large ones, split plans, no schema, no data yet.

They are the demo's employers as their carriers know them: under other names, with other codes.
"""

from dataclasses import replace

from sandbox.noyo.samples import GUARDIAN, PRINCIPAL
from sandbox.noyo.structures import UNUM, Group, Plan

# Employee and dependents as one carrier sees them, and as one sees them that splits its plans.
EMPLOYEE, DEPENDENTS = ("employee",), ("spouse", "child")
MEDICAL = Plan("medical", "Choice PPO 1500", "CHOICE-PPO-1500", "ppo", ours="CHOICE-PPO-1500",
               network="Choice", metal="gold")  # fmt: skip
DENTAL = Plan("dental", "Dental PPO 1000", kind="ppo", ours="DENTAL-1000", is_voluntary=False)
BASIC = Plan("life", "Basic Term Life - 1 x Salary", "BASIC-LIFE-1X", "basic", EMPLOYEE,
             ours="BASIC-LIFE-1X")  # fmt: skip
LIFE = Plan("life", "Vol Term Life EE $500k", kind="voluntary", members=EMPLOYEE,
            ours="VOLUNTARY-LIFE-500")  # fmt: skip
SPOUSE = Plan("life", "Vol Term Life Spouse $250k", kind="voluntary", members=("spouse",),
              ours="VOLUNTARY-SPOUSE-LIFE-250")  # fmt: skip
CHILD = Plan("life", "Vol Term Life Child $20k", "CHILD-LIFE-20", "voluntary", ("child",),
             ours="CHILD-LIFE-20")  # fmt: skip
DISABILITY = Plan("ltd", "Long Term Disability 60%", "LTD-60", "voluntary", EMPLOYEE, ours="LTD-60")
SUPPLEMENT = Plan("life", "Supplemental Life 5X", kind="voluntary", members=EMPLOYEE,
                  ours="SUPPLEMENTAL-LIFE-5X")  # fmt: skip
USUAL = (MEDICAL, DENTAL, BASIC, LIFE, SPOUSE, CHILD, DISABILITY)

LARGE = Group(
    "HEARTLAND FREIGHT LINES INC", "000040211", PRINCIPAL, "9140211",
    {
        "bill_groups": [
            {"bill_group_number": 10010, "bill_group_description": "Operations",
             "bill_group_status": "open"},
            {"bill_group_number": 10020, "bill_group_description": "Office staff",
             "bill_group_status": "open"},
            {"bill_group_number": 10030, "bill_group_description": "Maintenance & shop",
             "bill_group_status": "open"},
            {"bill_group_number": 10099, "bill_group_description": "Former Omaha yard",
             "bill_group_status": "closed"},
        ],
        "member_groups": [
            {"member_group_key": 2640211, "member_group_name": "EXECUTIVES",
             "member_group_status": "open"},
            {"member_group_key": 2640212, "member_group_name": "FULL TIME EMPLOYEES",
             "member_group_status": "open"},
            {"member_group_key": 2640213, "member_group_name": "PART TIME EMPLOYEES",
             "member_group_status": "open"},
        ],
        "policy_number": "9140211",
    },
    (*USUAL, SUPPLEMENT),
)  # fmt: skip
GUARDIAN_GROUP = Group(
    "Cedar Valley Dairy Coop", "000040378", GUARDIAN, "00540378",
    {
        "bill_groups": [
            {"bill_group_name": "All Members", "bill_group_identifier": "0000",
             "bill_subgroup_identifier": ""},
            {"bill_group_name": "All Members", "bill_group_identifier": "0001",
             "bill_subgroup_identifier": ""},
        ],
        "benefit_classes": [
            {"benefit_class_name": "Class 1 - Executives", "benefit_class_identifier": "0001",
             "benefit_subclass_identifier": ""},
            {"benefit_class_name": "Class 2 - Full Time", "benefit_class_identifier": "0002",
             "benefit_subclass_identifier": ""},
            {"benefit_class_name": "Class 3 - Part Time", "benefit_class_identifier": "0003",
             "benefit_subclass_identifier": ""},
        ],
        "master_agreement_number": "00540378",
    },
    (
        MEDICAL, replace(DENTAL, code="DENTAL-1000"), replace(BASIC, code="L100"),
        replace(LIFE, classes=("0001", "0002")), SPOUSE, CHILD, DISABILITY,
    ),
)  # fmt: skip
SCHEMALESS = Group(
    "QUAD CITIES BARGE AND TERMINAL CO", "000041090", UNUM, "441090-001",
    {
        "divisions": [
            {"division_key": "010", "division_description": "River operations"},
            {"division_key": "020", "division_description": "Front office"},
            {"division_key": "030", "division_description": "Maintenance"},
        ],
        "eligibility_groups": [
            {"eligibility_group_id": "A", "eligibility_group_name": "Executives"},
            {"eligibility_group_id": "B", "eligibility_group_name": "All full time"},
            {"eligibility_group_id": "C", "eligibility_group_name": "All part time"},
        ],
        "policy_number": "441090",
    },
    (*USUAL, SUPPLEMENT), class_key="eligibility_group_ids",
)  # fmt: skip
RENEWING = Group(
    "Loess Hills Brewing Company", "000041417", GUARDIAN, "00541417",
    {
        "bill_groups": [
            {"bill_group_name": "All Members", "bill_group_identifier": "0000",
             "bill_subgroup_identifier": ""},
        ],
        "benefit_classes": [
            {"benefit_class_name": "Executives", "benefit_class_identifier": "0001",
             "benefit_subclass_identifier": ""},
            {"benefit_class_name": "All Other Employees", "benefit_class_identifier": "0002",
             "benefit_subclass_identifier": ""},
        ],
        "master_agreement_number": "00541417",
    },
    USUAL,
    next_year=(replace(MEDICAL, name="Choice PPO 2000", code="CHOICE-PPO-2000"), *USUAL[1:]),
)  # fmt: skip
SPLIT = Group(
    "North Shore Robotics LLC", "000041802", PRINCIPAL, "9141802",
    {
        "bill_groups": [
            {"bill_group_number": 20001, "bill_group_description": "All Members",
             "bill_group_status": "open"},
        ],
        "member_groups": [
            {"member_group_key": 2641802, "member_group_name": "EXECUTIVES",
             "member_group_status": "open"},
            {"member_group_key": 2641803, "member_group_name": "FULL TIME",
             "member_group_status": "open"},
            {"member_group_key": 2641804, "member_group_name": "PART TIME",
             "member_group_status": "open"},
        ],
        "policy_number": "9141802",
    },
    (
        replace(MEDICAL, name="Choice PPO 1500 - Employee", members=EMPLOYEE),
        replace(MEDICAL, name="Choice PPO 1500 - Dependent", members=DEPENDENTS),
        replace(DENTAL, name="Dental - Employee", code="D1", members=EMPLOYEE),
        replace(DENTAL, name="Dental - Dependent", code="D1", members=DEPENDENTS),
        BASIC, LIFE, SPOUSE, CHILD, DISABILITY, SUPPLEMENT,
    ),
)  # fmt: skip
SMALL = Group(
    "PRAIRIE ROSE BAKERY", "000042266", UNUM, "442266-001",
    {
        "classes": [{"class_id": "1", "class_name": "All eligible employees"}],
        "policy_number": "442266",
    },
    (replace(BASIC, name="Basic Life 1x Earnings"),),
)  # fmt: skip
NO_DATA = Group(
    "Partner Test Company", "000000001", PRINCIPAL, "9100001",
    status="waiting_on_carrier", tier="standard",
)  # fmt: skip
GROUPS = (LARGE, GUARDIAN_GROUP, SCHEMALESS, RENEWING, SPLIT, SMALL, NO_DATA)
SAMPLE_NAMES = (("Blue Heron Dental PLLC", "000042015"), ("Lakeside Cabinetry", "000050001"))
"""The names and EINs of the two groups of the documents, which print none."""
