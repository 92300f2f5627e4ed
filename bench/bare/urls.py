"""The two bare views."""

from django.urls import path

from bench.bare import views

urlpatterns = [path("deliveries/", views.deliver), path("people/", views.people)]
