"""What other programs need for the questions of tests/bench/evaluation.py; prints a line of JSON.

    evaluation_peers.py pycocotools|duckdb DIRECTORY
"""
import contextlib
import io
import json
import pathlib
import sys
import time

BOX = "geometry.x AS x, geometry.y AS y, geometry.width AS w, geometry.height AS h"
# A false positive: no annotation of its label in its image overlaps by half. (Cupel matches one to
# one besides, which is more work.)
FALSE_POSITIVES = """
SELECT p.label, count(*) FROM predictions p
WHERE p.confidence >= 0.5 AND NOT EXISTS (
  SELECT 1 FROM annotations a WHERE a.item = p.item AND a.label = p.label
  AND greatest(0, least(a.x + a.w, p.x + p.w) - greatest(a.x, p.x))
    * greatest(0, least(a.y + a.h, p.y + p.h) - greatest(a.y, p.y)) * 3
    >= a.w * a.h + p.w * p.h)
GROUP BY p.label"""


def lines(file):
    with open(file, encoding="utf-8") as text:
        yield from map(json.loads, text)


def coco(directory):
    """COCO's figures of the files, and the seconds from dictionaries to figures."""
    import numpy as np
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    images = {row["reference_id"]: number
              for number, row in enumerate(lines(directory / "items.jsonl"), 1)}
    categories, truth, found = {}, [], []
    for rows, out in ((lines(directory / "annotations.jsonl"), truth),
                      (lines(directory / "predictions.jsonl"), found)):
        for row in rows:
            box = row["geometry"]
            box = [box["x"], box["y"], box["width"], box["height"]]
            out.append({"id": len(out) + 1, "image_id": images[row["reference_id"]],
                        "category_id": categories.setdefault(row["label"], len(categories) + 1),
                        "bbox": box, "area": box[2] * box[3], "iscrowd": 0,
                        "score": row.get("confidence", 1)})
    with contextlib.redirect_stdout(io.StringIO()):
        dataset = COCO()
        dataset.dataset = {"images": [{"id": number} for number in images.values()],
                           "categories": [{"id": number} for number in categories.values()],
                           "annotations": truth}
        dataset.createIndex()
        detections = COCO()
        detections.dataset = {**dataset.dataset, "annotations": found}
        detections.createIndex()
        begun = time.perf_counter()
        evaluation = COCOeval(dataset, detections, "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
        seconds = time.perf_counter() - begun
    return {"seconds": [seconds], "figures": np.asarray(evaluation.stats).tolist(),
            "annotations": len(truth), "predictions": len(found)}


def duckdb(directory):
    import duckdb

    database = duckdb.connect()
    database.execute(f"CREATE TABLE items AS SELECT row_number() OVER () AS item, reference_id "
                     f"FROM read_json('{directory}/items.jsonl')")
    labels = [row[0] for row in database.execute(
        f"SELECT DISTINCT label FROM read_json('{directory}/annotations.jsonl')").fetchall()]
    database.execute(f"CREATE TYPE label AS ENUM {tuple(sorted(labels))}")
    for table, more in (("annotations", ""), ("predictions", ", confidence")):
        database.execute(
            f"CREATE TABLE {table} AS SELECT item, CAST(label AS label) AS label, {BOX}{more} "
            f"FROM read_json('{directory}/{table}.jsonl') JOIN items USING (reference_id) "
            "ORDER BY item")
    seconds = []
    for _ in range(3):
        begun = time.perf_counter()
        rows = database.execute(FALSE_POSITIVES).fetchall()
        seconds.append(time.perf_counter() - begun)
    return {"seconds": seconds, "rows": len(rows)}


if __name__ == "__main__":
    print(json.dumps({"pycocotools": coco, "duckdb": duckdb}[sys.argv[1]](
        pathlib.Path(sys.argv[2]))))
