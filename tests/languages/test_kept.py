"""What people did is kept in English, whoever did it; each reader is told in their language."""

import ast
from collections.abc import Iterator

import pytest

from tests.languages import catalogue

TRANSLATED = {"_", "gettext", "gettext_lazy", "ngettext"}
# Lines of timelines and the names of acts, by how they are handed on.
KEPT = {"batch": {"summary"}, "entry": {"text"}, "note": {"text"}}
# Which arguments of those who open an act may be its name.
ACTS = {"act": slice(1, None), "_act": slice(1)}
OF_THE_API = {"extend_schema", "described"}


def translated(source: str) -> Iterator[str]:
    """Words that would be kept in the language of whoever acts."""
    for node in ast.walk(ast.parse(source)):
        for value in _kept(node):
            for part in ast.walk(value):
                if isinstance(part, ast.Call) and _name(part.func) in TRANSLATED:
                    yield f"{part.lineno}: {ast.unparse(part)}"


def _kept(node: ast.AST) -> Iterator[ast.expr]:
    if not isinstance(node, ast.Call):
        return
    name = _name(node.func)
    if name in ACTS:
        yield from node.args[ACTS[name]]
    wanted = KEPT.get(name, set() if name in OF_THE_API else {"summary"})
    yield from (one.value for one in node.keywords if one.arg in wanted)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("app", catalogue.APPS)
def test_keeps_what_people_did_in_english(app):
    where = catalogue.ROOT.joinpath(*app.split("."))
    found = [
        f"{path.relative_to(catalogue.ROOT)}:{line}"
        for path in catalogue.modules()
        if path.is_relative_to(where)
        for line in translated(path.read_text(encoding="utf-8"))
    ]

    assert found == []


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ('history.batch(user=user, summary=gettext("Added"))', 1),
        ('history.batch(user=user, summary=gettext_noop("Added"))', 0),
        ('act(request, _("Added"))', 1),
        ('_act(_("Added"), 7, user=user)', 1),
        ('page(summary=gettext("Added"), said=gettext("Added."))', 1),
        ('history.entry(batch=batch, text=gettext("%(a)s added") % {"a": a})', 1),
        ('extend_schema(summary=_("List them"))', 0),
    ],
)
def test_finds_what_would_be_translated(source, number):
    assert len(list(translated(source))) == number
