"""Every layout that carriers send: recognised by its headings, and read."""

from datetime import date
from decimal import Decimal

import pytest

from agencyhub.imports.models import Import, Template
from commissions.models import BookRow, CommissionLine
from tests.commissions.ledgers import headers
from tests.commissions.ledgers.files import BOOK, STATEMENT, as_csv, counts, receive, take
from tests.factories.accounts import AgentFactory

pytestmark = pytest.mark.django_db

ANA = {"first_name": "Ana", "last_name": "Lopez"}
BOOKS = {
    "uhc_book": (
        headers.UHC_BOOK,
        {
            "agentName": "ORTEGA, LUIS M", "memberFirstName": "Ana", "memberLastName": "Lopez",
            "mbiNumber": "1EG4TE5MK73", "memberNumber": "912345678", "contract": "H2577",
            "pbp": "4", "policyEffectiveDate": "01/01/2026", "planStatus": "Active",
            "policyTermDate": "12/31/9999",
        },
        {"carrier": "UnitedHealthcare", "member_id": "912345678", "plan_id": "H2577-004-000",
         "mbi_tail": "MK73", "termination_date": None},
    ),
    "uhc_book_2026": (
        headers.UHC_BOOK_2026,
        {
            "agentName": "Luis Ortega", "agentId": "778", "memberFirstName": "Ana",
            "memberLastName": "Lopez", "dateOfBirth": "03/14/1958", "planStatus": "A",
            "policyEffectiveDate": "01/01/2026",
        },
        {"carrier": "UnitedHealthcare", "member_id": "", "date_of_birth": date(1958, 3, 14)},
    ),
    "humana_book": (
        headers.HUMANA_BOOK,
        {
            "MbrFirstName": "Ana", "MbrLastName": "Lopez", "Humana ID": "H71234567",
            "Medicare No": "XXXXXE5MK73", "Status": "Active Policy", "Effective Date": "1/1/2026",
            "Plan Type": "MAPD", "Contract-PBP-Segment ID": "H5216-001-000",
            "AOR Name": "ORTEGA LUIS M", "Current Premium": "$12.50",
        },
        {"carrier": "Humana", "member_id": "H71234567", "mbi_tail": "MK73",
         "line": "med_adv", "premium": Decimal("12.50"), "plan_id": "H5216-001-000"},
    ),
    "aetna_book": (
        headers.AETNA_BOOK,
        {
            "First Name": "Ana", "Last Name": "Lopez", "Member ID": "101234567890",
            "Coverage Effective Date": "2026-01-01", "Member Status": "A",
            "Writing Agent First": "Luis", "Writing Agent Last": "Ortega",
            "CMS Contract Number": "H5521", "PBP Code": "118",
        },
        {"carrier": "Aetna", "member_id": "101234567890", "plan_id": "H5521-118-000"},
    ),
    "aetna_book_older": (
        headers.AETNA_BOOK_OLDER,
        {
            "First Name": "Ana", "Last Name": "Lopez", "Member ID": "101234567890",
            "Member Status": "A", "Writing Agent Name": "Ortega, Luis",
        },
        {"carrier": "Aetna", "agent_name": "Ortega, Luis"},
    ),
    "aetna_supplement_book": (
        headers.AETNA_SUPPLEMENT_BOOK,
        {"Customer name": "Lopez, Ana", "Customer no": "AES123", "Product 1": "Med Supp Plan G"},
        {"carrier": "Aetna", "line": "med_supp", "plan_name": "Med Supp Plan G"},
    ),
    "devoted_book": (
        headers.DEVOTED_BOOK,
        {
            **ANA, "member_record_locator": "DV-123", "aor_policy_status": "ENROLLED",
            "start_date": "2026-01-01", "end_date": "3000-01-01", "pbp_name": "Devoted CORE (HMO)",
        },
        {"carrier": "Devoted Health", "member_id": "DV-123", "termination_date": None},
    ),
    "devoted_book_2026": (
        headers.DEVOTED_BOOK_2026,
        {
            "Application Status Report First Name": "Ana",
            "Application Status Report Last Name": "Lopez",
            "Application Status Report Member Record Locator": "DV-123",
            "Application Status Report Aor Policy Status": "ENROLLED",
        },
        {"carrier": "Devoted Health", "member_id": "DV-123"},
    ),
    "devoted_book_raw": (
        headers.DEVOTED_BOOK_RAW,
        {
            "__typename": "Member", **ANA, "working_enrollment_id": "E-9",
            "working_application_status": "ENROLLED",
        },
        {"carrier": "Devoted Health", "application_number": "E-9"},
    ),
    "healthspring_book": (
        headers.HEALTHSPRING_BOOK,
        {"Medicare Number": "1EG4TE5MK73", "First Name": "Ana", "Last Name": "Lopez",
         "Status": "Enrolled"},
        {"carrier": "Cigna Healthspring", "mbi_tail": "MK73"},
    ),
    "cigna_agency_book": (
        headers.CIGNA_BOOK,
        {"AFMO": "Harbor", "Member ID": "C-77", "First Name": "Ana", "Last Name": "Lopez",
         "Product": "HMO_H4513_061_PREFERRED", "Status": "Active"},
        {"carrier": "Cigna Healthspring", "plan_id": "H4513-061-000"},
    ),
    "bcbs_nc_book": (
        headers.BCBS_NC_BOOK,
        {"Agent Name": "Luis Ortega", "Member Name": "LOPEZ, ANA", "Member Number": "YPW1234",
         "ORIGEFFDATE": "01/01/2026", "Term Date": "12/31/2026"},
        {"carrier": "Blue Cross and Blue Shield of North Carolina", "termination_date": None,
         "renewal_date": date(2026, 12, 31)},
    ),
}  # fmt: skip
STATEMENTS = {
    "uhc_statement": (
        headers.UHC_STATEMENT,
        {
            "Statement Date": "11/15/2026", "Member Name": "LOPEZ, ANA", "Commission": "26.42",
            "Commission Action": "Renewal", "AARP Member ID": "912345678", "Contract": "H2577",
            "PBP": "004", "Payment Period": "11/2026", "Plan Type": "MAPD",
        },
        {"carrier": "UnitedHealthcare", "kind": "renewal", "amount": Decimal("26.42"),
         "payment_period": date(2026, 11, 1), "statement_date": date(2026, 11, 15)},
    ),
    "humana_statement": (
        headers.HUMANA_STATEMENT,
        {
            "CommRunDt": "5-3-26", "WaName": "ORTEGA LUIS M", "GrpName": "LOPEZ ANA M",
            "UMID": "H71234567", "MonthPaid": "202603", "EffDate": "01/01/2026",
            "FrstYrRnwl": "F", "BlkBusCd": "MA", "PaidAmount": "313.00",
        },
        {"carrier": "Humana", "kind": "initial", "line": "med_adv", "first_name": "ANA",
         "statement_date": date(2026, 3, 5), "payment_period": date(2026, 3, 1)},
    ),
    "aetna_statement": (
        headers.AETNA_STATEMENT,
        {"Sales Event": "Renewal", "Payee Amount": "28.92", "Member Name": "Ana Lopez",
         "Writing Agent Name": "Ortega, Luis"},
        {"carrier": "Aetna", "kind": "renewal", "last_name": "Lopez"},
    ),
    "devoted_statement": (
        headers.DEVOTED_STATEMENT,
        {"Agent NPN": "990027316", "Member HICN": "1EG4TE5MK73", "Member First Name": "Ana",
         "Member Last Name": "Lopez", "Period": "2026-11", "Base Amount": "(54.20)"},
        {"carrier": "Devoted Health", "kind": "chargeback", "amount": Decimal("-54.20")},
    ),
    "healthspring_statement": (
        headers.HEALTHSPRING_STATEMENT,
        {"Payment Type": "Broker Level 1", "Payment Description": "Initial Commission",
         "Writing Broker Name": "Luis Ortega", "Pay Period": "Nov 2026", "Amount": "611",
         "Member ID": "C-77"},
        {"carrier": "Cigna Healthspring", "kind": "initial", "member_id": "C-77"},
    ),
    "bcbs_nc_statement": (
        headers.BCBS_NC_STATEMENT,
        {"Agent Name": "Luis Ortega", "Group Type": "FY", "Customer Name": "LOPEZ, ANA",
         "Customer No": "YPW1234", "COVERAGEFROM": "11/01/2026", "COVERAGETO": "12/31/2026",
         "Commission": "22.10"},
        {"carrier": "Blue Cross and Blue Shield of North Carolina", "kind": "initial",
         "payment_period": date(2026, 11, 1), "months": 2},
    ),
    "mutual_of_omaha_statement": (
        headers.MUTUAL_OF_OMAHA_STATEMENT,
        {"Prod Num": "4410", "Insureds Name": "LOPEZ, ANA", "Policy": "MO-5511",
         "Activity Type": "BFY PAYMENT", "Activity Date": "11/03/2026", "Comm Amt": "19.80"},
        {"carrier": "Mutual of Omaha", "kind": "renewal", "paid_date": date(2026, 11, 3)},
    ),
    "wellable_statement": (
        headers.WELLABLE_STATEMENT,
        {"Writing Agent Number": "W-1", "Insured Name": "Ana Lopez", "Policy number": "WB-1",
         "advance months": "9", "Advance Type": "STD", "advance amount": "402.75"},
        {"carrier": "Wellable", "kind": "advance", "months": 9},
    ),
}  # fmt: skip


