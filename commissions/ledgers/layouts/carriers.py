"""What layouts of a carrier are known to be: whose, and whether statements are rewritten."""

from typing import Any

Known = dict[str, Any]

UHC: Known = {"carrier": "UnitedHealthcare", "carrier_also": ["UHC", "United Healthcare"]}
HUMANA: Known = {"carrier": "Humana"}
AETNA: Known = {"carrier": "Aetna", "carrier_also": ["Aetna Medicare"]}
DEVOTED: Known = {"carrier": "Devoted Health", "carrier_also": ["Devoted"]}
HEALTHSPRING: Known = {
    "carrier": "Cigna Healthspring",
    "carrier_also": ["Healthspring", "Cigna Healthcare", "Cigna"],
}
BCBS_NC: Known = {
    "carrier": "Blue Cross and Blue Shield of North Carolina",
    "carrier_also": ["BCBS NC", "Blue Cross NC", "Blue Cross Blue Shield of North Carolina"],
}
MUTUAL_OF_OMAHA: Known = {"carrier": "Mutual of Omaha"}
WELLABLE: Known = {"carrier": "Wellable", "carrier_also": ["Wellabe"]}
# The month that is going on is written anew with every copy of the statement.
ROLLING: Known = {"is_rolling": True}


def unread(*headings: str) -> dict[str, str]:
    """Columns that a layout has and nobody imports."""
    return dict.fromkeys(headings, "")
