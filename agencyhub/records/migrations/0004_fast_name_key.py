from django.db import migrations

# The same keys as in 0001. Most names are ASCII and need no Unicode decomposition, half of the cost.
# Not STRICT, because PostgreSQL inlines a strict function only when CASE does not occur in it; NULL
# still gives NULL.
_SLOW = r"""
translate(
    regexp_replace(
        normalize(lower(name), NFKD),
        '[\u0300-\u036f\s!-/:-@\[-`{-~\u00a0\u2018\u2019\u02bc\u2013\u2014\u00ae\u2122\u00b7]',
        '', 'g'
    ),
    'øłđðıæœß', 'olddiaos'
)
"""
CREATE = rf"""
CREATE OR REPLACE FUNCTION name_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE CALLED ON NULL INPUT
RETURN CASE WHEN octet_length(name) = length(name)
    THEN regexp_replace(lower(name), '[\s!-/:-@\[-`{{-~]', '', 'g')
    ELSE {_SLOW}
END;
"""
BEFORE = f"""
CREATE OR REPLACE FUNCTION name_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT RETURN {_SLOW};
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0003_default_options")]

    operations = [migrations.RunSQL(CREATE, BEFORE)]
