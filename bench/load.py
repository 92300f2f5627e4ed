"""Fifty agents at work: clicking through the pages of a large agency, beside a bare view.

Every visitor opens a page, reads for some seconds, follows a link of that page, and now and then
searches, as people do. The bare view is asked as often, by as many, before and after.
"""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from random import Random
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from agencyhub.accounts.models import Agent, Role, User
from agencyhub.home.demo import names, seed
from bench import databases, load_stock, results, servers
from bench.results import Result
from bench.visitors import PATIENCE

NAME = "load"
TARGET = 3.0
BASELINE = "bare Django view, 50 rows by keyset, the same visitors"
# Fewer answers than this have no ninety-fifth percentile worth the name.
LEAST = 20
OK, FOUND = 200, 302
LISTS = (
    "/", "/individuals/", "/policies/", "/applications/", "/book-of-business/", "/commissions/",
    "/sales-records/", "/at-risk/", "/work-queue/", "/reports/", "/individuals/duplicates/",
    "/groups/", "/eoi/", "/imports/", "/integrations/",
)  # fmt: skip
# What a person clicks on: records, next pages, tabs. Nothing that signs out or downloads.
LINKS = re.compile(
    rb'href="(/(?:individuals|policies|applications|book-of-business|commissions|sales-records'
    rb'|reports|carriers|groups)/[^"#]*|\?[^"#]*(?:after|before)=[^"#]*)"'
)
NEVER = ("/export", "/new", "/edit", "/add", "/import", "/delete", "/merge", "/exports/")
CLICKS = 4
SEARCHES = 0.2


@dataclass(frozen=True)
class Size:
    """How much a run does."""

    individuals: int
    lines: int
    visitors: int
    seconds: int
    bare_seconds: int
    pause: float
    opening_seconds: int
    """Not counted: processes start, and see each page for the first time."""


SIZES = {
    "smoke": Size(500, 2_000, 4, 4, 1, 0.1, 1),
    "quick": Size(20_000, 200_000, 20, 90, 15, 3.0, 15),
    "full": Size(1_000_000, 10_000_000, 50, 600, 60, 6.0, 30),
}


@dataclass(frozen=True)
class Visit:
    """One answer: the page's name, milliseconds, and its status."""

    page: str
    milliseconds: float
    status: int


@dataclass(frozen=True)
class Person:
    """Who works: their session, and the lists that they may open."""

    session: str
    lists: tuple[str, ...]
    seed: int


Live = Callable[[int, Person, float], Iterator[Visit]]


def run(scale: str) -> Iterator[Result]:
    """Fill the agency, let everybody work, and set each page beside the bare view."""
    size = SIZES[scale]
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    databases.prepare()
    results.note("filling the agency")
    seed.seed_demo(scale=1, as_of=timezone.localdate(), at=timezone.now())
    counts = load_stock.fill(individuals=size.individuals, lines=size.lines)
    results.note(", ".join(f"{number:,} {model}" for model, number in counts.items()))
    people = _sign_in(size.visitors)
    databases.close()
    held = databases.warm(databases.MAIN)
    results.note(f"{held / 1024**3:.1f} GB of it held in memory")
    url = databases.own_url()
    with servers.serving(servers.BARE, database=url) as plain:
        bare = _all(plain, partial(_read, size), people, seconds=size.bare_seconds)
    results.note("everybody works")
    with servers.serving(servers.PRODUCT, database=url) as product:
        opening = [replace(person, seed=~person.seed) for person in people]
        _all(product, partial(_work, size), opening, seconds=size.opening_seconds)
        visits = _all(product, partial(_work, size), people, seconds=size.seconds)
    with servers.serving(servers.BARE, database=url) as plain:
        bare += _all(plain, partial(_read, size), people, seconds=size.bare_seconds)
    yield from _results(visits, results.percentile([one.milliseconds for one in bare], 95))


def _results(visits: Sequence[Visit], bare: float) -> Iterator[Result]:
    failed = [one for one in visits if one.status not in (OK, FOUND)]
    for one in failed[:10]:
        results.note(f"{one.page} answered {one.status}")
    yield Result(NAME, "failed", len(failed), "answers", target=0, ok=not failed)
    yield Result(NAME, "answers", len(visits), "answers")
    pages: defaultdict[str, list[float]] = defaultdict(list)
    for one in visits:
        pages[one.page].append(one.milliseconds)
    for page, times in sorted(pages.items()):
        if len(times) >= LEAST:
            yield results.compare(
                NAME, f"p95 {page}", value=results.percentile(times, 95), unit="ms",
                baseline=bare, baseline_name=BASELINE, at_most=TARGET,
            )  # fmt: skip


