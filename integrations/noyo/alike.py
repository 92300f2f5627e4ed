"""How alike what people and carriers call plans and classes is. Pure.

A name is a set of words: written one way, abbreviations spelled out, fillers left out.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from rapidfuzz.distance import OSA

from agencyhub.lib.states import STATES

# Source: plan types of Noyo's published API (reference/groups_eoi.md A5.5), less basic, voluntary.
TYPES = frozenset({
    "hmo", "ppo", "epo", "pos", "hdhp", "hmp", "dhmo", "aso", "indemnity", "hsa", "fsa", "dca",
    "lpfsa", "hra", "eap",
})  # fmt: skip
METALS = frozenset({"bronze", "silver", "gold", "platinum", "catastrophic"})
LEVELS = frozenset({"high", "low", "mid"})
_STRONG = TYPES | METALS | LEVELS | {"voluntary", "basic"}

_SPELLED = {
    "ee": "employee", "ees": "employee", "emp": "employee", "employees": "employee",
    "member": "employee", "members": "employee", "staff": "employee", "associates": "employee",
    "dep": "dependent", "deps": "dependent", "dependents": "dependent",
    "sp": "spouse", "ch": "child", "children": "child", "vol": "voluntary",
    "supplemental": "voluntary", "supp": "voluntary",
    "base": "low", "core": "low", "lo": "low", "buyup": "high", "enhanced": "high", "hi": "high",
    "premier": "high", "middle": "mid", "medium": "mid",
    "ded": "deductible", "exec": "executive", "execs": "executive", "executives": "executive",
    "mgr": "manager", "mgrs": "manager", "mgmt": "manager", "management": "manager",
    "managers": "manager", "sal": "salaried", "salary": "salaried", "hrly": "hourly",
    "ft": "full", "fulltime": "full", "pt": "part", "parttime": "part",
    "rep": "representative", "reps": "representative", "admin": "administration",
    "administrative": "administration", "hq": "headquarters", "mfg": "manufacturing",
    "whse": "warehouse", "ops": "operations", "eng": "engineering", "div": "division",
    "dept": "department", "loc": "location", "cls": "class",
}  # fmt: skip
_JOINED = (
    ("buy up", "buyup"), ("full time", "full"), ("part time", "part"), ("high deductible", "hdhp"),
    ("preferred provider", "ppo"), ("head office", "headquarters"), ("home office", "headquarters"),
    ("ad d", "add"), ("everyone else", "other"), ("everybody else", "other"),
)  # fmt: skip
_EMPTY = frozenset({
    "plan", "plans", "group", "insurance", "coverage", "benefit", "benefits", "the", "and", "of",
    "for", "with", "in", "by", "to", "year", "calendar", "class", "division", "location",
    "department", "bill", "all", "eligible", "employee", "dependent", "everyone", "everybody",
    "active", "program", "option", "carrier",
})  # fmt: skip
_LINES = frozenset({
    "medical", "health", "dental", "vision", "life", "add", "std", "ltd", "accident", "cancer",
    "term", "short", "long", "disability", "critical", "illness", "hospital", "pharmacy",
    "wellness", "accidental", "death", "dismemberment",
})  # fmt: skip
_STATES = {str(name).lower(): f"us{code.lower()}" for code, name in STATES}
_STATE_CODE = re.compile(rf"\b(?:{'|'.join(code for code, _ in STATES)})\b")
_SHOUTED = {"IN", "OR", "ME", "HI", "OK"}
_NUMBER = re.compile(r"(?<=\d),(?=\d{3})|[$%]")
_WORD = re.compile(r"[a-z0-9]+")
_THOUSANDS = re.compile(r"^(\d+)k$")
LONG_WORD = 5


@cache
def plan_words(text: str) -> frozenset[str]:
    """The words by which plans of one line are told apart."""
    return _words(text) - _EMPTY - _LINES


@cache
def unit_words(text: str) -> frozenset[str]:
    """The words by which classes, divisions and locations are told apart; none: everybody.

    A state is one word, however it is written.
    """
    return _words(_STATE_CODE.sub(lambda found: _state(found[0], text), text)) - _EMPTY


def _state(code: str, text: str) -> str:
    """In capitals throughout, some codes of states are words."""
    return code if text.isupper() and code in _SHOUTED else f"us{code.lower()}"


def amounts(words: frozenset[str]) -> frozenset[str]:
    """Those of the words that are numbers beyond a count."""
    return frozenset(word for word in words if word.isdecimal() and len(word) > 2)  # noqa: PLR2004


def likeness(
    ours: frozenset[str], theirs: frozenset[str], *, common: Mapping[str, int] | None = None
) -> float:
    """The weight of the words that both have, 0 to 1; without a word on either side it is 1.

    ``common`` says how many candidates have a word: what many have tells little.
    """
    if not ours and not theirs:
        return 1.0
    if not ours or not theirs:
        return 0.0
    counts = common or {}
    total = sum(_weight(word, counts) for word in (*ours, *theirs))
    both = 0.0
    for word in ours:
        twin = word if word in theirs else next((o for o in sorted(theirs) if _near(word, o)), None)
        if twin is not None:
            both += _weight(word, counts) + _weight(twin, counts)
    return min(1.0, both / total)


def _weight(word: str, common: Mapping[str, int]) -> float:
    return (2.0 if word in _STRONG or word.isdecimal() else 1.0) / max(1, common.get(word, 1))


def _near(one: str, other: str) -> bool:
    """Whether one is the other mistyped or cut off."""
    short, long = sorted((one, other), key=len)
    if short.isdecimal() or long.isdecimal() or len(short) < LONG_WORD - 1:
        return False
    return long.startswith(short) or (len(short) >= LONG_WORD and OSA.distance(short, long) == 1)


def _words(text: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    plain = " ".join(_WORD.findall(_NUMBER.sub("", plain.replace("-", " "))))
    for words, word in (*_JOINED, *((k, v) for k, v in _STATES.items() if " " in k)):
        plain = re.sub(rf"\b{words}\b", word, plain)
    spelled = (_SPELLED.get(word, _STATES.get(word, word)) for word in plain.split())
    return frozenset(_THOUSANDS.sub(r"\g<1>000", word) for word in spelled)
