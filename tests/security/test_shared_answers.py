"""What is counted once and shown to many is shared by nobody who may see less."""

import ast

from agencyhub.accounts.scope import Reach
from agencyhub.home.reports import remembered
from tests.security.test_code import modules

REPORTS = "agencyhub/home/reports/"


def test_every_right_that_a_column_of_a_report_wants_is_part_of_its_name_in_the_cache():
    trees = [tree for path, tree in modules() if path.startswith(REPORTS)]
    said = {
        name.id: value.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for name, value in _pairs(node)
        if isinstance(name, ast.Name) and isinstance(value, ast.Constant)
    }
    wanted = {
        said[keyword.value.id]
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "permission" and isinstance(keyword.value, ast.Name)
    }

    assert wanted
    assert wanted == set(remembered._RIGHTS)


def _pairs(node):
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from zip(target.elts, node.value.elts, strict=True)
        else:
            yield target, node.value


def test_reaches_that_differ_have_names_that_differ():
    reaches = [
        Reach(sees_all=sees_all, sees_unassigned=sees_unassigned, agent_ids=agent_ids)
        for sees_all in (True, False)
        for sees_unassigned in (True, False)
        for agent_ids in ((), (1,), (2,), (1, 2), (12,))
    ]

    assert len({reach.digest for reach in reaches}) == len(reaches)
