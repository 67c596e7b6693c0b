"""Runs the program, and holds its answers against expected ones."""
import csv
import io
import json
import math
import subprocess


class Failure(Exception):
    pass


class Program:
    def __init__(self, path, folder):
        self.path, self.folder = path, folder

    def run(self, database, statements, form):
        """What the statements print, in one process; fails when one of them fails."""
        command = [self.path, database, "--format", form]
        for statement in statements:
            command += ["-c", statement]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise Failure(f"exit code {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def table(self, database, *statements):
        """The rows of a SELECT as lists of values; only the last statement may print rows."""
        text = self.run(database, statements, "json")
        rows = json.loads(text[max(text.find("[\n"), 0):])
        return [list(row.values()) for row in rows]

    def references(self, database, *statements):
        """The first column of whole rows."""
        text = self.run(database, statements, "csv")
        rows = list(csv.reader(io.StringIO(text)))
        start = max(at for at, row in enumerate(rows) if row[:1] == ["reference_id"])
        return [row[:1] for row in rows[start + 1:]]


def same(left, right):
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return math.isclose(left, right, rel_tol=1e-12, abs_tol=1e-12)
    return left == right


def compare(got, expected):
    """Fails unless both have the same rows in the same order."""
    if len(got) != len(expected):
        raise Failure(f"{len(got)} rows, expected {len(expected)}; "
                      f"first {got[:2]}, expected {expected[:2]}")
    for at, (row, wanted) in enumerate(zip(got, expected)):
        if len(row) != len(wanted) or not all(map(same, row, wanted)):
            raise Failure(f"row {at} is {row}, expected {list(wanted)}")
