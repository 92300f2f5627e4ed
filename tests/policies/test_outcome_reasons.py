"""Why a policy at risk was saved or lost holds no identifier, whoever says it and where."""

import pytest
from django.urls import reverse
from django.utils import timezone

from agencyhub.lib.identifiers import HoldsIdentifierError
from policies.services import outcomes
from tests.factories.accounts import UserFactory
from tests.factories.policies import RiskFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
TEXTS = ["her SSN is 123-45-6789", "1EG4-TE5-MK73"]


@pytest.mark.parametrize("text", TEXTS)
def test_the_service_refuses_it_and_leaves_the_risk_open(text):
    one, user = RiskFactory(), UserFactory(owner=True)

    with pytest.raises(HoldsIdentifierError) as refusal:
        outcomes.log_outcome(
            risk_id=one.pk, outcome="saved", why=text, user=user, at=timezone.now()
        )

    assert refusal.value.field == "outcome_reason"
    one.refresh_from_db()
    assert (one.outcome, one.closed_at) == ("", None)


def test_the_service_refuses_it_afterwards_as_well():
    one, user = RiskFactory(), UserFactory(owner=True)
    outcomes.log_outcome(risk_id=one.pk, outcome="saved", why="Paid", user=user, at=timezone.now())

    with pytest.raises(HoldsIdentifierError):
        outcomes.explain(risk_id=one.pk, why=TEXTS[0], user=user)

    one.refresh_from_db()
    assert one.outcome_reason == "Paid"


def test_the_page_says_so_and_does_not_repeat_it(client):
    one, user = RiskFactory(), UserFactory(owner=True)
    client.force_login(user)
    outcomes.log_outcome(risk_id=one.pk, outcome="lost", why="", user=user, at=timezone.now())

    answer = client.post(
        reverse("policies:risk_explain", args=[one.pk]), {"why": TEXTS[0]}, headers=HTMX
    )

    one.refresh_from_db()
    assert one.outcome_reason == ""
    assert "Leave it out" in answer.content.decode()
    assert TEXTS[0] not in answer.content.decode()


@pytest.mark.parametrize(
    ("why", "words"),
    [(TEXTS[1], "Leave it out"), ("x" * 201, "200 characters at most"), ("", "saved or lost")],
)
def test_the_board_says_what_is_wrong(client, why, words):
    one = RiskFactory()
    client.force_login(UserFactory(owner=True))
    sent = {"why": why, "outcome": "saved" if why else "passed"}

    answer = client.post(reverse("policies:risk_close", args=[one.pk]), sent, headers=HTMX)

    one.refresh_from_db()
    assert one.closed_at is None
    assert words in answer.content.decode()
