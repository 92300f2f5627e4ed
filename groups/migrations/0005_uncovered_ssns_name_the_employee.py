import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("groups", "0004_chosen_multiples_of_the_salary")]

    operations = [
        migrations.RemoveConstraint(model_name="ssnreveal", name="ssn_reveal_is_of_one_person"),
        migrations.AlterField(
            model_name="ssnreveal",
            name="employee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="ssn_reveals",
                to="groups.employee",
            ),
        ),
    ]
