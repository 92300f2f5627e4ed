from django.db import migrations

# Decompose accents away, fold case, drop spaces and punctuation. Immutable and parallel safe, so that
# generated columns and indexes may use it; letters that do not decompose are translated by hand.
CREATE = r"""
CREATE FUNCTION name_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN translate(
    regexp_replace(
        normalize(lower(name), NFKD),
        '[\u0300-\u036f\s!-/:-@\[-`{-~\u00a0\u2018\u2019\u02bc\u2013\u2014\u00ae\u2122\u00b7]',
        '', 'g'
    ),
    'øłđðıæœß', 'olddiaos'
);
"""


class Migration(migrations.Migration):
    initial = True

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION name_key(text)")]
