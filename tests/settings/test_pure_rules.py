"""What import-linter cannot ask: which part of Django the rules that speak import."""

import tomllib
from collections.abc import Iterator

import grimp
import pytest
from django.conf import settings

SPEAKING = "Rules that speak reach no model, no database and no network"
ALLOWED = "from django.utils.translation import "


@pytest.fixture(scope="module")
def linter():
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    return project["tool"]["importlinter"]


def imports_of_django(packages: list[str], rules: list[str]) -> Iterator[tuple[str, str]]:
    """Every line that imports Django, in the rules and in whatever they import."""
    graph = grimp.build_graph(*packages, include_external_packages=True, cache_dir=None)
    modules = {inner for rule in rules for inner in (rule, *graph.find_descendants(rule))}
    reached = modules.union(*map(graph.find_upstream_modules, modules))
    for module in reached & graph.find_modules_that_directly_import("django"):
        for line in graph.get_import_details(importer=module, imported="django"):
            yield module, line["line_contents"]


def test_rules_that_speak_take_nothing_but_translation_from_django(linter):
    (rules,) = [
        contract["source_modules"]
        for contract in linter["contracts"]
        if contract["name"] == SPEAKING
    ]

    found = list(imports_of_django(linter["root_packages"], rules))

    assert ("agencyhub.lib.text", f"{ALLOWED}gettext") in found
    assert [one for one in found if not one[1].startswith(ALLOWED)] == []
