"""The carriers' mailbox for decisions on EOI, from the carrier's side."""

import pytest

from sandbox.eoi import mailbox

GROUP = "lakeside"


@pytest.fixture
def root(options):
    """The mailbox after AgencyHub made a group's folders."""
    root = mailbox.root_of(options.data)
    for part in mailbox.PARTS:
        (root / GROUP / part).mkdir(parents=True)
    return root


class TestPage:
    def test_says_what_to_do_while_no_group_has_a_folder(self, browser):
        assert "Pick up now" in browser.get("/eoi/").text

    def test_drops_a_file_that_is_whole_at_once(self, browser, root):
        form = {"group": GROUP, "name": "decisions #1.csv", "content": "a,b\r\n1,2\r\n"}

        assert browser.post("/eoi/drop", form).status == 303

        assert (root / GROUP / "inbound" / "decisions #1.csv").read_text() == "a,b\n1,2\n"
        assert browser.get("/eoi/control").json[GROUP]["inbound"] == ["decisions #1.csv"]
        shown = browser.get(f"/eoi/files/{GROUP}/inbound/decisions%20%231.csv").text
        assert shown.startswith("a,b")

    @pytest.mark.parametrize(
        ("group", "name"),
        [("elsewhere", "a.csv"), ("..", "a.csv"), (GROUP, "../a.csv"), (GROUP, ".a"), (GROUP, "")],
    )
    def test_drops_nothing_elsewhere(self, browser, root, group, name):
        form = {"group": group, "name": name, "content": "a"}

        assert browser.post("/eoi/drop", form).status == 422
        assert [path for path in root.rglob("*") if path.is_file()] == []

    @pytest.mark.parametrize("path", ["lakeside/inbound/gone", "x/inbound/a", "lakeside/../a"])
    def test_shows_files_of_the_page_only(self, browser, root, path):
        assert browser.get(f"/eoi/files/{path}").status == 404
