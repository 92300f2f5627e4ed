"""What became of policies at risk, as people say it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from policies.models import Risk, Standing
from policies.services import risks


class ClosedMeanwhileError(DomainError):
    """Somebody else said what became of it, or it passed by itself."""

    code = "closed_meanwhile"


class NotReopenedError(DomainError):
    """The risk is not the user's to take back, or something newer stands in its place."""

    code = "not_reopened"


def log_outcome(*, risk_id: int, outcome: str, why: str, user: User, at: datetime) -> Risk:
    """Say that a policy at risk is saved or lost, and why.

    Raises:
        ClosedMeanwhileError: it is closed already.
    """
    with _act(gettext_noop("Outcome of a policy at risk"), risk_id, user=user) as (one, batch):
        if one.closed_at is not None:
            msg = _("This was closed meanwhile: %s. Nothing was changed.")
            raise ClosedMeanwhileError(msg % one.get_outcome_display().lower())
        one.outcome, one.outcome_reason = outcome, why
        one.closed_by, one.closed_at = user, at
        one.save(update_fields=["outcome", "outcome_reason", "closed_by", "closed_at"])
        _note(one, batch, f"At risk: logged as {outcome}", reasons=[why] if why else [])
    return one


def explain(*, risk_id: int, why: str, user: User) -> Risk:
    """Say why, after the outcome.

    Raises:
        NotReopenedError: somebody else's outcome.
    """
    with _act(gettext_noop("Why a policy at risk was saved or lost"), risk_id, user=user) as (
        one,
        batch,
    ):
        _own(one, user)
        one.outcome_reason = why
        one.save(update_fields=["outcome_reason"])
        _note(one, batch, f"At risk: why it is {one.outcome}", reasons=[why] if why else [])
    return one


def reopen(*, risk_id: int, user: User, at: datetime) -> Risk:
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


@contextmanager
def _act(summary: str, risk_id: int, *, user: User) -> Iterator[tuple[Risk, Batch]]:
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


def _own(one: Risk, user: User) -> None:
    if one.closed_by_id != user.pk:
        raise NotReopenedError(_("Only who said what became of it can change that."))
