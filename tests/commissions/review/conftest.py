"""Applications with what may belong to them, and people who review."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from agencyhub.accounts.models import Agent, Role, User
from commissions.matching.reasons import Reason
from commissions.models import Application, BookLink, LineLink, Link
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.commissions import ApplicationFactory, BookRowFactory, CommissionLineFactory
from tests.factories.policies import CarrierFactory

RIGHTS = [
    "commissions.review_matches",
    "commissions.view_application",
    "commissions.view_bookrow",
    "commissions.view_commissionline",
    "records.undo_batch",
]
ALIKE = [Reason.LAST_SAME, Reason.FIRST_SAME, Reason.NUMBER_OTHER]


@pytest.fixture
def reviewer() -> User:
    """Somebody who reviews everything."""
    return UserFactory(may=RIGHTS, first_name="Rae", last_name="Viewer")


@pytest.fixture
def agent_user() -> User:
    """Somebody who reviews the own book only."""
    user = UserFactory(may=RIGHTS, may__reach=Role.Scope.OWN)
    AgentFactory(user=user)
    return user


@pytest.fixture
def agent(agent_user: User) -> Agent:
    return agent_user.agent


@pytest.fixture
def page(reviewer: User) -> Client:
    return signed_in(reviewer)


@pytest.fixture
def agent_page(agent_user: User) -> Client:
    return signed_in(agent_user)


@pytest.fixture
def powerless_page(db: Any) -> Client:
    return signed_in(UserFactory(may=[]))


def signed_in(user: User) -> Client:
    """A browser in which ``user`` is signed in."""
    client = Client()
    client.force_login(user)
    return client


def link(application: Application, row: Any, **facts: Any) -> Any:
    """A link of Refresh's; suggested unless told otherwise."""
    is_book = row._meta.model_name == "bookrow"
    model, column = (BookLink, "book_row") if is_book else (LineLink, "line")
    told = {"state": Link.State.SUGGESTED, "method": 4, "score": 0.87, "reasons": ALIKE} | facts
    return model.objects.create(application=application, **{column: row}, **told)


@pytest.fixture
def suggest(db: Any) -> Callable[..., Application]:
    """An ambiguous application with book rows, or lines, that are suggested to it."""

    def make(books: int = 1, lines: int = 0, **facts: Any) -> Application:
        carrier = facts.pop("carrier", None) or CarrierFactory()
        link_facts = facts.pop("link", {})
        same = {"carrier": carrier, "last_name": facts.pop("last_name", "Lopez"), **facts}
        application = ApplicationFactory(**same, match_state="ambiguous")
        for _ in range(books):
            link(application, BookRowFactory(**same), **link_facts)
        for _ in range(lines):
            line = CommissionLineFactory(**same, policy_number="H77")
            link(application, line, **link_facts)
        return application

    return make
