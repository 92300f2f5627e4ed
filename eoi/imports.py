"""Files of EOI: worksheets of decisions, which have a page of their own, and elections."""

from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.imports import kinds
from agencyhub.imports.kinds import Kind, Target
from agencyhub.imports.models import Import
from eoi.importing import FIELDS, Choices
from eoi.selectors.worksheets import KIND
from eoi.services import worksheets
from groups.imports import SAME_ID, SAME_SSN
from groups.models import Employee


def take(run: Import) -> None:
    """Decide what the rows of a worksheet say, now."""
    worksheets.take(run, at=timezone.now())


DECISIONS = Kind(
    key=KIND,
    label="EOI decisions",
    permissions=("eoi.decide_eoirequest",),
    help="What carriers decided on evidence of insurability, a row for each decision.",
    fields=(),
    targets=(),
    take=take,
    page="eoi:worksheet_detail",
)

ELECTIONS = Kind(
    key="group_elections",
    label="Group elections",
    permissions=("groups.add_election", "groups.change_election"),
    help="What employees chose, a row for each benefit; what needs evidence becomes an open EOI.",
    fields=FIELDS,
    targets=(
        Target(
            key="employee",
            label="Employees",
            model=Employee,
            columns={"group_id": "group", "external_id": "subscriber_id"},
            sealed={"ssn": "ssn"},
            match=(
                replace(SAME_ID, agree=("ssn_index",)),
                replace(SAME_SSN, agree=("external_id",)),
            ),
            extras=(Choices(),),
            may_add=False,
            may_change=False,
            missing=gettext_noop(
                "No employee of this group has this subscriber ID or SSN. Import the census first."
            ),
            list_url_name="groups:employee_list",
        ),
    ),
)

kinds.register(DECISIONS, ELECTIONS)
