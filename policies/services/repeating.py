"""What a carrier says of a policy once more, word for word: only the moment of its standing moves.

That is what a day's statement is for nearly all policies, and months need not be compared for it:
the standing keeps a digest of what was said last. It is kept only where that statement said all the
newest months of the policy and nothing else is of its moment. Then saying it again leaves every
order between the policy's statements as it was, and what follows from them as well. Payments keep
the moment of their first telling until something else about the policy is to be written; the
standing says which those are, and by whom they were told last.
"""

from dataclasses import dataclass, field
from datetime import datetime

import polars as pl
from django.conf import settings
from django.db import connection
from psycopg import sql

from agencyhub.imports.engine import frames
from policies import standing
from policies.selectors import premier
from policies.services.finding import Found
from policies.services.statements import SAID, Judged, Teller, listed
from policies.standing import MOMENT

# Told at so many pairs of moments before and now; other policies are compared month by month.
MOST = 8
_SEED = 19
_WON = ("new", "changed", "repeated", "same")
_SAYS = ("month", "is_binder", *SAID, "policy_status", "policy_status_id", "termination_date")
# Moments of what is told of policies themselves, and what is told.
_WORDS = {
    "carrier_status_as_of": ("carrier_status",),
    "applied_as_of": ("applied_status", "applied_termination_date"),
}
_DERIVED_FROM = ("effective_date", "coverage_type_id")
_STORED = sql.SQL(
    "SELECT s.policy_id, s.digest, (date_part('epoch', s.as_of) * 1e6)::bigint,"
    " (date_part('epoch', s.stale_at) * 1e6)::bigint FROM policies_standing AS s"
    " WHERE s.policy_id = ANY ({ids}::bigint[]) ORDER BY s.policy_id FOR NO KEY UPDATE"
)
_STORED_AS = {
    "policy_id": pl.Int64, "digest": pl.Int64, "as_of": pl.Int64, "stale_at": pl.Int64,
}  # fmt: skip
_MOVE = sql.SQL(
    "UPDATE policies_standing SET as_of = %(now)s, stale_at = %(stale_at)s, source = %(source)s,"
    " said_as_of = COALESCE(said_as_of, as_of), told_at = %(told_at)s,"
    " message_id = %(message_id)s, import_id = %(import_id)s,"
    " carrier_status_as_of ="
    " CASE carrier_status_as_of WHEN as_of THEN %(now)s ELSE carrier_status_as_of END,"
    " applied_as_of = CASE applied_as_of WHEN as_of THEN %(now)s ELSE applied_as_of END"
    " WHERE policy_id = ANY ({ids}::bigint[])"
)
_SETTLE = sql.SQL(
    "UPDATE policies_payment AS p SET as_of = s.as_of, source = s.source, told_at = s.told_at,"
    " message_id = s.message_id, import_id = s.import_id, user_id = NULL"
    " FROM policies_standing AS s WHERE s.policy_id = ANY ({ids}::bigint[])"
    " AND p.policy_id = s.policy_id AND p.as_of = s.said_as_of"
)
_IS_SETTLED = sql.SQL(
    "UPDATE policies_standing SET said_as_of = NULL, told_at = NULL, message_id = NULL,"
    " import_id = NULL WHERE policy_id = ANY ({ids}::bigint[]) AND said_as_of IS NOT NULL"
)


@dataclass(frozen=True)
class Repeated:
    """How many payments were said again, and the policies that were stale until then."""

    payments: int = 0
    policy_ids: list[int] = field(default_factory=list)


def digests(found: Found, grace: pl.DataFrame) -> pl.DataFrame:
    """Of each policy: a digest of what is said of it, its moment (if there is one), and of how many
    payments. Whatever else the standing is derived from is in the digest, too."""
    rules = grace.hash_rows(_SEED).sum() if grace.height else 0
    of_policies = (
        found.rows.select("policy_id", "as_of", "status")
        .with_columns(said=found.rows.select(_SAYS).hash_rows(_SEED))
        .group_by("policy_id")
        .agg(
            said=pl.col("said").sum(),
            as_of=pl.col("as_of").max(),
            is_one=pl.col("as_of").min() == pl.col("as_of").max(),
            told=pl.col("status").is_not_null().sum(),
        )
        .join(found.policies.select("policy_id", *_DERIVED_FROM), on="policy_id")
    )
    content = of_policies.select("said", *_DERIVED_FROM, rules=pl.lit(rules, pl.UInt64))
    return of_policies.select(
        "policy_id", "as_of", "is_one", "told",
        digest=content.hash_rows(_SEED).reinterpret(signed=True),
    )  # fmt: skip


