"""Settings of partners. Each partner is set up on screen; only time limits live here."""

import environ

_env = environ.Env()

# Connect and read limits, in seconds, of every call to a partner.
PARTNER_TIMEOUT = (5, _env.int("PARTNER_READ_TIMEOUT", default=30))
# Largest body a webhook accepts, in bytes.
HOOK_MAX_BYTES = _env.int("HOOK_MAX_BYTES", default=5 * 1024 * 1024)
