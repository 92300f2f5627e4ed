import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencyhub.imports.engine import staging
from agencyhub.imports.models import Import
from agencyhub.imports.selectors import rows
from agencyhub.imports.services import commits, repair, runs
from agencyhub.imports.services.files import ImportNotAllowedError
from integrations.plancompare import selectors
from integrations.plancompare.models import PlanCompareUser
from integrations.plancompare.services import usernames
from integrations.plancompare.sheets import write_csv, write_xlsx
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.plancompare import PlanCompareUserFactory
from tests.imports.helpers import commit, counts, receive

pytestmark = pytest.mark.django_db
KIND = "plancompare_usernames"
State = Import.State


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def agent():
    return AgentFactory(first_name="Sam", last_name="Seller", npn="1234567")


@pytest.fixture
def ann(agent):
    user = UserFactory(username="ann", email="ann@example.com", is_superuser=True)
    PlanCompareUserFactory(user=user, username="ann.pc", servicing_agent=agent)
    return user


@pytest.fixture
def bob():
    return UserFactory(username="bob", email="bob@example.com")


def row(user="", email="", username="", npn="", agent=""):
    return {
        "user_name": user,
        "email": email,
        "plancompare_username": username,
        "agent_npn": npn,
        "agent_name": agent,
    }


def check(*given, user=None):
    return receive(list(given), kind=KIND, user=user)


def stored():
    found = PlanCompareUser.objects.values_list("user__username", "username")
    return dict(found)


def reasons(run):
    return [one.message for one in rows.error_groups(run)]


class TestCheck:
    def test_says_changed_and_same(self, ann, bob, agent):
        UserFactory(username="carl", email="")

        run = check(
            row("ann", username="ann2.pc", npn="1234567"),
            row("bob", username="bob.pc", agent="sam seller"),
            row("carl"),
        )

        assert counts(run) == (0, 2, 1, 0)
        assert stored() == {"ann": "ann.pc"}

    def test_shows_what_changes_in_words(self, ann, bob):
        run = check(row("ann", username="ann2.pc"), row("bob", npn="1234567"))

        found = rows.preview_rows(run, outcome="changed")

        assert [
            (one.label, [(c.label, c.before, c.after) for c in one.changes]) for one in found
        ] == [
            (
                "ann",
                [
                    ("PlanCompare username", "ann.pc", "ann2.pc"),
                    ("Servicing agent", "Sam Seller", ""),
                ],
            ),
            ("bob", [("Servicing agent", "", "Sam Seller")]),
        ]

    def test_finds_users_by_email_when_the_name_is_empty(self, bob):
        commit(check(row(email="BOB@example.com", username="bob.pc")))

        assert stored() == {"bob": "bob.pc"}

    def test_takes_no_offence_at_an_unknown_email_beside_a_known_name(self, bob):
        assert counts(check(row("BOB", email="old@example.com", username="bob.pc"))) == (0, 1, 0, 0)

    @pytest.mark.parametrize(
        ("_case", "given", "words"),
        [
            ("nobody named", row(username="x.pc"), "neither a user name nor an email"),
            ("unknown user", row("zoe", username="x.pc"), "not the name of a user"),
            ("unknown email", row(email="z@example.com"), "not the email of a user"),
            ("space inside", row("bob", username="b b"), "no spaces inside"),
            ("unknown NPN", row("bob", npn="99"), "not the NPN of an active agent"),
            ("unknown agent", row("bob", agent="Who"), "not the name of an active agent"),
            ("NPN of another", row("bob", npn="1234567", agent="Eve"), "is Sam Seller, not Eve"),
            ("taken username", row("bob", username="ANN.PC"), "ann would have the same"),
        ],
    )
    def test_says_in_words_what_is_wrong_with_a_row(self, ann, bob, _case, given, words):
        run = check(given)

        assert counts(run) == (0, 0, 0, 1)
        assert words in reasons(run)[0]

    def test_refuses_namesakes_without_an_npn(self, bob, agent):
        AgentFactory(first_name="Sam", last_name="Seller", npn="7654321")

        assert "is the name of 2" in reasons(check(row("bob", agent="Sam Seller")))[0]

    def test_takes_a_namesake_with_an_npn(self, bob, agent):
        AgentFactory(first_name="Sam", last_name="Seller", npn="7654321")

        commit(check(row("bob", username="b.pc", npn="1234567", agent="Sam Seller")))

        assert PlanCompareUser.objects.get(user=bob).servicing_agent == agent

    def test_refuses_every_row_of_the_same_user(self, bob):
        run = check(row("bob", username="a.pc"), row("BOB", username="b.pc"))

        assert counts(run) == (0, 0, 0, 2)
        assert reasons(run) == ["Another row is about the same user. Keep one."]


