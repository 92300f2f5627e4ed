import pytest

from agencyhub.lib.reading.limits import UnreadableFileError
from agencyhub.records.models import Batch
from integrations.plancompare.models import PlanCompareUser
from integrations.plancompare.services.username_file import (
    HEADER,
    FileChangedError,
    FileHasErrorsError,
    apply_file,
    plan_file,
    template_rows,
)
from integrations.plancompare.sheets import write_csv
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.plancompare import PlanCompareUserFactory

pytestmark = pytest.mark.django_db


def file(*rows: list[str], header: tuple[str, ...] = HEADER) -> bytes:
    return write_csv(header, rows)


def usernames() -> dict[str, str]:
    rows = PlanCompareUser.objects.values_list("user__username", "username")
    return dict(rows)


@pytest.fixture
def agent():
    return AgentFactory(first_name="Sam", last_name="Seller", npn="1234567")


@pytest.fixture
def ann(agent):
    user = UserFactory(username="ann", email="ann@example.com")
    PlanCompareUserFactory(user=user, username="ann.pc", servicing_agent=agent)
    return user


@pytest.fixture
def bob():
    return UserFactory(username="bob", email="bob@example.com")


class TestTemplateRows:
    def test_holds_todays_users_and_what_they_have(self, ann, bob):
        assert template_rows() == [
            ["ann", "ann@example.com", "ann.pc", "1234567", "Sam Seller"],
            ["bob", "bob@example.com", "", "", ""],
        ]

    def test_changes_nothing_when_it_is_uploaded_as_it_is(self, ann, bob):
        plan = plan_file(file(*template_rows()))

        assert [row.state for row in plan.rows] == ["same", "same"]
        assert plan.changes == []


class TestPlanFile:
    def test_says_new_changed_and_same(self, ann, bob, agent):
        carl = UserFactory(username="carl", email="")

        plan = plan_file(
            file(
                ["ann", "", "ann2.pc", "1234567", ""],
                ["bob", "", "bob.pc", "", "sam seller"],
                ["carl", "", "", "", ""],
            )
        )

        assert [(row.number, row.state) for row in plan.rows] == [
            (2, "changed"),
            (3, "new"),
            (4, "same"),
        ]
        assert plan.rows[1].after.agent_id == agent.pk
        assert plan.rows[2].user == carl
        assert usernames() == {"ann": "ann.pc"}

    def test_finds_users_by_email_when_the_name_is_empty(self, bob):
        plan = plan_file(file(["", "BOB@example.com", "bob.pc", "", ""]))

        assert (plan.rows[0].user, plan.rows[0].state) == (bob, "new")

    def test_keeps_a_value_whose_column_is_left_out(self, ann, agent):
        plan = plan_file(file(["ann", "new.pc"], header=("User name", "PlanCompare Username")))

        assert plan.rows[0].after.username == "new.pc"
        assert plan.rows[0].after.agent_id == agent.pk

    def test_takes_a_value_away_when_its_cell_is_empty(self, ann):
        plan = plan_file(file(["ann", "", "", "", ""]))

        assert plan.rows[0].state == "changed"
        assert (plan.rows[0].after.username, plan.rows[0].after.agent_id) == ("", None)

    @pytest.mark.parametrize(
        ("_case", "row", "words"),
        [
            ("nobody named", ["", "", "x.pc", "", ""], "neither a user name nor an email"),
            ("unknown user", ["zoe", "", "x.pc", "", ""], 'No user is called "zoe"'),
            ("unknown email", ["", "z@example.com", "x.pc", "", ""], "No user has the email"),
            ("space inside", ["bob", "", "b b", "", ""], "no spaces inside"),
            ("unknown NPN", ["bob", "", "b.pc", "99", ""], "No active agent has the NPN 99"),
            ("unknown agent", ["bob", "", "b.pc", "", "Who"], "No active agent is called Who"),
            ("NPN of another", ["bob", "", "b.pc", "1234567", "Eve"], "is Sam Seller, not Eve"),
            ("taken username", ["bob", "", "ANN.PC", "", ""], "ann would have the same"),
        ],
    )
    def test_says_in_words_what_is_wrong_with_a_line(self, ann, bob, _case, row, words):
        plan = plan_file(file(row))

        assert plan.rows[0].state == "error"
        assert words in " ".join(plan.rows[0].errors)

    def test_refuses_namesakes_without_an_npn(self, bob, agent):
        AgentFactory(first_name="Sam", last_name="Seller", npn="7654321")

        plan = plan_file(file(["bob", "", "b.pc", "", "Sam Seller"]))

        assert plan.rows[0].errors == ["2 agents are called Sam Seller. Write the NPN."]

    def test_marks_every_line_of_the_same_user(self, bob):
        plan = plan_file(file(["bob", "", "a.pc", "", ""], ["BOB", "", "b.pc", "", ""]))

        words = "The same user stands in lines 2, 3. Keep one."
        assert [row.errors[0] for row in plan.rows] == [words, words]

    def test_reports_all_bad_lines_at_once(self, ann, bob):
        plan = plan_file(file(["zoe", "", "", "", ""], ["bob", "", "b b", "", ""]))

        assert plan.counts["error"] == 2

    def test_names_columns_it_does_not_use(self, bob):
        plan = plan_file(
            file(["bob", "b.pc", "x"], header=("User name", "PlanCompare Username", "Hat"))
        )

        assert plan.ignored_columns == ("Hat",)

    @pytest.mark.parametrize("header", [("PlanCompare Username",), ("User name", "Email")])
    def test_refuses_a_file_without_the_needed_columns(self, header):
        with pytest.raises(UnreadableFileError):
            plan_file(file(header=header))

    def test_reads_with_few_queries_however_many_lines(self, agent, django_assert_max_num_queries):
        rows = []
        for number in range(12):
            user = UserFactory()
            rows.append([user.username, "", f"pc{number}", "1234567", ""])
        content = file(*rows)

        with django_assert_max_num_queries(3):
            plan_file(content)


