"""Rows of the demo's books of business, with the quirks of each carrier. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from agencyhub.home.demo.catalogue import MA, MAPD, PDP
from agencyhub.home.demo.cells import Row, iso, last_first, listed, table, us
from agencyhub.home.demo.members import Member

_TYPES = {MA: "MA", MAPD: "MAPD", PDP: "PDP"}


def uhc_book(members: Sequence[Member], as_of: date) -> list[Row]:
    """A title above the header; some members have an older enrollment as well."""
    rows = [
        {
            "agentName": last_first(one), "agentId": one.npn[-6:], "mbiNumber": one.mbi,
            "memberFirstName": one.first, "memberLastName": one.last,
            "dateOfBirth": us(one.born), "memberState": one.state, "memberZip": one.zip_code,
            "planName": one.product, "memberNumber": one.number,
            **dict(zip(("contract", "pbp", "segmentId"), one.place, strict=True)),
            "policyEffectiveDate": us(one.effective),
            "policyTermDate": us(one.ended) or "12/31/9999",
            "planStatus": "Inactive" if one.ended and one.ended < as_of else "Active",
        }
        for one in listed(members)
    ]  # fmt: skip
    older = [
        row | {
            "policyEffectiveDate": "01/01/2021", "policyTermDate": "12/31/2021",
            "planStatus": "Inactive",
        }
        for row in rows[3::25]
    ]  # fmt: skip
    title = ["Book of business", f"As of {as_of:%m/%d/%Y}"]
    return [title, *table("uhc_book", [*older, *rows])]


def humana_book(members: Sequence[Member], _as_of: date) -> list[Row]:
    """MBIs are masked; a row names nobody; no end is the year 3000."""
    rows = [
        {
            "MbrLastName": one.last.upper(), "MbrFirstName": one.first.upper(),
            "MbrMiddleInit": one.middle, "Humana ID": one.number,
            "Medicare No": f"XXXXX{one.mbi[5:]}" if one.mbi else "",
            "Birth Date": us(one.born), "Resident State": one.state,
            "Resident Zip Code": one.zip_code,
            "Status": "Inactive Policy" if one.ended else "Active Policy",
            "Effective Date": us(one.effective), "Inactive Date": us(one.ended) or "01/01/3000",
            "Plan Type": _TYPES.get(one.coverage, "Medicare Supplement"),
            "Plan Name": one.product, "Contract-PBP-Segment ID": "-".join(filter(None, one.place)),
            "NPN": one.npn, "AOR Name": last_first(one), "Current Premium": f"{one.premium}",
        }
        for one in listed(members)
    ]  # fmt: skip
    nobody = {"Status": "Active Policy", "Effective Date": "01/01/2026", "Plan Type": "MAPD"}
    return table("humana_book", [*rows, nobody])


def aetna_book(members: Sequence[Member], as_of: date) -> list[Row]:
    """Active is an A; ends may be announced."""
    coming = as_of + timedelta(days=45)
    return table(
        "aetna_book",
        [
            {
                "Member ID": one.number, "Medicare Number": one.mbi, "First Name": one.first,
                "Middle Initial": one.middle, "Last Name": one.last,
                "Date of Birth": iso(one.born), "State": one.state, "Zip Code": one.zip_code,
                "Coverage Effective Date": iso(one.effective),
                "Member Status": "T" if one.ended else "A",
                "Term Date": iso(one.ended or (coming if at % 12 == 7 else None)),
                "Plan Name": one.product, "Writing Agent NPN": one.npn,
                "Writing Agent First Name": one.agent_first,
                "Writing Agent Last Name": one.agent_last,
                "CMS Contract Number": one.place[0], "PBP Code": one.place[1],
            }
            for at, one in enumerate(listed(members))
        ],
    )  # fmt: skip


def devoted_book(members: Sequence[Member], _as_of: date) -> list[Row]:
    """Every heading begins with the name of the report."""
    cells = (
        {
            "first_name": one.first, "last_name": one.last, "birth_date": iso(one.born),
            "state": one.state, "zip_code": one.zip_code, "pbp_name": one.product,
            "member_record_locator": one.number, "start_date": iso(one.effective),
            "end_date": iso(one.ended) or "2300-01-01",
            "aor_policy_status": "INACTIVE_POLICY" if one.ended else "ENROLLED",
            "agent_npn": one.npn, "contract": one.place[0], "pbp": one.place[1],
        }
        for one in listed(members)
    )  # fmt: skip
    prefix = "Application Status Report "
    named = (
        {prefix + key.replace("_", " ").title(): value for key, value in row.items()}
        for row in cells
    )
    return table("devoted_book_2026", named)


def healthspring_book(members: Sequence[Member], _as_of: date) -> list[Row]:
    """Members are known by their MBI alone."""
    return table(
        "healthspring_book",
        (
            {
                "Medicare Number": one.mbi, "First Name": one.first, "Last Name": one.last,
                "Date of Birth": us(one.born), "Effective Date": us(one.effective),
                "Disenroll Effective Date": us(one.ended), "Plan Name": one.product,
                "Status": "Disenrolled" if one.ended else "Enrolled",
                "Writing Broker Name": f"{one.agent_first} {one.agent_last}",
            }
            for one in listed(members)
        ),
    )  # fmt: skip


def bcbs_nc_book(members: Sequence[Member], as_of: date) -> list[Row]:
    """What is called the term date is the renewal."""
    return table(
        "bcbs_nc_book",
        (
            {
                "Agent #": one.npn[-5:], "Agent Name": last_first(one),
                "Member Name": f"{one.last}, {one.first} {one.middle}".strip().upper(),
                "Member Number": one.number, "ORIGEFFDATE": us(one.effective),
                "Product": one.product, "Term Date": f"12/31/{as_of.year}",
            }
            for one in listed(members)
        ),
    )  # fmt: skip
