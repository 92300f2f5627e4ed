"""Lists of files as carriers' sites show them: JSON, or links of a page. Pure rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from zoneinfo import ZoneInfo

from integrations.carriers.connectors.base import RemoteFile
from integrations.carriers.problems import NO_LIST, RetrieveError

NAMES = ("name", "file_name", "fileName", "filename")
PATHS = ("url", "download_url", "href", "path", "link")
SIZES = ("size", "bytes", "size_bytes", "length")
STAMPS = ("etag", "version", "checksum", "sha256")
MOMENTS = ("modified", "modified_at", "last_modified", "updated_at", "created_at", "date")
LISTS = ("files", "items", "results", "data", "documents")
NEXT = ("next", "next_url", "next_page")
LONGEST_NAME, LONGEST_PATH, LONGEST_STAMP = 255, 500, 120


@dataclass(frozen=True)
class Place:
    """Where a list stands: relative addresses start there, and files lie at the same server."""

    url: str
    zone: ZoneInfo

    def path_of(self, link: str) -> str:
        """The path and query of a link; blank for one that leads to another server."""
        found, here = urlsplit(urljoin(self.url, link)), urlsplit(self.url)
        if (found.scheme, found.netloc) != (here.scheme, here.netloc):
            return ""
        return f"{found.path or '/'}{'?' + found.query if found.query else ''}"


def read_json(value: Any, place: Place) -> tuple[list[RemoteFile], str]:
    """Read a page of a JSON list: its files, and the path of the next page or blank.

    Raises:
        RetrieveError: it is no list of files, or a file or page lies elsewhere.
    """
    rows = value if isinstance(value, list) else _first(_object(value), LISTS)
    if not isinstance(rows, list):
        raise RetrieveError(NO_LIST)
    following = _first(value, NEXT) if isinstance(value, dict) else None
    next_path = place.path_of(following) if isinstance(following, str) and following else ""
    if following and not next_path:
        raise RetrieveError(NO_LIST)
    return [_file(_object(row), place) for row in rows], next_path


def _file(row: Mapping[str, Any], place: Place) -> RemoteFile:
    link, name, size = _first(row, PATHS), _first(row, NAMES), _first(row, SIZES)
    path = place.path_of(str(link)) if link else ""
    if not path or len(path) > LONGEST_PATH or not (size is None or _is_size(size)):
        raise RetrieveError(NO_LIST)
    moment = read_moment(_first(row, MOMENTS), place.zone)
    stamp = _first(row, STAMPS) or (moment.isoformat() if moment else "")
    return RemoteFile(
        name=safe_name(str(name or name_of(path))),
        path=path,
        size=size,
        stamp=str(stamp)[:LONGEST_STAMP],
        file_date=moment.astimezone(place.zone).date() if moment else None,
    )


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise RetrieveError(NO_LIST)
    return value


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def read_moment(value: object, zone: ZoneInfo) -> datetime | None:
    """Read a time of change: ISO 8601 or the way of HTTP; None for anything else."""
    if not isinstance(value, str) or not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def name_of(path: str) -> str:
    """The last part of a path, as a file is called."""
    return unquote(urlsplit(path).path.rstrip("/").rpartition("/")[2])


def safe_name(name: str) -> str:
    """A name that can be shown and kept: its last part, without what cannot be printed."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[:LONGEST_NAME] or "file"


@dataclass
class Page(HTMLParser):
    """What a page holds that matters here: links, and the fields of its sign-in form."""

    links: list[str] = field(default_factory=list)
    hidden: dict[str, str] = field(default_factory=dict)
    action: str = ""
    asks_password: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._form: tuple[str, dict[str, str]] = ("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links, forms and inputs."""
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        elif tag == "form":
            self._form = (values.get("action", ""), {})
        elif tag == "input":
            self._input(values)

    def _input(self, values: Mapping[str, str]) -> None:
        kind = values.get("type", "text").lower()
        if kind == "hidden" and values.get("name"):
            self._form[1][values["name"]] = values.get("value", "")
        elif kind == "password":
            self.asks_password = True
            self.action, self.hidden = self._form


def read_page(body: bytes) -> Page:
    """Read a page, whatever its quality."""
    page = Page()
    page.feed(body.decode("utf-8", errors="replace"))
    return page


def linked_files(page: Page, place: Place) -> Iterator[tuple[str, str]]:
    """Name and path of each linked file at the same server, once."""
    seen: set[str] = set()
    for link in page.links:
        path = place.path_of(link)
        name = name_of(path)
        if path and "." in name and path not in seen and len(path) <= LONGEST_PATH:
            seen.add(path)
            yield safe_name(name), path


def is_within(file_date: date | None, *, since: date, until: date) -> bool:
    """Whether a file is asked for; one whose day nobody tells always is."""
    return file_date is None or since <= file_date <= until
