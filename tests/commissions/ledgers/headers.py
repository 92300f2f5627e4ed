"""Headings as carriers write them: reference/medicare.md 6."""

UHC_BOOK = [
    "agentName", "agentId", "mbiNumber", "memberFirstName", "memberLastName", "dateOfBirth",
    "memberEmail", "memberPhone", "memberAddress1", "memberAddress2", "memberCity", "memberState",
    "memberZip", "memberCounty", "secondaryAddress1", "planName", "memberNumber", "contract", "pbp",
    "segmentId", "policyEffectiveDate", "policyTermDate", "planStatus", "nmaName80",
]  # fmt: skip
UHC_BOOK_2026 = [name for name in UHC_BOOK if name not in ("mbiNumber", "memberNumber")]
UHC_STATEMENT = [
    "Party ID", "Agent Name", "Agent ID", "Statement Date", "Writing Agent ID",
    "Writing Agent Name", "Client Reference #", "Member Name", "MedicareID", "AARP Member ID",
    "Policy Number", "Original Effective Date", "Plan Type", "Contract", "PBP", "Plan Code",
    "Member State", "Area ID", "Member County", "Commission Action", "Payment Period",
    "Prem Amount", "UAD Activity", "Commission",
]  # fmt: skip
HUMANA_BOOK = [
    "MbrLastName", "MbrFirstName", "MbrMiddleInit", "Humana ID", "Medicare No", "Medicaid ID",
    "Birth Date", "Age", "Gender", "Primary Phone", "Email", "Mail Address", "Mail Address 2",
    "Mail City", "Mail State", "Mail ZipCd", "Mail Cnty", "Resident Address", "Resident City",
    "Resident State", "Resident Zip Code", "Resident County", "Status", "Status Date",
    "Status Description", "Effective Date", "Inactive Date", "Deceased Date", "CoverageType",
    "Plan Type", "SalesProduct", "Plan Name", "Contract-PBP-Segment ID", "Election Code",
    "PlanYear", "Signature Date", "NPN", "Servicing Agent", "Servicing Agent SAN", "AOR Name",
    "AOR SAN", "Current Premium", "Current Balance", "Past Due Balance", "Application Source",
    "Application ID", "PCP", "Network", "Low Income Subsidy", "Deeming Indicator",
]  # fmt: skip
HUMANA_STATEMENT = [
    "CommRunDt", "WaName", "GrpName", "GrpNbr", "UMID", "MonthPaid", "EffDate", "FrstYrRnwl",
    "TxnTypeCd", "AdvOrCbkPrm", "PriorPolNbr", "AorSan", "BlkBusCd", "Product", "PlanType",
    "PaidAmount", "Comment",
]  # fmt: skip
AETNA_BOOK = [
    "Member ID", "Legacy Member ID", "Medicare Number", "Application ID", "First Name",
    "Middle Initial", "Last Name", "Date of Birth", "Phone Number", "Address Line 1",
    "Address Line 2", "City", "State", "Zip Code", "Application Signed Date",
    "Application Received Date", "Coverage Effective Date", "Member Status", "Term Date",
    "Term Reason Code", "Plan Name", "Plan Effective Date", "Supplement Plans",
    "Writing Agent NPN", "Writing Agent TIN", "Writing Agent First", "Writing Agent Last",
    "Payment Method", "Bill Option", "Invoice Amount", "Invoice Date", "CMS Contract Number",
    "PBP Code", "ID Card Issue Date", "Producer Level 1", "Producer Level 2",
]  # fmt: skip
AETNA_BOOK_OLDER = [
    *(name for name in AETNA_BOOK if not name.startswith(("Writing", "Producer"))),
    "Writing Agent Name",
]
AETNA_SUPPLEMENT_BOOK = [
    "Customer name", "Customer no", "Effective date", "Product 1", "Product 2", "Product 3",
    "Product 4",
]  # fmt: skip
AETNA_STATEMENT = [
    "Sales Event", "Payee Amount", "Writing Agent Name", "Plan", "Effective Date", "Member Name",
    "Member ID",
]  # fmt: skip
DEVOTED_BOOK = [
    "first_name", "last_name", "birth_date", "email", "primary_phone", "address", "address2",
    "city", "state", "zip_code", "county", "pbp_name", "member_record_locator", "start_date",
    "end_date", "aor_policy_status", "death_date",
]  # fmt: skip
DEVOTED_BOOK_2026 = [
    f"Application Status Report {name.replace('_', ' ').title()}" for name in DEVOTED_BOOK
]
DEVOTED_BOOK_RAW = [
    "__typename", *DEVOTED_BOOK, "working_application_status", "working_enrollment_id",
]  # fmt: skip
DEVOTED_STATEMENT = [
    "Agent NPN", "Member HICN", "Member First Name", "Member Last Name", "Effective Date",
    "Disenroll Date", "Period", "Base Amount",
]  # fmt: skip
HEALTHSPRING_BOOK = [
    "Medicare Number", "First Name", "Last Name", "Disenroll Effective Date", "Status",
]  # fmt: skip
HEALTHSPRING_STATEMENT = [
    "Payment Type", "Payment Description", "Writing Broker Name", "Pay Period", "Amount",
    "Member ID", "Medicare Beneficiary Identifier (MBI)",
]  # fmt: skip
CIGNA_BOOK = [
    "AFMO", "AFMO Writing ID", "NFMO", "NFMO Writing ID", "Member ID", "First Name", "Last Name",
    "Product", "Effective Date", "Status",
]  # fmt: skip
BCBS_NC_BOOK = [
    "Agent #", "Agent Name", "Member Name", "Member Number", "ORIGEFFDATE", "Term Date",
]  # fmt: skip
BCBS_NC_STATEMENT = [
    "Agent #", "Agent Name", "Group Type", "Customer Name", "Customer No", "ORIGEFFDATE", "Product",
    "COVERAGEFROM", "COVERAGETO", "Premium Period", "Orig Sub Count", "Renewal_Date",
    "Billed Amount", "Commission",
]  # fmt: skip
MUTUAL_OF_OMAHA_STATEMENT = [
    "Prod Num", "Insureds Name", "Company", "Policy", "Activity Date", "Issue Date",
    "Activity Type", "MGA Name", "Comm Premium", "Comm Amt",
]  # fmt: skip
WELLABLE_STATEMENT = [
    "Distributor Number", "Writing Agent Number", "Insured Name", "Policy number", "Plan Code",
    "premium", "advance %", "advance months", "Advance Type", "advance amount", "application date",
]  # fmt: skip
