"""Rows of the demo's commission statements, with the quirks of each carrier. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from agencyhub.home.demo.catalogue import MA, MAPD, PDP
from agencyhub.home.demo.cells import (
    Row,
    iso,
    last_first,
    paid_ones,
    statement_day,
    sum_row,
    table,
    us,
)
from agencyhub.home.demo.members import Member

_TYPES = {MA: "MA", MAPD: "MAPD", PDP: "PDP"}
_BLOCKS = {MA: "MA", MAPD: "MA", PDP: "PDP"}


def uhc_statement(members: Sequence[Member], as_of: date, *, is_newer: bool = False) -> list[Row]:
    """A bonus without a policy, a penny of a drug plan, a total below."""
    paid = list(paid_ones(members, is_newer=is_newer))
    rows = [
        {
            "Statement Date": us(statement_day(as_of)), "Writing Agent ID": one.npn[-6:],
            "Writing Agent Name": last_first(one),
            "Member Name": f"{one.last}, {one.first} {one.middle}".strip().upper(),
            "MedicareID": one.mbi, "AARP Member ID": one.number,
            "Original Effective Date": us(one.effective),
            "Plan Type": _TYPES.get(one.coverage, "MEDSUPP"), "Contract": one.place[0],
            "PBP": one.place[1], "Member State": one.state,
            "Commission Action": "New" if one.is_new else "Renewal",
            "Payment Period": f"{statement_day(as_of):%m/%Y}", "Commission": f"{one.commission}",
        }
        for one in paid
    ]  # fmt: skip
    bonus = rows[0] | {"Commission Action": "HA Payment", "Commission": "25.00"}
    bonus |= {"Member Name": "", "AARP Member ID": "", "MedicareID": ""}
    penny = rows[1] | {"Plan Type": "PARTD", "Commission": "0.01"}
    back = rows[2] | {"Commission Action": "New Chargeback", "Commission": "-347.00"}
    rows += [bonus, penny, back]
    total = sum((Decimal(row["Commission"]) for row in rows), Decimal(0))
    return [*table("uhc_statement", rows), sum_row("uhc_statement", "Commission", "Total", total)]


def humana_statement(
    members: Sequence[Member], as_of: date, *, is_newer: bool = False
) -> list[Row]:
    """The day comes first in the date of the run; chargebacks are among the others."""
    run = statement_day(as_of)
    return table(
        "humana_statement",
        (
            {
                "CommRunDt": f"{run.day}-{run.month}-{run:%y}", "WaName": last_first(one),
                "GrpName": f"{one.last} {one.first} {one.middle}".strip().upper(),
                "UMID": one.number, "MonthPaid": f"{run:%Y%m}", "EffDate": us(one.effective),
                "FrstYrRnwl": "F" if one.is_new else "R", "AorSan": one.npn[-7:],
                "BlkBusCd": _BLOCKS.get(one.coverage, "MS"), "Product": one.product,
                "PaidAmount": f"{-one.commission if at % 30 == 11 else one.commission}",
            }
            for at, one in enumerate(paid_ones(members, is_newer=is_newer))
        ),
    )  # fmt: skip


def aetna_statement(members: Sequence[Member], as_of: date, *, is_newer: bool = False) -> list[Row]:
    """Below the lines: gross, what of it is paid, and that it was."""
    rows = [
        {
            "Sales Event": "New Enrollment" if one.is_new else "Renewal",
            "Payee Amount": f"{one.commission}", "Writing Agent Name": last_first(one),
            "Writing Agent NPN": one.npn, "Plan": one.product,
            "Effective Date": us(one.effective), "Member Name": f"{one.first} {one.last}",
            "Member ID": one.number, "Statement Date": us(statement_day(as_of)),
        }
        for one in paid_ones(members, is_newer=is_newer)
    ]  # fmt: skip
    gross = sum((Decimal(row["Payee Amount"]) for row in rows), Decimal(0))
    share = (gross * Decimal("0.55")).quantize(Decimal("0.01"))
    below = (("Gross", gross), ("gross x .55", share), ("Paid", share))
    sums = [sum_row("aetna_statement", "Payee Amount", words, amount) for words, amount in below]
    return [*table("aetna_statement", rows), *sums]


def devoted_statement(
    members: Sequence[Member], as_of: date, *, is_newer: bool = False
) -> list[Row]:
    """Members are known by MBI and name."""
    return table(
        "devoted_statement",
        (
            {
                "Agent NPN": one.npn, "Member HICN": one.mbi, "Member First Name": one.first,
                "Member Last Name": one.last, "Effective Date": iso(one.effective),
                "Period": f"{statement_day(as_of):%Y-%m}", "Base Amount": f"{one.commission}",
                "Payment Type": "Initial" if one.is_new else "Renewal",
            }
            for one in paid_ones(members, is_newer=is_newer)
        ),
    )  # fmt: skip


def healthspring_statement(
    members: Sequence[Member], as_of: date, *, is_newer: bool = False
) -> list[Row]:
    """Every payment comes as a pair: the agency's fee and the broker's commission."""

    def pairs() -> Iterator[Mapping[str, str]]:
        for one in paid_ones(members, is_newer=is_newer):
            row = {
                "Payment Description": "Initial Year" if one.is_new else "Renewal",
                "Writing Broker Name": f"{one.agent_first} {one.agent_last}",
                "Pay Period": f"{statement_day(as_of):%b %Y}", "Member ID": one.number,
                "Member First Name": one.first, "Member Last Name": one.last,
                "Effective Date": us(one.effective),
                "Medicare Beneficiary Identifier (MBI)": one.mbi,
            }  # fmt: skip
            yield row | {"Payment Type": "Service Fee", "Amount": "8.33"}
            yield row | {"Payment Type": "Broker Level", "Amount": f"{one.commission}"}

    return table("healthspring_statement", pairs())


def bcbs_nc_statement(
    members: Sequence[Member], as_of: date, *, is_newer: bool = False
) -> list[Row]:
    """No MBI anywhere."""
    begins = statement_day(as_of).replace(day=1)
    return table(
        "bcbs_nc_statement",
        (
            {
                "Agent #": one.npn[-5:], "Agent Name": last_first(one),
                "Group Type": "FY" if one.is_new else "RENEW",
                "Customer Name": f"{one.last}, {one.first}".upper(), "Customer No": one.number,
                "ORIGEFFDATE": us(one.effective), "Product": one.product,
                "COVERAGEFROM": us(begins), "COVERAGETO": us(statement_day(as_of)),
                "Billed Amount": f"{one.premium}", "Commission": f"{one.commission}",
            }
            for one in paid_ones(members, is_newer=is_newer)
        ),
    )  # fmt: skip


def omaha_statement(members: Sequence[Member], as_of: date, *, is_newer: bool = False) -> list[Row]:
    """Activities of policies; some are reversed."""
    return table(
        "mutual_of_omaha_statement",
        (
            {
                "Prod Num": one.npn[-6:], "Insureds Name": f"{one.last}, {one.first}",
                "Company": "MUTUAL", "Policy": one.number,
                "Activity Date": us(statement_day(as_of)),
                "Issue Date": us(one.effective),
                "Activity Type": "NEW COV ISS" if one.is_new else "BFY PAYMENT",
                "Comm Premium": f"{one.premium}", "Comm Amt": f"{one.commission}",
            }
            for one in paid_ones(members, is_newer=is_newer)
        ),
    )  # fmt: skip


def wellable_statement(
    members: Sequence[Member], _as_of: date, *, is_newer: bool = False
) -> list[Row]:
    """Advances of nine months, which may be taken back."""
    return table(
        "wellable_statement",
        (
            {
                "Writing Agent Number": one.npn[-6:], "Insured Name": f"{one.first} {one.last}",
                "Policy number": one.number, "Plan Code": "Medicare Supplement Plan G",
                "premium": f"{one.premium}", "advance %": "75", "advance months": "9",
                "Advance Type": "Standard", "advance amount": f"{one.commission * 9}",
            }
            for one in paid_ones(members, is_newer=is_newer)
        ),
    )  # fmt: skip
