"""Employer groups, what they offer, and their employees."""

from django.urls import path

from groups.views import employees, groups

app_name = "groups"

urlpatterns = [
    path("groups/", groups.group_list, name="group_list"),
    path("groups/<int:pk>/", groups.group_detail, name="group_detail"),
    path("groups/employees/", employees.employee_list, name="employee_list"),
    path("groups/employees/<int:pk>/", employees.employee_detail, name="employee_detail"),
]
