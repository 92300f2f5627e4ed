"""Since when a carrier is a Premier Partner: said, corrected, taken back."""

from collections.abc import Collection
from datetime import datetime

import polars as pl
from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext

from agencyhub.lib.errors import DomainError
from policies.models import Policy, PremierTerm, Standing, Told
from policies.services import payments, risks, statements
from policies.services.finding import Found
from policies.services.statements import Teller

OVERLAPS = "carrier_has_one_premier_term_at_a_time"
_POLICY = ("pk", "effective_date", "coverage_type_id", "status_id", "termination_date")
_SCHEMA = {
    "policy_id": pl.Int64, "effective_date": pl.Date, "coverage_type_id": pl.Int64,
    "status_id": pl.Int64, "termination_date": pl.Date,
}  # fmt: skip


class TermsOverlapError(DomainError):
    """The carrier is a Premier Partner on some of these days already."""

    code = "premier_terms_overlap"


class TermEndsFirstError(DomainError):
    """The last day is before the first one."""

    code = "premier_term_ends_first"


@transaction.atomic
def save_term(*, term: PremierTerm, at: datetime) -> PremierTerm:
    """Store a new or a changed term. What was promised anew counts for what was told already.

    Raises:
        TermEndsFirstError: it ends before it begins.
        TermsOverlapError: another term of the carrier holds on some of its days.
    """
    if term.end_date is not None and term.end_date < term.start_date:
        msg = gettext("The last day is before the first one.")
        raise TermEndsFirstError(msg, field="end_date")
    statements.lock(term.carrier_id)
    _refuse_overlap(term)
    try:
        with transaction.atomic():
            term.save()
    except IntegrityError as error:
        if OVERLAPS not in str(error):
            raise
        msg = gettext("Another term of this carrier holds on some of these days.")
        raise TermsOverlapError(msg, field="start_date") from error
    renew(term.carrier_id, at=at)
    return term


@transaction.atomic
def remove_term(*, term: PremierTerm, at: datetime) -> None:
    """Take back that a carrier was a Premier Partner; what it told stays, and promises nothing."""
    statements.lock(term.carrier_id)
    term.delete()
    renew(term.carrier_id, at=at)


def _refuse_overlap(term: PremierTerm) -> None:
    others = PremierTerm.objects.filter(carrier=term.carrier_id).exclude(pk=term.pk)
    for other in others.order_by("start_date", "pk"):
        begins_later = term.end_date is not None and other.start_date > term.end_date
        has_ended = other.end_date is not None and other.end_date < term.start_date
        if begins_later or has_ended:
            continue
        first = date_format(other.start_date, "m/d/Y")
        if other.end_date is None:
            msg = gettext("The term since %(first)s has no end yet. Give it one first.")
            raise TermsOverlapError(msg % {"first": first}, field="start_date")
        msg = gettext("The term from %(first)s to %(last)s holds on some of these days.")
        last = date_format(other.end_date, "m/d/Y")
        raise TermsOverlapError(msg % {"first": first, "last": last}, field="start_date")


def renew(carrier_id: int, *, at: datetime, policy_ids: Collection[int] | None = None) -> None:
    """Derive where the carrier's policies stand, or some of them, by what is known now.

    The caller holds the carrier's lock.
    """
    told = Standing.objects.filter(policy__carrier=carrier_id).values("policy")
    if policy_ids is not None:
        told = told.filter(policy__in=policy_ids)
    rows = Policy.objects.filter(pk__in=told).order_by("pk").values_list(*_POLICY)
    policies = pl.DataFrame(list(rows), schema=_SCHEMA, orient="row")
    if not policies.height:
        return
    nothing = payments.whole(pl.DataFrame(schema=payments.ROWS))
    nothing = nothing.with_columns(policy_id=pl.lit(None, pl.Int64))
    found = Found(nothing, nothing, policies)
    payments.write(found, Teller(Told.Source.FILE, at), carrier_id=carrier_id)
    # Whether payments are told monthly decides about risks, too.
    risks.refresh(policy_ids=policies["policy_id"].to_list(), at=at)
