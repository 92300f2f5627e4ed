"""Settings that hold everywhere. The environment is read in this package and nowhere else."""

from pathlib import Path

import django_stubs_ext
import environ
from csp.constants import NONE, SELF

from agencyhub.settings.api import *
from agencyhub.settings.celery import celery_settings
from agencyhub.settings.integrations import *
from agencyhub.settings.logging import logging_settings

# Lets classes of Django be written with type arguments: ModelForm[Policy].
django_stubs_ext.monkeypatch()

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
AGENCYHUB_HOME = Path(env.str("AGENCYHUB_HOME", default=str(BASE_DIR / "var"))).resolve()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
# Newest first: new values are sealed with the first key, older keys only open what they sealed.
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS", default=[])
BLIND_INDEX_KEY = env.str("BLIND_INDEX_KEY", default="")
# Only while rotate_field_keys runs after a change of the index key: the one before.
BLIND_INDEX_OLD_KEY = env.str("BLIND_INDEX_OLD_KEY", default="")
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="agencyhub-demo")
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
# Our own proxies in front: how many of the last entries of X-Forwarded-For are theirs.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.forms",
    "agencyhub.home.admin_config.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "import_export",
    "django_celery_beat",
    "django_htmx",
    "template_partials",
    "pgtrigger",
    "csp",
    # Ours come last, so that an app may replace what the others register with the admin.
    "agencyhub.home",
    "integrations",
    "integrations.carriers",
    "integrations.plancompare",
    "integrations.healthsherpa",
    "integrations.comtrack",
    "integrations.premier",
    "integrations.eoi_batches",
    "integrations.noyo",
    "integrations.outgoing",
    "eoi",
    "commissions",
    "groups",
    "documents",
    "policies",
    "individuals",
    "agencyhub.imports",
    "agencyhub.mailing",
    "agencyhub.records",
    "agencyhub.accounts",
    "agencyhub.lib",
]

MIDDLEWARE = [
    "agencyhub.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "agencyhub.middleware.SafetyHeadersMiddleware",
    "agencyhub.middleware.DeliveryMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "agencyhub.middleware.CompressedPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "agencyhub.accounts.middleware.SignInAgainMiddleware",
    # From here on each may put somebody else, or nobody, into the place of the signed-in user.
    "agencyhub.accounts.sessions.SessionLimitsMiddleware",
    "agencyhub.accounts.devices.DeviceMiddleware",
    "agencyhub.accounts.middleware.SecondFactorMiddleware",
    "agencyhub.accounts.view_as.ViewAsMiddleware",
    "agencyhub.accounts.middleware.TimeZoneMiddleware",
    "agencyhub.accounts.middleware.LanguageMiddleware",
]

ROOT_URLCONF = "agencyhub.urls"
FORM_RENDERER = "agencyhub.lib.forms.TablerRenderer"
WSGI_APPLICATION = "agencyhub.wsgi.application"
ASGI_APPLICATION = "agencyhub.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "agencyhub.home.context.shell",
            ],
        },
    },
]

# Stores. One PostgreSQL (pooled in each process) and one Redis-protocol server.
DATABASES = {"default": env.db_url("DATABASE_URL", default="postgresql:///agencyhub")}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"]["ATOMIC_REQUESTS"] = False
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    "isolation_level": 2,  # psycopg.IsolationLevel.READ_COMMITTED, said aloud
    "pool": {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL_SIZE", default=8),
        "timeout": 10,
        "max_idle": 300,
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Seconds within which a migration gets a table's lock, or is rolled back (docs/migrations.md).
MIGRATE_LOCK_SECONDS = env.int("MIGRATE_LOCK_SECONDS", default=5)

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "agencyhub.lib.caching.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "agencyhub",
        "TIMEOUT": 300,
    }
}
locals().update(
    celery_settings(redis_url=REDIS_URL, override=env.str("CELERY_BROKER_URL", default=""))
)

# Sign-in and sessions.
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
]
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
# The longest that a sign-in lasts, and how long without a sign of life.
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=30)
# Where a role wants a second factor: days until nothing works without it.
SECOND_FACTOR_GRACE_DAYS = env.int("SECOND_FACTOR_GRACE_DAYS", default=7)
# Days that a browser needs no code; 0 does not offer it.
TRUSTED_BROWSER_DAYS = env.int("TRUSTED_BROWSER_DAYS", default=30)
INVITATION_DAYS = env.int("INVITATION_DAYS", default=7)
# How many days imported files and their rejected rows are kept.
IMPORT_KEEP_DAYS = env.int("IMPORT_KEEP_DAYS", default=180)
# Six years, as long as documents about health data have to be kept (45 CFR 164.316).
SIGN_IN_KEEP_DAYS = env.int("SIGN_IN_KEEP_DAYS", default=2190)
LOOK_KEEP_DAYS = env.int("LOOK_KEEP_DAYS", default=2190)
# How long a removed document can be put back: 30 days at least, as long as it can be undone.
DOCUMENT_KEEP_DAYS = env.int("DOCUMENT_KEEP_DAYS", default=30)
# Put before the names of the cookies that prove who somebody is; production has one.
COOKIE_PREFIX = ""
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# What a browser may do with our pages; no page has inline scripts or styles.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Devices and powers that no page of ours asks a browser for.
PERMISSIONS_POLICY = ", ".join(
    f"{name}=()"
    for name in (
        *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media"),
        *("fullscreen", "geolocation", "gyroscope", "magnetometer", "microphone", "midi"),
        *("payment", "publickey-credentials-get", "screen-wake-lock", "serial", "usb"),
    )
)
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
# Uploaded sheets hold health data: below this size they never touch the disk.
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
# All files of one request together; a front server needs at least the same limit.
UPLOAD_MAX_MEGABYTES = env.int("UPLOAD_MAX_MEGABYTES", default=512)
DOCUMENT_MAX_MEGABYTES = env.int("DOCUMENT_MAX_MEGABYTES", default=25)
FILE_UPLOAD_HANDLERS = [
    "agencyhub.lib.uploads.LimitHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
# The agency's virus scanner, which reads every file that comes in; blank for none.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")

# Files.
STATIC_URL = "/static/"
STATIC_ROOT: Path | None = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = AGENCYHUB_HOME / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# Language and time. Stored in UTC, shown in the agency's zone unless a user chose another.
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en-us", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
# What somebody chose before the sign-in; afterwards the user's own language counts.
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
FORMAT_MODULE_PATH = "agencyhub.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="America/New_York")

# Mail.
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="agencyhub@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# A mail server that is silent for so many seconds has not answered.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
# Where links in mails lead.
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000")
MAIL_KEEP_DAYS = env.int("MAIL_KEEP_DAYS", default=180)

LOG_FORMAT = env.str("LOG_FORMAT", default="json")
LOGGING_CONFIG = "agencyhub.settings.logging.configure"
LOGGING = logging_settings(
    log_format=LOG_FORMAT, level=env.str("LOG_LEVEL", default="INFO"), show_texts=DEBUG
)
SENTRY_DSN = env.str("SENTRY_DSN", default="")
