#!/usr/bin/env python3
"""Random queries, and those of the scripts in tests/query, answered by cupel and, by the SQL that
EXPLAIN SQL gives for them, by DuckDB and by SQLite, which knows less of it.

    run.py --build DIR [--queries N] [--seed S] [--keep]

DIR is a build directory. Rows, their order and the types of values must be the same; sums of doubles
may differ in their last bits, and of equal numbers of a field with several types it does not matter
which is shown. Prints how many queries SQL has no words for, by kind. Fails on the first mismatches,
with what is needed to see them again.
"""
import argparse
import collections
import datetime
import json
import math
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TYPES = ("bool", "int64", "float64", "timestamp", "text")
PYTHON = {"bool": bool, "int64": int, "float64": float, "text": str, "timestamp": datetime.datetime}
EPOCH = datetime.datetime(1970, 1, 1)
MOST_MISMATCHES = 10
MOST_UNSUPPORTED = 0.15


def value_of(cell):
    """A value as random_queries.cpp writes it."""
    return EPOCH + datetime.timedelta(microseconds=cell["micros"]) if isinstance(cell, dict) else cell


def typed(value, kind):
    """SQLite has 0 and 1 for truth, and text for instants."""
    if kind == "bool" and value in (0, 1):
        return bool(value)
    if kind == "timestamp" and isinstance(value, str):
        return datetime.datetime.fromisoformat(value)
    return value


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def same(expected, got, any_number):
    if expected is None or got is None:
        return expected is got
    if any_number and is_number(expected) and is_number(got):
        return expected == got
    if type(expected) is not type(got):
        return False
    if isinstance(expected, float):
        return expected == got or math.isclose(expected, got, rel_tol=1e-12)
    return expected == got


class Columns:
    """Which columns of an SQL result a column of the answer is: one, or one for each type."""

    def __init__(self, names, types, found):
        self.groups, at = [], 0
        for name, kind in zip(names, types):
            group = []
            if kind == "any":
                left = list(TYPES)
                while at < len(found) and found[at] in [f"{name}:{one}" for one in left]:
                    group.append((at, found[at].rpartition(":")[2]))
                    left = left[left.index(group[-1][1]) + 1:]
                    at += 1
            if not group:
                if at == len(found) or found[at] != name:
                    raise ValueError(f"column {at} is {found[at:at + 1]}, not {name}")
                group.append((at, kind))
                at += 1
            self.groups.append(group)
        if at != len(found):
            raise ValueError(f"{found[at:]} are too many columns")

    def values(self, row):
        out = []
        for group in self.groups:
            present = [(typed(row[at], kind), kind) for at, kind in group if row[at] is not None]
            if len(present) > 1:
                raise ValueError(f"several types have a value: {present}")
            if present and present[0][1] != "any" and type(present[0][0]) is not PYTHON[present[0][1]]:
                raise ValueError(f"{present[0][0]!r} is not of type {present[0][1]}")
            out.append(present[0][0] if present else None)
        return out


def difference(line, names, rows):
    """In a sentence, or nothing."""
    expected = [[value_of(cell) for cell in row] for row in line["rows"]]
    try:
        columns = Columns(line["names"], line["types"], names)
        got = [columns.values(row) for row in rows]
    except ValueError as error:
        return str(error)
    for number in range(max(len(expected), len(got))):
        if number >= len(expected) or number >= len(got):
            return f"cupel has {len(expected)} rows, the SQL {len(got)}"
        for name, kind, a, b in zip(line["names"], line["types"], expected[number], got[number]):
            if not same(a, b, kind == "any"):
                return f"row {number}, {name}: cupel has {a!r}, the SQL {b!r}"
    return None


class DuckDb:
    """Knows all of the SQL."""

    name = "DuckDB"

    def __init__(self):
        import duckdb
        self.connection = duckdb.connect(config={"threads": 1})

    def knows(self, sql):
        return True


class Sqlite:
    """Has neither TIMESTAMP literals nor ILIKE nor GREATEST, and no HAVING where nothing else aggregates."""

    name = "SQLite"

    def __init__(self):
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute("PRAGMA case_sensitive_like = ON")

    def knows(self, sql):
        return not any(word in sql for word in ("TIMESTAMP '", "AS TIMESTAMP", "ILIKE", "GREATEST",
                                               "HAVING COUNT(*) >= 0"))


