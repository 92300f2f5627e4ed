"""Who speaks for applications: they themselves, numbers learnt, and their rows in the book."""

import polars as pl
from psycopg import sql

from agencyhub.imports.engine import frames
from commissions.matching import deciding, rows
from commissions.matching.fields import BY_ALIAS, BY_BOOK, OWN
from commissions.matching.rows import NUMBERS, RAW, Names
from commissions.models import BookLink, NumberAlias
from commissions.services.refreshing import reading

_ALIASES = {"id": pl.Int64, "carrier": pl.Int64, NUMBERS[0]: pl.String}
_LINKS = {"application": pl.Int64, "row": pl.Int64}
_REPLACED = ["carrier", *NUMBERS]


def own(raw: pl.DataFrame, names: Names) -> pl.DataFrame:
    """Applications as they speak for themselves, once more for every number that was learnt."""
    learnt = frames.fetch(
        sql.SQL("SELECT application_id, carrier_id, number_key FROM {}").format(
            sql.Identifier(NumberAlias._meta.db_table)
        ),
        _ALIASES,
    )
    blank = [pl.lit(None, RAW[one]).alias(one) for one in NUMBERS[1:]]
    known = learnt.with_columns(blank).join(raw.drop(_REPLACED), on="id").select(raw.columns)
    both = rows.normal(pl.concat([raw, known]), names)
    via = pl.when(pl.int_range(pl.len()) < raw.height).then(OWN).otherwise(BY_ALIAS)
    return both.with_columns(pl.col("id").alias("application"), via.cast(pl.Int8).alias("via"))


def with_books(own: pl.DataFrame, books: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Let book rows speak as well: for the applications that they are linked to, else for nobody's.

    ``links`` has ``application`` and ``row``. A linked policy ends when the book says so. Where the
    application says no number, it has the book's: a line with another one is another policy's.
    """
    listed = books.join(links, left_on="id", right_on="row", how="left", maintain_order="left")
    spoken = listed.with_columns(
        pl.coalesce("application", -pl.col("id")).alias("application"),
        pl.lit(BY_BOOK, pl.Int8).alias("via"),
    ).select(own.columns)
    told = listed.select("application", pl.col("end", "number_text").name.prefix("listed_"))
    known = own.join(told, on="application", how="left", maintain_order="left").with_columns(
        pl.coalesce("listed_end", "end").alias("end"),
        pl.coalesce("number_text", "listed_number_text").alias("number_text"),
    )
    return pl.concat([known.select(own.columns), spoken])


def linked(applications: pl.Series, books: pl.Series) -> pl.DataFrame:
    """The links as they are kept, of these applications and of these book rows."""
    parts = [
        sql.SQL(
            "SELECT application_id, book_row_id FROM {} WHERE state = {} AND {} = ANY({})"
        ).format(
            sql.Identifier(BookLink._meta.db_table),
            sql.Literal(deciding.LINKED),
            sql.Identifier(column),
            reading.array(keys),
        )
        for column, keys in (("application_id", applications), ("book_row_id", books))
    ]
    return frames.fetch(sql.SQL(" UNION ").join(parts), _LINKS)


def suggested() -> pl.DataFrame:
    """The book rows that are suggested, as they are kept: a few of everything."""
    query = sql.SQL("SELECT application_id, book_row_id FROM {} WHERE state <> {}").format(
        sql.Identifier(BookLink._meta.db_table), sql.Literal(deciding.LINKED)
    )
    return frames.fetch(query, _LINKS)


def read(*, applications: pl.Series, books: pl.Series, names: Names) -> pl.DataFrame:
    """Everybody who speaks for applications, or for book rows, as links are kept now."""
    links = linked(applications, books)
    applications = pl.concat([applications, links["application"]]).unique()
    links = pl.concat([links, linked(links["application"], books.clear())]).unique()
    books = pl.concat([books, links["row"]]).unique()
    subjects = own(reading.read(reading.Kind.APPLICATION, applications), names)
    listed = rows.normal(reading.read(reading.Kind.BOOK_ROW, books), names)
    return with_books(subjects, listed, links)
