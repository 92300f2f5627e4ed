"""Two users with different books walk the API at random: neither meets a trace of the other.

What is another's answers exactly as what is not there. The other's keys are of a range of their
own, and their words begin with a mark, so that a trace shows in whatever is answered.
"""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from agencyhub.api_urls import router
from tests.api.books import FIRST, MARK, OTHER_MBI, TRACE, Books, two_books

pytestmark = pytest.mark.django_db
VIEWSETS = {prefix: viewset for prefix, viewset, _ in router.registry}
# Seen by everybody with the right to them.
SHARED = {"agents", "carriers", "carrier-products"}
OWN = sorted(set(VIEWSETS) - SHARED)
ACTS = [
    ("imports", "commit"), ("imports", "rejected"), ("dispute-packs", "xlsx"),
    ("dispute-packs", "pdf"), ("at-risk", "calls"),
    ("webhooks", "ping"), ("webhooks", "rotate"), ("webhooks", "deliveries"),
]  # fmt: skip
# A field that points to a record: the collection, the field, and whose key it is.
REFERENCES = [
    ("policies", "subscriber", "individuals"),
    ("sales-records", "individual", "individuals"),
    ("group-plans", "group", "groups"),
    ("group-plans", "benefit", "benefit"),
    ("disputes", "policy", "policies"),
]
BY = {
    "mbi": OTHER_MBI, "last_name": f"{MARK}lopez", "phone": "5155550177",
    "email": f"{MARK}@example.com",
}  # fmt: skip
SHOWN_ONLY = ("custom", "masked_mbi")
STATES = (404, 405)
prefixes = st.sampled_from(OWN)
etags = st.sampled_from([None, "*", '"0123"', "seen"])
bodies = st.sampled_from([{}, {"notes": "x"}, {"name": "x"}, {"id": 1}, [], "{"])


@pytest.fixture
def books(settings):
    settings.API_CALLS_A_MINUTE = 10**9
    return two_books()


def _values(prefix: str, name: str, one: Any, book: dict[str, Any]) -> list[str]:
    """What a filter could be given to lead to a record."""
    told: Any = book[prefix]
    for part in (one.field_name or name).split("__"):
        told = getattr(told, part, None)
    found = {str(getattr(told, "pk", told) or ""), str(getattr(told, "label", ""))}
    found |= {"true", "false", "none", "2000-01-01", "2100-01-01", "2000-01-01T00:00:00Z"}
    return sorted((found | {str(record.pk) for record in book.values()}) - {""})