def _told(row, wanted):
    return {key: row.carrier.name if key == "carrier" else getattr(row, key) for key in wanted}


class TestBookLayouts:
    @pytest.mark.parametrize("key", BOOKS)
    def test_is_recognised_and_read(self, key):
        header, cells, wanted = BOOKS[key]
        agent = AgentFactory(first_name="Luis", last_name="Ortega", npn="990027316")

        run = take(as_csv(header, [cells]))

        row = BookRow.objects.get()
        assert run.version.template.origin == key
        assert _told(row, wanted) == wanted
        assert (row.first_name.lower(), row.last_name.lower()) == ("ana", "lopez")
        assert row.status == "active"
        has_agent = any("gent" in name or "AOR" in name for name in cells)
        assert row.agent_id == (agent.pk if has_agent else None)


class TestStatementLayouts:
    @pytest.mark.parametrize("key", STATEMENTS)
    def test_is_recognised_and_read(self, key):
        header, cells, wanted = STATEMENTS[key]

        run = take(as_csv(header, [cells]), kind=STATEMENT)

        assert run.version.template.origin == key
        assert _told(CommissionLine.objects.get(), wanted) == wanted


class TestInstalledLayouts:
    def test_are_templates_among_the_users_own_and_installed_once(self):
        for name in ("one.csv", "two.csv"):
            receive(name.encode() + b",b\n1,2\n", name=name)

        assert Template.objects.filter(kind=BOOK).exclude(origin="").count() == len(BOOKS)

    def test_of_nobody_known_wait_in_the_mapping_studio(self):
        run = receive(b"Color,Size\nred,9\n")

        assert run.state == Import.State.MAPPING
        assert counts(run) == (0, 0, 0, 0)
