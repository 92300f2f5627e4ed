"""The least that Django can do: one INSERT; one page of 50 rows by keyset."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from bench.bare.models import Person

PAGE = 50


@csrf_exempt
def deliver(request: HttpRequest) -> HttpResponse:
    """Store the body; autocommit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_delivery (body) VALUES (%s) RETURNING id", [request.body.decode()]
        )
        row = cursor.fetchone()
    return JsonResponse({"id": row[0]}, status=202)


def people(request: HttpRequest) -> HttpResponse:
    """Show the 50 people after ``?after=``."""
    rows = Person.objects.select_related("type", "status", "servicing_agent")
    after = int(request.GET.get("after", "0"))
    found = list(rows.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
    return render(request, "bare/people.html", {"people": found[:PAGE], "more": found[PAGE:]})
