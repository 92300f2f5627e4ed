"""Documents of the wrong client go to the right one over the API."""

import pytest

from agencyhub.accounts.models import Role
from documents import owners
from documents.models import Document
from documents.owners import INDIVIDUAL, POLICY
from tests.api.conftest import Script, errors_of
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.documents import document_of
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
WHY = "Uploaded to the wrong client"
RIGHTS = (INDIVIDUAL.view, INDIVIDUAL.change, POLICY.view, POLICY.change)


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(params=["individuals", "policies"])
def one(request):
    return document_of(IndividualFactory() if request.param == "individuals" else PolicyFactory())


def path(document, end="move/"):
    owner, pk = owners.place_of(document)
    prefix = {INDIVIDUAL: "individuals", POLICY: "policies"}[owner]
    return f"{prefix}/{pk}/documents/{document.pk}/{end}"


class TestMove:
    @pytest.mark.parametrize("kind", ["individual", "policy"])
    def test_says_where_it_is_now(self, script, one, kind):
        other = IndividualFactory() if kind == "individual" else PolicyFactory()

        answer = script.post(path(one), {kind: other.pk, "reason": WHY})

        assert answer.status_code == 200
        moved = other.documents.get()
        assert moved == one
        assert answer["Location"].endswith(path(moved, ""))
        assert answer.json()["page"] == owners.of_record(other).list_page(other.pk)
        assert script.get(path(moved, ""))["ETag"] == answer["ETag"]
        assert script.get(path(one, "")).status_code == 404

    def test_is_done_once_with_a_key_and_without(self, script, one):
        where, body = path(one), {"individual": IndividualFactory().pk, "reason": WHY}

        first = script.post(where, body, idempotency_key="monday")
        again = script.post(where, body, idempotency_key="monday")
        plain = script.post(where, body)

        assert [a.status_code for a in (first, again, plain)] == [200, 200, 200]
        assert again["Idempotency-Replayed"] == "true"
        assert again.json() == first.json() == plain.json()

    def test_finds_nothing_at_an_address_where_it_never_was(self, script, one):
        other, body = IndividualFactory(), {"individual": IndividualFactory().pk, "reason": WHY}

        answer = script.post(f"individuals/{other.pk}/documents/{one.pk}/move/", body)

        assert answer.status_code == 404
        assert owners.place_of(Document.objects.get()) == owners.place_of(one)

    @pytest.mark.parametrize(
        ("changed", "status", "errors"),
        [
            ({"reason": ""}, 422, {"reason": "blank"}),
            ({"reason": "SSN 123-45-6789"}, 409, {"reason": "holds_identifier"}),
            ({"policy": 1}, 422, {"individual": "one_record"}),
            ({"individual": 0}, 422, {"individual": "min_value"}),
            ({"individual": 999_999}, 409, {"to": "nowhere_to_move"}),
            ({"agent": 1}, 422, {"agent": "unknown_field"}),
        ],
    )
    def test_refuses(self, script, one, changed, status, errors):
        body = {"individual": IndividualFactory().pk, "reason": WHY, **changed}

        answer = script.post(path(one), body)

        assert (answer.status_code, errors_of(answer)) == (status, errors)
        assert owners.place_of(Document.objects.get()) == owners.place_of(one)

    def test_wants_to_know_where_to(self, script, one):
        answer = script.post(path(one), {"reason": WHY})

        assert (answer.status_code, errors_of(answer)) == (422, {"individual": "one_record"})

    def test_keeps_to_the_callers_book_on_both_sides(self):
        user = UserFactory(may=RIGHTS, may__reach=Role.Scope.OWN)
        agent = AgentFactory(user=user)
        mine, foreign = IndividualFactory(servicing_agent=agent), IndividualFactory()
        script = Script(user)
        own, other = document_of(mine), document_of(foreign)

        to = script.post(path(own), {"individual": foreign.pk, "reason": WHY})
        of = script.post(path(other), {"individual": mine.pk, "reason": WHY})

        assert (to.status_code, errors_of(to)) == (409, {"to": "nowhere_to_move"})
        assert of.status_code == 404
        assert (mine.documents.get(), foreign.documents.get()) == (own, other)

    def test_who_may_only_look_moves_nothing(self, one):
        script = Script(UserFactory(may=RIGHTS[::2]))

        answer = script.post(path(one), {"individual": IndividualFactory().pk, "reason": WHY})

        assert answer.status_code == 403
