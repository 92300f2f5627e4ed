"""Entry point: ``python -m agencyhub.runtime``."""

import sys

from agencyhub.runtime import cli

if __name__ == "__main__":
    sys.exit(cli.main(sys.argv[1:]))
