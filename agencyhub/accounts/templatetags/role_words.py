"""Words of roles on pages."""

from django import template

from agencyhub.accounts import roles

register = template.Library()
register.filter("role_words", roles.in_words)
