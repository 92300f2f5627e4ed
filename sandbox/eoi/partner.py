"""Benefit carriers as a partner of the sandbox: what they decided goes into the groups' inboxes."""

from pathlib import Path
from urllib.parse import quote

from sandbox.eoi import mailbox
from sandbox.html import Input, Markup, field, fill, join, render, select
from sandbox.pages import document
from sandbox.partner import Context
from sandbox.web import HttpError, Request, Response, Route, json_answer, page, see_other

HERE = "/eoi/"
EXAMPLE = (
    "Subscriber ID,Benefit Lookup Code,Action,Approved Volume,Effective Date\n"
    "{subscriber},subscriber_life,approve_all,,{day}\n"
)
LONGEST_NAME = 120


class Eoi:
    """A page to drop files of decisions, and to see what became of them."""

    name = "EOI decisions"
    url = HERE

    def __init__(self, context: Context) -> None:
        options = context.options
        self._root = mailbox.root_of(Path(options.data))
        self._today = options.today
        self._has_server = options.sftp_port is not None

    def routes(self) -> list[Route]:
        """The page, its form, and the files."""
        return [
            Route("GET", HERE, self.show),
            Route("POST", f"{HERE}drop", self.drop),
            Route("GET", f"{HERE}files/{{group}}/{{part}}/{{name}}", self.read),
            Route("POST", f"{HERE}control", self.control, is_for_machines=True),
            Route("GET", f"{HERE}control", self.state, is_for_machines=True),
        ]

    def card(self, base_url: str) -> Markup:
        """Say what it is."""
        return render("eoi/card.html", username=mailbox.USERNAME)

    def start(self) -> None:
        """The carriers' SFTP server opens the mailbox."""

    def stop(self) -> None:
        """The carriers' SFTP server closes the mailbox."""

    def show(self, _request: Request) -> Response:
        """Show the form and every group's folder."""
        groups = mailbox.groups(self._root)
        if not groups:
            return page(document("EOI decisions", render("eoi/empty.html"), HERE))
        example = EXAMPLE.format(subscriber="0002852117", day=self._today().isoformat())
        body = render(
            "eoi/home.html",
            group=select(Input("group", "Group"), [(one, one) for one in groups]),
            name=field(Input("name", "File name", limit=LONGEST_NAME), "decisions.csv"),
            example=example,
            folders=join(self._folder(one) for one in groups),
        )
        return page(document("EOI decisions", body, HERE))

    def drop(self, request: Request) -> Response:
        """Put what was typed into an inbox."""
        form = request.form()
        content = form.get("content", "").replace("\r\n", "\n")
        self._drop(form.get("group", ""), form.get("name", "").strip(), content)
        return see_other(HERE)

    def read(self, _request: Request, group: str, part: str, name: str) -> Response:
        """Show a file as text."""
        if group not in mailbox.groups(self._root) or part not in mailbox.PARTS:
            raise HttpError(404, "No such folder", "Choose one of the page.")
        if name not in mailbox.files(self._root, group, part):
            raise HttpError(404, "No such file", "It has been moved. Open the page again.")
        content = (self._root / group / part / name).read_bytes()
        return Response(content, content_type="text/plain; charset=utf-8")

    def control(self, request: Request) -> Response:
        """Drop a file: ``{"group", "name", "content"}``."""
        wish = request.json()
        group, name = str(wish.get("group", "")), str(wish.get("name", ""))
        self._drop(group, name, str(wish.get("content", "")))
        return json_answer(self._state(), 201)

    def state(self, _request: Request) -> Response:
        """Say what lies where."""
        return json_answer(self._state())

    def _drop(self, group: str, name: str, content: str) -> None:
        try:
            mailbox.drop(self._root, group, name[:LONGEST_NAME], content.encode())
        except (KeyError, OSError):
            detail = "Choose a group of the page and a name such as decisions.csv."
            raise HttpError(422, "This cannot be dropped", detail) from None

    def _state(self) -> dict[str, dict[str, list[str]]]:
        return {
            group: {part: mailbox.files(self._root, group, part) for part in mailbox.PARTS}
            for group in mailbox.groups(self._root)
        }

    def _folder(self, group: str) -> Markup:
        held = {part: mailbox.files(self._root, group, part) for part in mailbox.PARTS}
        parts = join(_part(group, part, names) for part, names in held.items() if names)
        nothing = Markup('<p class="muted">Nothing here yet.</p>')
        shown = fill('<dl class="facts wide">$parts</dl>', parts=parts) if parts else nothing
        return render("eoi/folder.html", group=group, parts=shown)


def _part(group: str, part: str, names: list[str]) -> Markup:
    links = join(
        fill(
            '<a href="${here}files/$group/$part/$path"><code>$name</code></a><br>',
            here=HERE,
            group=group,
            part=part,
            path=quote(name),
            name=name,
        )
        for name in names
    )
    return fill("<dt>$part</dt><dd>$links</dd>", part=part, links=links)
