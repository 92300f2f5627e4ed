"""The texts of the product and their translations, read without GNU gettext."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages import pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from django.forms import BaseForm
from django.forms.utils import pretty_name
from django.urls import get_resolver
from django.utils.translation.template import templatize

from agencyhub.imports import kinds
from agencyhub.lib import model_words
from agencyhub.records import shipped
from commissions.matching import outcomes, patterns, reasons, unapplied

ROOT = Path(__file__).parents[2]
APPS = (
    "agencyhub", "individuals", "policies", "documents", "groups", "commissions", "eoi",
    "integrations",
)  # fmt: skip
SPANISH = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
# A function's name, and which of its arguments are the text and its plural.
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# What talks to operators and developers speaks English.
ENGLISH = ("migrations", "management", "runtime", "demo")
COMMENT = re.compile(r"\{#.*?#\}")

# What pure rules say of groups, as it is found again by ``retell``.
GROUPS = (
    "%(count)s unmatched",
    "%(count)s unmatched at %(carriers)s carriers",
    "all %(name)s",
    "%(count)s line",
    "%(count)s lines",
    "%(count)s row",
    "%(count)s rows",
    "all missing leading zeros",
    "all with extra leading zeros",
    "all without “%(text)s” in front",
    "all without “%(text)s” behind",
    "all with an extra “%(text)s” in front",
    "all with an extra “%(text)s” behind",
    "all differ in one character",
)

Text = str | tuple[str, str]


def modules() -> Iterator[Path]:
    """Every Python file whose words people read."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if not set(path.relative_to(ROOT).parts) & set(ENGLISH):
                yield path


def templates() -> list[Path]:
    """Every template of the product, e-mails too."""
    found = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")]
    return sorted(found)


def texts() -> dict[tuple[str | None, Text], str]:
    """Each text in the sources by context and words, with a place where it stands."""
    found: dict[tuple[str | None, Text], str] = {}
    for path in modules():
        _collect(found, path, path.read_text(encoding="utf-8"))
    for path in templates():
        source = COMMENT.sub("", path.read_text(encoding="utf-8"))
        python = templatize(source, origin=str(path))
        # One expression over all lines: what is left of a template is not indented like Python.
        _collect(found, path, "\n".join(["(", *map(str.strip, python.split("\n")), ")"]))
    for option_list, labels in shipped.LABELS.items():
        for label in labels:
            found.setdefault((option_list, label), f"options of {option_list}")
    for text, place in declared():
        if text:
            found.setdefault((None, text), place)
    return found


def declared() -> Iterator[tuple[str, str]]:
    """What stands in the sources without a mark, and is translated where it is shown."""
    _ = get_resolver().url_patterns  # every view, and with it every form, is loaded
    yield from ((text, "models") for text in model_words.texts)
    for form in _below(BaseForm):
        if form.__module__.partition(".")[0] in APPS:
            fields = getattr(form, "base_fields", {})  # a mixin has none
            names = (name for name, field in fields.items() if field.label is None)
            yield from ((pretty_name(name), f"{form.__module__}.{form.__name__}") for name in names)
    for module in (outcomes, patterns, reasons, unapplied):
        for name, value in vars(module).items():
            if name.startswith("__"):
                continue
            yield from ((text, module.__name__) for text in _sayings(value))
    yield from ((text, "sentences of groups") for text in GROUPS)
    for kind in kinds.every():
        for text in _of_kind(kind):
            yield text, f"import kind {kind.key}"


def _sayings(value: object) -> Iterator[str]:
    """The words in a table of a pure module, which knows no gettext."""
    if isinstance(value, dict):
        for one in value.values():
            parts = one if isinstance(one, tuple) else (one,)
            yield from (part for part in parts if type(part) is str and not part.islower())
            yield from (part for part in parts if type(part) is str and " " in part)
            # What speaks against a pair also stands without its "But".
            against = (part for part in parts if type(part) is str and part.startswith("But "))
            yield from (part.removeprefix("But ") for part in against)


def _of_kind(kind: kinds.Kind) -> Iterator[str]:
    yield from (kind.label, kind.help)
    for field in kind.fields:
        yield from (field.label, field.help)
    for question in kind.questions:
        yield from (question.label, question.help)
    for target in kind.targets:
        yield from (target.label, target.missing)
        yield from (match.words for match in target.match)


def _below(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _collect(found: dict[tuple[str | None, Text], str], path: Path, python: str) -> None:
    source = io.BytesIO(python.encode())
    for line, function, message, _comments in extract_python(
        source, list(KEYWORDS), [], {"encoding": "utf-8"}
    ):
        text, context = _text(KEYWORDS[function], message)
        if text:
            found.setdefault((context, text), f"{path.relative_to(ROOT)}:{line}")


def _text(spec: tuple | None, message: object) -> tuple[Text | None, str | None]:
    parts = message if isinstance(message, tuple) else (message,)
    if spec and isinstance(spec[0], tuple):
        return parts[1], parts[0]
    if spec and len(parts) > 1:
        return (parts[0], parts[1]) if parts[0] and parts[1] else None, None
    return parts[0], None


def read(path: Path = SPANISH) -> Catalog:
    """The translations as they are written down."""
    if not path.exists():
        return Catalog(locale="es", project="AgencyHub")
    with path.open("rb") as file:
        return pofile.read_po(file, locale="es")


def write(catalog: Catalog, path: Path = SPANISH) -> None:
    """Write the translations sorted by text, and compile them."""
    with path.open("wb") as file:
        pofile.write_po(
            file, catalog, width=100, sort_output=True, omit_header=False, ignore_obsolete=True
        )
    path.with_suffix(".mo").write_bytes(compiled(catalog))


def compiled(catalog: Catalog) -> bytes:
    """The translations as gettext reads them."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()
