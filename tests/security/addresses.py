"""Every address of the product, made of the URL conf, with values that fit its path."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters

VALUES = {
    "int": "1", "slug": "x", "str": "x", "path": "x",
    "uuid": "6f0f2a43-19b2-4cc7-9dd9-8b3f0e0a1f33",
}  # fmt: skip
PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
GROUP = re.compile(r"\(\?P<\w+>[^)]*\)")


@dataclass(frozen=True)
class Address:
    """A path, and the name that URLs call it by."""

    path: str
    name: str


def addresses() -> list[Address]:
    """All of them, each once."""
    return [*{one.path: one for one in _walk(get_resolver(), "/", "")}.values()]


def _walk(resolver: URLResolver, before: str, namespace: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        path = before + _filled(str(entry.pattern))
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, path, inner)
        elif isinstance(entry, URLPattern):
            yield Address(path, f"{namespace}{entry.name}")


def _filled(pattern: str) -> str:
    """Put values into a path, also into those that are regular expressions."""
    is_regex = "(?P" in pattern or pattern.startswith("^")
    path = GROUP.sub("1", pattern) if is_regex else PARAMETER.sub(_value, pattern)
    return path.lstrip("^").rstrip("$").rstrip("\\Z").replace("\\.", ".").replace("/?", "/")


def _value(found: re.Match[str]) -> str:
    """One that fits the converter; ours name what they take."""
    kind = found["kind"] or "str"
    return VALUES.get(kind) or get_converters()[kind].regex.partition("|")[0]
