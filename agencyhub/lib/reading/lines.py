"""Small uploads at once: every line of the first sheet."""

from pathlib import Path

from agencyhub.lib import workspace
from agencyhub.lib.reading.limits import Limits
from agencyhub.lib.reading.opening import open_file


def read_lines(content: bytes, *, limits: Limits) -> list[list[str]]:
    """Read an upload up to its last filled line, each line up to its last filled cell.

    Blank lines are kept, so that the position of a line is the one that a person sees.

    Raises:
        UnreadableFileError: unreadable, or outside the limits.
    """
    lines: list[list[str]] = []
    with workspace.Folder() as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        with open_file(path, limits=limits) as source:
            for number, cells in source.records(source.sheets[0]):
                while cells and not cells[-1].strip():
                    cells.pop()
                if cells:
                    limits.check_rows(number - 1)
                    limits.check_columns(len(cells), line=number)
                    lines += [[] for _ in range(number - 1 - len(lines))]
                    lines.append(cells)
    return lines
