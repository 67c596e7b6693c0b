#!/usr/bin/env python3
"""What the export formats write, byte for byte, and that imports read it back.

    formats_test.py --cupel PROGRAM [--accept] [unittest arguments]

--accept writes the files of tests/data/exports anew, to be read and committed.
"""
import argparse
import csv
import json
import pathlib
import shutil
import sys
import unittest
from xml.etree import ElementTree

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


def files_of(path):
    """The bytes of a file, or of all files below a folder, by their names."""
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
        "yolo": "FROM items TO '{}' FORMAT yolo",
        "yolo_outlines": "FROM items TO '{}' FORMAT yolo (task = segment, digits = 6)",
        "yolo_run": "FROM predictions(large) TO '{}' FORMAT yolo",
        "yolo_by_label": "FROM annotations ORDER BY label TO '{}' FORMAT yolo (subset = val)",
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
        golden, written = DATA / "exports" / name, self.place / name
        if ACCEPT and written.is_dir():
            shutil.rmtree(golden, ignore_errors=True)
            shutil.copytree(written, golden)
        elif ACCEPT:
            shutil.copyfile(written, golden)
        self.assertEqual({file: text.decode() for file, text in files_of(written).items()},
                         {file: text.decode() for file, text in files_of(golden).items()}, name)


def each_object(rows, change):
    """Rows with `change` made to each of their objects."""
    for row in rows:
        for objects in [row.get("annotations", []), *row.get("predictions", {}).values()]:
            for record in objects:
                change(record)
    return rows


class Hostile(FormatTest):
    """Names and texts that would do harm as names of files, as markup or as formulas."""

    IDS = ["../up.jpg", "/root.jpg", "a/../../b.jpg", "~/c.jpg", "d\ne.jpg", "..", ".", "/", "x/" * 60 + "y.jpg",
           "z" * 300 + ".jpg", "<b>&\"'.jpg", "=1+1", "\u202egpj.jpg", "q.jpg",
           "q.png", "Q.jpg", "con.jpg", "data.yaml", "train.txt"]
    LABELS = ["<script>", "a: b", "=cmd()", "- c", "'", '"', "{}", "a, b", "]]>", "null", "é"]

    def fill(self):
        self.import_items([{
            "reference_id": name, "width": 100, "height": 100, "metadata": {"text": name},
            "annotations": [{"label": label, "geometry": {"x": 1, "y": 2, "width": 3, "height": 4}}
                            for label in self.LABELS]} for name in self.IDS])

    def test_files_stay_in_their_folder(self):
        self.fill()
        before = set(self.place.iterdir())
        self.run_all("db", "EXPORT FROM items TO 'out' FORMAT yolo")
        self.assertEqual(set(self.place.iterdir()) - before, {self.place / "out"})
        files = files_of(self.place / "out")
        self.assertEqual(sum(name.endswith(".txt") for name in files), len(self.IDS) + 1)
        images = files["train.txt"].decode().splitlines()
        self.assertEqual(len(set(images)), len(self.IDS))
        self.run_all("copy", "IMPORT ITEMS FROM 'out'")
        self.assertEqual(len(self.rows("copy")), len(self.IDS))

    def test_classes_are_read_as_they_are(self):
        self.fill()
        self.run_all("db", "EXPORT FROM items TO 'out' FORMAT yolo")
        self.import_items([{"reference_id": "q.jpg", "width": 100, "height": 100}], "copy")
        self.run_all("copy", "IMPORT ANNOTATIONS FROM 'out' ON ERROR SKIP")
        row, = [row for row in self.rows("copy") if row["reference_id"] == "q.jpg"]
        self.assertEqual({each["label"] for each in row["annotations"]}, set(self.LABELS))

    def test_the_labeling_config_is_well_formed(self):
        self.fill()
        self.run_all("db", "EXPORT FROM items TO 'tasks.json' FORMAT label_studio")
        view = ElementTree.parse(self.place / "tasks.config.xml").getroot()
        labels = [label.get("value") for label in view.iter("Label")]
        self.assertEqual(labels, sorted(self.LABELS))
        tasks = json.loads((self.place / "tasks.json").read_text())
        self.assertEqual([task["data"]["reference_id"] for task in tasks], self.IDS)

    def test_no_cell_begins_a_formula(self):
        self.fill()
        self.run_all("db", "EXPORT FROM items TO 'out.csv'",
                     "EXPORT SELECT label AS \"=y\" FROM annotations TO 'labels.csv'")
        for name in "out.csv", "labels.csv":
            with open(self.place / name, newline="", encoding="utf-8") as file:
                for cell in (cell for row in csv.reader(file) for cell in row):
                    self.assertNotIn(cell[:1], tuple("=+-@\t\r"), cell)
        self.run_all("copy", "IMPORT ITEMS FROM 'out.csv' FORMAT csv (guard = true)")
        self.assertEqual([row["metadata"]["text"] for row in self.rows("copy")], self.IDS)


