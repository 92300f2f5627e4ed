"""People and their policies for the matching benchmark: what is true, before anybody writes it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from individuals.nicknames import _FORMS

CARRIERS = (
    ("UnitedHealthcare", ("United Healthcare", "UHC", "UNITEDHEALTHCARE INS CO")),
    ("Humana", ("HUMANA INC", "Humana Insurance Company", "Humana Health Plan")),
    ("Aetna", ("Aetna Medicare", "AETNA LIFE INS", "Aetna Health")),
    ("Devoted Health", ("Devoted", "DEVOTED HEALTH PLAN OF FLORIDA")),
    ("Wellcare", ("WellCare Health Plans", "Wellcare by Allwell")),
    ("Anthem", ("Anthem Blue Cross", "ANTHEM BCBS")),
    ("Mutual of Omaha", ("MUTUAL", "United of Omaha")),
    ("Healthspring", ("Cigna Healthspring", "HealthSpring Life")),
    ("Molina Healthcare", ("Molina", "MOLINA HC")),
    ("Zing Health", ("Zing", "ZING HEALTH OF MI")),
)
SHARES = (30, 22, 12, 8, 7, 6, 5, 4, 3, 3)
LINES = ("med_adv", "med_supp", "pdp")
_COMMON = """
smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez
wilson anderson thomas taylor moore jackson martin lee perez thompson white harris sanchez clark
ramirez lewis robinson walker young allen king wright scott torres nguyen hill flores green adams
nelson baker hall rivera campbell mitchell carter roberts gomez phillips evans turner diaz parker
cruz edwards collins reyes stewart morris morales murphy
"""
_BEGINNINGS = """
ba ber bo bran ca cor da den do el fal fer gan ge hal har in ka kel la len lo ma mar mo na nor o pa
per ra ros sa sel so sta ta tor u va ver wal wen win ya zel
"""
_ENDINGS = """son man ton ley er ski ez ini ard berg ell ick ow ers ham"""
FAMILY, _SYLLABLES, _LAST = _COMMON.split(), _BEGINNINGS.split(), _ENDINGS.split()
GIVEN = [line.split()[0] for line in _FORMS.split("\n") if line.split()]
LETTERS = "ACDEFGHJKMNPQRTUVWXY"


@dataclass(frozen=True)
class Person:
    """Who somebody really is."""

    first: str
    middle: str
    last: str
    suffix: str
    born: date
    mbi: str
    zip_code: str


@dataclass
class Policy:
    """A policy as it really is; ``applied`` says whether the agency has its application."""

    person: Person
    carrier: int
    line: str
    plan: str
    number: str
    member: str
    confirmation: str
    agent: int
    effective: date
    end: date | None
    applied: bool = True
    key: int = field(default=0)


class Town:
    """Makes people, and their policies, from a seed."""

    def __init__(self, seed: int, *, agents: int) -> None:
        self.random = Random(seed)
        self._agents = agents
        made = {self._made_up() for _ in range(7000)}
        self._family = FAMILY + sorted(made - set(FAMILY))
        self._family_weights = _cumulated(
            [60 / (rank + 8) for rank in range(len(FAMILY))] + [0.035] * (len(self._family))
        )[: len(self._family)]
        self._given_weights = _cumulated([1 / (rank + 25) for rank in range(len(GIVEN))])
        self._zips = [f"{self.random.randrange(1000, 99999):05d}" for _ in range(1500)]

    def policies(self, count: int) -> Iterator[Policy]:
        """About so many policies, people after people."""
        made = 0
        while made < count:
            for policy in self._household():
                made += 1
                policy.key = made
                yield policy

    def _household(self) -> Iterator[Policy]:
        chance = self.random.random
        one = self._person()
        first = self._policy(one)
        yield from self._history(first)
        roll = chance()
        if roll < 0.15:
            spouse = replace(self._person(), last=one.last, zip_code=one.zip_code)
            shared = self._policy(spouse)
            if chance() < 0.7:
                shared.carrier, shared.line, shared.plan = first.carrier, first.line, first.plan
                shared.agent, shared.effective = first.agent, first.effective
            yield from self._history(shared)
        elif roll < 0.153:  # a twin
            twin = replace(self._person(), last=one.last, zip_code=one.zip_code, born=one.born)
            yield from self._history(self._policy(twin))
        elif roll < 0.158:  # somebody of the same name
            other = replace(self._person(), first=one.first, last=one.last)
            yield from self._history(self._policy(other))
        elif roll < 0.161:  # father and son
            son = replace(
                one, suffix="Jr", born=one.born + timedelta(days=9000), mbi=self._mbi(), middle=""
            )
            yield from self._history(self._policy(son))

    def _history(self, policy: Policy) -> Iterator[Policy]:
        """The policy, and at times the one before or after it."""
        roll = self.random.random()
        if roll < 0.18:  # renewed for the next year
            following = self._policy(policy.person)
            following.effective = date(policy.effective.year + 1, 1, 1)
            following.line, following.agent = policy.line, policy.agent
            following.end = None
            if self.random.random() < 0.6:
                following.carrier = policy.carrier
                again = self.random.random()
                if again < 0.5:
                    following.member = policy.member
                elif again < 0.7:
                    following.number = policy.number
            following.plan = self._plan(following.carrier, following.line, other=policy.plan)
            policy.end = following.effective - timedelta(days=1)
            yield following
        elif roll < 0.24 and policy.line == "med_adv":  # had a Medigap policy before
            before = self._policy(policy.person)
            before.line, before.plan = "med_supp", ""
            before.effective = date(policy.effective.year - 1, self.random.randrange(1, 13), 1)
            before.end = policy.effective - timedelta(days=1)
            yield before
        elif roll < 0.29 and policy.line == "med_supp":  # with a drug plan beside it
            beside = self._policy(policy.person)
            beside.line, beside.effective = "pdp", policy.effective
            beside.plan = self._plan(beside.carrier, "pdp")
            yield beside
        yield policy

    def _policy(self, person: Person) -> Policy:
        random = self.random
        carrier = random.choices(range(len(CARRIERS)), SHARES)[0]
        line = random.choices(LINES, (75, 13, 12))[0]
        is_january = random.random() < 0.55
        effective = (
            date(2026, 1, 1)
            if is_january
            else date(random.choice((2025, 2025, 2026)), random.randrange(1, 13), 1)
        )
        end = None
        if random.random() < 0.08:
            end = _months_on(effective, random.randrange(1, 12)) - timedelta(days=1)
        return Policy(
            person, carrier, line, self._plan(carrier, line), self._number(carrier),
            f"{random.randrange(10**8, 10**9)}", f"{random.randrange(10**7, 10**8)}",
            random.randrange(self._agents), effective, end, applied=random.random() < 0.47,
        )  # fmt: skip

    def _plan(self, carrier: int, line: str, *, other: str = "") -> str:
        if line == "med_supp":
            return ""
        letter = "S" if line == "pdp" else "H"
        while True:
            number = self.random.randrange(1, 5 if line == "pdp" else 19)
            plan = f"{letter}{1000 + carrier * 37}-{number:03d}-000"
            if plan != other:
                return plan

    def _number(self, carrier: int) -> str:
        digits = f"{self.random.randrange(10**8, 10**9)}"
        return (f"H{digits}", digits, f"00{digits}", f"{digits[:3]}-{digits[3:]}")[carrier % 4]

    def _person(self) -> Person:
        random = self.random
        last = random.choices(self._family, cum_weights=self._family_weights)[0]
        if random.random() < 0.04:
            last += "-" + random.choices(self._family, cum_weights=self._family_weights)[0]
        return Person(
            random.choices(GIVEN, cum_weights=self._given_weights)[0],
            random.choice("abcdefghjklmr") if random.random() < 0.5 else "",
            last,
            "",
            date(1932, 1, 1) + timedelta(days=random.randrange(30 * 365)),
            self._mbi(),
            random.choice(self._zips),
        )

    def _mbi(self) -> str:
        random = self.random
        pick, digit = (lambda: random.choice(LETTERS)), (lambda: str(random.randrange(10)))
        return (
            f"{random.randrange(1, 10)}{pick()}{digit()}{digit()}{pick()}{digit()}{digit()}"
            f"{pick()}{pick()}{digit()}{digit()}"
        )

    def _made_up(self) -> str:
        random = self.random
        middle = "".join(random.choices(_SYLLABLES, k=random.choice((1, 2, 2))))
        return middle + random.choice(_LAST)


def _months_on(day: date, months: int) -> date:
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, 1)


def _cumulated(weights: list[float]) -> list[float]:
    total, sums = 0.0, []
    for weight in weights:
        total += weight
        sums.append(total)
    return sums
