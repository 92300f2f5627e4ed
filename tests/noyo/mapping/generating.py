"""Groups as agencies and carriers name them: the same plans under other names, for tests.

What is true is known: every plan of ours and the carrier's plans that are it. Codes collide, names
are changed on purpose, plans are split by member type and some exist on one side only.
"""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from integrations.noyo.suggesting import CHILD, EMPLOYEE, EVERYBODY, SPOUSE, OurPlan, TheirPlan

START = date(2026, 1, 1)
CARRIERS = ("Guardian", "Principal", "Anthem", "Unum", "Sun Life", "Beam")
TYPES = {
    "medical": ("ppo", "hmo", "epo", "hdhp"),
    "dental": ("ppo", "dhmo", "indemnity"),
    "vision": ("",),
    "life": ("basic", "voluntary"),
    "std": ("basic", "voluntary"),
    "ltd": ("basic", "voluntary"),
    "accident": ("voluntary",),
}
WORDS = {"high": ("High", "Buy-Up", "Enhanced"), "low": ("Low", "Base", "Core")}
BRANDS = ("SmileDirect", "DentalGuard", "Blue Choice", "Open Access", "VSP", "Select", "Value")


@dataclass
class Generated:
    """A group's two sides and which pairs are one plan."""

    ours: list[OurPlan] = field(default_factory=list)
    theirs: list[TheirPlan] = field(default_factory=list)
    true: set[tuple[int, int]] = field(default_factory=set)


def generate(seed: int) -> Generated:
    """A group: one plan of each line for small ones, several for large ones."""
    chance = Random(seed)
    group = Generated()
    is_large = seed % 2 == 1
    lines = chance.sample(sorted(TYPES), 4 if is_large else 2)
    carrier = chance.choice(CARRIERS)
    number = chance.randrange(100, 900)
    for line in lines:
        kinds = _kinds(chance, line, is_large=is_large)
        for place, (plan_type, level, amount) in enumerate(kinds):
            _add(group, chance, line, plan_type, level, amount, carrier, f"{number}{place}")
    if is_large:  # only the carrier has it, or only we
        group.theirs.append(
            TheirPlan(
                900, lines[0], "Legacy Closed Block", code="LEG", status="active", start=START
            )
        )
        group.ours.append(OurPlan(901, "wellness", "Wellness Coaching", "", EVERYBODY, START))
    return group


def _kinds(chance: Random, line: str, *, is_large: bool) -> list[tuple[str, str, str]]:
    types = list(TYPES[line])
    if not is_large:
        return [(chance.choice(types), "", "")]
    found = []
    for plan_type in chance.sample(types, min(len(types), 2)):
        if chance.random() < 0.6:
            found += [(plan_type, "high", "500"), (plan_type, "low", "2500")]
        else:
            found.append((plan_type, "", ""))
    return found


def _add(
    group: Generated, chance: Random, line: str, plan_type: str, level: str, amount: str,
    carrier: str, number: str,
) -> None:  # fmt: skip
    code = chance.choice([f"{line[:2].upper()}{number}", f"{line[:2].upper()}{number}", "", "1"])
    ours = len(group.ours) + 1
    members = EVERYBODY if line in ("medical", "dental", "vision") else frozenset({EMPLOYEE})
    our_code = code if chance.random() < 0.7 else ""
    group.ours.append(
        OurPlan(ours, line, _our_name(chance, line, plan_type, level, amount), our_code, members,
                START)
    )  # fmt: skip
    brand = chance.choice(BRANDS)
    is_split = members == EVERYBODY and chance.random() < 0.3
    parts: list[tuple[str, frozenset[str]]] = [("", EVERYBODY if len(members) > 1 else members)]
    if is_split:
        parts = [
            (" - Employee", frozenset({EMPLOYEE})),
            (" - Dependent", frozenset({SPOUSE, CHILD})),
        ]
    for suffix, whom in parts:
        theirs = 100 + len(group.theirs)
        group.true.add((ours, theirs))
        group.theirs.append(
            TheirPlan(
                theirs,
                line,
                _their_name(chance, line, plan_type, level, amount, carrier, brand) + suffix,
                code=code,
                plan_type=plan_type,
                network=brand if chance.random() < 0.3 else "",
                is_voluntary=plan_type == "voluntary" if line in ("life", "std", "ltd") else None,
                members=whom,
                start=START if chance.random() < 0.8 else date(2020, 1, 1),
            )
        )


def _our_name(chance: Random, line: str, plan_type: str, level: str, amount: str) -> str:
    parts = [
        line.upper() if len(line) == 3 else line.title(),
        plan_type.upper() if plan_type not in ("basic", "voluntary", "") else plan_type.title(),
        chance.choice(WORDS[level]) if level else "",
        f"${int(amount):,}" if amount and chance.random() < 0.7 else "",
        "Plan" if chance.random() < 0.5 else "",
    ]
    return " ".join(part for part in parts if part)


def _their_name(
    chance: Random, line: str, plan_type: str, level: str, amount: str, carrier: str, brand: str
) -> str:  # fmt: skip
    parts = [
        carrier if chance.random() < 0.4 else "",
        line.title() if chance.random() < 0.7 else "",
        brand if chance.random() < 0.6 else "",
        plan_type.upper() if plan_type and chance.random() < 0.5 else "",
        chance.choice(WORDS[level]) if level and chance.random() < 0.8 else "",
        f"{amount} Ded" if amount and chance.random() < 0.6 else "",
    ]
    return " ".join(part for part in parts if part) or f"{carrier} {line.title()} Plan"
