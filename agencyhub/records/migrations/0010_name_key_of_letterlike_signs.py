from django.db import migrations

# Letterlike signs become capital letters only when they are taken apart: small letters come last.
_SLOW = r"""
translate(
    regexp_replace(
        {letters},
        '[\u0300-\u036f\s!-/:-@\[-`{{-~\u00a0\u2018\u2019\u02bc\u2013\u2014\u00ae\u2122\u00b7]',
        '', 'g'
    ),
    'øłđðıæœß', 'olddiaos'
)
"""
_FUNCTION = r"""
CREATE OR REPLACE FUNCTION name_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE CALLED ON NULL INPUT
RETURN CASE WHEN octet_length(name) = length(name)
    THEN regexp_replace(lower(name), '[\s!-/:-@\[-`{{-~]', '', 'g')
    ELSE {slow}
END;
"""
CREATE = _FUNCTION.format(slow=_SLOW.format(letters="lower(normalize(name, NFKD))"))
BEFORE = _FUNCTION.format(slow=_SLOW.format(letters="normalize(lower(name), NFKD)"))


class Migration(migrations.Migration):
    dependencies = [("records", "0009_exports_of_api_keys")]

    operations = [migrations.RunSQL(CREATE, BEFORE)]
