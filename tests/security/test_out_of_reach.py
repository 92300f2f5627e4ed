"""No address leads to another's record: it answers as if there were none, whatever is sent."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from django.test import Client

from agencyhub.accounts.models import Role
from tests.api.books import NOBODY
from tests.factories.accounts import AgentFactory, UserFactory
from tests.security.addresses import VALUES, Address, addresses
from tests.security.out_of_reach import KEY, anothers_book

pytestmark = pytest.mark.django_db
# What the words of an address may be, where not every word leads anywhere.
WORDS = {
    "act": "assign", "extension": "csv", "file_format": "xlsx", "name": "medicare_number",
    "outcome": "new", "pane": "plans", "record_type": "individual", "variant": "medicare",
    "kind": "rates",
}  # fmt: skip
OF_EACH_ANSWER = re.compile(
    r'csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken[^}]*}|nonce="[^"]*"|[0-9a-f]{32}'
)
# Rights that mean the whole agency, whatever the book.
BEYOND = {"view_import", "change_subscription"}
# What belongs to nobody: who has the right sees all of it.
OF_THE_AGENCY = ("/settings/", "/carriers/", "/carrier-products/", "/admin/", "/api/")
WAYS = [("GET", {}), ("GET", {"HX-Request": "true"}), ("POST", {"HX-Request": "true"})]


def named(key: int) -> list[Address]:
    """The addresses that name a record, with this key wherever one is named."""
    found = zip(_all(1), _all(key), strict=True)
    return [one for plain, one in found if plain.path != one.path]


def _all(key: int) -> list[Address]:
    found = addresses({**VALUES, **WORDS, "int": str(key)})
    units = ("/structure/rates/", "/structure/benefit-classes/")
    return [Address(one.path.replace(*units), one.name) for one in found]


def told(client: Client, way: tuple[str, dict[str, str]], path: str, key: int) -> tuple[int, str]:
    """What an address answers, without what is another in each answer."""
    with transaction.atomic():
        answer: Any = client.generic(way[0], path, headers=way[1])
        transaction.set_rollback(True)
    client.cookies.pop("messages", None)  # what one address said is not the next one's
    text = b"".join(answer) if answer.streaming else answer.content
    said = text.decode(errors="replace") + answer.get("Location", "")
    return answer.status_code, OF_EACH_ANSWER.sub("", said.replace(str(key), "?"))


@pytest.fixture
def people(settings, tmp_path):
    """Somebody with every right and a book of their own, and somebody else with another one."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.API_CALLS_A_MINUTE = 10**9
    rights = [
        f"{one.content_type.app_label}.{one.codename}"
        for one in Permission.objects.select_related("content_type")
        if one.codename not in BEYOND
    ]
    user = UserFactory(may=rights, may__reach=Role.Scope.OWN)
    AgentFactory(user=user)
    clients = Client(), Client()
    for client, one in zip(clients, (user, anothers_book(rights)), strict=True):
        client.force_login(one)
    return clients


def test_another_s_record_answers_as_one_that_is_not_there(people):
    mine, theirs = people
    open_to_me, asked, empty = {}, set(), set()
    for foreign, missing in zip(named(KEY), named(NOBODY), strict=True):
        if foreign.path.startswith(OF_THE_AGENCY):
            continue
        is_there = False
        asked.add(foreign.name)
        for way in WAYS:
            absent = told(mine, way, missing.path, NOBODY)
            answer = told(mine, way, foreign.path, KEY)
            if answer != absent:
                open_to_me[foreign.name, way[0], len(way[1])] = (foreign.path, answer[0], absent[0])
            if not is_there:
                is_there = told(theirs, way, foreign.path, KEY) != absent
        if not is_there:
            empty.add(foreign.name)

    assert open_to_me == {}
    # A few want more than is sent here, or an act of another kind.
    assert len(empty) * 3 < len(asked), "these answer their owner as if nothing were there"
