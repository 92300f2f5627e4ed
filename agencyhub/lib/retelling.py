"""Sentences that were kept in English, told again in the reader's language.

What is written down while working (why a row was refused, why an enrollment waits, what a change
was) is kept in English, whoever caused it. Whoever reads it gets the translation: the sentence is
found in the catalogue by its fixed words, and its values are put into the translated one.
"""

import gettext
import re
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation

# %(name)s or {name:,}; a doubled percent sign is one.
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{([a-z_]+)(?::[^}]*)?\}|%%")
# Where a text that is no sentence of ours falls into parts that may be.
GAPS = re.compile(r"((?<=[.!?]) |; |, |: | · |\n)")
# What stands before a complaint about it: “Iowaa” is not a state.
QUOTED = re.compile(r"(“[^”]*”) (.+)", re.DOTALL)
# Values that are nobody's words but a person's or a file's: they stay as they are.
NAMES = re.compile(r"name|text|value|header|line|said|who|editor|sheet|number")
# A pattern with fewer fixed letters would also fit what was never said.
FEWEST_LETTERS = 3


def retell(text: object) -> str:
    """Tell ``text`` in the language of the moment; what nobody translated stays as it is."""
    said = "" if text is None else str(text)
    language = translation.get_language() or settings.LANGUAGE_CODE
    if not said or language == settings.LANGUAGE_CODE:
        return said
    return _told(said, language)


@lru_cache(maxsize=4096)
def _told(said: str, language: str) -> str:
    whole = _one(said, language)
    if whole is not None:
        return whole
    if quoted := QUOTED.fullmatch(said):
        return f"{quoted.group(1)} {_told(quoted.group(2), language)}"
    return _in_parts(GAPS.split(said), language)


def _in_parts(parts: list[str], language: str) -> str:
    """Texts and the gaps between them: the longest run that is a sentence of ours goes first."""
    told, start = "", 0
    while start < len(parts):
        for end in range(len(parts), start, -2):
            found = _part("".join(parts[start:end]), language)
            if found is not None:
                break
        else:
            found, end = parts[start], start + 1
        told += found + "".join(parts[end : end + 1])
        start = end + 1
    return told


def _part(said: str, language: str) -> str | None:
    """A part of a sentence, with or without the full stop that ends the whole."""
    bare = said.removesuffix(".")
    found = _one(said, language)
    if found is None and bare != said and (told := _one(bare, language)) is not None:
        return f"{told}."
    return found


def _one(said: str, language: str) -> str | None:
    """One sentence of the catalogue; None for anything else."""
    exact, patterns = _sentences(language)
    if said in exact:
        return exact[said]
    has_gaps = GAPS.search(said) is not None
    for longest, pattern, told in patterns:
        if has_gaps and _letters(longest) == FEWEST_LETTERS:
            continue  # a word as short as "and" does not hold several parts together
        if longest in said and (found := pattern.fullmatch(said)):
            values = {
                name: value if NAMES.search(name) else _told(value, language)
                for name, value in found.groupdict().items()
            }
            return PLACEHOLDER.sub(partial(_filled, values), told)
    return None


def _letters(text: str) -> int:
    return sum(letter.isalpha() for letter in text)


def _filled(values: Mapping[str, str], hole: re.Match[str]) -> str:
    name = hole.group(1) or hole.group(2)
    return values[name] if name else "%"


@lru_cache(maxsize=4)
def _sentences(language: str) -> tuple[dict[str, str], list[tuple[str, re.Pattern[str], str]]]:
    """What is fixed, and what has values: the most telling first.

    Of counted sentences gettext keeps the singular only; what is written down for later uses two
    sentences instead.
    """
    exact: dict[str, str] = {}
    patterns = []
    for path in settings.LOCALE_PATHS:
        file = Path(path) / translation.to_locale(language) / "LC_MESSAGES" / "django.mo"
        if not file.exists():  # English under another name, or a language nobody translated to
            continue
        with file.open("rb") as opened:
            catalogue: dict[Any, str] = gettext.GNUTranslations(opened)._catalog  # type: ignore[attr-defined]
        for text, told in catalogue.items():
            if not isinstance(text, str):
                continue
            if not PLACEHOLDER.search(text):
                exact[text] = told
                continue
            fixed = PLACEHOLDER.sub("\0", text).split("\0")
            longest = max(fixed, key=len)
            if _letters(longest) >= FEWEST_LETTERS:
                patterns.append((longest, _pattern(text), told))
    return exact, sorted(patterns, key=_weight)


def _weight(pattern: tuple[str, re.Pattern[str], str]) -> tuple[int, bool]:
    """The most telling first; of two alike the one that begins with its word."""
    fixed = pattern[0]
    return -len(fixed.strip()), fixed.startswith(" ")


def _pattern(text: str) -> re.Pattern[str]:
    """What fits a text whatever its values are; a value that stands twice is the same twice."""
    made, start, named = "", 0, set()
    for found in PLACEHOLDER.finditer(text):
        name = found.group(1) or found.group(2)
        made += re.escape(text[start : found.start()])
        made += "%" if not name else f"(?P={name})" if name in named else f"(?P<{name}>.*?)"
        named.add(name)
        start = found.end()
    return re.compile(made + re.escape(text[start:]), re.DOTALL)
