#!/usr/bin/env python3
"""What the export formats write, byte for byte, and that imports read it back.

    formats_test.py --cupel PROGRAM [--accept] [unittest arguments]

--accept writes the files of tests/data/exports anew, to be read and committed.
"""
import argparse
import json
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402
from program import ShellTest  # noqa: E402

DATA = pathlib.Path(__file__).resolve().parents[1] / "data"
ACCEPT = False


class FormatTest(ShellTest):
    def run_all(self, database, *statements):
        return self.cupel(database, "-c", ";\n".join(statements))

    def rows(self, database):
        """Every row, in the lossless form."""
        self.run_all(database, "EXPORT FROM items TO 'rows.jsonl'")
        return [json.loads(line) for line in (self.place / "rows.jsonl").read_text().splitlines()]

    def bytes_of(self, name):
        """Those of a file, or of all files below a folder, by their names."""
        path = self.place / name
        if path.is_file():
            return {"": path.read_bytes()}
        return {str(file.relative_to(path)): file.read_bytes()
                for file in sorted(path.rglob("*")) if file.is_file()}


class Golden(FormatTest):
    """The files of tests/data/exports."""

    FILES = {
        "coco.json": "FROM items TO '{}' FORMAT coco",
        "coco_run.json": "FROM predictions(large) TO '{}' FORMAT coco (what = dataset)",
        "coco_results.json": "FROM predictions(large) TO '{}' FORMAT coco",
        "nucleus.json": "FROM items TO '{}' FORMAT nucleus (run = large)",
        "nucleus_annotations.json": "FROM annotations TO '{}' FORMAT nucleus",
        "tasks.json": "FROM items TO '{}' FORMAT label_studio",
        "items.csv": "FROM items TO '{}'",
        "annotations.csv": "FROM annotations TO '{}'",
        "predictions.csv": "FROM predictions(large) TO '{}'",
        "objects.csv": "FROM objects TO '{}' FORMAT csv (guard = false)",
    }
    BESIDE = {"tasks.json": "tasks.config.xml"}

    def test_files(self):
        self.run_all("db", f"IMPORT ITEMS FROM '{DATA}/exports/rows.jsonl'")
        for name, export in self.FILES.items():
            self.run_all("db", "EXPORT " + export.format(name))
            self.compare(name)
            if name in self.BESIDE:
                self.compare(self.BESIDE[name])
        leftovers = [path.name for path in self.place.iterdir() if ".partial" in path.name]
        self.assertEqual(leftovers, [])

    def compare(self, name):
        golden = DATA / "exports" / name
        if ACCEPT:
            shutil.copyfile(self.place / name, golden)
        self.assertEqual((self.place / name).read_text(), golden.read_text(), name)


def each_object(rows, change):
    """Rows with `change` made to each of their objects."""
    for row in rows:
        for objects in [row.get("annotations", []), *row.get("predictions", {}).values()]:
            for record in objects:
                change(record)
    return rows


