"""Fields that books of business and commission statements have in common."""

from agencyhub.imports.kinds import Field
from agencyhub.imports.types.days import Day
from agencyhub.imports.types.known import AgentNamed, Known
from agencyhub.imports.types.numbers import Money, RecordId
from agencyhub.imports.types.text import OneOf, Text
from commissions.ledgers.types import CarrierMbi, Number, Words
from commissions.models import Line

NAME, NUMBER, WORDS = 80, 60, 120

WHO = (
    Field("carrier", "Carrier", Known("carrier"),
          aliases=("insurance company", "carrier name", "insurer"),
          help="Only where one file has several carriers."),
    Field("member_id", "Member ID", Number(NUMBER),
          aliases=("member number", "member id", "humana id", "umid", "customer no",
                   "member record locator", "subscriber id", "carrier member id"),
          example="H71234567"),
    Field("policy_number", "Policy number", Number(NUMBER),
          aliases=("policy", "policy no", "policy #", "contract number"), example="H12345678"),
    Field("application_number", "Application number", Number(NUMBER),
          aliases=("application id", "confirmation number", "working enrollment id")),
    Field("mbi", "MBI", CarrierMbi(),
          aliases=("medicare number", "medicare id", "medicare no", "mbi number", "member hicn",
                   "medicare beneficiary identifier mbi"), example="XXXXXE5MK73"),
    Field("full_name", "Full name", Text(200),
          aliases=("member name", "insured name", "customer name", "client full name",
                   "insureds name"), example="LOPEZ, ANA M"),
    Field("last_first_name", "Full name, last name first", Text(200)),
    Field("first_name", "First name", Text(NAME),
          aliases=("first", "member first name", "client first name", "mbr first name")),
    Field("middle_name", "Middle name", Text(NAME),
          aliases=("middle", "middle initial", "client middle name")),
    Field("last_name", "Last name", Text(NAME),
          aliases=("last", "member last name", "client last name", "mbr last name")),
    Field("suffix", "Suffix", Words(20)),
    Field("date_of_birth", "Date of birth", Day(is_birth=True),
          aliases=("dob", "birth date", "birthdate", "birthday"), example="03/14/1958"),
    Field("state", "State", Words(40), aliases=("member state", "st"), example="IA"),
    Field("zip_code", "ZIP code", Words(20), aliases=("zip", "member zip", "postal code")),
)  # fmt: skip
PLAN = (
    Field("product", "Plan type", Words(WORDS),
          aliases=("product type", "line", "sub-line", "line of business", "coverage type"),
          help="The carrier’s words or codes: MAPD, MS, PDP."),
    Field("plan_name", "Plan name", Words(200), aliases=("plan", "product", "product name")),
    Field("plan_code", "CMS plan ID", Words(WORDS),
          aliases=("plan id", "contract pbp segment id"), example="H5216-001-000"),
    Field("contract", "CMS contract", Words(20), aliases=("cms contract number",)),
    Field("pbp", "PBP", Words(20), aliases=("pbp code",)),
    Field("segment", "Segment", Words(20), aliases=("segment id",)),
    Field("premium", "Premium per month (USD)", Money(may_be_negative=True),
          aliases=("premium", "current premium", "prem amount", "monthly premium")),
)  # fmt: skip
AGENT = (
    Field("agent_npn", "Agent NPN", Words(20), aliases=("npn", "writing agent npn")),
    Field("agent_number", "Writing number", Number(40),
          aliases=("agent id", "agent number", "agent #", "writing agent id", "agent code"),
          help="What the carrier calls the agent."),
    Field("agent_name", "Agent name", Words(160),
          aliases=("writing agent name", "agent", "aor name", "servicing agent", "wa name"),
          example="ORTEGA, LUIS M"),
    Field("agent_first_name", "Agent first name", Words(NAME)),
    Field("agent_last_name", "Agent last name", Words(NAME)),
)  # fmt: skip
# What follows from the cells of a row, and from what is known of its file.
DERIVED = (
    Field("carrier_id", "Carrier", Known("carrier"), is_derived=True),
    Field("carrier_name", "Carrier as named", Text(160), is_derived=True),
    Field("agent_id", "Agent", AgentNamed(), is_derived=True),
    Field("business_line", "Line", OneOf(Line.choices), is_derived=True),
    Field("plan_id", "CMS plan ID", Text(40), is_derived=True),
    Field("source_id", "Import", RecordId(), is_derived=True),
)
INSURED_COLUMNS = {
    name: name
    for name in (
        *("carrier_id", "carrier_name", "agent_id", "agent_name", "agent_npn", "agent_number"),
        *("first_name", "middle_name", "last_name", "suffix", "date_of_birth", "state"),
        *("zip_code", "plan_name", "plan_id", "policy_number", "effective_date"),
        *("premium", "member_id", "application_number", "source_id"),
    )
} | {"line": "business_line"}
