"""What of policies can be imported: with their individuals in one file, or alone."""

from dataclasses import replace

import polars as pl

from agencyhub.imports import kinds
from agencyhub.imports.kinds import Field, Kind, Match, Rule, Target
from agencyhub.imports.types.agents import AgentsByNpn
from agencyhub.imports.types.days import Day
from agencyhub.imports.types.known import AgentNamed, Known, OptionOf
from agencyhub.imports.types.numbers import Money, RecordId
from agencyhub.imports.types.text import Lines, Text
from agencyhub.records.models import CustomField, Option
from individuals.imports import INDIVIDUAL_FIELDS, INDIVIDUALS, PERSON, with_custom
from individuals.services.imported_agents import AdditionalAgents
from policies.models import Policy, PolicyAgent
from policies.services.imported import after_import

CARRIER_FIRST = "Name the carrier of the carrier product, too."
OF_POLICIES = CustomField.Target.POLICY
OF_INDIVIDUALS = CustomField.Target.INDIVIDUAL

POLICY_FIELDS = (
    Field("carrier", "Carrier", Known("carrier"),
          aliases=("insurance company", "company", "carrier name", "insurer"), example="Humana"),
    Field("product", "Carrier product",
          Known("carrier_product", within="carrier", lacks_owner=CARRIER_FIRST),
          aliases=("product", "plan", "plan name", "carrier product name"),
          example="Humana Gold Plus H5216-001"),
    Field("policy_number", "Policy number", Text(60),
          aliases=("policy", "policy no", "policy #", "member id", "contract number"),
          example="H12345678"),
    Field("policy_status", "Policy status", OptionOf(Option.List.POLICY_STATUS),
          aliases=("status", "policy state"), example="Active"),
    Field("coverage_type", "Coverage type", OptionOf(Option.List.COVERAGE_TYPE),
          aliases=("coverage", "product type", "plan type"), example="MAPD"),
    Field("app_submit_date", "Application submit date", Day(),
          aliases=("submit date", "submission date", "application date", "signed date")),
    Field("effective_date", "Effective date", Day(),
          aliases=("policy effective date", "eff date", "start date"), example="01/01/2027"),
    Field("termination_date", "Termination date", Day(),
          aliases=("term date", "end date", "policy termination date")),
    Field("renewal_date", "Renewal date", Day(), aliases=("renews",)),
    Field("premium", "Premium per month (USD)", Money(),
          aliases=("premium", "monthly premium", "premium per month"), example="84.50"),
    Field("policy_agent", "Policy agent", AgentNamed(),
          aliases=("policy servicing agent", "policy agent npn", "policy writing agent"),
          help="By NPN, email or name."),
    Field("policy_additional_agents", "Additional policy agents", AgentsByNpn(),
          aliases=("policy additional agents", "additional policy agent npns"),
          help="By NPN, several separated by semicolons. They are added, nobody is taken away."),
    Field("policy_notes", "Policy notes", Lines(10_000)),
)  # fmt: skip
ENDS_BEFORE_START = Rule(
    field="termination_date",
    broken=pl.col("termination_date") < pl.col("effective_date"),
    message=pl.format(
        "The last covered day is before the first one, {}.",
        pl.col("effective_date").dt.strftime("%m/%d/%Y"),
    ),
    columns=("effective_date", "termination_date"),
)
POLICIES = Target(
    key="policy",
    label="Policies",
    model=Policy,
    columns={
        "carrier_id": "carrier",
        "product_id": "product",
        "policy_number": "policy_number",
        "status_id": "policy_status",
        "coverage_type_id": "coverage_type",
        "app_submit_date": "app_submit_date",
        "effective_date": "effective_date",
        "termination_date": "termination_date",
        "renewal_date": "renewal_date",
        "premium": "premium",
        "servicing_agent_id": "policy_agent",
        "notes": "policy_notes",
    },
    parents={"subscriber_id": "individual"},
    match=(
        Match("the same carrier and policy number", ("carrier_id", "policy_number")),
        Match(
            "the same individual, carrier, product and effective date",
            ("subscriber_id", "carrier_id", "product_id", "effective_date"),
            agree=("policy_number",),
        ),
    ),
    required=("carrier", "policy_status", "coverage_type"),
    rules=(ENDS_BEFORE_START,),
    extras=(AdditionalAgents("policy_additional_agents", through=PolicyAgent, owner="policy_id"),),
    order=("policy_number",),
    list_url_name="policies:policy_list",
)

INDIVIDUALS_AND_POLICIES = Kind(
    key="individuals",
    label="Individuals",
    permissions=(
        "individuals.add_individual", "individuals.change_individual",
        "policies.add_policy", "policies.change_policy",
    ),
    help="People with their address and, in the same rows, their policies.",
    fields=(*INDIVIDUAL_FIELDS, *POLICY_FIELDS),
    targets=(INDIVIDUALS, POLICIES),
    more=lambda kind, user: with_custom(
        kind, user, {"individual": OF_INDIVIDUALS, "policy": OF_POLICIES}
    ),
    after_commit=after_import,
)  # fmt: skip

SUBSCRIBER = tuple(
    replace(field, required=False)
    for field in PERSON
    if field.key in {"first_name", "last_name", "date_of_birth", "mbi"}
)
POLICIES_ALONE = Kind(
    key="policies",
    label="Policies",
    permissions=("policies.add_policy", "policies.change_policy"),
    help="Policies of individuals who are known already, by ID, MBI, or name and date of birth.",
    fields=(
        Field("individual_id", "Individual ID", RecordId(),
              aliases=("subscriber id", "client id"), help="The subscriber's number in AgencyHub."),
        *SUBSCRIBER,
        *(replace(one, required=True) if one.key == "carrier" else one for one in POLICY_FIELDS),
    ),
    targets=(
        replace(
            INDIVIDUALS,
            columns={name: name for name in ("first_name", "last_name", "date_of_birth")}
            | {"id": "individual_id"},
            may_add=False,
            may_change=False,
            extras=(),
            required=(),
            missing="No individual has this MBI, or this name and date of birth. Import them.",
        ),
        POLICIES,
    ),
    more=lambda kind, user: with_custom(kind, user, {"policy": OF_POLICIES}),
    after_commit=after_import,
)  # fmt: skip

kinds.register(INDIVIDUALS_AND_POLICIES, POLICIES_ALONE)
