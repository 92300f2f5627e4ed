"""What of people can be imported: the fields of a person, and sales records."""

from dataclasses import replace

from agencyhub.accounts.models import User
from agencyhub.imports import kinds
from agencyhub.imports.kinds import Field, Kind, Match, Target
from agencyhub.imports.types.agents import AgentsByNpn
from agencyhub.imports.types.contacts import Mbi, Phone
from agencyhub.imports.types.custom import CustomValue
from agencyhub.imports.types.days import Day
from agencyhub.imports.types.known import AgentNamed, OptionOf
from agencyhub.imports.types.numbers import RecordId
from agencyhub.imports.types.text import Email, Lines, OneOf, State, Text, Zip
from agencyhub.records import custom
from agencyhub.records.models import CustomField, Option
from individuals.models import Gender, Individual, IndividualAgent, Language, SalesRecord
from individuals.services.imported_addresses import PrimaryAddress
from individuals.services.imported_agents import AdditionalAgents

NAME, SHORT, LINE, MANY = 80, 20, 120, 10_000
GENDERS = {"f": "female", "m": "male", "woman": "female", "man": "male"}
LANGUAGES = {"eng": "en", "spa": "es", "español": "es", "espanol": "es", "spn": "es"}

PERSON = (
    Field("first_name", "First name", Text(NAME), True,
          ("first", "fname", "given name", "client first", "client first name"), example="Ana"),
    Field("last_name", "Last name", Text(NAME), True,
          ("last", "lname", "surname", "family name", "client last", "client last name"),
          example="Lopez"),
    Field("middle_name", "Middle name", Text(NAME), aliases=("middle", "middle initial", "mi")),
    Field("title", "Title", Text(SHORT), aliases=("salutation", "prefix")),
    Field("suffix", "Suffix", Text(SHORT)),
    Field("nickname", "Nickname", Text(NAME), aliases=("preferred name", "goes by")),
    Field("date_of_birth", "Date of birth", Day(is_birth=True),
          aliases=("dob", "birth date", "birthdate", "birthday"), example="03/14/1958"),
    Field("gender", "Gender", OneOf(Gender.choices, also=GENDERS), aliases=("sex",),
          example="Female"),
    Field("language", "Language", OneOf(Language.choices, also=LANGUAGES),
          aliases=("preferred language", "spoken language"), example="English"),
    Field("email", "Email", Email(), aliases=("e-mail", "email address", "e-mail address"),
          example="ana@example.com"),
    Field("home_phone", "Home phone", Phone(),
          aliases=("phone", "phone number", "telephone", "primary phone"),
          example="(515) 555-0100"),
    Field("cell_phone", "Cell phone", Phone(), aliases=("cell", "mobile", "mobile phone"),
          example="(515) 555-0101"),
    Field("business_phone", "Business phone", Phone(), aliases=("work phone", "office phone")),
    Field("mbi", "MBI", Mbi(),
          aliases=("medicare number", "medicare id", "medicare beneficiary identifier"),
          example="1EG4-TE5-MK73"),
    Field("part_a", "Part A effective date", Day(), aliases=("part a", "part a date")),
    Field("part_b", "Part B effective date", Day(), aliases=("part b", "part b date")),
)  # fmt: skip
ADDRESS = (
    Field("address_1", "Address line 1", Text(LINE),
          aliases=("address", "street", "street address", "address 1", "mailing address")),
    Field("address_2", "Address line 2", Text(LINE), aliases=("address 2", "apt", "unit")),
    Field("city", "City", Text(NAME), aliases=("town",)),
    Field("state", "State", State(), aliases=("st", "state code"), example="IA"),
    Field("zip_code", "ZIP code", Zip(), aliases=("zip", "postal code", "zipcode"),
          example="50010"),
    Field("county", "County", Text(NAME)),
)  # fmt: skip
NOTES = Field("notes", "Notes", Lines(MANY), aliases=("note", "comments", "remarks"))
PERSON_COLUMNS = {
    **{
        name: name
        for name in (
            *("title", "first_name", "middle_name", "last_name", "suffix", "nickname"),
            *("date_of_birth", "gender", "language", "email", "home_phone", "cell_phone"),
            *("business_phone", "notes"),
        )
    },
    "part_a_effective_date": "part_a",
    "part_b_effective_date": "part_b",
}
SAME_MBI = Match("the same MBI", ("mbi_index",))
SAME_NAME = Match(
    "the same name and date of birth",
    ("last_name_key", "first_name_key", "date_of_birth"),
    agree=("mbi_index", "mbi_tail"),
)

INDIVIDUAL_ID = Field(
    "individual_id", "Individual ID", RecordId(), aliases=("id", "client id", "agencyhub id"),
    help="The number in AgencyHub; a row that has it changes that individual.",
)  # fmt: skip
INDIVIDUAL_FIELDS = (
    *PERSON,
    Field("type", "Type", OptionOf(Option.List.INDIVIDUAL_TYPE),
          aliases=("individual type", "client type"), example="Client"),
    Field("status", "Status", OptionOf(Option.List.INDIVIDUAL_STATUS),
          aliases=("individual status", "client status"), example="Active"),
    Field("deceased_date", "Deceased date", Day(), aliases=("date of death",)),
    Field("servicing_agent", "Servicing agent", AgentNamed(),
          aliases=("agent", "agent npn", "servicing agent npn", "npn", "producer", "writing agent"),
          help="By NPN, email or name.", example="990014207"),
    Field("additional_agents", "Additional agents", AgentsByNpn(),
          aliases=("additional agent", "additional agent npns", "other agents"),
          help="By NPN, several separated by semicolons. They are added, nobody is taken away.",
          example="990014207; 990014208"),
    *ADDRESS,
    NOTES,
    INDIVIDUAL_ID,
)  # fmt: skip
INDIVIDUALS = Target(
    key="individual",
    label="Individuals",
    model=Individual,
    columns={
        **PERSON_COLUMNS,
        "id": "individual_id",
        "type_id": "type",
        "status_id": "status",
        "deceased_date": "deceased_date",
        "servicing_agent_id": "servicing_agent",
    },
    sealed={"mbi": "mbi"},
    match=(Match("this number", ("id",), is_binding=True), SAME_MBI, SAME_NAME),
    required=("first_name", "last_name"),
    extras=(
        PrimaryAddress(),
        AdditionalAgents("additional_agents", through=IndividualAgent, owner="individual_id"),
    ),
    order=("last_name", "first_name"),
    list_url_name="individuals:individual_list",
)

SALES_RECORDS = Kind(
    key="sales_records",
    label="Sales records",
    permissions=("individuals.add_salesrecord", "individuals.change_salesrecord"),
    help="Leads being worked toward a sale.",
    fields=(
        *PERSON,
        Field("stage", "Stage", OptionOf(Option.List.SALES_STAGE), aliases=("sales stage",),
              help="Without one a new lead begins at the first open stage.",
              example="New"),
        Field("lead_source", "Lead source", OptionOf(Option.List.LEAD_SOURCE),
              aliases=("source",), example="Referral"),
        Field("lead_date", "Lead date", Day(), aliases=("received", "date received")),
        Field("assigned_agent", "Assigned agent", AgentNamed(),
              aliases=("agent", "agent npn", "owner", "producer"), help="By NPN, email or name."),
        Field("address_type", "Address type", OptionOf(Option.List.ADDRESS_TYPE)),
        *ADDRESS,
        NOTES,
        Field("sales_record_id", "Sales record ID", RecordId(), aliases=("id", "lead id"),
              help="The number in AgencyHub; a row that has it changes that sales record."),
    ),
    targets=(
        Target(
            key="sales_record",
            label="Sales records",
            model=SalesRecord,
            columns={
                **PERSON_COLUMNS,
                "id": "sales_record_id",
                "stage_id": "stage",
                "lead_source_id": "lead_source",
                "lead_date": "lead_date",
                "assigned_agent_id": "assigned_agent",
                "address_type_id": "address_type",
                **{one.key: one.key for one in ADDRESS},
            },
            sealed={"mbi": "mbi"},
            match=(
                Match("this number", ("id",), is_binding=True),
                replace(SAME_NAME, among_blank="converted_at"),
            ),
            required=("first_name", "last_name"),
            order=("last_name", "first_name"),
            list_url_name="individuals:salesrecord_list",
            list_query="open=all",
        ),
    ),
    more=lambda kind, user: _beginning(
        with_custom(kind, user, {"sales_record": CustomField.Target.INDIVIDUAL})
    ),
)  # fmt: skip


def _beginning(kind: Kind) -> Kind:
    """New leads begin at the first open stage, as on screen."""
    first = Option.objects.active(Option.List.SALES_STAGE).filter(meaning="open").first()
    defaults = {"stage_id": first.pk if first else None}
    return replace(kind, targets=tuple(replace(one, defaults=defaults) for one in kind.targets))


def with_custom(kind: Kind, user: User | None, targets: dict[str, str]) -> Kind:
    """A kind with the agency's custom fields of its targets, as far as ``user`` may see them.

    Nobody (a schedule) may see all.
    """
    may_see = user is None or custom.may_see_health(user)
    for key, custom_target in targets.items():
        fields = [
            Field(f"{custom.PREFIX}{one.key}", one.label, CustomValue(one))
            for one in custom.fields_for(custom_target)
            if may_see or not one.is_health
        ]
        names = tuple(one.key for one in fields)
        kind = replace(
            kind,
            fields=(*kind.fields, *fields),
            targets=tuple(
                replace(target, custom=names) if target.key == key else target
                for target in kind.targets
            ),
        )
    return kind


kinds.register(SALES_RECORDS)
