"""Tests: fixed keys, quick password hashes, mail kept in memory."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("FIELD_ENCRYPTION_KEYS", "dGVzdC1maWVsZC1lbmNyeXB0aW9uLWtleS0zMmJ5dGU=")
os.environ.setdefault("BLIND_INDEX_KEY", "dGVzdC1ibGluZC1pbmRleC1rZXktdGhpcnR5LTJieXQ=")
os.environ.setdefault("LOG_FORMAT", "console")

from agencyhub.settings.base import *

DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Tests open and close connections themselves; a pool would keep the test database busy.
DATABASES["default"]["OPTIONS"].pop("pool")
# Static files are served from where they lie; nothing is collected.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
TIME_ZONE = "America/New_York"
HOOK_WAKES_IN_BACKGROUND = False
ALLOWED_PRIVATE_HOSTS = ["127.0.0.0/8", "::1/128"]
