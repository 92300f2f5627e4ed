"""Files of imports in tests lie in a directory of their own."""

import pytest


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
