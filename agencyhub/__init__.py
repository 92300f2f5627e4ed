"""The AgencyHub project. Loads Celery so that ``shared_task`` finds its app."""

from agencyhub.celery import app as celery_app

__all__ = ("celery_app",)
