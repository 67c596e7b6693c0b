#!/usr/bin/env python3
"""DuckDB's side of tests/bench/compare.

    compare_duckdb.py import DATA DATABASE    makes the database; seconds as JSON
    compare_duckdb.py ask DATABASE RUNS [arrow|tuples]
                                              statements from standard input, like statements_bench
    compare_duckdb.py write DATABASE          upserts, single rows, look-ups

Tables are in the order of the images, with enumerations for the closed vocabularies and count columns
beside the images. Answers are fetched as Arrow tables or as tuples, whichever is faster for a question.
"""
import json
import random
import sys
import time
import warnings

import duckdb
import pyarrow

from compare_digest import digest

LABELS = ["car", "traffic sign", "traffic light", "pedestrian", "truck", "bus", "bicycle", "rider",
          "motorcycle", "train"]
TYPES = {
    "label": LABELS,
    "weather": ["clear", "overcast", "snowy", "rainy", "partly cloudy", "foggy"],
    "scene": ["city street", "highway", "residential", "parking lot", "gas stations", "tunnel"],
    "timeofday": ["daytime", "night", "dawn/dusk"],
    "color": ["green", "red", "yellow", "none"],
}
GEOMETRY = "geometry: 'STRUCT(x DOUBLE, y DOUBLE, width DOUBLE, height DOUBLE)'"
SHAPE = "geometry.x AS x, geometry.y AS y, geometry.width AS w, geometry.height AS h"
ITEMS = """CREATE TABLE raw AS SELECT row_number() OVER () - 1 AS item, reference_id, image_location,
 width, height, unnest(metadata) FROM read_json('{data}/items.jsonl', format='newline_delimited',
 columns={{reference_id: 'VARCHAR', image_location: 'VARCHAR', width: 'INTEGER', height: 'INTEGER',
 metadata: 'STRUCT(sequence INTEGER, frame_number INTEGER, weather weather, scene scene,
 timeofday timeofday, speed DOUBLE, "timestamp" BIGINT, mislabel_score DOUBLE)'}})"""
BOXES = """CREATE TABLE boxes AS SELECT item, label, annotation_id, {shape}, metadata.occluded,
 metadata.truncated, metadata.trafficLightColor AS color, metadata.potential_mislabel
 FROM read_json('{data}/annotations.jsonl', format='newline_delimited',
 columns={{reference_id: 'VARCHAR', label: 'label', annotation_id: 'VARCHAR', {geometry},
 metadata: 'STRUCT(occluded BOOLEAN, truncated BOOLEAN, trafficLightColor color,
 potential_mislabel TINYINT)'}}) JOIN (SELECT item::INTEGER AS item, reference_id FROM raw)
 USING (reference_id)"""
PREDICTIONS = """CREATE TABLE predictions AS SELECT item, label, confidence, {shape}
 FROM read_json('{data}/predictions.jsonl', format='newline_delimited',
 columns={{reference_id: 'VARCHAR', label: 'label', confidence: 'DOUBLE', {geometry}}})
 JOIN (SELECT item::INTEGER AS item, reference_id FROM raw) USING (reference_id)"""
COUNTED = ", ".join(f"""count(*) FILTER (label = '{label}')::USMALLINT
 AS "n_{label.replace(' ', '_')}" """ for label in LABELS)
COLUMNS = ", ".join(f"""coalesce("n_{label.replace(' ', '_')}", 0) AS "n_{label.replace(' ', '_')}" """
                    for label in LABELS)
COUNTS = f"""CREATE TABLE items AS SELECT item::INTEGER AS item, raw.* EXCLUDE (item),
 coalesce(n_boxes, 0) AS n_boxes, {COLUMNS} FROM raw LEFT JOIN (SELECT item,
 count(*)::USMALLINT AS n_boxes, {COUNTED} FROM boxes GROUP BY item) USING (item) ORDER BY item"""


def timed(steps):
    """Seconds of each step by name."""
    out = {}
    for name, step in steps.items():
        begun = time.perf_counter()
        step()
        out[name] = time.perf_counter() - begun
    return out


