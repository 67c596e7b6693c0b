"""Where the package under test is, and a database to try it on."""
import os
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
if "CUPEL_INSTALLED" not in os.environ:  # else the installed package is the one under test
    sys.path.insert(0, str(ROOT / "engine" / "python"))

import cupel  # noqa: E402


def items(count):
    return [{"reference_id": f"i{n}", "width": 100, "height": 50,
             "metadata": {"n": n, "weather": "rainy" if n % 3 else "clear"}} for n in range(count)]


class DatabaseTest(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory(prefix="cupel-python-")
        self.addCleanup(self.place.cleanup)
        self.db = cupel.open(":memory:")
        self.addCleanup(self.db.close)

    def path(self, name="db"):
        return os.path.join(self.place.name, name)