class TestImport:
    def test_takes_values_away_where_cells_are_blank(self, ann):
        commit(check(row("ann")))

        access = PlanCompareUser.objects.get(user=ann)
        assert (access.username, access.servicing_agent) == ("", None)

    def test_keeps_values_whose_column_is_left_out(self, ann, agent):
        run = receive([{"user_name": "ann", "plancompare_username": "new.pc"}], kind=KIND)

        commit(run)

        access = PlanCompareUser.objects.get(user=ann)
        assert (access.username, access.servicing_agent) == ("new.pc", agent)

    def test_lets_two_users_swap_and_swaps_them_back_on_undo(self, ann, bob):
        PlanCompareUserFactory(user=bob, username="bob.pc", servicing_agent=None)
        run = check(row("ann", username="bob.pc"), row("bob", username="ann.pc"), user=ann)

        commit(run)

        assert stored() == {"ann": "bob.pc", "bob": "ann.pc"}
        runs.undo(import_id=run.pk, user=ann, at=timezone.now())
        assert stored() == {"ann": "ann.pc", "bob": "bob.pc"}

    def test_undo_removes_what_was_not_there(self, ann, bob):
        run = commit(check(row("bob", username="bob.pc"), user=ann))

        runs.undo(import_id=run.pk, user=ann, at=timezone.now())

        assert stored() == {"ann": "ann.pc"}

    def test_saves_nothing_while_a_row_is_rejected(self, ann, bob):
        run = check(row("ann", username="ann2.pc"), row("zoe", username="z.pc"))

        with pytest.raises(runs.NotWholeError):
            runs.start_commit(import_id=run.pk, user=None)
        with pytest.raises(runs.NotWholeError):
            repair.leave_out(import_id=run.pk, lines=[3], user=None)

        assert stored() == {"ann": "ann.pc"}

    def test_asks_again_when_usernames_changed_since_the_check(self, ann):
        run = check(row("ann", username="ann2.pc", npn="1234567"))
        usernames.set_user(target=ann, username="other.pc", servicing_agent=None, user=ann)
        runs.start_commit(import_id=run.pk, user=None)

        commits.commit(import_id=run.pk)

        run.refresh_from_db()
        assert (run.state, stored()) == (State.CHECKED, {"ann": "other.pc"})
        assert "checked again" in run.problem

    def test_takes_rows_again_that_it_took_before(self, ann):
        first = row("ann", username="one.pc")
        commit(check(first))
        commit(check(row("ann", username="two.pc")))

        commit(check(first))

        assert stored() == {"ann": "one.pc"}

    def test_refuses_a_user_without_the_right(self, ann, bob):
        with pytest.raises(ImportNotAllowedError):
            check(row("ann"), user=bob)


class TestFromATerminal:
    def run(self, path, *options):
        out = StringIO()
        call_command("import_file", KIND, str(path), "--json", *options, stdout=out)
        return json.loads(out.getvalue())

    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    def test_finds_nothing_to_change_in_the_template_as_it_is(self, ann, bob, ending, tmp_path):
        UserFactory(username="=odd", email="")
        given = (selectors.HEADER, selectors.username_rows())
        path = tmp_path / f"usernames.{ending}"
        path.write_bytes(
            write_csv(*given) if ending == "csv" else write_xlsx(*given, title="Users")
        )

        told = self.run(path, "--dry-run")

        assert (told["same"], told["changed"], told["rejected"]) == (3, 0, 0)

    def test_only_counts_in_a_dry_run(self, ann, tmp_path):
        path = tmp_path / "usernames.csv"
        path.write_bytes(write_csv(selectors.HEADER, [["ann", "", "ann2.pc", "", ""]]))

        assert self.run(path, "--dry-run")["changed"] == 1
        assert stored() == {"ann": "ann.pc"}
        assert self.run(path)["state"] == State.IMPORTED
        assert stored() == {"ann": "ann2.pc"}

    def test_says_that_nothing_was_saved(self, ann, tmp_path):
        path = tmp_path / "usernames.csv"
        lines = [["ann", "", "ann2.pc", "", ""], ["zoe", "", "z.pc", "", ""]]
        path.write_bytes(write_csv(selectors.HEADER, lines))

        with pytest.raises(CommandError, match="imported, or nothing"):
            self.run(path)

        assert stored() == {"ann": "ann.pc"}


class TestPages:
    @pytest.fixture
    def page(self, ann):
        browser = Client()
        browser.force_login(ann)
        return browser

    def at(self, page, run, name="import_detail"):
        return page.get(reverse(f"imports:{name}", args=[run.pk])).content.decode()

    def test_offer_a_good_file_as_a_whole(self, page, ann, bob):
        run = check(row("bob", "", "bob.pc"), user=ann)

        seen = self.at(page, run)

        assert reverse("imports:import_commit", args=[run.pk]) in seen
        assert "Import 1 changed record" in seen
        assert reverse("imports:import_mode", args=[run.pk]) not in seen

    def test_offer_nothing_while_a_row_is_rejected(self, page, ann, bob):
        run = check(row("bob", "", "bob.pc"), row("nobody", "", "no.pc"), user=ann)

        seen = self.at(page, run)

        assert "Nothing is imported while a row is rejected" in seen
        assert reverse("imports:import_commit", args=[run.pk]) not in seen
        assert "stays out" not in seen

    def test_show_rejected_rows_to_look_at_and_not_to_repair(self, page, ann):
        run = check(row("nobody", "", "no.pc"), user=ann)

        seen = self.at(page, run, "problem_list")

        assert "Everything of this file is imported, or nothing" in seen
        assert "no.pc" in seen
        assert "Enter saves the row" not in seen

    def test_show_what_changes_before_and_after(self, page, ann):
        run = check(row("ann", "", "ann.new"), user=ann)

        seen = page.get(reverse("imports:row_list", args=[run.pk, "changed"])).content.decode()

        assert "ann.pc" in seen
        assert "ann.new" in seen

    def test_say_when_a_file_is_too_long_to_go_in_at_once(self, page, ann, bob, monkeypatch):
        monkeypatch.setattr(staging, "ROWS", 15)

        run = check(*(row("bob", "", f"bob.{n}") for n in range(40)), user=ann)

        assert run.state == State.ATTENTION
        assert "a file has at most 15 rows, for all go in at once" in self.at(page, run)
