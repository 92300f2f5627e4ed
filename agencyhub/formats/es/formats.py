"""The formats of the United States, with Spanish words."""

from django.conf.locale.en.formats import *  # noqa: F403 - every format, not only those we know of

from agencyhub.formats.en.formats import *  # noqa: F403