class TestApplyFile:
    def test_saves_everything_in_one_batch(self, ann, bob):
        content = file(["ann", "", "ann2.pc", "", ""], ["bob", "", "bob.pc", "", ""])
        digest = plan_file(content).digest

        changed = apply_file(content, digest=digest, user=ann)

        assert changed == 2
        assert usernames() == {"ann": "ann2.pc", "bob": "bob.pc"}
        batch = Batch.objects.get(channel=Batch.Channel.IMPORT)
        assert batch.user == ann
        assert batch.entries.count() == 2

    def test_lets_two_users_swap(self, ann, bob):
        PlanCompareUserFactory(user=bob, username="bob.pc", servicing_agent=None)
        content = file(["ann", "", "bob.pc", "", ""], ["bob", "", "ann.pc", "", ""])

        apply_file(content, digest=plan_file(content).digest, user=ann)

        assert usernames() == {"ann": "bob.pc", "bob": "ann.pc"}

    def test_saves_nothing_when_a_line_has_an_error(self, ann, bob):
        content = file(["ann", "", "ann2.pc", "", ""], ["zoe", "", "z.pc", "", ""])

        with pytest.raises(FileHasErrorsError):
            apply_file(content, digest=plan_file(content).digest, user=ann)

        assert usernames() == {"ann": "ann.pc"}

    def test_saves_nothing_when_usernames_changed_since_the_dry_run(self, ann, bob):
        content = file(["ann", "", "ann2.pc", "", ""])
        digest = plan_file(content).digest
        PlanCompareUser.objects.filter(user=ann).update(username="other.pc")

        with pytest.raises(FileChangedError):
            apply_file(content, digest=digest, user=ann)

        assert usernames() == {"ann": "other.pc"}
