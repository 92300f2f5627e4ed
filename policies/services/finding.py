"""Which policies of a carrier the rows of its statements mean."""

from dataclasses import dataclass

import polars as pl
from psycopg import sql

from agencyhub.imports.engine import frames
from policies.models import Policy

_COLUMNS = sql.SQL(
    "k.number, p.id, p.status_id, p.coverage_type_id, p.effective_date, p.termination_date"
)
# By the unique index of numbers, which knows no blank ones.
_SAME = sql.SQL(
    "SELECT {columns} FROM unnest({numbers}::text[]) AS k (number)"
    " JOIN policies_policy AS p ON p.policy_number = k.number AND p.carrier_id = {carrier}"
    " WHERE p.policy_number <> ''"
)
# Keys are computed by the database, as those of the index are.
_ALIKE = sql.SQL(
    "SELECT {columns} FROM (SELECT number, ltrim(name_key(number), '0') AS key"
    " FROM unnest({numbers}::text[]) AS number) AS k"
    " JOIN policies_policy AS p"
    " ON ltrim(name_key(p.policy_number), '0') = k.key AND p.carrier_id = {carrier}"
    " WHERE k.key <> ''"
)
_FOUND = {
    "number": pl.String, "policy_id": pl.Int64, "status_id": pl.Int64, "coverage_type_id": pl.Int64,
    "effective_date": pl.Date, "termination_date": pl.Date,
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """Rows with the ``policy_id`` that they mean, rows of policies that nobody knows (or of which
    there are two), and what matters of the policies."""

    rows: pl.DataFrame
    unknown: pl.DataFrame
    policies: pl.DataFrame


def find(rows: pl.DataFrame, *, carrier_id: int) -> Found:
    """Find the policies of rows: by number, else by member ID where that is the number here.

    Zeros in front, dashes, spaces and case do not matter, unless two policies differ in nothing
    else.
    """
    by_number = _by_number(rows["policy_number"], carrier_id)
    numbers = by_number.select("number", "policy_id")
    found = rows.join(numbers, left_on="policy_number", right_on="number", how="left")
    is_found = pl.col("policy_id").is_not_null()
    rest = found.filter(~is_found).drop("policy_id")
    by_member = _by_number(rest["member_id"], carrier_id)
    members = by_member.select("number", "policy_id")
    rest = rest.join(members, left_on="member_id", right_on="number", how="left")
    named = pl.concat([found.filter(is_found), rest.filter(is_found)])
    policies = pl.concat([by_number, by_member]).drop("number")
    return Found(
        rows=named,
        unknown=rest.filter(~is_found),
        policies=policies.unique("policy_id").join(named, on="policy_id", how="semi"),
    )


def of_policy(rows: pl.DataFrame, policy: Policy) -> Found:
    """Rows of one policy that is known."""
    columns = [name for name in _FOUND if name not in ("number", "policy_id")]
    about = {"policy_id": policy.pk, **{name: getattr(policy, name) for name in columns}}
    schema = {name: dtype for name, dtype in _FOUND.items() if name in about}
    named = rows.with_columns(policy_id=pl.lit(policy.pk, pl.Int64))
    return Found(named, named.clear(), pl.DataFrame([about], schema=schema))


def _by_number(numbers: pl.Series, carrier_id: int) -> pl.DataFrame:
    """The policy of each number that one has: the very number, else the only one like it."""
    wanted = numbers.drop_nulls().unique()
    same = _ask(_SAME, wanted, carrier_id)
    alike = _ask(_ALIKE, wanted.filter(~wanted.is_in(same["number"].implode())), carrier_id)
    return pl.concat([same, alike.filter(pl.len().over("number") == 1)])


def _ask(query: sql.SQL, numbers: pl.Series, carrier_id: int) -> pl.DataFrame:
    if not len(numbers):
        return pl.DataFrame(schema=_FOUND)
    texts = '"' + numbers.str.replace_all(r'(["\\])', r"\${1}") + '"'
    array = sql.Literal("{" + ",".join(texts) + "}")
    asked = query.format(columns=_COLUMNS, numbers=array, carrier=sql.Literal(carrier_id))
    return frames.fetch(asked, _FOUND)
