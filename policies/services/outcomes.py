"""What became of policies at risk, as people say it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.lib.identifiers import ensure_no_identifier
from agencyhub.records import history
from agencyhub.records.models import Batch
from policies.models import Risk, Standing
from policies.risk import SAID
from policies.services import risks


class ClosedMeanwhileError(DomainError):
    """Somebody else said what became of it, or it passed by itself."""

    code = "closed_meanwhile"


class NotReopenedError(DomainError):
    """The risk is not the user's to take back, or something newer stands in its place."""

    code = "not_reopened"


class NoOutcomeError(DomainError):
    """A reason says why something was saved or lost: without that it says nothing."""

    code = "no_outcome"


def log_outcome(*, risk_id: int, outcome: str, why: str, user: User | None, at: datetime) -> Risk:
    """Say that a policy at risk is saved or lost, and why; without ``user`` the agency says so.

    Raises:
        HoldsIdentifierError: the reason is not to be kept.
        ClosedMeanwhileError: it is closed already.
    """
    ensure_no_identifier(why, field="outcome_reason")
    with _act(gettext_noop("Outcome of a policy at risk"), risk_id, user=user) as (one, batch):
        if one.closed_at is not None:
            msg = _("This was closed meanwhile: %s. Nothing was changed.")
            raise ClosedMeanwhileError(msg % one.get_outcome_display().lower())
        one.outcome, one.outcome_reason = outcome, why
        one.closed_by, one.closed_at = user, at
        one.save(update_fields=["outcome", "outcome_reason", "closed_by", "closed_at"])
        _note(one, batch, f"At risk: logged as {outcome}", reasons=[why] if why else [])
    return one


def explain(*, risk_id: int, why: str, user: User | None) -> Risk:
    """Say why, after the outcome.

    Raises:
        HoldsIdentifierError: the reason is not to be kept.
        NotReopenedError: somebody else's outcome.
    """
    ensure_no_identifier(why, field="outcome_reason")
    with _act(gettext_noop("Why a policy at risk was saved or lost"), risk_id, user=user) as (
        one,
        batch,
    ):
        _own(one, user)
        one.outcome_reason = why
        one.save(update_fields=["outcome_reason"])
        _note(one, batch, f"At risk: why it is {one.outcome}", reasons=[why] if why else [])
    return one


def reopen(*, risk_id: int, user: User | None, at: datetime) -> Risk:
    """Take the user's own outcome back; the policy is looked at again at once.

    Raises:
        NotReopenedError: somebody else's outcome, or the policy has a newer open risk.
    """
    with _act(gettext_noop("Outcome of a policy at risk taken back"), risk_id, user=user) as (
        one,
        batch,
    ):
        _own(one, user)
        standing = Standing.objects.filter(pk=one.policy_id).select_for_update(no_key=True)
        list(standing.values_list("pk"))  # a refresh holds it while it opens a risk
        if Risk.objects.open().filter(policy=one.policy_id).exists():
            msg = _("Newer statements have put this policy at risk again: it is on the board.")
            raise NotReopenedError(msg)
        one.outcome, one.outcome_reason, one.closed_by, one.closed_at = "", "", None, None
        one.save(update_fields=["outcome", "outcome_reason", "closed_by", "closed_at"])
        _note(one, batch, gettext_noop("At risk: outcome taken back"))
        risks.refresh(policy_ids=[one.policy_id], at=at)
    return one


def revise(*, risk_id: int, values: Mapping[str, Any], user: User | None, at: datetime) -> Risk:
    """Bring ``outcome`` and ``outcome_reason`` to what a script says; twice is once.

    A blank outcome takes the user's own back, and the reason with it.

    Raises:
        NoOutcomeError: a reason without an outcome.
        and what ``log_outcome``, ``explain`` and ``reopen`` raise.
    """
    one = Risk.objects.select_for_update(of=("self",)).get(pk=risk_id)
    outcome = values.get("outcome", one.outcome)
    why = values.get("outcome_reason", one.outcome_reason if outcome else "")
    if why and not outcome:
        msg = _("Say whether it is saved or lost as well, or leave the reason out.")
        raise NoOutcomeError(msg, field="outcome")
    if outcome == one.outcome:
        same = why == one.outcome_reason
        return one if same else explain(risk_id=risk_id, why=why, user=user)
    if not outcome:
        return reopen(risk_id=risk_id, user=user, at=at)
    return log_outcome(risk_id=risk_id, outcome=outcome, why=why, user=user, at=at)


@contextmanager
def _act(summary: str, risk_id: int, *, user: User | None) -> Iterator[tuple[Risk, Batch]]:
    words = f"{summary}: risk {risk_id}"
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=words) as batch:
        rows = Risk.objects.select_related("policy").select_for_update(of=("self",))
        yield rows.get(pk=risk_id), batch


def _note(one: Risk, batch: Batch, text: str, *, reasons: Sequence[str] = ()) -> None:
    """Write a line on the policy's timeline and on its subscriber's."""
    line = history.entry(
        batch=batch,
        record=one.policy,
        individual_id=one.policy.subscriber_id,
        text=text,
        reasons=reasons,
    )
    history.write(line)


def _own(one: Risk, user: User | None) -> None:
    """Refuse what somebody else said; what nobody in particular said is the agency's own."""
    if one.outcome not in SAID or one.closed_by_id != (user.pk if user else None):
        raise NotReopenedError(_("Only who said what became of it can change that."))
