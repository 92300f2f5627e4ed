"""Settings of a web server that hands out static files as production does: named by what is in
them, and compressed beforehand with gzip and Brotli."""

import os
from pathlib import Path

from agencyhub.settings.test import *  # noqa: F403

STATIC_ROOT = Path(os.environ["PRESSED_STATIC"])
WHITENOISE_USE_FINDERS = False
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
