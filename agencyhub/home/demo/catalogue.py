"""What the demo agency sells: real carriers' names; plans, numbers and premiums are made up."""

from decimal import Decimal
from typing import NamedTuple

MA, MAPD, PDP, SUPPLEMENT = "Medicare Advantage", "MAPD", "PDP", "Medicare Supplement"
DENTAL, VISION, LIFE = "Dental", "Vision", "Life"

# Lowest and highest premium per month, USD.
PREMIUMS = {
    MA: (0, 35),
    MAPD: (0, 58),
    PDP: (0, 112),
    SUPPLEMENT: (92, 218),
    DENTAL: (19, 64),
    VISION: (8, 19),
    LIFE: (34, 148),
}
OFTEN_FREE = {MA: 0.75, MAPD: 0.68, PDP: 0.2}


class CarrierRow(NamedTuple):
    """A carrier, the names partners use for it, and its products."""

    name: str
    abbreviation: str
    aliases: tuple[str, ...]
    weight: int
    products: tuple[tuple[str, str, str], ...]


class ProductRow(NamedTuple):
    """One carrier product."""

    carrier: str
    name: str
    plan_id: str
    coverage_type: str


CARRIERS = (
    CarrierRow("Humana", "HUM", ("Humana Inc", "Humana Insurance Company"), 16, (
        ("Humana Gold Plus H5216-001", "H5216-001-000", MAPD),
        ("HumanaChoice H5216-156 (PPO)", "H5216-156-000", MAPD),
        ("Humana USAA Honor (PPO)", "H5216-243-000", MA),
        ("Humana Walmart Value Rx Plan (PDP)", "S5884-189-000", PDP),
        ("Humana Medicare Supplement Plan G", "HUM-MS-G", SUPPLEMENT),
    )),
    CarrierRow("Aetna", "AET", ("Aetna Medicare", "Aetna Life Insurance Company"), 14, (
        ("Aetna Medicare Premier (HMO-POS)", "H5521-118-000", MAPD),
        ("Aetna Medicare Choice (PPO)", "H5521-204-000", MAPD),
        ("Aetna Medicare Eagle (PPO)", "H5521-311-000", MA),
        ("SilverScript Choice (PDP)", "S5601-014-000", PDP),
        ("Aetna Medicare Supplement Plan G", "AET-MS-G", SUPPLEMENT),
    )),
    CarrierRow("UnitedHealthcare", "UHC", ("UHC", "United Healthcare Insurance", "UHC AARP"), 18, (
        ("AARP Medicare Advantage from UHC IA-0004 (PPO)", "H2577-004-000", MAPD),
        ("AARP Medicare Advantage Patriot No Rx (HMO-POS)", "H5253-098-000", MA),
        ("UHC Dual Complete (PPO D-SNP)", "H0271-055-000", MAPD),
        ("AARP Medicare Rx Preferred from UHC (PDP)", "S5820-024-000", PDP),
        ("AARP Medicare Supplement Plan G", "AARP-MS-G", SUPPLEMENT),
    )),
    CarrierRow("Devoted Health", "DEV", ("Devoted", "Devoted Health Plan"), 9, (
        ("Devoted CORE (HMO)", "H1290-003-000", MAPD),
        ("Devoted CHOICE (PPO)", "H9888-001-000", MAPD),
        ("Devoted DUAL (HMO D-SNP)", "H1290-025-000", MAPD),
        ("Devoted GIVEBACK (HMO)", "H1290-031-000", MAPD),
        ("Devoted C-SNP CHOICE (PPO C-SNP)", "H9888-009-000", MAPD),
    )),
    CarrierRow("Wellcare", "WCR", ("WellCare Health Plans", "Wellcare by Allwell"), 9, (
        ("Wellcare Giveback (HMO)", "H9630-012-000", MAPD),
        ("Wellcare Simple Open (PPO)", "H0712-031-000", MAPD),
        ("Wellcare Patriot No Premium (HMO)", "H9630-020-000", MA),
        ("Wellcare Value Script (PDP)", "S4802-083-000", PDP),
        ("Wellcare Classic (PDP)", "S4802-019-000", PDP),
    )),
    CarrierRow("Cigna Healthcare", "CIG", ("Cigna", "Cigna Health and Life Insurance"), 7, (
        ("Cigna Preferred Medicare (HMO)", "H4513-061-000", MAPD),
        ("Cigna True Choice (PPO)", "H7849-014-002", MAPD),
        ("Cigna Courage Medicare (HMO)", "H4513-077-000", MA),
        ("Cigna Saver Rx (PDP)", "S5617-281-000", PDP),
        ("Cigna Medicare Supplement Plan N", "CIG-MS-N", SUPPLEMENT),
    )),
    CarrierRow("Anthem", "ANT", ("Anthem Blue Cross and Blue Shield", "Elevance Health"), 6, (
        ("Anthem MediBlue Access (PPO)", "H8343-006-000", MAPD),
        ("Anthem Full Dual (HMO D-SNP)", "H3447-021-000", MAPD),
        ("Anthem Veteran (PPO)", "H8343-018-000", MA),
        ("Blue MedicareRx Standard (PDP)", "S5596-041-000", PDP),
        ("Anthem Medicare Supplement Plan G", "ANT-MS-G", SUPPLEMENT),
    )),
    CarrierRow("HealthPartners", "HPT", ("HealthPartners UnityPoint Health",), 4, (
        ("HealthPartners Journey Stride (PPO)", "H4882-007-000", MAPD),
        ("HealthPartners Journey Pace (PPO)", "H4882-001-000", MA),
        ("HealthPartners Align (PPO)", "H3416-002-000", MAPD),
        ("HealthPartners Symmetry (PPO)", "H3416-004-000", MAPD),
        ("HealthPartners Freedom Basic (Cost)", "H2462-011-000", MA),
    )),
    CarrierRow("Medica", "MDC", ("Medica Health Plans", "Medica Insurance Company"), 4, (
        ("Medica Advantage Solution (PPO)", "H8889-002-000", MAPD),
        ("Medica Prime Solution Thrift (Cost)", "H2450-018-000", MA),
        ("Medica Advantage Harmony (HMO)", "H6154-001-000", MAPD),
        ("Medica AccessAbility Solution (HMO D-SNP)", "H2458-003-000", MAPD),
        ("Medica Signature Solution Plan N", "MDC-MS-N", SUPPLEMENT),
    )),
    CarrierRow("Mutual of Omaha", "MOO", ("Omaha Insurance Company", "MutualofOmaha Rx"), 8, (
        ("Mutual of Omaha Plan G", "MOO-MS-G", SUPPLEMENT),
        ("Mutual of Omaha Plan N", "MOO-MS-N", SUPPLEMENT),
        ("Mutual of Omaha Rx Essential (PDP)", "S7126-082-000", PDP),
        ("Mutual of Omaha Dental Preferred", "MOO-DEN-P", DENTAL),
        ("Living Promise Whole Life", "MOO-LIFE-W", LIFE),
    )),
    CarrierRow("Kaiser Permanente", "KP", ("Kaiser", "Kaiser Foundation Health Plan"), 2, (
        ("Senior Advantage Core (HMO)", "H0630-014-000", MAPD),
        ("Senior Advantage Silver (HMO)", "H0630-015-000", MAPD),
        ("Senior Advantage Gold (HMO)", "H0630-016-000", MAPD),
        ("Medicare Advantage Value (HMO)", "H2150-006-000", MAPD),
        ("Senior Advantage Part B Only (HMO)", "H0630-020-000", MA),
    )),
    CarrierRow("Florida Blue", "FLB", ("Blue Cross and Blue Shield of Florida", "BCBSFL"), 5, (
        ("BlueMedicare Classic (HMO)", "H1035-017-000", MAPD),
        ("BlueMedicare Choice (Regional PPO)", "R3332-001-000", MAPD),
        ("BlueMedicare Patriot (PPO)", "H5434-024-000", MA),
        ("BlueMedicare Premier Rx (PDP)", "S5904-001-000", PDP),
        ("BlueMedicare Supplement Plan G", "FLB-MS-G", SUPPLEMENT),
    )),
    CarrierRow("Blue Cross Blue Shield of Texas", "BCTX", ("BCBSTX", "BCBS of Texas"), 4, (
        ("Blue Cross Medicare Advantage Basic (HMO)", "H8133-001-000", MAPD),
        ("Blue Cross Medicare Advantage Choice (PPO)", "H1666-003-000", MAPD),
        ("Blue Cross Medicare Advantage Protect (PPO)", "H1666-011-000", MA),
        ("Blue Cross MedicareRx Value (PDP)", "S5715-014-000", PDP),
        ("Blue Cross Medicare Supplement Plan G", "BCTX-MS-G", SUPPLEMENT),
    )),
    CarrierRow("Blue Cross Blue Shield of Arizona", "AZB", ("AZ Blue", "BCBSAZ"), 3, (
        ("Blue Best Life Classic (HMO)", "H0302-006-000", MAPD),
        ("BluePathway Plan 1 (HMO)", "H6936-001-000", MAPD),
        ("Blue Medicare Advantage Plus (PPO)", "H0302-018-000", MAPD),
        ("Blue Best Life Part B (HMO)", "H0302-021-000", MA),
        ("AZ Blue Senior Preferred Plan G", "AZB-MS-G", SUPPLEMENT),
    )),
    CarrierRow("Blue Cross and Blue Shield of Nebraska", "BCNE", ("BCBSNE", "NebraskaBlue"), 3, (
        ("Medicare Advantage Core (HMO)", "H3170-001-000", MAPD),
        ("Medicare Advantage Access (PPO)", "H8181-002-000", MAPD),
        ("Medicare Advantage Valor (PPO)", "H8181-004-000", MA),
        ("Blue MedicareRx Value (PDP)", "S5743-004-000", PDP),
        ("Medicare Supplement Plan N", "BCNE-MS-N", SUPPLEMENT),
    )),
    CarrierRow("Molina Healthcare", "MOL", ("Molina", "Molina Healthcare of Texas"), 2, (
        ("Molina Medicare Complete Care (HMO D-SNP)", "H7678-001-000", MAPD),
        ("Molina Medicare Complete Care Select (HMO D-SNP)", "H7678-005-000", MAPD),
        ("Molina Medicare Choice Care (HMO)", "H7678-009-000", MAPD),
        ("Molina Medicare Choice Care Select (HMO)", "H7678-011-000", MAPD),
        ("Molina Medicare Part B Saver (HMO)", "H7678-014-000", MA),
    )),
    CarrierRow("Alignment Health Plan", "ALN", ("Alignment Healthcare", "Alignment"), 2, (
        ("AVA (HMO)", "H3815-008-000", MAPD),
        ("the ONE (HMO)", "H3815-020-000", MAPD),
        ("Platinum Access (PPO)", "H8765-001-000", MAPD),
        ("Heart & Diabetes (HMO C-SNP)", "H3815-033-000", MAPD),
        ("Honor Flex (PPO)", "H8765-005-000", MA),
    )),
    CarrierRow("SCAN Health Plan", "SCN", ("SCAN", "SCAN Desert Health Plan"), 2, (
        ("SCAN Classic (HMO)", "H9104-002-000", MAPD),
        ("SCAN Venture (HMO)", "H9104-006-000", MAPD),
        ("SCAN Balance (HMO C-SNP)", "H9104-011-000", MAPD),
        ("SCAN Strive (HMO C-SNP)", "H9104-015-000", MAPD),
        ("SCAN Embrace (HMO I-SNP)", "H9104-019-000", MAPD),
    )),
    CarrierRow("Clover Health", "CLV", ("Clover", "Clover Insurance Company"), 2, (
        ("Clover Health Choice (PPO)", "H5141-004-000", MAPD),
        ("Clover Health Premier (PPO)", "H5141-013-000", MAPD),
        ("Clover Health Valor (PPO)", "H5141-044-000", MA),
        ("Clover Health Classic (HMO)", "H8010-001-000", MAPD),
        ("Clover Health Value (PPO)", "H5141-050-000", MAPD),
    )),
    CarrierRow("Oscar Health", "OSC", ("Oscar", "Oscar Insurance Company"), 1, (
        ("Oscar Easy Care (HMO)", "H2041-001-000", MAPD),
        ("Oscar Easy Care Plus (HMO)", "H2041-002-000", MAPD),
        ("Oscar Total Care (HMO)", "H2041-004-000", MAPD),
        ("Oscar Access (PPO)", "H3402-001-000", MAPD),
        ("Oscar Honor (PPO)", "H3402-003-000", MA),
    )),
    CarrierRow("Physicians Mutual", "PHM", ("Physicians Mutual Insurance Company",), 4, (
        ("Innovative Plan G", "PHM-MS-G", SUPPLEMENT),
        ("Innovative Plan F", "PHM-MS-F", SUPPLEMENT),
        ("Dental Insurance Preferred", "PHM-DEN-P", DENTAL),
        ("Physicians Life Final Expense", "PHM-LIFE-F", LIFE),
    )),
    CarrierRow("Bankers Fidelity", "BFL", ("Bankers Fidelity Life Insurance Company",), 2, (
        ("Medicare Supplement Plan G", "BFL-MS-G", SUPPLEMENT),
        ("Medicare Supplement Plan N", "BFL-MS-N", SUPPLEMENT),
        ("Vantage Flex Dental and Vision", "BFL-DEN-V", DENTAL),
        ("Vantage Final Expense", "BFL-LIFE-F", LIFE),
    )),
    CarrierRow("Delta Dental", "DDL", ("Delta Dental of Iowa", "Delta Dental Insurance"), 4, (
        ("Individual Preferred Dental", "DDL-DEN-P", DENTAL),
        ("Individual Value Dental", "DDL-DEN-V", DENTAL),
        ("DeltaVision Basic", "DDL-VIS-B", VISION),
        ("DeltaVision Plus", "DDL-VIS-P", VISION),
    )),
    CarrierRow("VSP Individual Vision", "VSP", ("VSP", "Vision Service Plan"), 2, (
        ("Standard Vision", "VSP-VIS-S", VISION),
        ("Enhanced EasyOptions", "VSP-VIS-E", VISION),
        ("Enhanced Featured Frames", "VSP-VIS-F", VISION),
        ("Vision Essentials", "VSP-VIS-X", VISION),
    )),
    CarrierRow("Transamerica", "TRA", ("Transamerica Life Insurance Company",), 2, (
        ("Immediate Solution", "TRA-LIFE-I", LIFE),
        ("10-Pay Solution", "TRA-LIFE-T", LIFE),
        ("Easy Solution", "TRA-LIFE-E", LIFE),
        ("TransSecure Plan G", "TRA-MS-G", SUPPLEMENT),
    )),
)  # fmt: skip
# Carriers that sell in some states only.
STATES: dict[str, frozenset[str]] = {
    "HealthPartners": frozenset({"IA", "MN", "WI", "ND", "SD"}),
    "Medica": frozenset({"IA", "MN", "WI", "ND", "SD", "NE"}),
    "Kaiser Permanente": frozenset({"CO", "GA"}),
    "Florida Blue": frozenset({"FL"}),
    "Blue Cross Blue Shield of Texas": frozenset({"TX"}),
    "Blue Cross Blue Shield of Arizona": frozenset({"AZ"}),
    "Blue Cross and Blue Shield of Nebraska": frozenset({"NE"}),
    "Molina Healthcare": frozenset({"TX", "NM", "WI", "OH", "IL"}),
    "Alignment Health Plan": frozenset({"AZ", "FL", "NC"}),
    "SCAN Health Plan": frozenset({"AZ", "TX", "NM"}),
    "Clover Health": frozenset({"GA", "TX"}),
    "Oscar Health": frozenset({"FL"}),
    "Anthem": frozenset({"WI", "OH", "MO", "GA", "CO"}),
}


def products() -> list[ProductRow]:
    """List every product with its carrier's name."""
    return [
        ProductRow(carrier.name, name, plan_id, coverage_type)
        for carrier in CARRIERS
        for name, plan_id, coverage_type in carrier.products
    ]


def premium(coverage_type: str, *, chance: float) -> Decimal:
    """Pick the premium per month of a policy for a ``chance`` from 0 to 1."""
    free = OFTEN_FREE.get(coverage_type, 0.0)
    if chance < free:
        return Decimal("0.00")
    low, high = PREMIUMS[coverage_type]
    share = (chance - free) / (1 - free)
    cents = round((low + (high - low) * share) * 10) * 10
    return Decimal(cents) / 100
