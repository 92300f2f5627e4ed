"""The two ways to fill a database with made-up data."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import connection

from agencyhub.accounts import api_keys
from agencyhub.accounts.models import Agent, ApiKey, User
from agencyhub.accounts.roles import ensure_default_roles
from agencyhub.home.demo import (
    applications,
    company,
    deliveries,
    documents,
    evidence,
    files,
    ledgers,
    looks,
    pay,
    payments,
    plancompare,
    questions,
    twice,
    views,
)
from agencyhub.home.demo.book import write_book
from agencyhub.home.demo.fields import ensure_fields
from agencyhub.home.demo.office import Office
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from individuals.services.search_index import index_waiting

INDIVIDUALS = 2_000
SEED = 2027
API_KEY_NAME = "Partner sandbox"


class NotADemoError(DomainError):
    """The database belongs to somebody: the demo's users and data have no place in it."""

    code = "not_a_demo"


@dataclass(frozen=True)
class Seeded:
    """What a run wrote; ``is_new`` is False when everything was there already."""

    is_new: bool
    counts: dict[str, int]


def is_seeded() -> bool:
    """Whether the demo data are in the database."""
    names = [sign_in.username for sign_in in company.SIGN_INS]
    return User.objects.filter(username__in=names).count() == len(names)


def seed_demo(*, scale: int, as_of: date, at: datetime) -> Seeded:
    """Fill an empty database with the demo agency. A second run changes nothing.

    Raises:
        NotADemoError: somebody else's users are in the database.
    """
    if is_seeded():
        return Seeded(is_new=False, counts={})
    if User.objects.exists():
        msg = "This database has users of its own. Demo data go into an empty database only."
        raise NotADemoError(msg)
    with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary="Load the demo agency"):
        ensure_default_roles()
        ensure_fields()
        agents = company.ensure_agents()
        users = company.ensure_users()
        plancompare.configure(users=users, at=at)
        counts = _write(agents, individuals=INDIVIDUALS * scale, seed=SEED, as_of=as_of)
        twice.write_twice()
    evidence.write_evidence(agents=agents, user=users[-1], as_of=as_of, at=at)
    looks.write_looks(users=users, as_of=as_of)
    index_waiting()
    deliveries.deliver(as_of=as_of)
    applications.receive_all(as_of=as_of)
    ledgers.import_all(as_of=as_of)
    pay.write_pay(as_of=as_of)
    payments.ensure_payments(at=at)
    questions.ask()
    files.upload(user=users[0])
    documents.keep(users=users, at=at)
    views.share()
    _analyze()
    return Seeded(is_new=True, counts=dict(counts))


def generate_data(*, individuals: int, seed: int, as_of: date) -> Seeded:
    """Add a made-up book: no users, no settings. Each run adds ``individuals`` more people."""
    with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary="Generate data"):
        ensure_fields()
        agents = company.ensure_agents()
        counts = _write(agents, individuals=individuals, seed=seed, as_of=as_of)
    index_waiting()
    _analyze()
    return Seeded(is_new=True, counts=dict(counts))


def ensure_sandbox_key() -> bool:
    """Let the sandbox deliver: add its key unless it is known; say whether it was added."""
    raw = settings.SANDBOX_API_KEY
    if not raw:
        return False
    digest = api_keys.digest_of(raw)
    if ApiKey.objects.filter(digest=digest).exists():
        return False
    ApiKey.objects.create(
        name=API_KEY_NAME,
        scope=ApiKey.Scope.PLANCOMPARE,
        prefix=raw[: api_keys.SHOWN],
        digest=digest,
    )
    return True


def _write(agents: list[Agent], *, individuals: int, seed: int, as_of: date) -> Counter[str]:
    products = company.ensure_catalogue()
    shares = [row[4] for row in company.AGENTS]
    office = Office.open(agents=agents, shares=shares, products=products, as_of=as_of)
    return write_book(office, individuals=individuals, seed=seed)


def _analyze() -> None:
    """Tell the planner about the new rows now, not when autovacuum comes by."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
