from django.db import migrations

# Where a site wrote the number into a custom field of the policy, it is still there to be read.
FILL = """
UPDATE plancompare_enrollmentkey AS known
SET confirmation_number = left(policy.custom ->> field.key, 60)
FROM policies_policy AS policy, plancompare_site AS site, records_customfield AS field
WHERE known.is_confirmation AND known.confirmation_number = '' AND policy.id = known.policy_id
AND field.id = site.confirmation_field_id AND policy.custom ? field.key
"""


class Migration(migrations.Migration):
    dependencies = [("plancompare", "0003_confirmation_numbers")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
