"""Every list page, its first page and one deep down, beside a bare view of 50 rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencyhub.accounts.models import Agent, Role, User
from agencyhub.home.demo import seed
from agencyhub.records import history
from agencyhub.records.models import Batch
from bench import databases, results, servers
from bench.enrollments import Mix, receive_all
from bench.results import Result
from bench.visitors import Ask, ask_all
from individuals.models import Individual

NAME = "pages"
TARGET = 3.0
BASELINE = "bare Django view, 50 rows by keyset"
VISITORS = 2
SMALL = "few"
USERS = ("owner", "agent1", SMALL)
FEW = 2_000
# So many people are added in one transaction.
PART = 100_000
# Clients of the agent whose book is small, spread over everybody.
CLIENTS = 50
MESSAGES = 1_000
# Not a list: it counts the whole book, and is measured without a target.
DASHBOARD = "/"
WARM_UP = 20
OK = 200


@dataclass(frozen=True)
class Page:
    """A list, and the table and order that its deep page is found by."""

    path: str
    table: str = ""
    order: str = "id DESC"


PAGES = (
    Page("/individuals/", "individuals_individual", "last_name_key, first_name_key, id"),
    Page("/sales-records/", "individuals_salesrecord"),
    Page("/policies/", "policies_policy"),
    Page("/carriers/"),
    Page("/carrier-products/", "policies_carrierproduct", "name_key, id"),
    Page("/integrations/inbox/", "integrations_inboundmessage"),
    Page("/integrations/held/"),
    Page("/integrations/"),
    Page("/settings/agents/"),
    Page("/settings/users/"),
    Page("/settings/api-keys/"),
    Page("/settings/options/"),
    Page("/settings/custom-fields/"),
    Page("/settings/integrations/"),
    Page(DASHBOARD),
)


@dataclass(frozen=True)
class Size:
    """How much a run does."""

    individuals: int
    rounds: int
    requests: int


SIZES = {"smoke": Size(3_000, 1, 4), "quick": Size(20_000, 5, 20), "full": Size(1_000_000, 5, 30)}


@dataclass(frozen=True)
class View:
    """A page as one user asks for it."""

    path: str
    user: str
    depth: str = "first"

    @property
    def words(self) -> str:
        """Its name in the results."""
        return f"{self.path.partition('?')[0]} {self.user} {self.depth}"


def run(scale: str) -> Iterator[Result]:
    """Count queries with a small and a large book, then measure answers in turns."""
    size = SIZES[scale]
    # The test client's host; queries are counted in this process.
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    databases.prepare()
    results.note("filling the book")
    seed.seed_demo(scale=1, as_of=timezone.localdate(), at=timezone.now())
    mix = Mix(count=0)
    receive_all([mix.new_person() for _ in range(MESSAGES)])
    _with_small_book()
    clients = {name: _signed_in(name) for name in USERS}
    few = {view: _queries(clients, view) for view in _views(clients)}
    for number, start in enumerate(range(FEW, size.individuals, PART), start=1):
        part = min(PART, size.individuals - start)
        seed.generate_data(individuals=part, seed=number, as_of=timezone.localdate())
    _spread(CLIENTS)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    for view, count in few.items():
        yield _compare_queries(view, count, _queries(clients, view))
    views = [*few, *_deep(few)]
    cookies = {name: client.cookies["sessionid"].value for name, client in clients.items()}
    databases.close()
    yield from _measure(size, views, cookies)


def _with_small_book() -> None:
    """An agent with a handful of clients, which are far between in every list."""
    agent = Agent.objects.create(first_name="Few", last_name="Clients", npn="7000000001")
    user = User.objects.create(username=SMALL)
    user.groups.add(Role.objects.get(name="Agent"))
    user.accessible_agents.add(agent)
    _spread(CLIENTS)


def _spread(count: int) -> None:
    """Give the agent of the small book so many people, from everywhere."""
    agent = Agent.objects.get(accessible_to__username=SMALL)
    people = Individual.objects.order_by("pk").values_list("pk", flat=True)
    first, last = people.first() or 0, people.last() or 0
    wanted = [first + (last - first) * at // count for at in range(count)]
    with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary="Benchmark"):
        Individual.objects.filter(pk__in=wanted).update(servicing_agent=agent)


def _signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def _views(clients: dict[str, Client]) -> Iterator[View]:
    """The first pages that each user may see."""
    for page in PAGES:
        for user, client in clients.items():
            if client.get(page.path).status_code == OK:
                yield View(page.path, user)


def _deep(views: dict[View, int]) -> Iterator[View]:
    """The pages after nine tenths of a list."""
    with connection.cursor() as cursor:
        for page in PAGES:
            if not page.table:
                continue
            cursor.execute(
                f"SELECT id FROM {page.table} ORDER BY {page.order}"
                f" OFFSET (SELECT count(*) * 9 / 10 FROM {page.table}) LIMIT 1"
            )
            (after,) = cursor.fetchone()
            for view in views:
                if view.path == page.path:
                    yield View(f"{page.path}?after={after}", view.user, "deep")


def _queries(clients: dict[str, Client], view: View) -> int:
    client = clients[view.user]
    client.get(view.path)  # what is remembered between requests is remembered now
    with CaptureQueriesContext(connection) as queries:
        client.get(view.path)
    return len(queries)


def _compare_queries(view: View, few: int, many: int) -> Result:
    return results.compare(
        NAME,
        f"queries {view.words}",
        value=many,
        unit="queries",
        baseline=few,
        baseline_name=f"the same page at {FEW:,} individuals",
        at_most=1.0,
    )


def _measure(size: Size, views: list[View], cookies: dict[str, str]) -> Iterator[Result]:
    url = databases.own_url()
    bare = Ask("GET", f"/people/?after={size.individuals // 2}")
    with (
        servers.serving(servers.PRODUCT, database=url) as product,
        servers.serving(servers.BARE, database=url) as plain,
    ):
        ask_all(plain, [bare] * WARM_UP, visitors=VISITORS, expected=OK)
        for view in views:
            ask = Ask("GET", view.path, {"Cookie": f"sessionid={cookies[view.user]}"})
            ask_all(product, [ask] * WARM_UP, visitors=VISITORS, expected=OK)
            ours: list[list[float]] = []
            theirs: list[list[float]] = []
            for _ in range(size.rounds):
                asks = size.requests
                theirs.append(ask_all(plain, [bare] * asks, visitors=VISITORS, expected=OK))
                ours.append(ask_all(product, [ask] * asks, visitors=VISITORS, expected=OK))
            yield results.compare(
                NAME,
                f"p95 {view.words}",
                value=results.median([results.percentile(times, 95) for times in ours]),
                unit="ms",
                baseline=results.median([results.percentile(times, 95) for times in theirs]),
                baseline_name=BASELINE,
                at_most=None if view.path == DASHBOARD else TARGET,
            )
