"""The second factor: setting it up, asking for it, and what helps when the app is lost."""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext
from django_otp.oath import TOTP

from agencyhub.accounts.models import AccessEvent, RecoveryCode, SecondFactor, User
from agencyhub.accounts.services import access
from agencyhub.accounts.services.users import ensure_may_manage
from agencyhub.lib.errors import DomainError
from agencyhub.lib.visitors import Visit

ISSUER = "AgencyHub"
SECRET_BYTES = 20
# The clock of a telephone may be half a minute off.
TOLERANCE = 1
CODES = 10
CODE_BYTES = 10
CODE_OF_APP = re.compile(r"\d{6}")


class WrongCodeError(DomainError):
    """Neither the app's present code nor an unused recovery code."""

    code = "wrong_code"


class TooManyCodesError(DomainError):
    """The next code is not looked at before some seconds are over."""

    code = "too_many_codes"


class SecondFactorNeededError(DomainError):
    """A role wants the factor that is to be removed, or there is one already."""

    code = "second_factor_needed"


@dataclass(frozen=True)
class SetUp:
    """What an app needs to make codes."""

    key: str
    uri: str

    @property
    def spaced_key(self) -> str:
        """The key in groups of four, for typing it."""
        return " ".join(re.findall(".{1,4}", self.key))


def of(user: User) -> SecondFactor | None:
    """The user's second factor, once it is set up."""
    factor: SecondFactor | None = SecondFactor.objects.filter(user=user, confirmed=True).first()
    return factor


def begin(*, user: User) -> SetUp:
    """Make a key for the user's app, or answer the one that waits for its first code.

    Raises:
        SecondFactorNeededError: there is a second factor already.
    """
    secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    factor, _ = SecondFactor.objects.get_or_create(
        user=user, defaults={"name": ISSUER, "confirmed": False, "secret": secret}
    )
    if factor.confirmed:
        msg = gettext("Your second factor is set up already. Remove it first to use another app.")
        raise SecondFactorNeededError(msg)
    factor.refresh_from_db(fields=["secret"])
    key = factor.secret.reveal()
    label = quote(f"{ISSUER}:{user.username}")
    query = urlencode({"secret": key, "issuer": ISSUER})
    return SetUp(key, f"otpauth://totp/{label}?{query}")


def confirm(*, user: User, code: str, at: datetime, visit: Visit) -> list[str]:
    """Switch the factor on with the first code of the app, and answer the recovery codes.

    Raises:
        WrongCodeError, TooManyCodesError: see ``check``.
    """
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().get(user=user)
        refusal = _refusal_of_app(factor, code, at=at)
        if refusal is None:
            factor.confirmed = True
            factor.save(update_fields=["confirmed"])
            codes = _new_codes(user)
            access.note(AccessEvent.Kind.FACTOR_ADDED, user=user, visit=visit)
    if refusal:
        raise refusal
    return codes


def check(*, user: User, code: str, at: datetime, visit: Visit) -> str:
    """Accept the app's present code, or an unused recovery code; answer which it was, in words.

    Each code works once.

    Raises:
        WrongCodeError: it is neither.
        TooManyCodesError: too soon after a wrong one.
    """
    typed = "".join(code.split()).replace("-", "")
    refusal: DomainError | None
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().get(user=user, confirmed=True)
        if CODE_OF_APP.fullmatch(typed):
            how, refusal = "code", _refusal_of_app(factor, typed, at=at)
        else:
            how, refusal = gettext("recovery code"), _refusal_of_recovery(factor, typed, at=at)
        if refusal:
            access.note(AccessEvent.Kind.CODE_REFUSED, user=user, visit=visit)
    if refusal:  # raised out here: what counts wrong codes must stay
        raise refusal
    return how


def renew_codes(*, user: User, visit: Visit) -> list[str]:
    """Make new recovery codes; those before no longer work."""
    with transaction.atomic():
        access.note(AccessEvent.Kind.CODES_RENEWED, user=user, visit=visit)
        return _new_codes(user)


def codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def remove(*, user: User, code: str, at: datetime, visit: Visit) -> None:
    """Sign in with a password alone again, which a present code permits.

    Raises:
        SecondFactorNeededError: a role of the user wants the factor.
        WrongCodeError, TooManyCodesError: see ``check``.
    """
    wanting = [role.name for role in user.roles if role.requires_second_factor]
    if wanting:
        msg = gettext("Your role wants a second factor: %(wanting)s.") % {
            "wanting": ", ".join(wanting)
        }
        raise SecondFactorNeededError(msg)
    check(user=user, code=code, at=at, visit=visit)
    with transaction.atomic():
        _forget(user)
        access.note(AccessEvent.Kind.FACTOR_REMOVED, user=user, visit=visit)


@transaction.atomic
def reset(*, actor: User, user: User, visit: Visit) -> None:
    """Take away the factor of somebody who lost app and codes.

    Where a role wants one, a new one must be set up at the next sign-in: the days of grace are not
    given a second time.

    Raises:
        MayNotManageError: see ``users.ensure_may_manage``.
    """
    ensure_may_manage(actor, user)
    _forget(user)
    access.note(AccessEvent.Kind.FACTOR_REMOVED, user=user, actor=actor, visit=visit)


def due_at(user: User, *, at: datetime) -> datetime:
    """From when a user gets no further without the factor; the days of grace begin when asked."""
    if user.second_factor_due_at is None:
        user.second_factor_due_at = at + timedelta(days=settings.SECOND_FACTOR_GRACE_DAYS)
        User.objects.filter(pk=user.pk, second_factor_due_at=None).update(
            second_factor_due_at=user.second_factor_due_at
        )
    return user.second_factor_due_at


def _refusal_of_app(factor: SecondFactor, code: str, *, at: datetime) -> DomainError | None:
    """Use up the app's present code, or say why not."""
    wait = _wait(factor)
    if wait:
        return wait
    totp = TOTP(base64.b32decode(factor.secret.reveal()))
    totp.time = at.timestamp()
    typed = "".join(code.split())
    is_code = bool(CODE_OF_APP.fullmatch(typed)) and typed.isascii()
    if not is_code or not totp.verify(int(typed), TOLERANCE, min_t=factor.last_step + 1):
        factor.throttle_increment()
        msg = gettext("This is not the present code. Type the six digits that the app shows now.")
        return WrongCodeError(msg, field="code")
    factor.last_step = totp.t()
    factor.set_last_used_timestamp(commit=False)
    factor.throttle_reset()
    return None


def _refusal_of_recovery(factor: SecondFactor, code: str, *, at: datetime) -> DomainError | None:
    wait = _wait(factor)
    if wait:
        return wait
    unused = RecoveryCode.objects.filter(user=factor.user_id, used_at=None, digest=_digest(code))
    if not unused.update(used_at=at):
        factor.throttle_increment()
        msg = gettext("This is neither the app's present code nor an unused recovery code.")
        return WrongCodeError(msg, field="code")
    factor.throttle_reset()
    return None


def _wait(factor: SecondFactor) -> DomainError | None:
    is_allowed, why = factor.verify_is_allowed()
    if is_allowed:
        return None
    last: datetime = factor.throttling_failure_timestamp
    seconds = ceil((why["locked_until"] - last).total_seconds())
    msg = gettext("Too many wrong codes. Wait %(seconds)s seconds, then try the next code.") % {
        "seconds": seconds
    }
    return TooManyCodesError(msg, field="code")


def _new_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    raw = [base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode() for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(one)) for one in raw)
    return ["-".join(re.findall("....", one)).lower() for one in raw]


def _digest(code: str) -> bytes:
    """80 random bits need no slow hash: there is nothing to guess."""
    return hashlib.sha256(code.upper().encode()).digest()


def _forget(user: User) -> None:
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
