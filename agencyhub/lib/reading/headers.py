"""Header cells: labels that are all different, fingerprints of a set of them, and their drift."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter
from rapidfuzz import fuzz

NUMBER_SIGN = re.compile(r"#|\bn[o°º]\b\.?|\bnum\b\.?|\bnbr\b\.?", re.IGNORECASE)
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
APOSTROPHES = re.compile("['’`]")
NOT_A_WORD = re.compile(r"[^a-z0-9%$]+")
MAX_LABEL = 200
# From here on a new column is the old one under another name.
RENAMED = 0.72
# Words with the same meaning in headers.
SAME = {"nr": "number", "amt": "amount", "eff": "effective", "mbr": "member", "dob": "birth date"}
SAME |= {"term": "termination", "prem": "premium", "tel": "phone", "telephone": "phone"}
SAME |= {"addr": "address", "pol": "policy", "st": "state", "zipcode": "zip", "fname": "first name"}
SAME |= {"lname": "last name", "surname": "last name", "birthdate": "birth date"}


@dataclass(frozen=True)
class Drift:
    """How a file's headers differ from those known; ``renamed``: old, new and a score up to 1."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str, float], ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.renamed)


def labels(cells: Iterable[str | None]) -> list[str]:
    """Name every column as a person sees it: empty ones by their letter, equal ones numbered."""
    found: list[str] = []
    taken: set[str] = set()
    for number, cell in enumerate(cells, start=1):
        label = " ".join((cell or "").split())[:MAX_LABEL] or f"Column {get_column_letter(number)}"
        numbered, times = label, 1
        while numbered.casefold() in taken:
            times += 1
            numbered = f"{label} ({times})"
        taken.add(numbered.casefold())
        found.append(numbered)
    return found


def normalise(header: str) -> str:
    """Spell a header without case, accents, punctuation and ways to write "number"."""
    plain = unicodedata.normalize("NFKD", NUMBER_SIGN.sub(" number ", CAMEL.sub(" ", header)))
    ascii_only = APOSTROPHES.sub("", plain).encode("ascii", "ignore").decode().lower()
    return " ".join(NOT_A_WORD.sub(" ", ascii_only).split())


def fingerprint(headers: Iterable[str]) -> bytes:
    """Identify a set of headers, whatever their order and spelling; 32 bytes."""
    spelled = sorted(normalise(label) for label in labels(headers))
    return hashlib.sha256("\n".join(spelled).encode()).digest()


def similarity(a: str, b: str) -> float:
    """How alike two headers are in spelling and words, from 0 to 1."""
    left, right = _meant(a), _meant(b)
    if left == right:
        return 1.0
    return max(fuzz.ratio(left, right), fuzz.token_sort_ratio(left, right)) / 100


def overlap(a: Iterable[str], b: Iterable[str]) -> float:
    """Which share of two files' headers both have, from 0 to 1; to find the nearest template."""
    left, right = ({normalise(label) for label in labels(one)} for one in (a, b))
    return len(left & right) / max(len(left | right), 1)


def drift(old_headers: Sequence[str], new_headers: Sequence[str]) -> Drift:
    """Tell which columns came, went and changed their name; each old one has one new one."""
    old = {normalise(label): label for label in labels(old_headers)}
    new = {normalise(label): label for label in labels(new_headers)}
    gone = [label for key, label in old.items() if key not in new]
    come = [label for key, label in new.items() if key not in old]
    pairs = sorted(
        ((similarity(was, now), was, now) for was in gone for now in come),
        key=lambda pair: -pair[0],
    )
    renamed: list[tuple[str, str, float]] = []
    for score, was, now in pairs:
        if score >= RENAMED and was in gone and now in come:
            renamed.append((was, now, round(score, 3)))
            gone.remove(was)
            come.remove(now)
    return Drift(added=tuple(come), removed=tuple(gone), renamed=tuple(renamed))


def _meant(header: str) -> str:
    return " ".join(SAME.get(word, word) for word in normalise(header).split())
