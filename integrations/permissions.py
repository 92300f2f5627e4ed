"""The rights that the pages of integrations ask for."""

from agencyhub.accounts.models import User

MANAGE = "integrations.manage_integrations"
REVIEW = "integrations.review_inbound"
RAW_BODY = "integrations.view_raw_body"

LOOK = (MANAGE, REVIEW)
"""Either is enough to look at messages of every partner."""


def may_look(user: User) -> bool:
    """Whether somebody may look at messages of every partner."""
    return any(map(user.has_perm, LOOK))
