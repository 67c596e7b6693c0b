#!/usr/bin/env python3
"""Puts a dataset into the tables that EXPLAIN SQL speaks of (docs/sql.md).

    sql_tables.py DATASET FILE.duckdb

or, in Python, load(session, connection) with an open dataset and a connection to an empty database.
Needs the packages cupel, duckdb and pyarrow; a connection of sqlite3 is filled, too, more slowly.
"""
import datetime
import re
import sys

TYPES = {"bool": "BOOLEAN", "int64": "BIGINT", "float64": "DOUBLE PRECISION", "text": "VARCHAR",
         "timestamp": "TIMESTAMP"}
TYPE_OF = {bool: "bool", int: "int64", float: "float64", str: "text", datetime.datetime: "timestamp"}
ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)"
                 r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):(\d\d))?)?", re.ASCII)


def instant(text):
    """The instant that an ISO 8601 text names, in UTC; None for other texts."""
    found = ISO.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, sign, hours, minutes = found.groups()
    if max(int(hours or 0) - 23, int(minutes or 0) - 59) > 0:
        return None
    try:
        local = datetime.datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0),
                                  int(second or 0), int(((fraction or "") + "000000")[:6]))
        zone = datetime.timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
        return local + zone if sign == "-" else local - zone
    except (ValueError, OverflowError):
        return None


def stored(value):
    """A value as the tables have it: instants are in UTC and say no zone."""
    return value.replace(tzinfo=None) if isinstance(value, datetime.datetime) else value


class Table:
    """Rows on their way into a table: one column for a field, or one for each type of a field that
    has several."""

    def __init__(self, own, fields):
        self.own = own                                # column: type
        self.types = {field: set() for field in fields}  # of each field; every dataset has these
        self.rows = []

    def add(self, result, own, seen=None):
        """Adds the rows of a result; own(row) gives the columns that are no fields of it. `seen` gets
        the number of each row by its values."""
        for field, kind in zip(result.columns, result.types):
            self.types.setdefault(field, set()).add(kind)
        for row in result.rows():
            self.rows.append((own(row), dict(zip(result.columns, map(stored, row)))))
            if seen is not None:
                seen[row] = len(self.rows) - 1

    def columns(self):
        """(name, type, values) of each column."""
        for name, kind in self.own.items():
            yield name, kind, [own[name] for own, _ in self.rows]
        for field, kinds in self.types.items():
            values = [row.get(field) for _, row in self.rows]
            if len(kinds) < 2 and "any" not in kinds:
                yield field, next(iter(kinds), "text"), values
                continue
            for kind in TYPES:
                yield f"{field}:{kind}", kind, [
                    value if value is not None and TYPE_OF[type(value)] == kind else None
                    for value in values]

    def write(self, connection, name):
        write(connection, name, list(self.columns()))


def write(connection, name, columns):
    """Makes a table of columns (name, type, values)."""
    quoted = ['"' + column.replace('"', '""') + '"' for column, _, _ in columns]
    kinds = [TYPES[kind] for _, kind, _ in columns]
    connection.execute(f"CREATE TABLE {name} ({', '.join(map(' '.join, zip(quoted, kinds)))})")
    if not columns[0][2]:
        return
    if hasattr(connection, "register"):
        import pyarrow
        arrow = {"bool": pyarrow.bool_(), "int64": pyarrow.int64(), "float64": pyarrow.float64(),
                 "text": pyarrow.string(), "timestamp": pyarrow.timestamp("us")}
        connection.register("cupel_rows", pyarrow.Table.from_arrays(
            [pyarrow.array(values, arrow[kind]) for _, kind, values in columns],
            [f"c{i}" for i in range(len(columns))]))
        connection.execute(f"INSERT INTO {name} SELECT * FROM cupel_rows")
        connection.unregister("cupel_rows")
    else:
        rows = zip(*([str(value) if isinstance(value, datetime.datetime) else value for value in values]
                     for _, _, values in columns))
        connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)


def load(session, connection):
    """Makes the tables of docs/sql.md. `session`: a database or session of cupel."""
    runs = session.execute("SHOW RUNS").column("run")
    slices = list(session.execute("SHOW SLICES"))
    items = Table({"ordinal": "int64"}, ["reference_id"])
    annotations = Table({"ordinal": "int64"}, ["reference_id", "label", "type"])
    predictions = Table({"ordinal": "int64", "run": "text"}, ["reference_id", "label", "type"])
    numbers = iter(range(1 << 62))
    seen = {}
    items.add(session.execute("SELECT * FROM items"), lambda row: {"ordinal": next(numbers)})
    numbers = iter(range(1 << 62))  # of all objects: annotations first, then run after run
    seen["annotations"] = {}
    annotations.add(session.execute("SELECT * FROM annotations"),
                    lambda row: {"ordinal": next(numbers)}, seen["annotations"])
    for run in runs:
        source = f"predictions({quote(run)})"
        seen[source] = {}
        predictions.add(session.execute(f"SELECT * FROM {source}"),
                        lambda row: {"ordinal": next(numbers), "run": run}, seen[source])
    tables = {"items": items, "annotations": annotations, "predictions": predictions}
    for name, table in tables.items():
        table.write(connection, name)
    write_slices(session, connection, slices, tables, seen)
    texts = {value for table in tables.values() for _, row in table.rows for value in row.values()
             if isinstance(value, str)}
    instants = [(text, instant(text)) for text in sorted(texts) if instant(text)]
    write(connection, "instants", [("text", "text", [text for text, _ in instants]),
                                   ("instant", "timestamp", [when for _, when in instants])])


def write_slices(session, connection, slices, tables, seen):
    """Members by the key of their table: reference_id, or ordinal."""
    of_items, of_objects = [], []
    for row in slices:
        name = row["slice"]
        if row["of"] == "items":
            found = session.execute(f"SELECT reference_id WHERE slice = {quote(name)}")
            of_items += [(name, reference) for reference in found.refs()]
            continue
        for source, numbers in seen.items():
            rows = tables["annotations" if source == "annotations" else "predictions"].rows
            found = session.execute(f"SELECT * FROM {source} WHERE slice = {quote(name)}")
            of_objects += [(name, rows[numbers[member]][0]["ordinal"]) for member in found.rows()]
    for table, key, kind, members in (("slice_items", "reference_id", "text", of_items),
                                      ("slice_objects", "ordinal", "int64", of_objects)):
        write(connection, table, [("slice", "text", [name for name, _ in members]),
                                  (key, kind, [member for _, member in members])])


def quote(text):
    return '"' + text.replace('"', '""') + '"'


def main():
    import cupel
    import duckdb
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with cupel.open(sys.argv[1]) as dataset, duckdb.connect(sys.argv[2]) as connection:
        load(dataset, connection)


if __name__ == "__main__":
    main()
