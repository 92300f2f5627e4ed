import pytest

from agencyhub.records.models import Entry
from integrations.plancompare.models import PlanCompareUser
from integrations.plancompare.services.usernames import (
    UsernameTakenError,
    UsernameUnreadableError,
    read_username,
    set_user,
)
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.plancompare import PlanCompareUserFactory

pytestmark = pytest.mark.django_db


class TestSetUser:
    def test_gives_a_username_and_an_agent_and_notes_it(self):
        admin, target, agent = UserFactory(), UserFactory(), AgentFactory()

        set_user(target=target, username=" jsmith.pc ", servicing_agent=agent, user=admin)

        row = PlanCompareUser.objects.get(user=target)
        assert (row.username, row.servicing_agent) == ("jsmith.pc", agent)
        entry = Entry.objects.get(table_name="accounts_user", record_id=target.pk)
        assert entry.user == admin
        assert "jsmith" not in entry.text

    def test_refuses_one_that_somebody_has_in_other_letters_and_names_them(self):
        holder = UserFactory(username="jsmith", first_name="Jo", last_name="Smith")
        PlanCompareUserFactory(user=holder, username="JSmith.PC")
        target = UserFactory()

        with pytest.raises(UsernameTakenError) as refusal:
            set_user(target=target, username="jsmith.pc", servicing_agent=None, user=holder)

        assert refusal.value.field == "username"
        assert "Jo Smith (jsmith)" in refusal.value.message
        assert not PlanCompareUser.objects.filter(user=target).exists()

    def test_lets_a_user_change_the_case_of_their_own(self):
        row = PlanCompareUserFactory(username="jsmith.pc")

        set_user(target=row.user, username="JSmith.pc", servicing_agent=None, user=row.user)

        row.refresh_from_db()
        assert row.username == "JSmith.pc"

    def test_takes_the_username_away_when_blank(self):
        row = PlanCompareUserFactory(username="jsmith.pc")

        set_user(target=row.user, username="  ", servicing_agent=None, user=row.user)

        row.refresh_from_db()
        assert row.username == ""

    def test_lets_many_users_have_none(self):
        for target in (UserFactory(), UserFactory()):
            set_user(target=target, username="", servicing_agent=None, user=target)

        assert PlanCompareUser.objects.filter(username="").count() == 2


class TestReadUsername:
    @pytest.mark.parametrize(
        ("_case", "text"),
        [("a space inside", "j smith"), ("a control character", "js\x07mith"), ("long", "x" * 121)],
    )
    def test_refuses(self, _case, text):
        with pytest.raises(UsernameUnreadableError):
            read_username(text)