class RoundTrip(FormatTest):
    """What came from a file of a format is written as such a file, which brings the same rows and
    is written the same again. `{}` in statements is the file."""

    def round_trip(self, imports, export, again=None, name="out.json", forget=lambda rows: rows,
                   between=lambda: None):
        """`forget` takes out of rows what is documented not to come back; `between` is called
        before the file is read."""
        self.run_all("db", *imports)
        before = self.rows("db")
        self.assertTrue(before)
        self.run_all("db", f"EXPORT {export.format(name)}")
        first = files_of(self.place / name)
        between()
        self.run_all("copy", *[each.format(name) for each in again or imports])
        self.assertEqual(forget(self.rows("copy")), forget(before))
        shutil.move(self.place / name, self.place / ("first " + name))
        self.run_all("copy", f"EXPORT {export.format(name)}")
        self.assertEqual(files_of(self.place / name), first)

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

    def test_yolo(self):
        folder = DATA / "formats" / "yolo" / "street"

        def forget(rows):
            def of_object(record):
                record["geometry"] = {key: round(value, 9) for key, value in record["geometry"].items()}
            for row in rows:
                row.pop("image_location")
            rows.sort(key=lambda row: row["reference_id"])
            return each_object(rows, of_object)
        imports = ["IMPORT ITEMS FROM '{}'", "IMPORT ANNOTATIONS FROM '{}'"]
        self.round_trip(
            [each.format(folder) for each in imports], "FROM items TO '{}' FORMAT yolo", imports,
            name="out", forget=forget,
            between=lambda: shutil.copytree(folder / "images", self.place / "out" / "images"))

    def test_yolo_outlines(self):
        folder = DATA / "formats" / "yolo" / "shapes"

        def forget(rows):
            for row in rows:
                row.pop("image_location")
                row["metadata"].pop("subset", None)
            return rows
        imports = ["IMPORT ITEMS FROM '{}'", "IMPORT ANNOTATIONS FROM '{}' FORMAT yolo (task = segment)"]

        def copy_images():
            (self.place / "out" / "images").mkdir()
            shutil.copy(folder / "square.png", self.place / "out" / "images")
        self.round_trip(
            [imports[0].format(folder) + " FORMAT yolo", imports[1].format(folder),
             "DELETE FROM annotations WHERE type = box"],
            "FROM items TO '{}' FORMAT yolo (task = segment)",
            [imports[0], "IMPORT ANNOTATIONS FROM '{}'"], name="out", forget=forget,
            between=copy_images)

    def test_yolo_predictions(self):
        folder = f"{DATA}/formats/yolo"
        items = f"IMPORT ITEMS FROM '{folder}/street'"
        run = "IMPORT PREDICTIONS FROM '{}' AS RUN n"
        self.round_trip(
            [items, run.format(folder + "/predictions") +
             f" FORMAT yolo (classes = '{folder}/street/data.yaml', images = '{folder}/street/images/train')"],
            "FROM predictions(n) TO '{}' FORMAT yolo", [items, run], name="out")

    def test_voc(self):
        folder = DATA / "formats" / "voc" / "street"
        self.round_trip([f"IMPORT ITEMS FROM '{folder}'", f"IMPORT ANNOTATIONS FROM '{folder}'"],
                        "FROM items TO '{}'", ["IMPORT ITEMS FROM '{}'"], name="out.jsonl")

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
