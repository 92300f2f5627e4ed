from django.apps import AppConfig


class PlanCompareConfig(AppConfig):
    name = "integrations.plancompare"
    label = "plancompare"
    verbose_name = "PlanCompare"
