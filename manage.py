#!/usr/bin/env python
"""Run a Django command. ``bin/manage`` does the same with the services started."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agencyhub.settings.local")
    execute_from_command_line(sys.argv)
