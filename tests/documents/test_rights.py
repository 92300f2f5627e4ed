"""Rights to documents are those of the record: every door asks it."""

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Role
from documents import owners
from individuals.models import Opening
from tests.documents.conftest import signed_in
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.documents import document_of
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db


def url(record):
    return owners.of_record(record).list_page(record.pk)


def door(name, document):
    return reverse(f"documents:document_{name}", args=[document.pk])


class TestRights:
    """Those of the record: nobody sees more of a document than of what it belongs to."""

    def doors(self, record, document):
        yield "get", url(record)
        yield "post", url(record)
        yield "get", door("download", document)
        yield "post", door("remove", document)
        yield "post", door("put_back", document)

    def test_of_another_book_nothing_is_there(self, record, agent_user):
        page, one = signed_in(agent_user), document_of(record)

        answers = [getattr(page, verb)(where) for verb, where in self.doors(record, one)]

        assert {answer.status_code for answer in answers} == {404}
        assert not Opening.objects.exists()

    def test_without_the_right_to_the_record_it_is_forbidden(self, record):
        page, one = signed_in(UserFactory(may=[])), document_of(record)

        answers = [getattr(page, verb)(where) for verb, where in self.doors(record, one)]

        assert {answer.status_code for answer in answers} == {403}

    def test_who_may_only_look_changes_nothing(self, record):
        looker = UserFactory(may=[owners.of_record(record).view])
        page, one = signed_in(looker), document_of(record)

        answers = {where: getattr(page, verb)(where) for verb, where in self.doors(record, one)
                   if verb == "post"}  # fmt: skip
        shown = page.get(url(record)).content.decode()

        assert {answer.status_code for answer in answers.values()} == {403}
        assert "Add documents" not in shown
        assert door("remove", one) not in shown
        assert page.get(door("download", one)).status_code == 200

    def test_the_right_to_one_kind_of_record_opens_no_other(self, page):
        only = {
            "individual": UserFactory(may=["policies.view_policy", "policies.change_policy"]),
            "policy": UserFactory(
                may=["individuals.view_individual", "individuals.change_individual"]
            ),
        }
        for record in (IndividualFactory(), PolicyFactory()):
            one = document_of(record)
            stranger = signed_in(only[owners.of(one).field])

            assert stranger.get(door("download", one)).status_code == 404
            assert stranger.post(door("remove", one)).status_code == 404

    def test_what_was_removed_is_only_for_who_may_put_it_back(self, record, page):
        one = document_of(record)
        page.post(door("remove", one))
        looker = signed_in(UserFactory(may=[owners.of_record(record).view]))

        assert looker.get(door("download", one)).status_code == 404
        assert "letter.pdf" not in looker.get(url(record)).content.decode()
        assert page.get(door("download", one)).status_code == 200

    def test_an_agent_sees_those_of_a_policy_and_not_of_its_subscriber(self):
        user = UserFactory(may=[owners.INDIVIDUAL.view, owners.POLICY.view],
                           may__reach=Role.Scope.OWN)  # fmt: skip
        policy = PolicyFactory(servicing_agent=AgentFactory(user=user))
        page = signed_in(user)

        assert page.get(door("download", document_of(policy))).status_code == 200
        assert page.get(door("download", document_of(policy.subscriber))).status_code == 404
