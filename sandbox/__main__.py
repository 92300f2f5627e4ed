"""``python -m sandbox``: play AgencyHub's partners on this machine."""

import argparse
import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sandbox.server import Options, Sandbox

STOPPING = {signal.SIGINT, signal.SIGTERM}
log = logging.getLogger("sandbox")


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    options = _read_options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    # A dozen lines for each look into a folder, which is every minute.
    logging.getLogger("asyncssh").setLevel(logging.WARNING)
    # Blocked for every thread and taken by this one alone: a handler that sets an event which this
    # thread is about to wait for would wait for the thread, for ever.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        sandbox = Sandbox(options)
    except OSError as error:
        sys.stderr.write(f"Cannot listen on {options.host}:{options.port}: {error.strerror}\n")
        return 1
    except ValueError as error:
        sys.stderr.write(f"These options make no sense. {error}\n")
        return 2
    with sandbox:
        log.info("Partner sandbox on %s", sandbox.url)
        if not options.api_key:
            log.warning("SANDBOX_API_KEY is not set: AgencyHub will refuse what is pushed")
        signal.sigwait(STOPPING)
    return 0


def _read_options(arguments: list[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    add("--port", type=int, default=8001, help="port to listen on (default %(default)s)")
    add("--sftp-port", type=int, help="port of UnitedHealthcare's SFTP server (default: none)")
    add("--hub", help="AgencyHub's address (default http://127.0.0.1:8000)")
    add("--data", type=Path, default=Path("var/sandbox"), help="directory of its own state")
    add("--partner-id", help="Partner ID that hand-offs must carry (default SB-PARTNER-1)")
    add("--usernames", help="accepted PlanCompare usernames, comma list, * allowed")
    add("--plan-years", help="plan years whose SSO link is open, comma list")
    add("--field-map", help='JSON of renamed hand-off fields, such as {"zip": "ZipCode"}')
    add("--push-workers", type=int, default=4, help="deliveries sent at once")
    given = parser.parse_args(arguments)
    return Options(
        data=given.data,
        hub=given.hub,
        host=given.host,
        port=given.port,
        api_key=os.environ.get("SANDBOX_API_KEY", ""),
        carrier_password=os.environ.get("SANDBOX_CARRIER_PASSWORD", ""),
        sftp_port=given.sftp_port,
        settings=_settings(parser, given),
        push_workers=max(1, given.push_workers),
    )


def _settings(parser: argparse.ArgumentParser, given: argparse.Namespace) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    if given.partner_id:
        settings["partner_id"] = given.partner_id
    if given.usernames:
        settings["usernames"] = given.usernames.split(",")
    try:
        if given.plan_years:
            settings["open_years"] = [int(year) for year in given.plan_years.split(",")]
        if given.field_map:
            settings["field_map"] = json.loads(given.field_map)
    except ValueError:
        parser.error("--plan-years takes years and --field-map a JSON object")
    return settings


if __name__ == "__main__":
    sys.exit(main())
