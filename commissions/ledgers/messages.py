"""Why rows of carriers' files are not imported."""

NOBODY = "The row names nobody: neither a number nor a name. Say who it is, or leave the row out."
SUMS_UP = "This row sums others up, so it is not imported. Leave it out."
