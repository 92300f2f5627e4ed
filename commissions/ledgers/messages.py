"""Why rows of carriers' files are not imported."""

from django.utils.translation import gettext_noop

NOBODY = gettext_noop(
    "The row names nobody: neither a number nor a name. Say who it is, or leave the row out."
)
SUMS_UP = gettext_noop("This row sums others up, so it is not imported. Leave it out.")
