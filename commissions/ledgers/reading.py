"""What follows from the cells of a carrier's row: who, which plan, which agent. By columns."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from agencyhub.imports.types.base import Context
from agencyhub.lib.reading.totals import LABEL
from agencyhub.lib.states import CODES, CODES_BY_NAME
from commissions.lines import read_line
from commissions.names import SUFFIXES, Name, read_name
from commissions.services.agents import Agents

WHOLE_ROW = ""
NUMBERS = ("member_id", "policy_number", "application_number", "mbi")
PLAIN_LAST_FIRST = r"^([^,]+?)\s*,\s*([^\s,.]+)(?:\s+([^,.]+?))?$"
PLAN_ID = r"(?:^|[^A-Za-z0-9])([HRSE]\d{4})[-_ ]?(\d{3})(?:[-_ ]?(\d{1,3}))?(?:$|[^A-Za-z0-9])"
CONTRACT = r"^[A-Z]\d{4}$"
# Plans say their kind behind their name: "Aetna Medicare Choice (PPO)".
IN_BRACKETS = r"\(([^()]+)\)[^()]*$"
Columns = dict[str, pl.Series]


def column(typed: pl.DataFrame, key: str, dtype: Any = pl.String) -> pl.Series:
    """A column of rows, blank where the file does not have it."""
    if key in typed.columns:
        return typed[key]
    return pl.Series(key, [None], dtype=dtype).new_from_index(0, typed.height)


def by_distinct(
    frame: pl.DataFrame, answer: Callable[..., Any], *, dtype: Any = pl.String
) -> pl.Series:
    """Ask for every distinct row of a frame once, whatever the number of rows."""
    distinct = frame.unique(maintain_order=True)
    answers = [answer(*row) for row in distinct.iter_rows()]
    found = distinct.with_columns(pl.Series("answer", answers, dtype=dtype))
    names = frame.columns
    return frame.join(found, on=names, how="left", maintain_order="left", nulls_equal=True)[
        "answer"
    ]


def insured(typed: pl.DataFrame, context: Context) -> Columns:
    """The columns that book rows and commission lines have in common."""
    found = _names(typed)
    found |= _carrier(typed, context)
    found |= _agent(typed, context, found["carrier_id"])
    plan_id = _plan_id(typed)
    found["plan_id"] = plan_id
    found["business_line"] = _line(typed, plan_id)
    found["state"] = _state(column(typed, "state"))
    found["zip_code"] = column(typed, "zip_code").str.extract(r"^(\d{5})(?:-?\d{4})?$", 1)
    source = context.options.get("import_id")
    found["source_id"] = pl.repeat(source, typed.height, dtype=pl.Int64, eager=True)
    return {key: values.alias(key) for key, values in found.items()}


def nobody(typed: pl.DataFrame, found: Mapping[str, pl.Series]) -> pl.Series:
    """Whether rows name nobody."""
    told = [column(typed, key) for key in NUMBERS] + [found["last_name"], found["first_name"]]
    frame = pl.DataFrame([one.alias(str(at)) for at, one in enumerate(told)])
    return frame.select(pl.all_horizontal(pl.all().is_null())).to_series()


def sums_up(typed: pl.DataFrame, keys: Sequence[str]) -> pl.Series:
    """Whether rows between the others sum them up: words such as "Total" stand where names do."""
    frame = pl.DataFrame([column(typed, key).alias(key) for key in keys])
    texts = pl.concat_list(pl.all()).list.drop_nulls()
    words = frame.select(
        pl.when(texts.list.len() == 1).then(texts.list.first()).alias("words")
    ).to_series()
    suspects = words.drop_nulls().unique()
    labels = [one for one in suspects.to_list() if LABEL.match(one)]
    return words.is_in(labels).fill_null(value=False)


def reasons(*judged: tuple[pl.Series, str]) -> dict[str, pl.Series]:
    """Errors of whole rows: the first reason that holds counts."""
    words = pl.coalesce(
        *(pl.when(pl.lit(is_so)).then(pl.lit(text)).otherwise(None) for is_so, text in judged)
    )
    return {WHOLE_ROW: pl.select(words.alias("words")).to_series()}


def _names(typed: pl.DataFrame) -> Columns:
    """First, middle, last name and suffix: as they are, else taken from the full name."""
    full, turned = column(typed, "full_name"), column(typed, "last_first_name")
    parts = {key: column(typed, key) for key in ("first_name", "middle_name", "last_name")}
    parts["suffix"] = column(typed, "suffix")
    if full.is_not_null().any() or turned.is_not_null().any():
        whole = full.fill_null(turned)
        read = _taken_apart(whole, turned.is_not_null())
        lacks = parts["last_name"].is_null() & parts["first_name"].is_null()
        parts = {key: read[key].zip_with(lacks, parts[key]) for key in parts}
    return parts


def _taken_apart(names: pl.Series, is_turned: pl.Series) -> pl.DataFrame:
    """Full names by their parts: the usual ones by a pattern, the others one by one."""
    ends = "|".join(SUFFIXES)
    groups = names.to_frame("name").select(
        found=pl.when(~pl.col("name").str.contains(rf"(?i)[\s,](?:{ends})\.?\s*(?:,|$)")).then(
            pl.col("name").str.extract_groups(PLAIN_LAST_FIRST)
        )
    )
    part = lambda number: pl.col("found").struct.field(str(number))  # noqa: E731
    usual = groups.select(
        first_name=part(2).str.strip_chars(),
        middle_name=part(3).str.strip_chars(),
        last_name=part(1).str.strip_chars(),
        suffix=pl.lit(None, pl.String),
    )
    odd = names.is_not_null() & usual["last_name"].is_null()
    if not odd.any():
        return usual
    asked = pl.DataFrame({"name": names, "turned": is_turned}).filter(odd)
    read = [
        read_name(name, is_last_first=turned) if name else Name() for name, turned in asked.rows()
    ]
    schema = ("first_name", "middle_name", "last_name", "suffix")
    rows = [(one.first, one.middle, one.last, one.suffix) for one in read]
    values = pl.DataFrame(rows, schema=dict.fromkeys(schema, pl.String), orient="row")
    places = odd.arg_true()
    return usual.with_columns(
        usual[key].scatter(places, values[key].replace("", None)) for key in schema
    )


def _carrier(typed: pl.DataFrame, context: Context) -> Columns:
    options = context.options
    known = pl.repeat(options.get("carrier_id"), typed.height, dtype=pl.Int64, eager=True)
    name = pl.repeat(options.get("carrier_name"), typed.height, dtype=pl.String, eager=True)
    own = column(typed, "carrier", pl.Int64)
    return {
        "carrier_id": own.fill_null(known),
        "carrier_name": name.set(own.is_not_null(), None),
    }


def _agent(typed: pl.DataFrame, context: Context, carrier: pl.Series) -> Columns:
    given = column(typed, "agent_name")
    first, last = column(typed, "agent_first_name"), column(typed, "agent_last_name")
    both = pl.DataFrame({"f": first, "l": last}).select(
        pl.concat_str("f", "l", separator=" ", ignore_nulls=True).replace("", None)
    )
    name = given.fill_null(both.to_series())
    npn = column(typed, "agent_npn").str.replace_all(r"\D", "").str.strip_chars_start("0")
    npn = npn.replace("", None)
    npn = npn.set((npn.str.len_chars() > 10).fill_null(value=False), None)  # noqa: PLR2004 - an NPN
    frame = pl.DataFrame(
        {"carrier": carrier, "npn": npn, "number": column(typed, "agent_number"), "name": name}
    )
    with context.lock:
        agents: Agents = context.kept.get(Agents) or context.kept.setdefault(Agents, Agents.open())

    def find(carrier_id: int | None, *words: str | None) -> int | None:
        npn, number, text = (one or "" for one in words)
        return agents.find(carrier_id=carrier_id, npn=npn, number=number, name=text)

    return {
        "agent_id": by_distinct(frame, find, dtype=pl.Int64),
        "agent_name": name,
        "agent_npn": npn,
    }


def _plan_id(typed: pl.DataFrame) -> pl.Series:
    """CMS plan IDs one way, H5216-001-000, from the columns or texts that have them."""
    contract = column(typed, "contract").str.to_uppercase()
    pbp = column(typed, "pbp").str.extract(r"^(\d{1,3})$", 1).str.zfill(3)
    segment = column(typed, "segment").str.extract(r"^(\d{1,3})$", 1).str.zfill(3)
    frame = pl.DataFrame({"contract": contract, "pbp": pbp, "segment": segment.fill_null("000")})
    apart = frame.select(
        pl.when(pl.col("contract").str.contains(CONTRACT)).then(
            pl.concat_str("contract", "pbp", "segment", separator="-")
        )
    ).to_series()
    code = column(typed, "plan_code")
    for text in (column(typed, "contract"), code, column(typed, "plan_name")):
        if apart.is_null().any() and text.is_not_null().any():
            apart = apart.fill_null(_plan_id_in(text))
    return apart.fill_null(code.str.slice(0, 40))


def _plan_id_in(texts: pl.Series) -> pl.Series:
    found = texts.str.to_uppercase().str.extract_groups(PLAN_ID).to_frame("found")
    part = lambda number: pl.col("found").struct.field(str(number))  # noqa: E731
    segment = part(3).str.zfill(3).fill_null("000")
    return found.select(pl.concat_str(part(1), part(2), segment, separator="-")).to_series()


def _line(typed: pl.DataFrame, plan_id: pl.Series) -> pl.Series:
    """The line, by the carrier's words for the plan, its name, else its contract."""
    contract = plan_id.str.slice(0, 6)
    line = _read_lines(column(typed, "product"), contract)
    names = column(typed, "plan_name")
    for words in (names, names.str.extract(IN_BRACKETS, 1)):
        unclear = line.is_null() | (line == "other")
        if not unclear.any() or words.is_null().all():
            continue
        named = _read_lines(words, contract)
        better = unclear & (named != "other").fill_null(value=False)
        line = named.zip_with(better, line)
    return line


def _read_lines(words: pl.Series, contract: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"words": words, "plan": contract})
    return by_distinct(frame, lambda text, plan: read_line(text or "", plan or "") or None)


def _state(texts: pl.Series) -> pl.Series:
    upper = texts.str.to_uppercase()
    words = {name.upper(): code for name, code in CODES_BY_NAME.items()} | {c: c for c in CODES}
    return upper.replace_strict(
        list(words), list(words.values()), default=None, return_dtype=pl.String
    )
