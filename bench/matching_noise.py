"""How files go wrong: the kinds of noise that matching meets, and other kinds it was not shown."""

from abc import ABC, abstractmethod
from datetime import date, timedelta
from random import Random

from individuals.nicknames import _FORMS

_SHORT = {line.split()[0]: line.split()[1:] for line in _FORMS.split("\n") if len(line.split()) > 1}
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEXT_TO = {
    one: (row[max(at - 1, 0)] + row[min(at + 1, len(row) - 1)]).replace(one, "")
    for row in _ROWS
    for at, one in enumerate(row)
}
_SOUNDS = (("ph", "f"), ("ck", "k"), ("ll", "l"), ("ss", "s"), ("ie", "y"), ("z", "s"), ("v", "b"))


class Noise(ABC):
    """What happens to names, dates and numbers on their way into a file.

    ``strength`` multiplies every chance.
    """

    strength = 1.0

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def happens(self, chance: float) -> bool:
        """Whether something of this chance happens now."""
        return self.random.random() < chance * self.strength

    @abstractmethod
    def name(self, first: str, middle: str, last: str) -> tuple[str, str, str]:
        """First, middle and last name as a file has them."""

    @abstractmethod
    def number(self, text: str) -> str:
        """A policy number as a file has it."""

    @abstractmethod
    def birth(self, day: date) -> date:
        """A wrong date of birth."""

    def effective(self, day: date) -> date:
        """A wrong effective date: a month beside, or another day of the month."""
        if self.random.random() < 0.6:
            near = day + timedelta(days=self.random.choice((-15, 31)))
            return near.replace(day=1)
        return day.replace(day=self.random.randrange(2, 28))


class Known(Noise):
    """The noise that the rules were thought out for."""

    def name(self, first: str, middle: str, last: str) -> tuple[str, str, str]:
        if self.happens(0.05) and first in _SHORT:
            first = self.random.choice(_SHORT[first])
        if self.happens(0.015):
            first = self._typo(first)
        if self.happens(0.02):
            last = self._typo(last)
        if "-" in last and self.happens(0.5):
            last = self.random.choice((last.replace("-", " "), last.split("-")[0]))
        if self.happens(0.006):
            return last, "", first
        if self.happens(0.01):
            return "", "", f"{last}, {first} {middle}".strip()
        return first, middle, last

    def number(self, text: str) -> str:
        roll = self.random.random()
        if roll < 0.08:
            return text.lstrip("H0")
        if roll < 0.16:
            return f"00{text}"
        if roll < 0.22:
            plain = text.replace("-", "")
            return f"{plain[:3]}-{plain[3:6]}-{plain[6:]}"
        if roll < 0.26:
            return f"{text[:4]} {text[4:]}"
        return text

    def birth(self, day: date) -> date:
        roll = self.random.random()
        if roll < 0.3 and day.day <= 12:
            return day.replace(month=day.day, day=day.month)
        if roll < 0.6:
            return day.replace(day=max(1, min(28, day.day + self.random.choice((-1, 1, 10, -10)))))
        if roll < 0.8:
            return day.replace(year=day.year + self.random.choice((-1, 1)), day=min(day.day, 28))
        return date(1935, 1, 1) + timedelta(days=self.random.randrange(9000))

    def _typo(self, name: str) -> str:
        at = self.random.randrange(len(name))
        kind = self.random.randrange(4)
        if kind == 0 and len(name) > 3:
            return name[:at] + name[at + 1 :]
        if kind == 1:
            return name[:at] + self.random.choice(_ALPHABET) + name[at:]
        if kind == 2 and at + 1 < len(name):
            return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        return name[:at] + self.random.choice(_ALPHABET) + name[at + 1 :]


class HeldOut(Noise):
    """Other noise: fingers, ears, scanners, weddings, narrow columns."""

    def name(self, first: str, middle: str, last: str) -> tuple[str, str, str]:
        if self.happens(0.02):
            first = self._heard(first)
        last = self._family(last)
        if middle and self.happens(0.05):
            first, middle = f"{first} {middle}", ""
        if self.happens(0.02):
            first = first[0]
        return first[:10].upper(), middle.upper(), last[:12].upper()

    def number(self, text: str) -> str:
        roll = self.random.random()
        if roll < 0.06:
            return f"{text}-01"
        if roll < 0.12:
            return f"MBR{text}"
        if roll < 0.14:
            return text.replace("0", "O")
        if roll < 0.24:
            return f"{int(text.replace('H', '').replace('-', '')):012d}"
        return text

    def birth(self, day: date) -> date:
        roll = self.random.random()
        if roll < 0.35:
            return date(day.year, day.month, 1)
        if roll < 0.65:
            return day.replace(year=day.year + self.random.choice((-10, 10)), day=min(day.day, 28))
        return day + timedelta(days=self.random.choice((-1, 1)))

    def _family(self, last: str) -> str:
        if self.happens(0.025):
            last = self._heard(last)
        if self.happens(0.012):
            last = self._slipped(last)
        if self.happens(0.008):
            last = f"{self.random.choice(('green', 'lane', 'fox', 'stone'))}{last[:2]}"
        if "-" in last and self.happens(0.5):
            last = last.replace("-", self.random.choice(("", " ", " y ")))
        if self.happens(0.02):
            last = f"{last} {self.random.choice(('jr', 'sr', 'III'))}"
        return last

    def _heard(self, name: str) -> str:
        for one, other in _SOUNDS:
            if one in name:
                return name.replace(one, other, 1)
        return name[:-1] + name[-1] * 2

    def _slipped(self, name: str) -> str:
        at = self.random.randrange(len(name))
        return name[:at] + _NEXT_TO.get(name[at], "e")[:1] + name[at + 1 :]
