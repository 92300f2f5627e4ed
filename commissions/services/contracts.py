"""Contracts of agents: what was paid before anybody entered one is shared by it then."""

import polars as pl
from django.db import transaction
from psycopg import sql

from agencyhub.imports.engine import frames
from commissions.ledgers import sharing
from commissions.models import AgentContract, WritingNumber
from commissions.services.agents import apply_number

_UNSHARED = sql.SQL(
    "SELECT l.id, l.agent_id, l.carrier_id, l.amount, l.paid_date, l.statement_date,"
    " l.payment_period FROM commissions_commissionline AS l"
    " WHERE l.agent_id = {agent} AND l.carrier_id = {carrier} AND l.superseded_at IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM commissions_commissionsplit AS s WHERE s.line_id = l.id)"
)
_SCHEMA = {
    "line_id": pl.Int64, "agent_id": pl.Int64, "carrier_id": pl.Int64,
    "amount": pl.Decimal(14, 2), "paid_date": pl.Date, "statement_date": pl.Date,
    "payment_period": pl.Date,
}  # fmt: skip


def share_waiting(*, contract: AgentContract) -> int:
    """Share the lines that waited for this contract; answer how many shares were added.

    Lines that are shared keep their shares. Call it inside a history batch.
    """
    query = _UNSHARED.format(
        agent=sql.Literal(contract.agent_id), carrier=sql.Literal(contract.carrier_id)
    )
    lines = frames.fetch(query, _SCHEMA)
    return len(sharing.insert(sharing.share(lines, sharing.contracts())))


@transaction.atomic
def follow_number(*, number: WritingNumber) -> int:
    """Give what waited for a number its agent, and share their lines; answer how many rows did.

    Call it inside a history batch.
    """
    told = apply_number(number=number)
    for contract in AgentContract.objects.filter(agent=number.agent_id, carrier=number.carrier_id):
        share_waiting(contract=contract)
    return told
