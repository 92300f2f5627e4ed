"""A process of its own that turns one hostile file into CSV, within limits that the kernel holds.

Reads a job as JSON from its arguments, writes ``0.csv``, ``1.csv`` … into the folder, and tells of
them as JSON. It knows no settings, no database and no secrets.
"""

import json
import resource
import sys
from pathlib import Path

from python_calamine import CalamineError, PasswordError

from agencyhub.lib.reading.converter import markup, spreadsheetml, workbooks
from agencyhub.lib.reading.converter.writing import TooMuchError

READERS = {
    "html": markup.convert,
    "spreadsheetml": spreadsheetml.convert,
    "xlsx": workbooks.convert,
    "xlsb": workbooks.convert,
    "xls": workbooks.convert,
    "ods": workbooks.convert,
}


def main(job: str) -> dict[str, object]:
    """Do one job; the answer has ``sheets`` or ``problem``."""
    told = json.loads(job)
    for kind, most in (
        (resource.RLIMIT_AS, told["memory"]),
        (resource.RLIMIT_CPU, told["seconds"]),
        (resource.RLIMIT_FSIZE, told["written"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    try:
        sheets = READERS[told["kind"]](Path(told["path"]), Path(told["folder"]), told["sheets"])
    except PasswordError:
        return {"problem": "password"}
    except (MemoryError, OSError, TooMuchError):
        return {"problem": "too_much"}
    except spreadsheetml.EntitiesError:
        return {"problem": "entities"}
    except spreadsheetml.EncodingError:
        return {"problem": "encoding"}
    except (CalamineError, spreadsheetml.MarkupError):
        return {"problem": "damaged"}
    return {"sheets": sheets}


if __name__ == "__main__":
    json.dump(main(sys.argv[1]), sys.stdout)
