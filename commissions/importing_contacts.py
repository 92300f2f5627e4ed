"""Earlier enrollments out of a contact-list export of HealthSherpa.

Which columns the export has is published nowhere: the usual words for them are known, and others
are mapped once.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from typing import Any

import polars as pl
from django.conf import settings

from agencyhub.imports.extras import Derived
from agencyhub.imports.kinds import Field, Kind, Match, Target
from agencyhub.imports.types.base import Context
from agencyhub.imports.types.contacts import Mbi, Phone
from agencyhub.imports.types.days import Day
from agencyhub.imports.types.numbers import Money
from agencyhub.imports.types.text import Email, Text
from commissions.ledgers import fields as ledgers
from commissions.ledgers.reading import column, insured, reasons
from commissions.models import Application
from commissions.services.backfilling import after_backfill

NO_ENROLLMENT = (
    "This contact has no enrollment: neither a carrier nor a plan. It is no application, so leave"
    " it out."
)
_SHARED = {one.key: one for one in (*ledgers.WHO, *ledgers.PLAN, *ledgers.AGENT, *ledgers.DERIVED)}
_TAKEN = (
    "middle_name", "suffix", "date_of_birth", "state", "zip_code", "policy_number", "plan_name",
    "plan_code", "agent_npn", "agent_number", "agent_name", "carrier_id", "agent_id",
    "business_line", "plan_id",
)  # fmt: skip
FIELDS = (
    Field("external_id", "Application ID", Text(120),
          aliases=("application id", "enrollment id", "submission id", "healthsherpa id"),
          help="HealthSherpa’s number of the enrollment: what is known by it is recognized."),
    replace(_SHARED["first_name"], required=True),
    replace(_SHARED["last_name"], required=True),
    *(_SHARED[key] for key in _TAKEN),
    Field("mbi", "MBI", Mbi(), aliases=("medicare number", "medicare id"),
          example="1EG4-TE5-MK73"),
    Field("email", "Email", Email(), aliases=("e-mail", "email address")),
    Field("phone", "Phone", Phone(), aliases=("phone number", "primary phone", "home phone")),
    Field("line_1", "Address", Text(120),
          aliases=("street", "street address", "primary address street", "address 1")),
    Field("city", "City", Text(80), aliases=("primary address city",)),
    replace(_SHARED["carrier"], help="", aliases=(*_SHARED["carrier"].aliases, "issuer")),
    Field("plan_type", "Plan type", Text(40),
          aliases=("product type", "product", "line of business", "coverage type"),
          example="mapd"),
    Field("confirmation_number", "Confirmation number", Text(60), aliases=("confirmation",)),
    Field("effective_date", "Effective date", Day(),
          aliases=("coverage start date", "start date", "policy effective date"),
          example="01/01/2027"),
    Field("submitted", "Submitted", Day(),
          aliases=("submitted at", "submission date", "submit date", "date submitted",
                   "application date"), example="10/15/2026"),
    Field("premium", "Premium per month (USD)", Money(),
          aliases=("premium", "monthly premium", "total premium")),
    Field("status", "Status", Text(60), aliases=("application status", "enrollment status")),
    Field("election_code", "Election period", Text(12), aliases=("sep", "election code")),
    Field("submitted_at", "Submitted at", Text(40), is_derived=True),
)  # fmt: skip
_SAME = (
    "external_id", "first_name", "middle_name", "last_name", "suffix", "date_of_birth", "email",
    "phone", "line_1", "city", "state", "zip_code", "carrier_id", "agent_id", "agent_npn",
    "agent_number", "agent_name", "plan_type", "plan_name", "plan_id", "policy_number",
    "confirmation_number", "effective_date", "submitted_at", "premium", "status", "election_code",
)  # fmt: skip

_KEYS = {one.key for one in FIELDS} | {"business_line"}
_OF_PLANS = ("plan_type", "plan_name", "plan_code")


def derive(typed: pl.DataFrame, context: Context) -> Derived:
    """Line, plan, agent and the moment of submission; rows without an enrollment are none."""
    words = column(typed, "plan_type").alias("product")
    found = insured(typed.with_columns(words), context)
    known = {key: found[key] for key in found if key in _KEYS}
    known["submitted_at"] = _noon(column(typed, "submitted", pl.Date))
    told = [column(typed, "carrier", pl.Int64), *(column(typed, key) for key in _OF_PLANS)]
    frame = pl.DataFrame([one.alias(str(at)) for at, one in enumerate(told)])
    is_none = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    columns = pl.DataFrame([values.alias(key) for key, values in known.items()])
    return Derived(columns, reasons((is_none, NO_ENROLLMENT)))


def _noon(days: pl.Series) -> pl.Series:
    """The days as their noon: the same day wherever in the country it is read."""
    noon = days.dt.combine(time(12)).dt.replace_time_zone(settings.TIME_ZONE)
    return noon.dt.convert_time_zone("UTC").dt.to_string("%Y-%m-%d %H:%M:%S+00")


class OnlyBlanks:
    """What is there stays: a backfill completes what the source itself has told, or a person."""

    def __init__(self) -> None:
        self.beside: Mapping[str, Any] = {}
        self.nothing: Mapping[str, Any] = {}

    def __call__(
        self, values: pl.DataFrame, stored: pl.DataFrame, rows: pl.DataFrame
    ) -> pl.DataFrame:
        """Take out what is known already."""
        is_known = rows["record"] > 0
        return values.with_columns(
            values[name].set(is_known & stored[name].is_not_null(), None) for name in values.columns
        )


SAME_PERSON = ("last_name_key", "first_name_key", "date_of_birth")
HEALTHSHERPA_CONTACTS = Kind(
    key="healthsherpa_contacts",
    label="HealthSherpa contact list",
    permissions=("commissions.add_application", "commissions.change_application"),
    help="Earlier enrollments become applications; those that are known already are recognized.",
    fields=FIELDS,
    targets=(
        Target(
            key="application",
            label="Applications",
            model=Application,
            columns={name: name for name in _SAME} | {"line": "business_line"},
            sealed={"mbi": "mbi"},
            match=(
                Match("the same application ID and person", ("external_id", "last_name_key"),
                      agree=("date_of_birth",)),
                Match("the same MBI, carrier and effective date",
                      ("mbi_index", "carrier_id", "effective_date")),
                Match("the same name, date of birth, carrier and effective date",
                      (*SAME_PERSON, "carrier_id", "effective_date"),
                      agree=("mbi_index", "mbi_tail")),
            ),
            defaults={"source": Application.Source.BACKFILL},
            required=("first_name", "last_name"),
            settle=OnlyBlanks(),
            order=("last_name", "first_name"),
            list_url_name="commissions:application_list",
        ),
    ),
    derive=derive,
    after_commit=after_backfill,
)  # fmt: skip
