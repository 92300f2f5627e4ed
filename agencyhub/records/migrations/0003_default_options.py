from django.db import migrations

# label, meaning
LISTS = {
    "individual_type": [
        ("Suspect", "lead"),
        ("Prospect", "lead"),
        ("Client", "client"),
        ("X-Prospect", "none"),
        ("X-Client", "none"),
    ],
    "individual_status": [
        ("Active", ""),
        ("Inactive", ""),
        ("Do not contact", ""),
        ("Deceased", ""),
    ],
    "address_type": [("Home", ""), ("Mailing", ""), ("Business", ""), ("Other", "")],
    "policy_status": [
        ("Pending", "pending"),
        ("Submitted", "pending"),
        ("Active", "effectuated"),
        ("Future effective", "effectuated"),
        ("Pending termination", "effectuated"),
        ("Terminated", "terminated"),
        ("Lapsed", "lapsed"),
        ("Cancelled", "cancelled"),
        ("Declined", "cancelled"),
        ("Withdrawn", "cancelled"),
        ("Not taken", "cancelled"),
    ],
    "coverage_type": [
        ("Medicare Advantage", ""),
        ("MAPD", ""),
        ("PDP", ""),
        ("Medicare Supplement", ""),
        ("Dental", ""),
        ("Vision", ""),
        ("Life", ""),
    ],
    "sales_stage": [
        ("New", "open"),
        ("Contacted", "open"),
        ("Appointment set", "open"),
        ("Quoted", "open"),
        ("Application submitted", "open"),
        ("Closed won", "won"),
        ("Closed lost", "lost"),
    ],
    "lead_source": [
        ("Referral", ""),
        ("Website", ""),
        ("Direct mail", ""),
        ("Call center", ""),
        ("Event", ""),
    ],
}


def add_default_options(apps, schema_editor):
    Option = apps.get_model("records", "Option")
    for option_list, rows in LISTS.items():
        if Option.objects.filter(list=option_list).exists():
            continue
        Option.objects.bulk_create(
            Option(list=option_list, label=label, meaning=meaning, position=position)
            for position, (label, meaning) in enumerate(rows, start=1)
        )


class Migration(migrations.Migration):
    dependencies = [("records", "0002_records")]

    operations = [migrations.RunPython(add_default_options, migrations.RunPython.noop)]
