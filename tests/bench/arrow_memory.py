#!/usr/bin/env python3
"""How much memory a reader needs beside the data when a result goes through the Arrow stream.

    arrow_memory.py --build DIR [--rows N]

DIR is a build directory in which tests/python/run.py has made its environment. Each reader runs in a
process of its own, over the same database on disk, and takes the stream batch by batch; told is the peak
of its memory above that of a process that takes the same batches and looks at nothing, as a share of the
bytes that the result holds.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import textwrap

READER = '''
import resource, sys
import cupel
{imports}
db = cupel.open(sys.argv[1], read_only=True, memory=256 << 20)
query = "SELECT position.x, position.y, dimensions.x, dimensions.y, area, label FROM annotations"

def read(result):
{body}
    return rows

read(db.query(query + " LIMIT 700000"))  # what a reader holds whatever the length is not counted
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
rows = read(db.query(query))
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
'''
READERS = {
    "nothing": ("import pyarrow", "reader = pyarrow.RecordBatchReader.from_stream(result)\n"
                "rows = sum(batch.num_rows for batch in reader)"),
    "pyarrow": ("import pyarrow, pyarrow.compute as compute",
                "reader = pyarrow.RecordBatchReader.from_stream(result)\nrows = 0\n"
                "for batch in reader:\n    rows += batch.num_rows\n    compute.sum(batch.column(4))"),
    "polars": ("import pyarrow, polars",
               "reader = pyarrow.RecordBatchReader.from_stream(result)\nrows = 0\n"
               "for batch in reader:\n    rows += polars.from_arrow(batch).select(polars.col('area').sum()).height\n"
               "    rows += batch.num_rows - 1"),
    "duckdb": ("import duckdb, pyarrow\nduckdb.sql('SET threads = 1')",
               "reader = pyarrow.RecordBatchReader.from_stream(result)\n"
               "rows = duckdb.sql('SELECT count(*), sum(area), max(label) FROM reader').fetchone()[0]"),
}
FILL = '''
import sys, numpy, cupel
rows, per = int(sys.argv[2]), 18
db = cupel.open(sys.argv[1])
items = rows // per
db.append({"reference_id": [f"i{n}" for n in range(items)]})
random = numpy.random.default_rng(1)
labels = ["car", "pedestrian", "traffic light", "truck"]
for begin in range(0, items, 20000):
    refs = [f"i{n}" for n in range(begin, min(begin + 20000, items)) for _ in range(per)]
    size = len(refs)
    db.annotate({"reference_id": refs, "annotation_id": [str(n) for n in range(begin * per, begin * per + size)],
                 "label": [labels[n % 4] for n in range(size)],
                 **{name: random.random(size) * 1000 for name in
                    ("position.x", "position.y", "dimensions.x", "dimensions.y")}})
'''


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=1_800_000)
    arguments = parser.parse_args()
    python = arguments.build.resolve() / "python-venv" / "bin" / "python"

    def run(program, *words):
        return subprocess.run([python, "-c", program, *map(str, words)], check=True, text=True,
                              stdout=subprocess.PIPE).stdout.split()

    with tempfile.TemporaryDirectory(prefix="cupel-arrow-") as folder:
        database = pathlib.Path(folder) / "db"
        run(FILL, database, arguments.rows)
        base = None
        for name, (imports, body) in READERS.items():
            program = READER.format(imports=imports, body=textwrap.indent(body, "    "))
            rows, grown = map(int, run(program, database))
            data = rows * (5 * 8 + 8 + 9)  # five numbers, an offset and a label
            base = grown if base is None else base
            print(f"{name:8} {rows:,} rows, {data / 1e6:.0f} MB: peak {grown / 1024:.0f} MiB above the start, "
                  f"{(grown - base) * 1024 / data:+.1%} of the data above `nothing`")
    return 0


if __name__ == "__main__":
    sys.exit(main())
