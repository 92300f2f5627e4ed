"""Every door of the product that answers with records: what each of them shows to one user."""

import csv
import io
import json
import re

from django.test import Client
from django.urls import reverse

from agencyhub.records import reach
from agencyhub.records.lists import bulk, export
from agencyhub.records.models import Batch
from documents.models import Document
from individuals.models import Individual
from policies.models import Policy
from tests.factories.documents import document_of

# Kinds that the search box finds, with the addresses of their pages.
PATHS = {
    "individual": "individuals",
    "salesrecord": "sales-records",
    "policy": "policies",
    "application": "applications",
}
ADDRESSES = PATHS | {"bookrow": "book-of-business", "commissionline": "commissions"}
"""Where the pages of each kind lie."""
API_PATHS = ADDRESSES | {"commissionline": "commission-lines"}
LISTS = PATHS | {"bookrow": "book_of_business", "commissionline": "commission_lines"}
"""The keys of lists."""
DOCUMENTED = {"individual": Individual, "policy": Policy}
"""The kinds of records that have documents."""
APPS = {
    "individual": "individuals",
    "salesrecord": "individuals",
    "policy": "policies",
    "application": "commissions",
    "bookrow": "commissions",
    "commissionline": "commissions",
}


def links(answer, kind):
    """The records that a page leads to."""
    assert answer.status_code == 200, answer.status_code
    text = answer.content.decode()
    return {int(pk) for pk in re.findall(rf'href="/{ADDRESSES[kind]}/(\d+)/"', text)}


def list_pages(client: Client, kind: str) -> set[int]:
    """The list, page by page."""
    seen: set[int] = set()
    url = reverse(f"{APPS[kind]}:{kind}_list")
    while url:
        answer = client.get(url)
        page = links(answer, kind)
        assert not page & seen, "a row stands on two pages"
        seen |= page
        found = re.search(r'href="([^"]*after=\d+[^"]*)"[^>]*rel="next"', answer.content.decode())
        url = found[1].replace("&amp;", "&") if found else ""
    return seen


def api_pages(client: Client, kind: str) -> set[int]:
    """The API's list, cursor by cursor."""
    seen: set[int] = set()
    url = f"/api/v1/{API_PATHS[kind]}/?page_size=20"
    while url:
        page = client.get(url).json()
        keys = {one["id"] for one in page["results"]}
        assert not keys & seen, "a row stands on two pages"
        seen |= keys
        url = page["next"]
    return seen


def details(client: Client, kind: str, pks: list[int]) -> set[int]:
    """The record pages that open, on the screen and over the API alike."""
    on_screen = {
        pk for pk in pks if _opens(client, reverse(f"{APPS[kind]}:{kind}_detail", args=[pk]))
    }
    over_api = {pk for pk in pks if _opens(client, f"/api/v1/{API_PATHS[kind]}/{pk}/")}
    assert on_screen == over_api
    return on_screen


def _opens(client: Client, url: str) -> bool:
    answer = client.get(url)
    assert answer.status_code in (200, 404), answer.status_code
    return answer.status_code == 200


def documents(client: Client, kind: str, pks: list[int]) -> set[int]:
    """The records whose documents are shown and handed out, on the screen and over the API."""
    seen = []
    for pk in pks:
        document = Document.objects.filter(**{kind: pk}).first()
        document = document or document_of(DOCUMENTED[kind].objects.get(pk=pk))
        api = f"/api/v1/{PATHS[kind]}/{pk}/documents/"
        seen.append(
            {
                _opens(client, reverse(f"documents:document_{kind}", args=[pk])),
                _opens(client, reverse("documents:document_download", args=[document.pk])),
                _opens(client, api),
                _opens(client, f"{api}{document.pk}/"),
                _opens(client, f"{api}{document.pk}/content/"),
            }
        )
    assert all(len(answers) == 1 for answers in seen), "one door shows what another hides"
    return {pk for pk, answers in zip(pks, seen, strict=True) if answers == {True}}


def searches(client: Client, kind: str, names: dict[int, str]) -> tuple[set[int], set[int]]:
    """Whom a search by name finds, on the screen and over the API, and everybody that it shows."""
    found, shown = set(), set()
    for pk, name in names.items():
        url = reverse(f"{APPS[kind]}:{kind}_search")
        on_screen = links(client.post(url, {"q": name}), kind)
        over_api = _api_search(client, kind, name)
        assert (pk in on_screen) == (pk in over_api)
        found |= {pk} & on_screen
        shown |= on_screen | over_api
    return found, shown


def _api_search(client: Client, kind: str, name: str) -> set[int]:
    answer = client.post(
        f"/api/v1/{API_PATHS[kind]}/search/",
        json.dumps({"last_name": name}),
        content_type="application/json",
    )
    return {one["id"] for one in answer.json()["results"]}


def search_box(client: Client, kind: str, words: dict[int, str]) -> tuple[set[int], dict[str, set]]:
    """Which records the search box finds by their name or number, and everything that it shows."""
    found: set[int] = set()
    shown: dict[str, set[int]] = {one: set() for one in PATHS}
    for pk, word in words.items():
        answer = client.post(reverse("home:search"), {"q": word})
        for one in PATHS:
            shown[one] |= links(answer, one)
        found |= {pk} & links(answer, kind)
    return found, shown


def admin_pages(client: Client, kind: str) -> set[int]:
    """The changelist of the Django admin."""
    answer = client.get(reverse(f"admin:{APPS[kind]}_{kind}_changelist"))
    assert answer.status_code == 200
    return set(answer.context["cl"].queryset.values_list("pk", flat=True))


def undoable(user, batches: list[int]) -> list[bool]:
    """Which acts of the past may be looked at and undone."""
    found = Batch.objects.in_bulk(batches)
    return [reach.is_within_reach(found[pk], user=user) for pk in batches]


def exported(client: Client, user, kind: str) -> set[int]:
    """What an export holds: its keys, which are as many as the lines of the file."""
    keys = list(export.pks(LISTS[kind], user=user, filters={}))
    url = reverse("records:list_export", args=[LISTS[kind]])
    answer = client.post(url, {"format": "csv"})
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert len(lines) - 1 == len(keys) == len(set(keys))
    return set(keys)


def bulk_selection(user, kind: str) -> set[int]:
    """What “all that match” means to a bulk edit."""
    return set(bulk.selected(LISTS[kind], user=user, filters={}).values_list("pk", flat=True))
