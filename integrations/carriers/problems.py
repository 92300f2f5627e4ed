"""What can go wrong while files are fetched, in words, each with what to do next. Pure rules."""

from dataclasses import dataclass

WAIT = "Nothing to do: it is tried again. If it lasts, see whether the carrier's portal is down."


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


NO_ANSWER = Problem("no_answer", "The carrier's site did not answer.", WAIT, is_passing=True)
CUT_OFF = Problem(
    "cut_off",
    "The file arrived incomplete.",
    "Nothing to do: it is fetched again. If it lasts, tell the carrier.",
    is_passing=True,
)
UNKNOWN_HOST = Problem(
    "unknown_host",
    "No server goes by this address.",
    "Look for a mistake in the address.",
    "base_url",
    is_passing=True,
)
CERTIFICATE = Problem(
    "certificate",
    "The site cannot prove that it is the carrier's: its certificate is not valid.",
    "Ask the carrier. Nothing was sent to the site.",
    "base_url",
)
FORBIDDEN_ADDRESS = Problem(
    "forbidden_address",
    "The address leads into a private network, so AgencyHub does not open it.",
    "Enter the carrier's public address.",
    "base_url",
)
REFUSED = Problem(
    "credentials",
    "The carrier refused the user name, the password or the token.",
    "Enter the current credentials below. Carriers let passwords expire.",
    "secret",
)
NO_CREDENTIALS = Problem(
    "credentials",
    "There is nothing to sign in with.",
    "Enter the password, the token or the private key below.",
    "secret",
)
BAD_KEY = Problem(
    "credentials",
    "The private key cannot be used.",
    "Paste the whole key, with its first and last line, and enter its passphrase.",
    "private_key",
)
HOST_KEY = Problem(
    "host_key",
    "The server shows another host key than before. It may be somebody else's.",
    "Ask the carrier whether its key changed. If it did, forget the old one and test again.",
    "host_key",
)
MOVED = Problem(
    "moved",
    "The address leads on to another one, which AgencyHub does not follow.",
    "Enter the new address.",
    "base_url",
)
NOT_THERE = Problem(
    "not_there", "There is no list of files at this address.", "Correct the path.", "index_path"
)
NO_FOLDER = Problem("not_there", "The server has no such folder.", "Correct the folder.", "folder")
NO_LIST = Problem(
    "no_list",
    "What stands at this address is not a list of files that AgencyHub can read.",
    "Correct the path. If it is right, the carrier has changed its site: tell AgencyHub's support.",
    "index_path",
)
REQUEST_REFUSED = Problem(
    "refused",
    "The carrier refused the request.",
    "Ask the carrier whether this account may download these files.",
)
TOO_MANY = Problem(
    "too_many",
    "The list has more files than one run takes.",
    "Choose a shorter range, or a pattern that fits fewer files.",
    "book_pattern",
)
TOO_LARGE = Problem(
    "too_large", "The file is larger than AgencyHub takes.", "Ask the carrier for smaller files."
)
TOO_SLOW = Problem("too_slow", "The file did not arrive in time.", WAIT, is_passing=True)
EMPTY = Problem("empty", "The file is empty.", "Ask the carrier for it; it is looked at each run.")
GONE = Problem("gone", "The file is in the list but cannot be had.", "Ask the carrier for it.")
KILLED = Problem(
    "killed",
    "The run ended several times without a word.",
    "Choose a shorter range. If it happens again, tell AgencyHub's support the number of the run.",
)
UNREADABLE_SECRET = Problem(
    "credentials",
    "The stored credentials cannot be opened with AgencyHub's keys.",
    "Enter them again.",
    "secret",
)


class RetrieveError(Exception):
    """A problem that ends the listing or the fetching of a file; says nothing that is secret."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem
