"""People and their rights: who logs in and how, who sells, roles, keys, and who used what."""

from agencyhub.accounts.models.access import AccessEvent
from agencyhub.accounts.models.factors import RecoveryCode, SecondFactor
from agencyhub.accounts.models.invitations import Invitation
from agencyhub.accounts.models.keys import ApiKey
from agencyhub.accounts.models.people import Agent, Role, User
from agencyhub.accounts.models.sessions import OpenSession

__all__ = [
    "AccessEvent",
    "Agent",
    "ApiKey",
    "Invitation",
    "OpenSession",
    "RecoveryCode",
    "Role",
    "SecondFactor",
    "User",
]
