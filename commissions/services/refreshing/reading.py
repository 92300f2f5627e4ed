"""Reading rows for comparison: by ``COPY``, all of them or some."""

from collections.abc import Iterable

import polars as pl
from psycopg import sql

from agencyhub.imports.engine import frames
from commissions.matching.rows import RAW
from commissions.models import Application, BookRow, CommissionLine, Line, MatchChange
from policies.models import Carrier

Kind = MatchChange.Kind
_TABLES = {
    Kind.APPLICATION: Application._meta.db_table,
    Kind.BOOK_ROW: BookRow._meta.db_table,
    Kind.LINE: CommissionLine._meta.db_table,
}
_COMMON = """
    t.id, t.carrier_id, coalesce(c.name, nullif(t.carrier_name, '')), t.agent_id,
    nullif(t.agent_npn, ''), nullif(t.first_name, ''), nullif(t.last_name, ''),
    nullif(t.suffix, ''), t.date_of_birth - '1970-01-01', nullif(left(t.zip_code, 5), ''),
    nullif(t.line, ''), nullif(t.plan_id, ''), nullif(t.policy_key, '')
"""
_REST = """
    ('x' || encode(substr(t.mbi_index, 1, 8), 'hex'))::bit(64)::bigint, nullif(t.mbi_tail, ''),
    t.effective_date - '1970-01-01'
"""
_OWN = {
    Kind.APPLICATION: ("t.confirmation_number, t.external_id", "NULL::int, NULL::int"),
    Kind.BOOK_ROW: (
        "t.member_id, t.application_number", "t.termination_date - '1970-01-01', NULL::int",
    ),
    Kind.LINE: ("t.member_id, t.application_number", "NULL::int, t.payment_period - '1970-01-01'"),
}  # fmt: skip
_QUERY = (
    "SELECT {common}, {numbers}, {rest}, {own} FROM {table} AS t"
    " LEFT JOIN {carriers} AS c ON c.id = t.carrier_id WHERE {which}"
)
# A number as ``policies.numbers.number_key`` writes it; these have no column of keys.
_KEYED = ("number_2", "number_3")


def array(keys: Iterable[int]) -> sql.Composable:
    """Keys as PostgreSQL reads an array, in one piece: number by number takes ten times as long."""
    return sql.SQL("{}::bigint[]").format(sql.Literal(f"{{{','.join(map(str, keys))}}}"))


def read(kind: int, ids: Iterable[int] | None = None) -> pl.DataFrame:
    """The rows of a kind as they are compared.

    Left out are those with an unsupported line, and lines that a rewritten statement has no more.
    """
    numbers, own = _OWN[Kind(kind)]
    which = sql.SQL("t.line <> {}").format(sql.Literal(Line.OTHER))
    if kind == Kind.LINE:
        which += sql.SQL(" AND t.superseded_at IS NULL")
    if ids is not None:
        which += sql.SQL(" AND t.id = ANY({})").format(array(ids))
    query = sql.SQL(_QUERY).format(
        common=sql.SQL(_COMMON),
        numbers=sql.SQL(numbers),
        rest=sql.SQL(_REST),
        own=sql.SQL(own),
        table=sql.Identifier(_TABLES[Kind(kind)]),
        carriers=sql.Identifier(Carrier._meta.db_table),
        which=which,
    )
    raw = frames.fetch(query, RAW)
    return raw.with_columns(_number_key(pl.col(one)).alias(one) for one in _KEYED)


def _number_key(text: pl.Expr) -> pl.Expr:
    key = text.str.to_lowercase().str.replace_all(r"[^a-z0-9]", "").str.strip_chars_start("0")
    return pl.when(key != "").then(key)
