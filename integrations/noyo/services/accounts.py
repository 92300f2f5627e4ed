"""The agency's account with Noyo: set up, turned on and off, tried out."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from integrations.errors import (
    PartnerContractError,
    PartnerRejectedError,
    PartnerUnavailableError,
)
from integrations.noyo.client import Noyo
from integrations.noyo.models import Account, Credentials
from integrations.services import nightly, switch

TITLE = "Noyo"
SETTINGS = switch.Switch(Account, TITLE, lock="noyo.account")
SECRETS = ("client_id", "client_secret", "webhook_secret", "other_webhook_secret")


class NotActiveError(nightly.InactiveError):
    """Noyo is not connected."""

    code = "noyo_not_active"


class NotSetUpError(DomainError):
    """Something that Noyo is asked with is missing."""

    code = "noyo_not_set_up"


def active() -> Account:
    """The account that Noyo is asked with.

    Raises:
        NotActiveError: it is turned off.
    """
    account = Account.objects.filter(is_active=True).select_related("credentials").first()
    if account is None:
        msg = gettext_noop("Noyo is not active. Activate it under Settings, Integrations.")
        raise NotActiveError(msg)
    return account


def save(*, account: Account, secrets: Mapping[str, str], user: User) -> None:
    """Store the settings. Blank secrets stay as they are, unless an address changed: what was
    entered for one address is never sent to another.
    """
    with SETTINGS.changing(switch.SET_UP, user=user):
        account.pk = 1
        account.save()
        credentials = Credentials.objects.filter(account=account).first()
        credentials = credentials or Credentials(account=account, places="")
        places = places_of(account)
        if credentials.places != places:
            credentials.client_id = credentials.client_secret = None
        credentials.places = places
        for name in SECRETS:
            if secrets.get(name):
                setattr(credentials, name, secrets[name])
        credentials.save()


def places_of(account: Account) -> str:
    """The addresses that credentials are entered for."""
    return "\n".join((account.fulfillment_url, account.tracking_url, account.token_url))


def activate(*, user: User, at: datetime) -> None:
    """Read every night from the next one on, and take webhooks.

    Raises:
        NotSetUpError: the client ID or its secret is missing.
    """
    with SETTINGS.changing(switch.ACTIVATED, user=user):
        account = SETTINGS.stored()
        if account is None or not has_credentials(account):
            raise NotSetUpError(gettext("Save the client ID and its secret first."))
        SETTINGS.turn_on(account, at=at)


def deactivate(*, user: User) -> None:
    """Read no more and refuse webhooks; settings, mappings and what was read stay."""
    SETTINGS.turn_off(user=user)


def has_credentials(account: Account) -> bool:
    """Whether there is something to ask for a token with."""
    credentials = Credentials.objects.filter(account=account).first()
    return bool(credentials and credentials.client_id and credentials.client_secret)


def test(*, account: Account) -> str:
    """Ask for a token and one group; answer with what is wrong, or blank.

    Raises:
        NotSetUpError: the client ID or its secret is missing.
    """
    if not has_credentials(account):
        raise NotSetUpError(gettext("Save the client ID and its secret first."))
    try:
        with Noyo(account) as noyo:
            noyo.check()
    except PartnerUnavailableError as error:
        return gettext("Noyo does not answer: %(error)s") % {"error": error}
    except PartnerRejectedError as error:
        return error.message
    except PartnerContractError as error:
        return gettext("Noyo answers in another shape: %(error)s") % {"error": error}
    return ""
