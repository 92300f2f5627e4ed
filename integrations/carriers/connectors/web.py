"""Carriers over HTTP: download portals with a sign-in page, and APIs with pages of JSON."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urljoin, urlsplit
from zoneinfo import ZoneInfo

from integrations.carriers.connectors import blame
from integrations.carriers.connectors.base import Limits, RemoteFile, Sink
from integrations.carriers.connectors.listing import (
    Page,
    Place,
    is_within,
    linked_files,
    read_json,
    read_moment,
    read_page,
)
from integrations.carriers.problems import (
    MOVED,
    NO_LIST,
    NOT_THERE,
    REFUSED,
    TOO_MANY,
    RetrieveError,
)
from integrations.http import Answer, Client, Patience

REDIRECTS = (301, 302, 303, 307, 308)
ACCEPTED = (*REDIRECTS, 404)
LARGEST_LIST = 4 * 1024 * 1024
AS_IT_IS = {"Accept-Encoding": "identity"}
MOST_PAGES = 200
PATIENT = Patience(retries=3, longest_seconds=15)
AT_ONCE = Patience(retries=1, first_seconds=0.2, longest_seconds=2)


@dataclass(frozen=True, repr=False)
class WebAccess:
    """Where and how to sign in; ``login_path`` is blank where each request carries the secret."""

    base_url: str
    index_path: str
    zone: ZoneInfo
    username: str = ""
    password: str = ""
    token: str = ""
    login_path: str = ""
    user_field: str = "username"
    password_field: str = "password"  # noqa: S105 - the name of a field


class _Site:
    """Requests to one server, paths relative to its address, with the limits of lists."""

    def __init__(
        self,
        access: WebAccess,
        limits: Limits,
        patience: Patience,
        on_progress: Callable[[], None],
    ) -> None:
        self.access, self.limits, self._on_progress = access, limits, on_progress
        root = urlsplit(access.base_url)
        bearer = {"Authorization": f"Bearer {access.token}"} if access.token else {}
        basic = None if access.token or access.login_path else (access.username, access.password)
        self._client = Client(
            partner="retrieve",
            base_url=f"{root.scheme}://{root.netloc}",
            headers=AS_IT_IS | bearer,
            auth=basic,
            patience=patience,
        )

    def close(self) -> None:
        self._client.__exit__()

    def place(self, path: str) -> Place:
        """Where a path of the settings, or one found in a list, leads."""
        base = f"{self.access.base_url.rstrip('/')}/"
        return Place(urljoin(base, path), self.access.zone)

    def read(
        self, path: str, *, query: dict[str, str] | None = None, form: dict[str, str] | None = None
    ) -> tuple[Answer, bytes]:
        """Bring a page or a list."""
        body = io.BytesIO()
        limits = Limits(LARGEST_LIST, self.limits.most_seconds, self.limits.most_files)
        sink = Sink(body, limits)
        answer = self.call("POST" if form else "GET", path, sink.write, query=query, form=form)
        return answer, body.getvalue()

    def call(
        self,
        method: str,
        path: str,
        into: Callable[[bytes], object],
        *,
        query: dict[str, str] | None = None,
        form: dict[str, str] | None = None,
    ) -> Answer:
        """Call a path that may have a query of its own; the log never sees queries."""
        parts = urlsplit(path)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True)) | (query or {})
        with blame.web():
            answer = self._client.call(
                method, parts.path, query=asked, form=form, into=into, accepts=ACCEPTED
            )
        self._on_progress()
        return answer

    def fetch(self, path: str, into: Sink) -> None:
        """Bring a file whole."""
        answer = self.call("GET", path, into.write)
        blame.no_file(answer)
        length = answer.headers.get("Content-Length", "")
        into.check_size(int(length) if length.isdecimal() else None)


class _WebConnector:
    """``on_progress`` is called after each answer; it may raise to stop."""

    def __init__(
        self,
        access: WebAccess,
        limits: Limits,
        patience: Patience = PATIENT,
        on_progress: Callable[[], None] = lambda: None,
    ) -> None:
        self.access, self.limits = access, limits
        self.site = _Site(access, limits, patience, on_progress)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.site.close()


class PortalConnector(_WebConnector):
    """A download portal: signs in once, reads a page of links or a JSON list, downloads."""

    _is_signed_in = False

    def list_files(self, *, since: date, until: date) -> Sequence[RemoteFile]:
        """List the files whose day is in the range."""
        self._sign_in()
        place = self.site.place(self.access.index_path)
        answer, body = self._open(place)
        if "json" in answer.headers.get("Content-Type", ""):
            files, _ = read_json(blame.parsed(body), place)
        else:
            files = self._described(read_page(body), place)
        if len(files) > self.limits.most_files:
            raise RetrieveError(TOO_MANY)
        return [file for file in files if is_within(file.file_date, since=since, until=until)]

    def fetch(self, file: RemoteFile, into: Sink) -> None:
        """Download a file."""
        self._sign_in()
        self.site.fetch(file.path, into)
        into.check_size(file.size)

    def _open(self, place: Place) -> tuple[Answer, bytes]:
        answer, body = self.site.read(place.path_of(""))
        if answer.status in REDIRECTS:  # portals send strangers to the sign-in page
            raise RetrieveError(REFUSED if self.access.login_path else MOVED)
        if answer.status == 404:  # noqa: PLR2004 - not found
            raise RetrieveError(NOT_THERE)
        return answer, body

    def _described(self, page: Page, place: Place) -> list[RemoteFile]:
        """Ask for size and age of each linked file."""
        if page.asks_password:
            raise RetrieveError(REFUSED)
        links = [*linked_files(page, place)]
        if not links and not page.links:
            raise RetrieveError(NO_LIST)
        if len(links) > self.limits.most_files:
            raise RetrieveError(TOO_MANY)
        return [self._describe(name, path) for name, path in links]

    def _describe(self, name: str, path: str) -> RemoteFile:
        headers = self.site.call("HEAD", path, len).headers
        length = headers.get("Content-Length", "")
        changed = headers.get("Last-Modified", "")
        moment = read_moment(changed, self.access.zone)
        return RemoteFile(
            name=name,
            path=path,
            size=int(length) if length.isdecimal() else None,
            stamp=(headers.get("ETag") or changed)[:120],
            file_date=moment.astimezone(self.access.zone).date() if moment else None,
        )

    def _sign_in(self) -> None:
        """Fill in the sign-in page as a browser does, with its hidden fields."""
        if self._is_signed_in or not self.access.login_path:
            return
        here = self.site.place(self.access.login_path)
        answer, body = self.site.read(here.path_of(""))
        if answer.status == 404:  # noqa: PLR2004 - not found
            raise RetrieveError(blame.NO_LOGIN)
        page = read_page(body)
        target = here.path_of(page.action)
        if not page.asks_password or not target:
            raise RetrieveError(blame.NO_LOGIN)
        names = {
            self.access.user_field: self.access.username,
            self.access.password_field: self.access.password,
        }
        answer, body = self.site.read(target, form=page.hidden | names)
        if answer.status not in REDIRECTS and read_page(body).asks_password:
            raise RetrieveError(REFUSED)
        self._is_signed_in = True


class ApiConnector(_WebConnector):
    """An API that lists its files in pages of JSON and takes the range as ``from`` and ``to``."""

    def list_files(self, *, since: date, until: date) -> Sequence[RemoteFile]:
        """List the files of the range, page by page."""
        place = self.site.place(self.access.index_path)
        path = place.path_of("")
        query = {"from": since.isoformat(), "to": until.isoformat()}
        files: list[RemoteFile] = []
        for _ in range(MOST_PAGES):
            answer, body = self.site.read(path, query=query)
            if answer.status in ACCEPTED:
                raise RetrieveError(MOVED if answer.status in REDIRECTS else NOT_THERE)
            found, path = read_json(blame.parsed(body), place)
            files += found
            if len(files) > self.limits.most_files:
                raise RetrieveError(TOO_MANY)
            if not path:
                return files
            query = {}
        raise RetrieveError(TOO_MANY)

    def fetch(self, file: RemoteFile, into: Sink) -> None:
        """Download a file."""
        self.site.fetch(file.path, into)
        into.check_size(file.size)
