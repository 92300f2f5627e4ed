"""What an export shows of personal data to somebody without the right to all of it."""

HIDDEN = "•••"
YEAR_DIGITS = 4
SHOWN_DIGITS = 4


def phone(text: str) -> str:
    """The last four digits."""
    return f"({HIDDEN}) {HIDDEN}-{text[-SHOWN_DIGITS:]}" if text else ""


def email(text: str) -> str:
    """The first character and the domain."""
    name, _, domain = text.partition("@")
    return f"{name[:1]}{HIDDEN}@{domain}" if domain else text and HIDDEN


def birth_date(text: str) -> str:
    """The year of MM/DD/YYYY."""
    return f"••/••/{text[-YEAR_DIGITS:]}" if text else ""


def city_and_state(text: str) -> str:
    """The state of "Ames, IA"."""
    city, _, state = text.rpartition(", ")
    return f"{HIDDEN}, {state}" if city else text and HIDDEN


def everything(text: str) -> str:
    """That there is something."""
    return HIDDEN if text else ""
