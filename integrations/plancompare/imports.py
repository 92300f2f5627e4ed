"""What of PlanCompare can be imported: usernames, and the agents whose enrollments they bring."""

from agencyhub.accounts.models import User
from agencyhub.imports import kinds
from agencyhub.imports.kinds import Field, Kind, Match, Target
from integrations.permissions import MANAGE
from integrations.plancompare.import_types import (
    AgentCalled,
    AgentWithNpn,
    PlanCompareName,
    UserNamed,
    UserWithEmail,
)
from integrations.plancompare.services.imported_usernames import (
    AGENT,
    NPN,
    USERNAME,
    ImportedUsernames,
)

KEY = "plancompare_usernames"
ACCESS = ImportedUsernames()

USERNAMES = Kind(
    key=KEY,
    label="PlanCompare usernames",
    permissions=(MANAGE,),
    help="Who may send to PlanCompare. Blank cells take values away; all goes in, or nothing.",
    fields=(
        Field("user_name", "User name", UserNamed(), aliases=("user", "username"), example="ann"),
        Field("email", "Email", UserWithEmail(beside="user_name"), aliases=("e-mail",),
              help="Finds the user where there is no user name.", example="ann@example.com"),
        Field(USERNAME, "PlanCompare username", PlanCompareName(),
              aliases=("plancompare user name", "plancompare user"), example="ann.pc"),
        Field(NPN, "Servicing agent NPN", AgentWithNpn(), aliases=("npn", "agent npn"),
              example="990014207"),
        Field(AGENT, "Servicing agent", AgentCalled(beside=NPN), aliases=("agent",),
              help="First and last name, where there is no NPN."),
    ),
    targets=(
        Target(
            key="user",
            label="Users",
            model=User,
            columns={"username": "user_name", "email": "email"},
            match=(Match("the same user name", ("username",)), Match("the same email", ("email",))),
            required=("user_name",),
            extras=(ACCESS,),
            may_add=False,
            may_change=False,
            missing="The row has neither a user name nor an email.",
        ),
    ),
    exact=ACCESS,
)  # fmt: skip

kinds.register(USERNAMES)