def fill(data, database):
    begun = time.perf_counter()
    connection = duckdb.connect(database)
    for name, values in TYPES.items():
        listed = ", ".join(f"'{value}'" for value in values)
        connection.execute(f"CREATE TYPE {name} AS ENUM ({listed})")

    def run(text):
        return lambda: connection.execute(text.format(data=data, geometry=GEOMETRY, shape=SHAPE))
    stages = timed({"items": run(ITEMS), "boxes": run(BOXES), "predictions": run(PREDICTIONS),
                    "counts": run(COUNTS.replace("{", "{{").replace("}", "}}")),
                    "key": run("ALTER TABLE items ADD PRIMARY KEY (reference_id)"),
                    "slice": run("CREATE TABLE overcast AS SELECT item FROM items WHERE weather = 'overcast'"),
                    "rest": lambda: (connection.execute("DROP TABLE raw"),
                                     connection.execute("CHECKPOINT"))})
    connection.close()
    print(json.dumps({"seconds": time.perf_counter() - begun, "stages": stages}))


def clocked(step):
    """Seconds, and what it returns."""
    begun = time.perf_counter()
    answer = step()
    return time.perf_counter() - begun, answer


def arrow(connection, text):
    table = connection.execute(text).to_arrow_table()
    return table.num_rows, lambda: zip(*(column.to_pylist() for column in table.columns))


def tuples(connection, text):
    rows = connection.execute(text).fetchall()
    return len(rows), lambda: rows


WARM_UP = 0.1  # seconds, before several runs: see timed_runs.hpp
FORMS = {"arrow": arrow, "tuples": tuples}


def fastest_form(connection, text):
    seconds = {form: min(clocked(lambda: form(connection, text))[0] for _ in range(3))
               for form in FORMS.values()}
    return min(seconds, key=seconds.get)


def ask(database, runs, form=None):
    opened, connection = clocked(lambda: duckdb.connect(database))
    forms, known = {}, {}
    for line in sys.stdin:
        if line not in forms:
            forms[line] = FORMS[form] if form else fastest_form(connection, line)
        once = lambda: clocked(lambda: forms[line](connection, line))
        spent = 0.0
        while int(runs) > 1 and spent < WARM_UP:
            spent += once()[0]
        answers = [once() for _ in range(int(runs))]
        rows, values = answers[0][1]
        if line not in known:
            known[line] = digest(values())
        print(json.dumps({"seconds": [seconds for seconds, _ in answers], "rows": rows,
                          "digest": known[line], "open_seconds": opened}), flush=True)


def write(database, rounds=11, size=1000):
    connection = duckdb.connect(database)
    names = [row[0] for row in connection.execute("SELECT reference_id FROM items").fetchall()]
    chosen = random.Random(1)
    seconds = {"upsert": [], "single": [], "look-ups": [], "look-ups at once": []}

    def counted(name, step):
        spent, answer = clocked(step)
        seconds[name].append(spent)
        return answer
    for number in range(rounds):
        some = chosen.sample(names, size)
        fresh = pyarrow.table({"reference_id": some, "frame_number": [number] * size})
        connection.register("fresh", fresh)
        counted("upsert", lambda: connection.execute(
            "INSERT INTO items (reference_id, frame_number) SELECT reference_id, frame_number FROM fresh"
            " ON CONFLICT (reference_id) DO UPDATE SET frame_number = excluded.frame_number"))
        for name in some[:20]:
            counted("single", lambda: connection.execute(
                "UPDATE items SET frame_number = ? WHERE reference_id = ?", [number + 100, name]))
        listed = ", ".join(f"'{name}'" for name in some)
        text = f"SELECT reference_id, weather, speed FROM items WHERE reference_id IN ({listed})"
        rows = counted("look-ups at once", lambda: connection.execute(text).to_arrow_table())
        assert rows.num_rows == size
        if number < 3:
            counted("look-ups", lambda: [connection.execute(
                "SELECT reference_id, weather, speed FROM items WHERE reference_id = ?",
                [name]).fetchall() for name in some])
    connection.close()
    print(json.dumps(seconds))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    {"import": fill, "ask": ask, "write": write}[sys.argv[1]](*sys.argv[2:])