class Comparison:
    """Reads what random_queries prints and asks the databases the same."""

    def __init__(self, keep):
        self.keep = keep
        self.asked, self.rows, self.mismatches = 0, 0, []
        self.compared, self.unsupported = collections.Counter(), collections.Counter()
        self.dataset, self.databases = None, []
        self.name, self.changes = "", ""

    def read(self, line):
        if "dataset" in line:
            self.open(line)
            return
        if "unsupported" in line:
            self.refuse(line["unsupported"])
        else:
            self.ask(line)

    def refuse(self, message):
        self.asked += 1
        self.unsupported[kind_of(message)] += 1

    def ask(self, line):
        self.asked += 1
        self.rows += len(line["rows"])
        for database in self.databases:
            if database.knows(line["sql"]):
                self.compare(line, database)

    def open(self, line):
        import cupel
        self.remove()
        with cupel.open(line["dataset"], read_only=True) as dataset:
            self.load(dataset, f"dataset with seed {line['seed']}", line["changes"])
        self.dataset = line["dataset"]

    def load(self, session, name, changes=""):
        """From here on questions are about what this session sees."""
        import sql_tables
        self.close()
        self.name, self.changes = name, changes
        self.databases = [DuckDb(), Sqlite()]
        for database in self.databases:
            sql_tables.load(session, database.connection)

    def close(self):
        for database in self.databases:
            database.connection.close()
        self.databases = []

    def remove(self):
        if self.dataset and not self.keep:
            shutil.rmtree(self.dataset)
        self.dataset = None

    def compare(self, line, database):
        self.compared[database.name] += 1
        try:
            cursor = database.connection.execute(line["sql"])
            problem = difference(line, [column[0] for column in cursor.description], cursor.fetchall())
        except Exception as error:  # whatever the database says of the SQL
            problem = str(error)
        if problem:
            self.mismatches.append(
                f"{database.name}, {self.name}, query {self.asked}\n"
                f"{line['query']}\n{problem}\n{line['sql']}after:\n{self.changes}")


def kind_of(message):
    """The part that has no SQL, without the names in it."""
    for word in ("similarity(", "overlap", "regular expression", "SAMPLE"):
        if word in message:
            return word.strip("(")
    return message


def hostile_names(count):
    import cupel
    import hostile
    import sql_tables
    databases = [DuckDb(), Sqlite()]
    problems, asked = hostile.check(cupel, sql_tables, databases, count)
    print(f"{asked} queries with names and texts that are hard to quote: {len(problems)} mismatches")
    return problems[:MOST_MISMATCHES]


def compare_scripts():
    """The queries of tests/query."""
    import cupel
    import scripts
    comparison = Comparison(False)
    scripts.run_all(cupel, comparison.load, comparison.ask, comparison.refuse)
    comparison.close()
    print(f"{comparison.asked} queries of scripts with {comparison.rows} rows, asked of "
          f"{dict(comparison.compared)}: {len(comparison.mismatches)} mismatches; no SQL: "
          f"{dict(comparison.unsupported)}")
    return comparison.mismatches


def compare(arguments, directory):
    comparison = Comparison(arguments.keep)
    program = arguments.build / "tests" / "differential_queries"
    with subprocess.Popen([program, directory, str(arguments.seed), str(arguments.queries)],
                          stdout=subprocess.PIPE, text=True) as made:
        for line in made.stdout:
            comparison.read(json.loads(line))
            if len(comparison.mismatches) >= MOST_MISMATCHES:
                made.kill()
                break
        comparison.close()
        comparison.remove()
    failed = made.returncode != 0 and len(comparison.mismatches) < MOST_MISMATCHES
    return comparison, failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--queries", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="leave the datasets, and say where")
    arguments = parser.parse_args()
    arguments.build = arguments.build.resolve()
    if "CUPEL_DIFFERENTIAL" not in os.environ:
        run_in_environment(arguments.build)
    sys.path[:0] = [str(ROOT / "engine" / "python"), str(ROOT / "docs" / "examples"), str(HERE)]
    begun = time.monotonic()
    problems = hostile_names(max(300, arguments.queries // 10)) + compare_scripts()
    directory = tempfile.mkdtemp(prefix="cupel-differential-")
    comparison, failed = compare(arguments, directory)
    if arguments.keep:
        print(f"the datasets are in {directory}")
    else:
        shutil.rmtree(directory)
    for mismatch in problems + comparison.mismatches:
        print(mismatch, end="\n\n")
    unsupported = sum(comparison.unsupported.values())
    print(f"{comparison.asked} queries from seed {arguments.seed} with {comparison.rows} rows, "
          f"asked of {dict(comparison.compared)}: {len(comparison.mismatches)} mismatches; "
          f"{unsupported} have no SQL: {dict(comparison.unsupported)} ({time.monotonic() - begun:.0f} s)")
    too_many = unsupported > MOST_UNSUPPORTED * comparison.asked
    sys.exit(1 if problems or comparison.mismatches or failed or too_many or comparison.asked < arguments.queries else 0)


def run_in_environment(build):
    """Starts anew in the environment of tests/python, which has DuckDB."""
    sys.path.insert(0, str(ROOT / "tests" / "python"))
    from run import environment
    python = environment(build)
    libraries = sorted(build.glob("**/libcupel.so"))
    os.execve(python, [str(python), __file__, *sys.argv[1:]],
              {**os.environ, "CUPEL_DIFFERENTIAL": "1", "CUPEL_LIBRARY": str(libraries[0])})


if __name__ == "__main__":
    main()
