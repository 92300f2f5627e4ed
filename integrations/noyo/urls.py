"""Addresses of group mapping: settings, connections, the studio, members and renewals."""

from django.urls import URLPattern, path

from integrations.noyo.views import differences, mappings, people

app_name = "noyo"

urlpatterns: list[URLPattern] = [
    path("noyo/mappings/", mappings.mapping_list, name="mapping_list"),
    path("noyo/differences/", differences.difference_list, name="difference_list"),
    path("noyo/differences/<int:pk>/", differences.difference_detail, name="difference_detail"),
    path(
        "noyo/differences/<int:pk>/decide/",
        differences.difference_decide,
        name="difference_decide",
    ),
    path("noyo/groups/<int:pk>/members/", people.member_list, name="member_list"),
    path("noyo/members/<int:pk>/link/", people.member_pair, name="member_pair"),
    path("noyo/member-links/<int:pk>/decide/", people.link_decide, name="link_decide"),
]
