"""Made-up people for generated enrollments: the same seed and number, the same person."""

import random
from datetime import date, timedelta

FIRST_NAMES = (
    "Ada", "Alma", "Amos", "Basil", "Bruno", "Cecil", "Clara", "Cora", "Della", "Edith", "Elmer",
    "Enid", "Esther", "Ezra", "Fern", "Flora", "Greta", "Harvey", "Hazel", "Ida", "Ines", "Irma",
    "Iván", "Josefa", "Leona", "Lupe", "Mabel", "Marta", "Nadia", "Nell", "Odell", "Opal",
    "Otis", "Pearl", "Ramón", "Rosa", "Rufus", "Sofía", "Stella", "Thelma", "Vera", "Wilma",
)  # fmt: skip
LAST_NAMES = (
    "Abernathy", "Ashdown", "Barlow", "Bellweather", "Calloway", "Castañeda", "Delacroix",
    "Duffield", "Eastwick", "Fairbanks", "Garrity", "Goodnight", "Halvorsen", "Hightower",
    "Ibarra", "Jessup", "Kettering", "Larkin", "Lindqvist", "Mayweather", "McAllister",
    "Navarrete", "O'Dell", "Okafor", "Pennington", "Quigley", "Rasmussen", "Saint-Clair",
    "Thackeray", "Underhill", "Villanueva", "Whitlock", "Yarborough", "Zamora",
)  # fmt: skip
PLACES = (
    ("Ames", "IA", "50010", "515"), ("Des Moines", "IA", "50309", "515"),
    ("Cedar Falls", "IA", "50613", "319"), ("Omaha", "NE", "68102", "402"),
    ("Lincoln", "NE", "68508", "402"), ("Rochester", "MN", "55901", "507"),
    ("Madison", "WI", "53703", "608"), ("Peoria", "IL", "61602", "309"),
    ("Topeka", "KS", "66603", "785"), ("Miami", "FL", "33101", "305"),
    ("Tampa", "FL", "33602", "813"), ("Tucson", "AZ", "85701", "520"),
)  # fmt: skip
STREETS = ("Oak St", "Maple Ave", "Prairie Rd", "Lincoln Way", "Elm Ct", "Harbor Dr", "Mill Ln")
CELL_PHONE_RATE, APARTMENT_RATE = 0.5, 0.3
_LETTERS = "ACDEFGHJKMNPQRTUVWXY"


def person(seed: int, number: int) -> dict[str, str | None]:
    """Make up beneficiary ``number`` of a seed in the shape that is sent to AgencyHub."""
    dice = random.Random(f"{seed}/{number}")  # noqa: S311 - made-up people, not secrets
    first_name, last_name = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
    city, state, zip_code, area = dice.choice(PLACES)
    born = date(1938, 1, 1) + timedelta(days=dice.randrange(365 * 24))
    covered = born.replace(year=born.year + 65, day=1)
    return {
        "first_name": first_name,
        "last_name": last_name,
        "date_of_birth": born.isoformat(),
        "mbi": _mbi(dice),
        "part_a_effective_date": covered.isoformat(),
        "part_b_effective_date": covered.isoformat(),
        "email": f"beneficiary.{seed}.{number}@example.com",
        "home_phone": f"{area}55501{dice.randrange(100):02d}",
        "cell_phone": f"{area}55501{dice.randrange(100):02d}"
        if dice.random() < CELL_PHONE_RATE
        else None,
        "business_phone": None,
        "address_1": f"{dice.randrange(1, 9999)} {dice.choice(STREETS)}",
        "address_2": f"Apt {dice.randrange(1, 40)}" if dice.random() < APARTMENT_RATE else None,
        "city": city,
        "state": state,
        "zip": zip_code,
    }


def _mbi(dice: random.Random) -> str:
    kinds = "1AN0AN0AA00"
    wells = {"1": "123456789", "0": "0123456789", "A": _LETTERS, "N": _LETTERS + "0123456789"}
    return "".join(dice.choice(wells[kind]) for kind in kinds)
