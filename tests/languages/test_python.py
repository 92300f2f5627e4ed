"""Texts of Python modules go through gettext where people are known to read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.languages import catalogue, literals

# Arguments that are shown, whatever is called.
SHOWN = {"label", "help_text", "empty_label", "verbose_name", "verbose_name_plural", "description"}
SAYING = {"success", "info", "warning", "error"}
# What speaks English to whom it is for: callers of the REST API, sheets of the administration
# whose headings are read back, and models, whose words are marked as a whole.
ENGLISH = ("api", "api_urls.py", "resources.py", "authentication.py", "schema.py", "settings")
# Errors for whoever runs or writes the product.
FOR_OPERATORS = (
    "addresses.py",
    "api_keys.py",
    "idempotency.py",
    "crypto.py",
    "keys.py",
    "registry.py",
    "repeats.py",
    "commands.py",
    "blocking.py",
    "clamd.py",
    "written.py",
)
# Kinds of files declare English labels, which headings are compared with; screens translate them.
DECLARED = ("imports.py", "importing_contacts.py", "superseding.py")


def modules() -> list[Path]:
    """Where the words of people stand."""
    besides = {*ENGLISH, *FOR_OPERATORS, *DECLARED}
    return [path for path in catalogue.modules() if not set(path.parts) & besides]


def untranslated(path: Path) -> Iterator[str]:
    """Words of a module that are shown as they stand there."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        for text, what in _shown(node, is_model="models" in str(path)):
            for said in _literals(text):
                yield f"{path.relative_to(catalogue.ROOT)}:{said.lineno}: {what}: {_words(said)}"


def _shown(node: ast.AST, *, is_model: bool) -> Iterator[tuple[ast.expr, str]]:
    if isinstance(node, ast.Call):
        yield from _of_call(node, is_model=is_model)
    elif isinstance(node, ast.ClassDef):
        yield from _of_class(node)
    elif isinstance(node, ast.Assign) and _name(node.targets[0]) == "msg":
        yield node.value, "msg"


def _of_call(node: ast.Call, *, is_model: bool) -> Iterator[tuple[ast.expr, str]]:
    name = _name(node.func)
    if not (is_model and name.endswith(("Field", "ForeignKey"))):
        for keyword in node.keywords:
            if keyword.arg in SHOWN:
                yield keyword.value, keyword.arg
    of = _name(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    if of == "messages" and name in SAYING:
        yield node.args[1], f"messages.{name}"
    if name in ("ValidationError", "DomainError") and node.args:
        yield node.args[0], name


def _of_class(node: ast.ClassDef) -> Iterator[tuple[ast.expr, str]]:
    is_choices = any(_name(base) == "TextChoices" for base in node.bases)
    for line in node.body:
        if isinstance(line, ast.Assign):
            name = _name(line.targets[0])
            if is_choices and isinstance(line.value, ast.Tuple):
                yield line.value.elts[1], f"choice {name}"
            elif name in ("labels", "help_texts") and isinstance(line.value, ast.Dict):
                yield from ((value, name) for value in line.value.values)


def _literals(node: ast.expr) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Literals in an expression that no gettext call holds."""
    if isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.BinOp):
        yield from _literals(node.left)
        yield from _literals(node.right) if isinstance(node.op, ast.Add) else ()
    elif isinstance(node, ast.JoinedStr | ast.Constant) and _is_spoken(_words(node)):
        yield node


def _is_spoken(text: str) -> bool:
    return bool(literals.WORDS.search(literals.NAMES.sub("", text)))


def _words(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    fixed = (part.value for part in node.values if isinstance(part, ast.Constant))
    return " … ".join(map(str, fixed))


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


class TestPython:
    @pytest.mark.parametrize("app", catalogue.APPS)
    def test_shows_no_words_outside_gettext(self, app):
        where = catalogue.ROOT.joinpath(*app.split("."))
        found = [line for path in modules() if path.is_relative_to(where)
                 for line in untranslated(path)]  # fmt: skip

        assert found == []


class TestFinding:
    @pytest.mark.parametrize(
        "source",
        [
            'messages.success(request, "It is saved.")',
            'messages.error(request, f"{name} is not there.")',
            'raise ValidationError("This is wrong.")',
            'forms.CharField(label="Some name")',
            'msg = "This cannot be."',
            'msg = "This" if wrong else _("That")',
            'class State(models.TextChoices):\n    OPEN = "open", "Open"',
            'class Meta:\n    labels = {"name": "What it is called"}',
        ],
    )
    def test_sees_a_literal(self, source, tmp_path, monkeypatch):
        path = tmp_path / "views.py"
        path.write_text(source)
        monkeypatch.setattr(catalogue, "ROOT", tmp_path)

        assert list(untranslated(path))

    @pytest.mark.parametrize(
        "source",
        [
            'messages.success(request, _("It is saved."))',
            'msg = gettext("%(name)s is not there.") % {"name": f"{name}"}',
            'forms.CharField(label=_("Name"), name="some name")',
            "raise ValidationError(refusal.message)",
        ],
    )
    def test_leaves_what_is_marked_alone(self, source, tmp_path):
        path = tmp_path / "views.py"
        path.write_text(source)

        assert list(untranslated(path)) == []


class TestFormattedStrings:
    def test_hide_no_text_from_the_catalogue(self):
        """Before Python 3.12 nothing inside of an f-string is found when texts are gathered."""
        known = {text for _, text in catalogue.texts()}

        hidden = [
            f"{path.relative_to(catalogue.ROOT)}:{call.lineno}: {text.value}"
            for path in catalogue.modules()
            for call in _calls_in_formatted(ast.parse(path.read_text(encoding="utf-8")))
            for text in call.args[:1]
            if isinstance(text, ast.Constant) and text.value not in known
        ]

        assert hidden == []


def _calls_in_formatted(tree: ast.AST) -> Iterator[ast.Call]:
    for whole in ast.walk(tree):
        if isinstance(whole, ast.JoinedStr):
            for node in ast.walk(whole):
                if isinstance(node, ast.Call) and _name(node.func) in catalogue.KEYWORDS:
                    yield node