def _sign_in(visitors: int) -> list[Person]:
    """A session for each: mostly agents with a book, a few who see everything."""
    everything = ["owner", "admin", "callcenter1"]
    role = Role.objects.get(name="Agent")
    agents = Agent.objects.filter(first_name="Agent").order_by("pk")
    for agent in agents[: max(visitors - len(everything), 1)]:
        user = User.objects.create(username=f"load{agent.pk}")
        user.groups.add(role)
        user.accessible_agents.add(agent)
    others = User.objects.filter(username__startswith="load").order_by("pk")
    usernames = [*everything, *others.values_list("username", flat=True)]
    return [_person(username, seed=at) for at, username in enumerate(usernames[:visitors])]


def _person(username: str, *, seed: int) -> Person:
    client = Client()
    client.force_login(User.objects.get(username=username))
    lists = tuple(path for path in LISTS if client.get(path).status_code == OK)
    return Person(client.cookies["sessionid"].value, lists, seed)


def _all(port: int, live: Live, people: list[Person], *, seconds: int) -> list[Visit]:
    """Let everybody do as ``live`` says for so long."""
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(len(people)) as pool:
        lives = pool.map(lambda person: list(live(port, person, until)), people)
        return [visit for life in lives for visit in life]


def _read(size: Size, port: int, person: Person, until: float) -> Iterator[Visit]:
    """Ask for pages of the bare view."""
    dice = Random(person.seed)
    visitor = Visitor(port, "")
    while time.monotonic() < until:
        time.sleep(dice.expovariate(1 / size.pause))
        yield visitor.open("GET", f"/people/?after={dice.randrange(size.individuals)}")[0]


def _work(size: Size, port: int, person: Person, until: float) -> Iterator[Visit]:
    """Open a list or search, then follow some links."""
    dice = Random(person.seed)
    visitor = Visitor(port, person.session)
    token = ""
    while time.monotonic() < until:
        time.sleep(dice.expovariate(1 / size.pause))
        path = dice.choice(person.lists)
        if token and dice.random() < SEARCHES:
            words = dice.choice((*names.ENGLISH_LAST, *names.SPANISH_LAST))
            path = "/search/"
            body = urlencode({"q": words, "csrfmiddlewaretoken": token}).encode()
            visit, page = visitor.open("POST", path, body)
        else:
            visit, page = visitor.open("GET", path)
        yield visit
        for _ in range(dice.randrange(CLICKS)):
            token = _token(page) or token
            links = _links(page, path)
            if not links or time.monotonic() > until:
                break
            time.sleep(dice.expovariate(1 / size.pause))
            path = dice.choice(links)
            visit, page = visitor.open("GET", path)
            yield visit


def _token(page: bytes) -> str:
    found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    return found[1].decode() if found else ""


def _links(page: bytes, path: str) -> list[str]:
    found = {link.decode().replace("&amp;", "&") for link in LINKS.findall(page)}
    wanted = [link for link in found if not any(word in link for word in NEVER)]
    here = path.partition("?")[0]
    return sorted(f"{here}{link}" if link.startswith("?") else link for link in wanted)


class Visitor:
    """A browser of one person: it keeps its connection and its cookies."""

    def __init__(self, port: int, session: str) -> None:
        self.port = port
        self.cookies = {"sessionid": session} if session else {}
        self.connection = HTTPConnection(servers.HOST, port, timeout=PATIENCE)

    def open(self, method: str, path: str, body: bytes | None = None) -> tuple[Visit, bytes]:
        """Ask for a page and read all of it."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"http://{servers.HOST}:{self.port}"
        began = time.perf_counter()
        try:
            answer = self._ask(method, path, body, headers)
        except (RemoteDisconnected, ConnectionError):
            # The server ends connections that rest for some seconds; browsers open another one.
            self.connection.close()
            answer = self._ask(method, path, body, headers)
        page = answer.read()
        milliseconds = (time.perf_counter() - began) * 1000
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Visit(_name(path), milliseconds, answer.status), page

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> HTTPResponse:
        self.connection.request(method, path, body, headers)
        return self.connection.getresponse()


def _name(path: str) -> str:
    """The page by its URL name, so that ids do not tell pages apart."""
    try:
        name = resolve(path.partition("?")[0]).view_name
    except Resolver404:
        return "bare"
    deep = "after=" in path or "before=" in path
    return f"{name} deep" if deep else name
