"""The product's database, pool and templates, and nothing else: no middleware, no other app."""

from agencyhub.settings.local import *  # noqa: F403 - as settings modules do

INSTALLED_APPS = ["bench.bare"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.bare.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
