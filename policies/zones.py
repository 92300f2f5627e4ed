"""Which clocks people of a state live by. Pure."""

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


# Where part of a state lives by another clock than most of it.
ALSO = {
    **dict.fromkeys(("FL", "IN", "KY", "MI"), CENTRAL),
    "TN": EASTERN,
    **dict.fromkeys(("AZ", "KS", "ND", "NE", "NV", "SD", "TX"), MOUNTAIN),
    "OR": "America/Boise",
    "ID": PACIFIC,
    "AK": "America/Adak",
}


def zones_of(state: str, *, otherwise: str) -> tuple[str, ...]:
    """The zones of a state by its two letters, the one of most people first; else ``otherwise``."""
    most = ZONES.get(state, otherwise)
    return (most, ALSO[state]) if state in ALSO else (most,)
