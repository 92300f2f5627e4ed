"""A laptop and the demo: missing values come from the home directory of the embedded services."""

import os

from agencyhub.runtime import environment

environment.fill_in(os.environ)

from agencyhub.settings.base import *  # noqa: E402

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
