"""A laptop and the demo: missing values come from the home directory of the embedded services."""

import os

from agencyhub.runtime import environment

environment.fill_in(os.environ)

from agencyhub.settings.base import *

# Static files are served from where they lie; nothing is collected.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Without a mail server nothing leaves the machine: mail is kept where it can be looked at.
if not env.str("EMAIL_URL", default=""):
    EMAIL_BACKEND = "agencyhub.mailing.backends.KeepingBackend"

# The partners' sandbox plays them on this machine.
ALLOWED_PRIVATE_HOSTS = env.list(
    "ALLOWED_PRIVATE_HOSTS", default=["localhost", "127.0.0.0/8", "::1/128"]
)
