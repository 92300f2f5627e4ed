"""Triggers that note what Refresh has to look at again, and take away links of rows that go.

A statement leaves one line for all that it added, and a line for each row that it changed.
"""
# ruff: noqa: S608 - the statements are made of constants

import pgtrigger

from agencyhub.records.triggers import MANY, NEW, OLD, planned_anew, unless_set

APPLICATION, BOOK_ROW, LINE = 1, 2, 3
CHANGES = "commissions_matchchange"
# Refresh itself says where it writes what it found.
MATCHING = "agencyhub.matching"
_INTO = f"INSERT INTO {CHANGES} (kind, first_id, last_id)"
_INSURED = (
    "carrier_id", "carrier_name", "agent_id", "agent_npn", "first_name", "middle_name", "last_name",
    "suffix", "date_of_birth", "state", "zip_code", "line", "plan_id", "policy_number",
    "effective_date", "premium", "mbi_index", "mbi_tail",
)  # fmt: skip
COLUMNS = {
    APPLICATION: (*_INSURED, "confirmation_number", "external_id"),
    BOOK_ROW: (
        *_INSURED, "member_id", "application_number", "termination_date", "status",
    ),
    LINE: (*_INSURED, "member_id", "application_number", "payment_period", "kind"),
}  # fmt: skip
# What a row of each kind is tied to: the table, how, and who has to be looked at again.
_TIES = {
    APPLICATION: [
        ("booklink", "tie.application_id = o.id", "book_row_id", BOOK_ROW),
        ("bookrival", "tie.application_id = o.id", "book_row_id", BOOK_ROW),
        ("linelink", "tie.application_id = o.id", "line_id", LINE),
        ("linerival", "tie.party = o.id", "line_id", LINE),
    ],
    BOOK_ROW: [
        ("booklink", "tie.book_row_id = o.id", "application_id", APPLICATION),
        ("bookrival", "tie.book_row_id = o.id", "application_id", APPLICATION),
        ("linerival", "tie.party = - o.id", "line_id", LINE),
    ],
    LINE: [("linelink", "tie.line_id = o.id", "application_id", APPLICATION)],
}


def noticed(kind: int) -> list[pgtrigger.Trigger]:
    """Triggers for the applications, the book rows or the commission lines."""
    was, now = (", ".join(f"{side}.{one}" for one in COLUMNS[kind]) for side in ("o", "n"))
    added = f"{_INTO} SELECT {kind}, min(id), max(id) FROM {NEW} HAVING count(*) > 0"
    changed = (
        f"{_INTO} SELECT {kind}, id, id FROM {OLD} AS o JOIN {NEW} AS n USING (id)"
        f" WHERE ({was}) IS DISTINCT FROM ({now})"
    )
    rival = f"DELETE FROM commissions_linerival AS tie USING {OLD} AS o WHERE tie.line_id = o.id"
    also = [rival] if kind == LINE else []
    gone = [
        f"WITH gone AS (DELETE FROM commissions_{table} AS tie USING {OLD} AS o"
        f" WHERE {how} RETURNING tie.{other})"
        f" {_INTO} SELECT DISTINCT {other_kind}, {other}, {other} FROM gone"
        for table, how, other, other_kind in _TIES[kind]
    ]
    return [
        _trigger("insert", pgtrigger.Insert, f"{added};", new=NEW),
        _trigger("update", pgtrigger.Update, _each([changed], NEW), new=NEW, old=OLD),
        _trigger("delete", pgtrigger.Delete, _each([*gone, *also], OLD), old=OLD),
    ]


def noticed_of_application() -> list[pgtrigger.Trigger]:
    """Triggers for what people say about an application's matches."""

    def note(rows: str) -> str:
        return f"{_INTO} SELECT {APPLICATION}, application_id, application_id FROM {rows};"

    return [
        _trigger("insert", pgtrigger.Insert, note(NEW), new=NEW),
        _trigger("update", pgtrigger.Update, note(NEW), new=NEW),
        _trigger("delete", pgtrigger.Delete, note(OLD), old=OLD),
    ]


def _each(statements: list[str], rows: str) -> str:
    """Run statements with the plan they had, or with a new one for many rows."""
    many = " ".join(f"{planned_anew(one)};" for one in statements)
    few = " ".join(f"{one};" for one in statements)
    return f"IF (SELECT count(*) >= {MANY} FROM {rows}) THEN {many} ELSE {few} END IF;"


def _trigger(
    name: str, operation: pgtrigger.Operation, body: str, *, new: str = "", old: str = ""
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=f"match_{name}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(new=new or None, old=old or None),
        func=f"{unless_set(MATCHING)}{body} RETURN NULL;",
    )
