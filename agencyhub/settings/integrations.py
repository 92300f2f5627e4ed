"""Settings of partners. Each partner is set up on screen; only time limits live here."""

import environ

_env = environ.Env()

# Connect and read limits, in seconds, of every call to a partner.
PARTNER_TIMEOUT = (5, _env.int("PARTNER_READ_TIMEOUT", default=30))
# Largest body a webhook accepts, in bytes.
HOOK_MAX_BYTES = _env.int("HOOK_MAX_BYTES", default=1024 * 1024)
# Deliveries are answered without waiting for the broker; tests wait.
HOOK_WAKES_IN_BACKGROUND = True
# How long a claimed message may take before another worker may take it over.
INBOX_LEASE_SECONDS = _env.int("INBOX_LEASE_SECONDS", default=30)
# The demo: where its partners are, where it is itself, and the key that they deliver with.
SANDBOX_URL = _env.str("SANDBOX_URL", default="http://127.0.0.1:8001")
HUB_URL = _env.str("HUB_URL", default="http://127.0.0.1:8000")
SANDBOX_API_KEY = _env.str("SANDBOX_API_KEY", default="")
# What AgencyHub signs in with at the sandbox's carriers, and where their SFTP server listens.
SANDBOX_CARRIER_PASSWORD = _env.str("SANDBOX_CARRIER_PASSWORD", default="")
SANDBOX_SFTP_PORT = _env.int("SANDBOX_SFTP_PORT", default=8022)
# The sandbox's directory, where its carriers find the demo's employees.
SANDBOX_DATA = _env.str("SANDBOX_DATA", default=None)
# Origins that PlanCompare's single sign-on redirects through (https://login.example.com): browsers
# refuse a hand-off that is redirected to an origin which the page may not post to.
PLANCOMPARE_SSO_ORIGINS = _env.list("PLANCOMPARE_SSO_ORIGINS", default=[])
# How many days raw message bodies are kept once nobody has to decide about them.
INBOX_KEEP_DAYS = _env.int("INBOX_KEEP_DAYS", default=180)
# How many days incidents that are over, and retries of messages, can be looked up.
INCIDENT_KEEP_DAYS = _env.int("INCIDENT_KEEP_DAYS", default=730)
RETRY_KEEP_DAYS = _env.int("RETRY_KEEP_DAYS", default=180)
# Partners inside our own network: hosts, host:port, or networks. Nothing else private is called.
ALLOWED_PRIVATE_HOSTS = _env.list("ALLOWED_PRIVATE_HOSTS", default=[])
PRIVATE_NETWORKS = (
    *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"),
)
# The older name of the same permission, for every private network at once.
if _env.bool("RETRIEVE_PRIVATE_ADDRESSES", default=False):
    ALLOWED_PRIVATE_HOSTS += PRIVATE_NETWORKS
# Retrieve: the most that one run takes: bytes and seconds of a file, files of a list.
RETRIEVE_MAX_BYTES = _env.int("RETRIEVE_MAX_MEGABYTES", default=256) * 1024 * 1024
RETRIEVE_FILE_SECONDS = _env.int("RETRIEVE_FILE_SECONDS", default=480)
RETRIEVE_MAX_FILES = _env.int("RETRIEVE_MAX_FILES", default=500)
# Seconds without a sign of life after which another worker goes on with a nightly ComTrack query;
# more than all tries of one call may take.
COMTRACK_LEASE_SECONDS = _env.int("COMTRACK_LEASE_SECONDS", default=240)
# The same for a reading of Noyo; a large group's members are read between two signs of life.
NOYO_LEASE_SECONDS = _env.int("NOYO_LEASE_SECONDS", default=900)
# EOI batch files: seconds for which a file has to stay as it is before it is taken, and seconds
# without a sign of life after which another worker goes on with a file.
EOI_BATCH_SETTLE_SECONDS = _env.int("EOI_BATCH_SETTLE_SECONDS", default=10)
EOI_BATCH_LEASE_SECONDS = _env.int("EOI_BATCH_LEASE_SECONDS", default=180)