class RoundTrip(FormatTest):
    """What came from a file of a format is written as such a file, which brings the same rows and
    is written the same again. `{}` in statements is the file."""

    def round_trip(self, imports, export, again=None, name="out.json", forget=lambda rows: rows):
        """`forget` takes out of rows what is documented not to come back."""
        self.run_all("db", *imports)
        before = self.rows("db")
        self.assertTrue(before)
        self.run_all("db", f"EXPORT {export.format(name)}")
        first = self.bytes_of(name)
        self.run_all("copy", *[each.format(name) for each in again or imports])
        self.assertEqual(forget(self.rows("copy")), forget(before))
        shutil.move(self.place / name, self.place / ("first " + name))
        self.run_all("copy", f"EXPORT {export.format(name)}")
        self.assertEqual(self.bytes_of(name), first)

    def test_jsonl(self):
        self.round_trip([f"IMPORT ITEMS FROM '{DATA}/exports/rows.jsonl'"],
                        "FROM items TO '{}'", ["IMPORT ITEMS FROM '{}'"], name="out.jsonl")

    def test_coco(self):
        self.round_trip([f"IMPORT ANNOTATIONS FROM '{DATA}/exports/coco.json'"],
                        "FROM items TO '{}' FORMAT coco", ["IMPORT ANNOTATIONS FROM '{}'"])

    def test_coco_of_others(self):
        def of_object(record):
            # What has no number gets one, and evaluation needs to be told what is no crowd.
            if record.get("annotation_id") in ("1", "2"):
                del record["annotation_id"]
            record["metadata"].setdefault("iscrowd", 0)
            # A polygon gets the box around it, and is a box with a polygon.
            if record["type"] == "polygon":
                record["type"] = "box"
                record["geometry"] |= {"x": 0, "y": 0, "width": 4, "height": 3}
                record["area"] = 6

        def forget(rows):
            for row in rows:
                row["annotations"] = [each for each in row["annotations"]
                                      if each["type"] != "category"]
            return each_object(rows, of_object)
        self.round_trip([f"IMPORT ANNOTATIONS FROM '{DATA}/exports/from_others/coco.json'"],
                        "FROM items TO '{}' FORMAT coco", ["IMPORT ANNOTATIONS FROM '{}'"],
                        forget=forget)

    def test_coco_results(self):
        truth = f"IMPORT ANNOTATIONS FROM '{DATA}/exports/coco.json'"
        self.round_trip(
            [truth, f"IMPORT PREDICTIONS FROM '{DATA}/exports/coco_results.json' AS RUN large"],
            "FROM predictions(large) TO '{}' FORMAT coco",
            [truth, "IMPORT PREDICTIONS FROM '{}' AS RUN large"])

    def test_csv(self):
        items = "IMPORT ITEMS FROM '{}' FORMAT csv (guard = true)"
        self.round_trip([items.format(f"{DATA}/exports/items.csv")], "FROM items TO '{}'", [items],
                        name="out.csv")

    def test_csv_of_objects(self):
        for source, what in ("annotations", "ANNOTATIONS"), ("predictions", "PREDICTIONS"):
            run = " AS RUN large" if what == "PREDICTIONS" else ""
            imports = [f"IMPORT ITEMS FROM '{DATA}/exports/items.csv' FORMAT csv (guard = true)",
                       f"IMPORT {what} FROM '{{}}'{run} FORMAT csv (guard = true)"]
            with self.subTest(source):
                self.setUp()
                self.round_trip(
                    [each.format(f"{DATA}/exports/{source}.csv") for each in imports],
                    f"FROM {source} TO '{{}}'", imports, name="out.csv")

    @staticmethod
    def forget_of_nucleus(rows):
        for row in rows:
            for key in "phash", "original_image_url":
                row.pop(key, None)
            # Objects are written by type, and all with a geometry.
            row.get("annotations", []).sort(key=lambda each: json.dumps([each["type"], each]))
        return each_object(rows, lambda record: record.setdefault("geometry", {}))

    def test_nucleus(self):
        imports = ["IMPORT ANNOTATIONS FROM '{}'", "IMPORT PREDICTIONS FROM '{}' AS RUN large"]
        for source in f"{DATA}/exports/nucleus.json", f"{DATA}/formats/nucleus/export.json":
            with self.subTest(source):
                self.setUp()
                self.round_trip([each.format(source) for each in imports],
                                "FROM items TO '{}' FORMAT nucleus (run = large)", imports,
                                forget=self.forget_of_nucleus)

    def test_nucleus_payloads(self):
        folder = f"{DATA}/formats/nucleus"
        self.round_trip([f"IMPORT ITEMS FROM '{folder}/items.json'",
                         f"IMPORT ANNOTATIONS FROM '{folder}/annotations.jsonl'",
                         f"IMPORT PREDICTIONS FROM '{folder}/predictions.json' AS RUN large"],
                        "FROM items TO '{}' FORMAT nucleus",
                        ["IMPORT ANNOTATIONS FROM '{}'",
                         "IMPORT PREDICTIONS FROM '{}' AS RUN large"],
                        forget=self.forget_of_nucleus)

    def test_label_studio(self):
        imports = ["IMPORT ANNOTATIONS FROM '{}'",
                   "IMPORT PREDICTIONS FROM '{}' AS RUN large FORMAT label_studio "
                   "(runs = model_version)"]

        def forget(rows):
            def of_object(record):
                record["geometry"] = {key: round(value, 9) if isinstance(value, float) else value
                                      for key, value in record.get("geometry", {}).items()}
            for row in rows:
                for key in "project", "inner_id", "file_upload", "meta", "created_at":
                    row.pop(key, None)
                row.get("annotations", []).sort(key=lambda each: each["annotation_id"])
            return each_object(rows, of_object)
        for source in f"{DATA}/exports/tasks.json", f"{DATA}/formats/label_studio/tasks.json":
            with self.subTest(source):
                self.setUp()
                self.round_trip([each.format(source) for each in imports],
                                "FROM items TO '{}' FORMAT label_studio", imports, forget=forget)

    def test_openimages(self):
        folder = f"{DATA}/formats/openimages"
        classes = f"FORMAT openimages (classes = '{folder}/classes.csv')"
        self.round_trip([f"IMPORT ITEMS FROM '{folder}/images.csv'",
                         f"IMPORT ITEMS FROM '{folder}/sizes.csv' UPDATE",
                         f"IMPORT ANNOTATIONS FROM '{folder}/boxes.csv' {classes}",
                         f"IMPORT ANNOTATIONS FROM '{folder}/labels.csv' {classes}",
                         f"IMPORT PREDICTIONS FROM '{folder}/machine.csv' AS RUN machine {classes}"],
                        "FROM items TO '{}'", ["IMPORT ITEMS FROM '{}'"], name="out.jsonl")

    def test_bdd100k(self):
        source = f"{DATA}/exports/from_others/bdd100k.json"
        self.round_trip([f"IMPORT ITEMS FROM '{source}'", f"IMPORT ANNOTATIONS FROM '{source}'"],
                        "FROM items TO '{}'", ["IMPORT ITEMS FROM '{}'"], name="out.jsonl")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cupel", required=True)
    parser.add_argument("--accept", action="store_true")
    arguments, rest = parser.parse_known_args()
    program.CUPEL = str(pathlib.Path(arguments.cupel).resolve())
    ACCEPT = arguments.accept
    unittest.main(argv=[sys.argv[0], *rest])
