"""What can go wrong while files are fetched, in words, each with what to do next. Pure rules."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

WAIT = gettext_noop(
    "Nothing to do: it is tried again. If it lasts, see whether the carrier's portal is down."
)


TELL = gettext_noop("Tell the carrier. The file was not kept; it is looked at each run.")


@dataclass(frozen=True)
class Problem:
    """``field`` is the field of the connection's form that the remedy is about, or blank.

    A passing problem may be gone a while later without anybody doing anything.
    """

    code: str
    words: str
    next_step: str
    field: str = ""
    is_passing: bool = False


NO_ANSWER = Problem(
    "no_answer", gettext_noop("The carrier's site did not answer."), WAIT, is_passing=True
)
CUT_OFF = Problem(
    "cut_off",
    gettext_noop("The file arrived incomplete."),
    gettext_noop("Nothing to do: it is fetched again. If it lasts, tell the carrier."),
    is_passing=True,
)
UNKNOWN_HOST = Problem(
    "unknown_host",
    gettext_noop("No server goes by this address."),
    gettext_noop("Look for a mistake in the address."),
    "base_url",
    is_passing=True,
)
CERTIFICATE = Problem(
    "certificate",
    gettext_noop("The site cannot prove that it is the carrier's: its certificate is not valid."),
    gettext_noop("Ask the carrier. Nothing was sent to the site."),
    "base_url",
)
FORBIDDEN_ADDRESS = Problem(
    "forbidden_address",
    gettext_noop("The address leads into a private network, so AgencyHub does not open it."),
    gettext_noop("Enter the carrier's public address."),
    "base_url",
)
REFUSED = Problem(
    "credentials",
    gettext_noop("The carrier refused the user name, the password or the token."),
    gettext_noop("Enter the current credentials below. Carriers let passwords expire."),
    "secret",
)
NO_CREDENTIALS = Problem(
    "credentials",
    gettext_noop("There is nothing to sign in with."),
    gettext_noop("Enter the password, the token or the private key below."),
    "secret",
)
BAD_KEY = Problem(
    "credentials",
    gettext_noop("The private key cannot be used."),
    gettext_noop("Paste the whole key, with its first and last line, and enter its passphrase."),
    "private_key",
)
HOST_KEY = Problem(
    "host_key",
    gettext_noop("The server shows another host key than before. It may be somebody else's."),
    gettext_noop(
        "Ask the carrier whether its key changed. If it did, forget the old one and test again."
    ),
    "host_key",
)
MOVED = Problem(
    "moved",
    gettext_noop("The address leads on to another one, which AgencyHub does not follow."),
    gettext_noop("Enter the new address."),
    "base_url",
)
NOT_THERE = Problem(
    "not_there",
    gettext_noop("There is no list of files at this address."),
    gettext_noop("Correct the path."),
    "index_path",
)
NO_FOLDER = Problem(
    "not_there",
    gettext_noop("The server has no such folder."),
    gettext_noop("Correct the folder."),
    "folder",
)
READ_ONLY = Problem(
    "read_only",
    gettext_noop("The server does not let AgencyHub write and rename in its folders."),
    gettext_noop("Ask the server's owner for the right to write and rename there."),
    "folder",
)
NO_LIST = Problem(
    "no_list",
    gettext_noop("What stands at this address is not a list of files that AgencyHub can read."),
    gettext_noop(
        "Correct the path. If it is right, the carrier has changed its site: "
        "tell AgencyHub's support."
    ),
    "index_path",
)
REQUEST_REFUSED = Problem(
    "refused",
    gettext_noop("The carrier refused the request."),
    gettext_noop("Ask the carrier whether this account may download these files."),
)
TOO_MANY = Problem(
    "too_many",
    gettext_noop("The list has more files than one run takes."),
    gettext_noop("Choose a shorter range, or a pattern that fits fewer files."),
    "book_pattern",
)
TOO_LARGE = Problem(
    "too_large",
    gettext_noop("The file is larger than AgencyHub takes."),
    gettext_noop("Ask the carrier for smaller files."),
)
TOO_SLOW = Problem(
    "too_slow", gettext_noop("The file did not arrive in time."), WAIT, is_passing=True
)
EMPTY = Problem(
    "empty",
    gettext_noop("The file is empty."),
    gettext_noop("Ask the carrier for it; it is looked at each run."),
)
GONE = Problem(
    "gone",
    gettext_noop("The file is in the list but cannot be had."),
    gettext_noop("Ask the carrier for it."),
)
KILLED = Problem(
    "killed",
    gettext_noop("The run ended several times without a word."),
    gettext_noop(
        "Choose a shorter range. If it happens again, tell AgencyHub's support "
        "the number of the run."
    ),
)
SCANNER_SILENT = Problem(
    "scanner_silent",
    gettext_noop("The virus scanner does not answer, so no file is taken."),
    gettext_noop("Nothing to do: it is tried again. If it lasts, tell whoever runs AgencyHub."),
    is_passing=True,
)
UNSCANNABLE = Problem(
    "unscannable",
    gettext_noop("The file is larger than the virus scanner takes."),
    gettext_noop("Have whoever runs AgencyHub raise the scanner's limit."),
)
UNREADABLE_SECRET = Problem(
    "credentials",
    gettext_noop("The stored credentials cannot be opened with AgencyHub's keys."),
    gettext_noop("Enter them again."),
    "secret",
)


def infected(signature: str) -> Problem:
    """What the virus scanner found in a file."""
    words = gettext_noop("The virus scanner found %(signature_name)s in the file.")
    return Problem("infected", words % {"signature_name": signature}, TELL)


class RetrieveError(Exception):
    """A problem that ends the listing or the fetching of a file; says nothing that is secret."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem
