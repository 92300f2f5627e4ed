"""What the API's documents can be narrowed by."""

import django_filters

from documents.models import Document


class DocumentFilters(django_filters.FilterSet):
    """Documents by kind."""

    class Meta:
        model = Document
        fields = ("kind",)
