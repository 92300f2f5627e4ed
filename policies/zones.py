"""Which clock most people of a state live by. Pure.

States of two zones have the one that more of their people live in; quiet hours are long enough for
the others.
"""

EASTERN, CENTRAL, MOUNTAIN = "America/New_York", "America/Chicago", "America/Denver"
PACIFIC = "America/Los_Angeles"

ZONES = {
    **dict.fromkeys(
        ("CT", "DC", "DE", "FL", "GA", "KY", "MA", "MD", "ME", "NC", "NH", "NJ", "NY", "OH", "PA",
         "RI", "SC", "VA", "VT", "WV"),
        EASTERN,
    ),
    "IN": "America/Indiana/Indianapolis",
    "MI": "America/Detroit",
    **dict.fromkeys(
        ("AL", "AR", "IA", "IL", "KS", "LA", "MN", "MO", "MS", "ND", "NE", "OK", "SD", "TN", "TX",
         "WI"),
        CENTRAL,
    ),
    **dict.fromkeys(("CO", "MT", "NM", "UT", "WY"), MOUNTAIN),
    "ID": "America/Boise",
    "AZ": "America/Phoenix",
    **dict.fromkeys(("CA", "NV", "OR", "WA"), PACIFIC),
    "AK": "America/Anchorage",
    "HI": "Pacific/Honolulu",
    **dict.fromkeys(("PR", "VI"), "America/Puerto_Rico"),
    **dict.fromkeys(("GU", "MP"), "Pacific/Guam"),
    "AS": "Pacific/Pago_Pago",
}  # fmt: skip


def zone_of(state: str, *, otherwise: str) -> str:
    """The zone of a state by its two letters; of an unknown one, ``otherwise``."""
    return ZONES.get(state, otherwise)
