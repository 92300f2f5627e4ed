"""Words in templates and in Python that nobody can translate."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, TokenType

# Attributes that people read or hear.
SPOKEN = {"title", "aria-label", "aria-description", "placeholder", "alt", "label", "data-label"}
SILENT = {"script", "style", "code", "kbd"}
VOID = {"br", "col", "hr", "img", "input", "link", "meta", "use"}
# What is named alike in every language.
NAMES = re.compile(
    r"AgencyHub|PlanCompare|HealthSherpa|ComTrack|Noyo|Sunfire|Connecture|Django|Excel|Swagger|"
    r"Authorization|Bearer|MB|KB|MBI|SSN|NPN|AD&D|SFTP|CSV|API|REST|JSON|SSO|USD|AOR|EOI|PDF|URL|"
    r"HTTP|ahk_|X-API-Key|Ctrl|Enter|Shift|Esc|vs|nbsp|middot"
)
WORDS = re.compile(r"[^\W\d_]{2,}")
HOLE = "\ue000"
# Words handed to a component or a tag: {% include "…" with title="Words" %}, {% badge "Words" %}
GIVEN = re.compile(
    r"""(?:\b(?:title|label|text|words|heading|name|empty|help|note|hint|summary|accept|undo|skip"""
    r"""|\w+_label|\w+_text)=|\bbadge |\bdefault:|\byesno:)(["'])(.*?)\1"""
)


class _Reader(HTMLParser):
    """Collects what a page shows, but for code and for what says its own language."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown: list[tuple[int, str]] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_apart = tag in SILENT or ("lang" in dict(attrs) and tag != "html")
        if tag not in VOID and (is_apart or self._silent):
            self._silent.append(tag)
        for name, value in attrs:
            if name in SPOKEN and value:
                self._note(value)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._note(data)

    def _note(self, text: str) -> None:
        if WORDS.search(NAMES.sub("", text)):
            self.shown.append((self.getpos()[0], " ".join(text.replace(HOLE, "…").split())))


def in_template(path: Path) -> list[tuple[int, str]]:
    """Line and words of what a template shows in one language only."""
    reader = _Reader()
    found: list[tuple[int, str]] = []
    for kind, text, line in _pieces(path.read_text(encoding="utf-8")):
        if kind == "tag":
            found += [(line, said) for said in _given(text)]
        reader.feed(text if kind == "text" else HOLE + "\n" * text.count("\n"))
    reader.close()
    return sorted(found + reader.shown)


def _pieces(source: str) -> Iterator[tuple[str, str, int]]:
    """Plain text and tags in turn; what is between blocktranslate tags is left out."""
    ends: str | None = None
    for token in Lexer(source).tokenize():
        line = token.lineno or 0
        name = token.split_contents()[0] if token.token_type == TokenType.BLOCK else ""
        if ends:
            yield "hole", token.contents, line
            ends = None if name == ends else ends
        elif name in ("blocktranslate", "blocktrans", "comment", "verbatim"):
            ends = f"end{name}"
            yield "hole", token.contents, line
        elif token.token_type == TokenType.TEXT:
            yield "text", token.contents, line
        else:
            yield "tag" if name not in ("translate", "trans") else "hole", token.contents, line


def _given(tag: str) -> Iterator[str]:
    for _quote, said in GIVEN.findall(tag):
        if WORDS.search(NAMES.sub("", said)) and (" " in said or said[:1].isupper()):
            yield said
