"""The product's list of people, without the product."""

from django.db import models


class Agent(models.Model):
    """Who looks after somebody."""

    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)

    class Meta:
        managed = False
        db_table = "accounts_agent"

    def __str__(self) -> str:
        return f"agent {self.pk}"


class Choice(models.Model):
    """A value of an option list."""

    label = models.CharField(max_length=80)

    class Meta:
        managed = False
        db_table = "records_option"

    def __str__(self) -> str:
        return self.label


class Person(models.Model):
    """Somebody, with what a list shows."""

    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    date_of_birth = models.DateField(null=True)
    home_phone = models.CharField(max_length=10)
    email = models.EmailField()
    mbi_tail = models.CharField(max_length=4)
    type = models.ForeignKey(Choice, on_delete=models.PROTECT, null=True, related_name="+")
    status = models.ForeignKey(Choice, on_delete=models.PROTECT, null=True, related_name="+")
    servicing_agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        managed = False
        db_table = "individuals_individual"

    def __str__(self) -> str:
        return f"person {self.pk}"
