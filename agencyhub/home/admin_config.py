"""Installs our administration in the place of Django's.

A module of its own: beside ``HomeConfig`` it would be taken for the configuration of this app.
"""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    """``django.contrib.admin`` with our site."""

    default_site = "agencyhub.home.administration.AdministrationSite"
