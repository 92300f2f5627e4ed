"""Policies whose ledgers are alike: what of a policy its ledger does not depend on is left out.

Pure. Most policies of an agency differ in nothing that their pay asks for, so that a ledger worked
out for one is the ledger of thousands.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from commissions.expected import months
from commissions.expected.rates import is_begun_with_part_b
from commissions.expected.types import CMS, INITIAL, PREMIUM, UNKNOWN, Coverage, Rate, Term

ANY_STATE = "*"
"""Stands for every state without a rate of its own."""


def plain(
    coverage: Coverage, rates: Sequence[Rate], terms: Sequence[Term], *, since: date
) -> Coverage:
    """The coverage without what makes no difference to the rows of its ledger.

    ``since`` is the first month of ledgers. The steps of "why this amount?" may read otherwise.
    """
    own_terms = [one for one in terms if one.line == coverage.line]
    bases = {one.basis for one in own_terms}
    if PREMIUM not in bases:
        coverage = replace(coverage, premium=None)
    if coverage.last is not None and coverage.last < since:
        coverage = replace(coverage, last=since - timedelta(days=1))
    if coverage.first < since:
        coverage = _begun_before(coverage, own_terms, since)
    if CMS not in bases:
        return replace(_of_unknown_past(coverage), state="")
    own = {one.state for one in rates if one.line == coverage.line}
    is_like_others = bool(coverage.state) and coverage.state not in own
    return replace(
        coverage,
        state=ANY_STATE if is_like_others else coverage.state,
        part_b=coverage.first if is_begun_with_part_b(coverage) else None,
        paid_as=INITIAL if coverage.paid_as == INITIAL else "",
    )


def _begun_before(coverage: Coverage, terms: Sequence[Term], since: date) -> Coverage:
    """Its first year lies before the ledger: only how long it lasts may matter to its pay."""
    counts_years = any(one.basis == PREMIUM or one.pays_years is not None for one in terms)
    first = months.first(coverage.first) if counts_years else months.add(since, -1)
    return replace(_of_unknown_past(coverage), first=first)


def _of_unknown_past(coverage: Coverage) -> Coverage:
    return replace(coverage, is_new_to_medicare=None, part_b=None, before=UNKNOWN, paid_as="")