def take(
    found: Found, told: pl.DataFrame, teller: Teller, *, carrier_id: int
) -> tuple[Found, Repeated]:
    """Move the moments of policies of which the same is said again; answer with the other rows.

    ``told`` are the ``digests`` of ``found``. Standings of all of its policies are locked, in the
    order in which everybody locks them. What a person says is one payment, and compared.
    """
    stale_at = standing.stale_at(premier.promises_of(carrier_id), settings.TIME_ZONE)
    known = told.with_columns(stale_at=stale_at).join(
        _stored(found.policies["policy_id"]), on=("policy_id", "digest"), suffix="_was"
    )
    known = known.filter(pl.col("is_one") & (teller.user_id is None))
    is_newer = pl.col("as_of") > pl.col("as_of_was")
    pairs = known.filter(is_newer).group_by("as_of", "as_of_was", "stale_at").agg(
        pl.col("policy_id").sort(), number=pl.len()
    ).sort("number", descending=True)  # fmt: skip
    moves = pairs.head(MOST).select("as_of", "stale_at", "policy_id")
    for now, until, ids in moves.iter_rows():
        _move(pl.Series(ids), now=now, until=until, teller=teller)
    moved = moves.explode("policy_id")
    is_same = (pl.col("as_of") == pl.col("as_of_was")) & pl.col("stale_at").eq_missing(
        pl.col("stale_at_was")
    )
    done = known.filter(
        is_same.fill_null(value=False) | pl.col("policy_id").is_in(moved["policy_id"].implode())
    )
    rest = Found(
        rows=found.rows.join(done, on="policy_id", how="anti"),
        unknown=found.unknown,
        policies=found.policies.join(done, on="policy_id", how="anti"),
    )
    was_stale = done.filter(pl.col("stale_at_was") <= teller.at)["policy_id"].to_list()
    return rest, Repeated(int(done["told"].sum()), was_stale)


def _stored(policy_ids: pl.Series) -> pl.DataFrame:
    if not len(policy_ids):
        return pl.DataFrame(schema=_STORED_AS | {"as_of": MOMENT, "stale_at": MOMENT})
    found = frames.fetch(_STORED.format(ids=listed(policy_ids)), _STORED_AS)
    return found.with_columns(pl.col("as_of", "stale_at").cast(MOMENT))


def _move(ids: pl.Series, *, now: datetime, until: datetime | None, teller: Teller) -> None:
    values = {
        "now": now, "stale_at": until, "source": str(teller.source), "told_at": teller.at,
        "message_id": teller.message_id, "import_id": teller.import_id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_MOVE.format(ids=listed(ids)), values)


def settle(policy_ids: pl.Series) -> None:
    """Give payments the moment of which they were said again last, and who said it.

    For policies of which something else is to be written. The caller holds their carriers' locks.
    """
    ids = listed(policy_ids)
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE.format(ids=ids))
        cursor.execute(_IS_SETTLED.format(ids=ids))


def kept(beside: pl.DataFrame, told: pl.DataFrame, judged: Judged) -> pl.DataFrame:
    """Standings beside those before and what was told, each with the digest to keep of it.

    None where the statement did not say all that is newest: where payments of its moment are not
    those that it told, or words of the policy are of another statement. What it did not touch
    keeps the digest that it had.
    """
    payments, won = judged.payments, pl.concat(judged.of[kind] for kind in _WON)
    newest = payments.filter(pl.col("as_of") == pl.col("as_of").max().over("policy_id"))
    beside = (
        beside.rename({"digest": "digest_before"})
        .join(told.rename({"as_of": "moment"}), on="policy_id", how="left")
        .join(newest.group_by("policy_id").agg(newest=pl.len()), on="policy_id", how="left")
        .join(won.group_by("policy_id").agg(won=pl.len()), on="policy_id", how="left")
    )
    moment, number = pl.col("moment"), pl.col("told")
    is_whole = (
        pl.col("is_one") & (number > 0) & (number == pl.col("newest")) & (number == pl.col("won"))
    )
    is_of_it = (pl.col("as_of") == moment) & pl.all_horizontal(
        _is_of(moment, as_of, *words) for as_of, words in _WORDS.items()
    )
    is_untouched = pl.col("won").is_null() & pl.all_horizontal(
        pl.col(name).eq_missing(pl.col(f"{name}_before"))
        for as_of, words in _WORDS.items()
        for name in (as_of, *words)
    )
    return beside.with_columns(
        digest=pl.when((is_whole & is_of_it).fill_null(value=False))
        .then(pl.col("digest"))
        .when(is_untouched)
        .then(pl.col("digest_before"))
    )


def _is_of(moment: pl.Expr, as_of: str, *words: str) -> pl.Expr:
    """Whether words are the statement's, or of another moment if it has none."""
    is_told = pl.col(f"{as_of}_told").is_not_null()
    is_now = (pl.col(as_of) == moment).fill_null(value=False)
    is_equal = pl.all_horizontal(pl.col(f"{name}_told").eq_missing(pl.col(name)) for name in words)
    return pl.when(is_told).then(is_now & is_equal).otherwise(~is_now)
