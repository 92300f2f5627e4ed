"""Humana's download portal: a sign-in page with a session, and a page of links to files."""

import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.cookies import CookieError, SimpleCookie

from sandbox.carriers.office import Office
from sandbox.carriers.shelf import Ready
from sandbox.html import Markup, fill, join, render
from sandbox.pages import document
from sandbox.web import HttpError, Request, Response, Route, page, see_other

HERE = "/carriers/humana"
COOKIE = "humana_session"
USERNAME = "sandbox-agency"
MOST_SESSIONS = 200
TYPES = {"csv": "text/csv", "xls": "application/vnd.ms-excel"}


@dataclass(frozen=True)
class Portal:
    """The pages of the portal."""

    office: Office
    password: str
    ready: Callable[[], list[Ready]]
    _sessions: dict[str, None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def routes(self) -> list[Route]:
        """The addresses of the portal."""
        return [
            Route("GET", f"{HERE}/login", self.ask),
            Route("POST", f"{HERE}/login", self.sign_in),
            Route("GET", f"{HERE}/files", self.list_files),
            Route("GET", f"{HERE}/files/{{name}}", self.download),
        ]

    def ask(self, _request: Request) -> Response:
        """Show the sign-in form."""
        self._refuse_when_down()
        return self._form()

    def sign_in(self, request: Request) -> Response:
        """Open a session; whoever is wrong sees the form again."""
        self._refuse_when_down()
        form = request.form()
        is_right = hmac.compare_digest(form.get("password", "").encode(), self.password.encode())
        is_right = is_right and form.get("username") == USERNAME and form.get("form") == "sign-in"
        if not self.password or not is_right or self.office.misbehaviour("humana") == "refuses":
            return self._form("The user name or the password is wrong.")
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._sessions[token] = None
            while len(self._sessions) > MOST_SESSIONS:
                self._sessions.pop(next(iter(self._sessions)))
        cookie = f"{COOKIE}={token}; Path={HERE}; HttpOnly; SameSite=Lax"
        answer = see_other(f"{HERE}/files")
        return Response(b"", answer.status, headers=(*answer.headers, ("Set-Cookie", cookie)))

    def list_files(self, request: Request) -> Response:
        """List the files as links."""
        self._refuse_when_down()
        if not self._is_signed_in(request):
            return see_other(f"{HERE}/login")
        link = '<a href="$here/files/$name" download>$name</a> <span class="muted">$day</span>'
        links = join(
            fill(f"<li>{link}</li>", here=HERE, name=one.name, day=f"{one.changed_at:%m/%d/%Y}")
            for one in self.ready()
        )
        body = render("carriers/portal_files.html", links=links)
        return page(document("Humana downloads", body))

    def download(self, request: Request, name: str) -> Response:
        """Hand out a file."""
        self._refuse_when_down()
        if not self._is_signed_in(request):
            return see_other(f"{HERE}/login")
        found = next((one for one in self.ready() if one.name == name), None)
        if found is None:
            raise HttpError(404, "No such file", "The list names what can be downloaded.")
        return file_answer(found, is_half=self.office.misbehaviour("humana") == "half")

    def _form(self, refusal: str = "") -> Response:
        note = fill('<p class="note bad" role="alert">$words</p>', words=refusal)
        body = render("carriers/portal_login.html", note=note if refusal else Markup(""))
        return page(document("Humana sign-in", body))

    def _is_signed_in(self, request: Request) -> bool:
        try:
            cookies = SimpleCookie(request.headers.get("cookie", ""))
        except CookieError:
            return False
        return COOKIE in cookies and cookies[COOKIE].value in self._sessions

    def _refuse_when_down(self) -> None:
        if self.office.misbehaviour("humana") == "down":
            raise HttpError(503, "Maintenance", "The portal is down. Come back later.")


def file_answer(found: Ready, *, is_half: bool) -> Response:
    """A download, whole or broken off in the middle."""
    content = found.content
    return Response(
        content[: len(content) // 2] if is_half else content,
        content_type=TYPES.get(found.name.rpartition(".")[2], "application/octet-stream"),
        headers=(
            ("ETag", f'"{found.tag}"'),
            ("Last-Modified", format_datetime(found.changed_at, usegmt=True)),
            ("Content-Disposition", f'attachment; filename="{found.name}"'),
        ),
        length=len(content),
    )
