"""Every address of the product, made of the URL conf, with values that fit its path."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters

VALUES = {
    "int": "1", "slug": "x", "str": "x", "path": "x",
    "uuid": "6f0f2a43-19b2-4cc7-9dd9-8b3f0e0a1f33",
}  # fmt: skip
PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
GROUP = re.compile(r"\(\?P<(?P<name>\w+)>[^)]*\)")


@dataclass(frozen=True)
class Address:
    """A path, and the name that URLs call it by."""

    path: str
    name: str


def addresses(values: Mapping[str, str] = VALUES) -> list[Address]:
    """All of them, each once; ``values`` by the kind or the name of what a path takes."""
    return [*{one.path: one for one in _walk(get_resolver(), "/", "", values)}.values()]


def _walk(
    resolver: URLResolver, before: str, namespace: str, values: Mapping[str, str]
) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        path = before + _filled(str(entry.pattern), values)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, path, inner, values)
        elif isinstance(entry, URLPattern):
            yield Address(path, f"{namespace}{entry.name}")


def _filled(pattern: str, values: Mapping[str, str]) -> str:
    """Put values into a path, also into those that are regular expressions."""
    is_regex = "(?P" in pattern or pattern.startswith("^")
    if is_regex:
        path = GROUP.sub(lambda found: values.get(found["name"], "1"), pattern)
    else:
        path = PARAMETER.sub(lambda found: _value(found, values), pattern)
    return path.lstrip("^").rstrip("$").rstrip("\\Z").replace("\\.", ".").replace("/?", "/")


def _value(found: re.Match[str], values: Mapping[str, str]) -> str:
    """One that fits the name or the converter; ours name what they take."""
    kind = found["kind"] or "str"
    given = values.get(found["name"]) or values.get(kind)
    return given or get_converters()[kind].regex.partition("|")[0]
