"""The carriers' books and statements: their header words, their order, their quirks. Pure rules."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sandbox.carriers.formats import Row
from sandbox.carriers.members import Member
from sandbox.carriers.pay import Kind, Line

SENTINEL = "01/01/3000"
"""How a carrier writes that there is no end."""

UHC_BOOK = (
    "agentName", "agentId", "mbiNumber", "memberFirstName", "memberLastName", "dateOfBirth",
    "memberEmail", "memberPhone", "memberAddress1", "memberAddress2", "memberCity", "memberState",
    "memberZip", "memberCounty", "planName", "memberNumber", "contract", "pbp", "segmentId",
    "policyEffectiveDate", "policyTermDate", "planStatus",
)  # fmt: skip
UHC_STATEMENT = (
    "Party ID", "Agent Name", "Agent ID", "Statement Date", "Writing Agent ID",
    "Writing Agent Name", "Client Reference #", "Member Name", "MedicareID", "AARP Member ID",
    "Policy Number", "Original Effective Date", "Plan Type", "Contract", "PBP", "Plan Code",
    "Member State", "Area ID", "Member County", "Commission Action", "Payment Period",
    "Prem Amount", "UAD Activity", "Commission",
)  # fmt: skip
UHC_ACTIONS = {
    Kind.INITIAL: "New",
    Kind.RENEWAL: "Renewal",
    Kind.CHARGEBACK: "New Chargeback",
}
HUMANA_BOOK = (
    "MbrLastName", "MbrFirstName", "MbrMiddleInit", "Humana ID", "Medicare No", "Medicaid ID",
    "Birth Date", "Age", "Gender", "Email", "Mail Address", "Mail Address 2", "Mail City",
    "Mail State", "Mail ZipCd", "Mail Cnty", "Resident State", "Resident Zip Code", "Status",
    "Status Date", "Status Description", "Effective Date", "Inactive Date", "Deceased Date",
    "CoverageType", "Plan Type", "SalesProduct", "Plan Name", "Contract-PBP-Segment ID",
    "Election Code", "PlanYear", "Signature Date", "NPN", "Servicing Agent", "AOR Name",
    "Current Premium", "Application Source", "Application ID",
)  # fmt: skip
HUMANA_STATEMENT = (
    "CommRunDt", "WaName", "GrpName", "GrpNbr", "UMID", "MonthPaid", "EffDate", "FrstYrRnwl",
    "TxnTypeCd", "AdvOrCbkPrm", "PriorPolNbr", "AorSan", "BlkBusCd", "Product", "PlanType",
    "PaidAmount", "Comment",
)  # fmt: skip
AETNA_BOOK = (
    "Member ID", "Legacy Member ID", "Medicare Number", "Application ID", "First Name",
    "Middle Initial", "Last Name", "Date of Birth", "Phone Number", "Address Line 1",
    "Address Line 2", "City", "State", "Zip Code", "Application Signed Date",
    "Application Received Date", "Coverage Effective Date", "Member Status", "Term Date",
    "Term Reason Code", "Plan Name", "Plan Effective Date", "Supplement Plans",
    "Writing Agent NPN", "Writing Agent TIN", "Writing Agent First Name",
    "Writing Agent Last Name", "Payment Method", "Bill Option", "Invoice Amount", "Invoice Date",
    "CMS Contract Number", "PBP Code", "ID Card Issue Date",
)  # fmt: skip
AETNA_STATEMENT = (
    "Sales Event", "Payee Amount", "Writing Agent Name", "Writing Agent NPN", "Plan",
    "Effective Date", "Member ID", "Member Name", "Statement Date",
)  # fmt: skip
AETNA_EVENTS = {
    Kind.INITIAL: "New Enrollment",
    Kind.RENEWAL: "Renewal",
    Kind.CHARGEBACK: "Pro-Rata Disenroll",
}
_ZERO = Decimal(0)
_BLOCKS = {"MA": "MA", "MAPD": "MA", "PDP": "PDP", "Medicare Supplement": "MS"}


def uhc_book(members: Sequence[Member], today: date) -> list[Row]:
    """A title row above the header; some addresses are swapped."""
    rows: list[Row] = [("Book of Business", "", f"As of {_us(today)}"), UHC_BOOK]
    for at, one in enumerate(members):
        lines = (one.address, "")
        first, second = lines[::-1] if at % 11 == 5 else lines  # noqa: PLR2004 - now and then
        rows.append(
            (
                one.agent.name.upper(), f"{one.agent.npn[-7:]}", one.mbi, one.first_name,
                one.last_name, _us(one.date_of_birth), one.email, one.phone, first, second,
                one.city, one.state, one.zip, one.county, one.plan_name, uhc_number(one),
                *one.place, _us(one.effective), _us(one.ended) or SENTINEL,
                "Inactive" if one.ended and one.ended < today else "Active",
            )
        )  # fmt: skip
    return rows


def uhc_statement(lines: Sequence[Line], month: str) -> list[Row]:
    """The transactions, names as LAST, FIRST."""
    rows: list[Row] = [UHC_STATEMENT]
    rows += [_uhc_line(line, month) for line in lines]
    return rows


def uhc_summary(lines: Sequence[Line], month: str) -> list[Row]:
    """The sheet that comes first and holds no transaction."""
    total = sum((line.amount for line in lines), start=_ZERO)
    return [
        ("Commission Statement", ""),
        ("Statement Month", month),
        ("Transactions", len(lines)),
        ("Total Commission", float(total)),
    ]


def uhc_number(one: Member) -> str:
    """A member number, which may begin with zeros."""
    return f"{one.digits % 100_000_000:09d}"


def _uhc_line(line: Line, month: str) -> Row:
    one, agent = line.member, line.member.agent
    contract, pbp, _ = one.place
    supplement = one.plan_type == "Medicare Supplement"
    return (
        f"P{agent.npn[-6:]}", agent.name.upper(), agent.npn[-7:], _us(_last_day(month)),
        agent.npn[-7:], agent.name.upper(), f"{one.digits:09d}",
        f"{one.last_name.upper()}, {one.first_name.upper()}", one.mbi,
        uhc_number(one) if supplement else "", uhc_number(one), _us(one.effective),
        "MEDSUPP" if supplement else one.plan_type, contract, pbp, one.plan_id, one.state, "",
        one.county, UHC_ACTIONS[line.kind], _period(line.period), float(one.premium), "",
        float(line.amount),
    )  # fmt: skip


def humana_book(members: Sequence[Member], today: date) -> list[Row]:
    """MBIs are masked but for their last characters."""
    rows: list[Row] = [HUMANA_BOOK]
    for one in members:
        status, words = _humana_status(one, today)
        since = one.ended if status == "Inactive Policy" else one.effective
        rows.append(
            (
                one.last_name.upper(), one.first_name.upper(), one.middle, humana_id(one),
                f"XXXXX{one.mbi[5:]}" if one.mbi else "", "", _us(one.date_of_birth),
                today.year - one.date_of_birth.year, one.gender, one.email, one.address, "",
                one.city, one.state, one.zip, one.county, one.state, one.zip, status, _us(since),
                words,
                _us(one.effective), _us(one.ended), _us(one.ended) if one.is_deceased else "",
                "Medicare", one.plan_type, "", one.plan_name, one.plan_id, "AEP",
                one.effective.year, _us(one.signed), one.agent.npn, _last_first(one),
                _last_first(one), f"{one.premium:.2f}", "Agent Portal", one.application_id,
            )
        )  # fmt: skip
    return rows


def humana_statement(lines: Sequence[Line], month: str) -> list[Row]:
    """Chargebacks stand as negative amounts in the same list."""
    rows: list[Row] = [HUMANA_STATEMENT]
    for line in lines:
        one = line.member
        run = _last_day(month)
        rows.append(
            (
                f"{run.day}-{run.month}-{run:%y}", _last_first(one),
                f"{one.last_name} {one.first_name} {one.middle}".strip().upper(), "",
                humana_id(one), line.period.replace("-", ""), _us(one.effective),
                "R" if line.kind == Kind.RENEWAL else "F", "", "", one.application_id,
                one.agent.npn[-7:], _BLOCKS.get(one.plan_type, "IN"), one.plan_name,
                one.plan_type, f"{line.amount:.2f}", "",
            )
        )  # fmt: skip
    return rows


def humana_id(one: Member) -> str:
    """H and eight digits."""
    return f"H{one.digits % 100_000_000:08d}"


def _humana_status(one: Member, today: date) -> tuple[str, str]:
    if one.ended is not None and one.ended < one.effective:
        return "Cancelled Application", "Withdrawn before it took effect"
    if one.ended is not None and one.ended < today:
        return "Inactive Policy", "Deceased" if one.is_deceased else "Voluntary disenrollment"
    return "Active Policy", "Enrolled"


def aetna_book(members: Sequence[Member], today: date) -> list[Row]:
    """Member Status is a letter; whoever has no end has a blank Term Date."""
    rows: list[Row] = [AETNA_BOOK]
    for one in members:
        contract, pbp, _ = one.place
        is_over = one.ended is not None and one.ended < today
        agent = one.agent
        rows.append(
            (
                aetna_id(one), "", one.mbi, one.application_id, one.first_name, one.middle,
                one.last_name, _iso(one.date_of_birth), one.phone, one.address, "", one.city,
                one.state, one.zip, _iso(one.signed), _iso(one.signed), _iso(one.effective),
                "T" if is_over else "A", _iso(one.ended), "DEC" if one.is_deceased else "",
                one.plan_name, _iso(one.effective), "", agent.npn, "", agent.first_name,
                agent.last_name, "", "", f"{one.premium:.2f}", "", contract, pbp, "",
            )
        )  # fmt: skip
    return rows


def aetna_statement(lines: Sequence[Line], month: str) -> list[Row]:
    """The last rows are sums and no commissions."""
    rows: list[Row] = [AETNA_STATEMENT]
    for line in lines:
        one = line.member
        rows.append(
            (
                AETNA_EVENTS[line.kind], f"{line.amount:.2f}",
                f"{one.agent.last_name.upper()} {one.agent.first_name.upper()}", one.agent.npn,
                one.plan_name, _iso(one.effective), aetna_id(one),
                f"{one.last_name}, {one.first_name} {one.middle}".strip(),
                _iso(_last_day(month)),
            )
        )  # fmt: skip
    total = sum((line.amount for line in lines), start=_ZERO)
    rows.append(("Total", f"{total:.2f}", "", "", "", "", "", "", ""))
    return rows


def aetna_id(one: Member) -> str:
    """ME and nine digits."""
    return f"ME{one.digits:09d}"


def _last_first(one: Member) -> str:
    return f"{one.agent.last_name.upper()}, {one.agent.first_name.upper()}"


def _us(day: date | None) -> str:
    return f"{day:%m/%d/%Y}" if day else ""


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _period(month: str) -> str:
    return f"{month[5:7]}/{month[:4]}"


def _last_day(month: str) -> date:
    year, number = int(month[:4]), int(month[5:7])
    return date(year, number, monthrange(year, number)[1])