class Walls(RuleBasedStateMachine):
    """What a caller could try; every walk begins with the same ``books``."""

    books: Books

    def __init__(self):
        super().__init__()
        self.has_sent = False
        self.walk = transaction.atomic()
        self.walk.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.walk.__exit__(None, None, None)

    def etag(self, prefix: str) -> str:
        """The tag of the other's record, as the other is shown it."""
        return str(self.books.other.get(f"{prefix}/{self.books.theirs[prefix].pk}/")["ETag"])

    @rule(prefix=prefixes, data=st.data())
    def list_by_a_filter(self, prefix, data):
        books = self.books
        filters = VIEWSETS[prefix].filterset_class.base_filters
        name = data.draw(st.sampled_from(["", *filters]))
        path = f"{prefix}/"
        if name:
            book = data.draw(st.sampled_from([books.mine, books.theirs]))
            value = data.draw(st.sampled_from(_values(prefix, name, filters[name], book)))
            path += f"?{name}={value}"
        answer = books.ask("get", path)
        if answer.status_code == 200:
            found = {one["id"] for one in answer.json()["results"]}
            assert books.theirs[prefix].pk not in found, path
            assert name or books.mine[prefix].pk in found, path

    @rule(prefix=prefixes)
    def follow_the_other_s_cursor(self, prefix):
        page = self.books.other.get(f"{prefix}/?page_size=1").json()
        for link in filter(None, (page["next"], page["previous"])):
            self.books.pure(self.books.script.get(link), link)

    @rule(prefix=prefixes, etag=etags)
    def show(self, prefix, etag):
        etag = self.etag(prefix) if etag == "seen" else etag
        headers = {"if_none_match": etag} if etag else {}
        assert self.books.ask_both("get", f"{prefix}/{{}}/", prefix, **headers) == 404

    @rule(
        prefix=prefixes,
        method=st.sampled_from(["patch", "put", "delete", "post"]),
        etag=etags,
        body=bodies,
    )
    def change(self, prefix, method, etag, body):
        before = self.etag(prefix)
        etag = before if etag == "seen" else etag
        headers = {"if_match": etag} if etag else {}
        status = self.books.ask_both(method, f"{prefix}/{{}}/", prefix, body, **headers)
        assert status in STATES
        assert self.etag(prefix) == before

    @rule(act=st.sampled_from(ACTS), method=st.sampled_from(["get", "post"]), key=st.booleans())
    def act(self, act, method, key):
        prefix, verb = act
        headers = {"idempotency_key": "k1"} if key else {}
        assert self.books.ask_both(method, f"{prefix}/{{}}/{verb}/", prefix, **headers) in STATES

    @rule()
    def read_a_delivery_by_either_webhook(self):
        books = self.books
        for endpoint in (books.theirs["webhooks"].pk, books.mine["webhooks"].pk):
            path = f"webhooks/{endpoint}/deliveries/{{}}/"
            assert books.ask_both("get", path, "delivery") == 404

    @rule(reference=st.sampled_from(REFERENCES), is_new=st.booleans())
    def point_to_another_s_record(self, reference, is_new):
        prefix, field, target = reference
        path = f"{prefix}/{self.books.mine[prefix].pk}/"
        own = self.books.script.get(path)
        if is_new:
            shown = {name: one for name, one in own.json().items() if name not in SHOWN_ONLY}
            status = self.books.ask_both("post", f"{prefix}/", target, {**shown, field: "{}"})
        else:
            body = {field: "{}"}
            status = self.books.ask_both("patch", path, target, body, if_match=own["ETag"])
        assert status == 422

    @rule(
        prefix=st.sampled_from(["individuals", "sales-records", "applications"]),
        by=st.sampled_from(sorted(BY)),
    )
    def search_for_people(self, prefix, by):
        answer = self.books.ask("post", f"{prefix}/search/", {by: BY[by]})
        if answer.status_code == 200:  # not everybody is found by a phone
            found = {one["id"] for one in answer.json()["results"]}
            assert self.books.theirs[prefix].pk not in found

    @rule(
        prefix=st.sampled_from(["policies", "applications", "book-of-business", "commission-lines"])
    )
    def search_for_a_number(self, prefix):
        found = self.books.ask("post", f"{prefix}/search/", {"policy_number": f"{MARK}-1"})
        assert (found.status_code, found.json()["results"]) == (200, [])
        own = self.books.ask("post", f"{prefix}/search/", {"policy_number": "00ORDINARY 1"})
        assert [one["id"] for one in own.json()["results"]] == [self.books.mine[prefix].pk]

    @precondition(lambda self: not self.has_sent)
    @rule()
    def send_what_the_other_sent(self):
        """One key and one body in two mouths are two records; the twin is not told by its key."""
        body = {"first_name": "Ana", "last_name": "Both", "email": "both@example.com"}
        self.has_sent = True
        made = [
            one.post("individuals/", body, idempotency_key="p1")
            for one in (self.books.other, self.books.script)
        ]
        assert [one.status_code for one in made] == [201, 201]
        theirs, own = (one.json() for one in made)
        assert theirs["id"] != own["id"]
        assert theirs["id"] not in [one["individual"] for one in own["possible_duplicates"]]


@pytest.mark.load
def test_nobody_meets_a_trace_of_another_s_book(books):
    run_state_machine_as_test(
        type("OfTwo", (Walls,), {"books": books}),
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_traces_would_show(books):
    """The other caller meets them everywhere: the walk looks in the right places."""
    for prefix in OWN:
        assert TRACE.search(books.other.get(f"{prefix}/").content.decode()), prefix
        assert books.theirs[prefix].pk > FIRST, prefix
        assert not TRACE.search(books.script.get(f"{prefix}/").content.decode()), prefix
