#!/usr/bin/env python3
"""Asks the sample dataset for its planted faults and holds the answers against planted.json.

    planted_test.py --cupel PROGRAM

Every query is one that a user would ask. Unlabelled images are found exactly. What is found by
comparing counts with a model's predictions hides where the model errs in the same image, so there a
share of the planted faults must be among the answers, and the answers must be a small part of what
was searched, so that looking through them pays.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

SETUP = pathlib.Path(__file__).resolve().parent.parent / "docs" / "setup.sql"


class Sample:
    def __init__(self, cupel, directory):
        self.cupel = cupel
        self.path = pathlib.Path(directory) / "demo"
        self.shell([cupel, "demo", str(self.path)], None)
        self.shell([cupel, "street.cupel", "-f", str(SETUP)], self.path)
        self.planted = json.loads((self.path / "planted.json").read_text())
        self.failures = []

    @staticmethod
    def shell(command, cwd):
        return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout

    def ask(self, query):
        output = self.shell([self.cupel, "street.cupel", "--format", "jsonl", "-c", query], self.path)
        return [json.loads(line) for line in output.splitlines()]

    def hold(self, name, answers, wanted, share=1.0, of=None):
        """At least `share` of `wanted` is in `answers`, which are less than a quarter of the `of`
        rows searched; without `of`, the answers are exactly what is wanted."""
        found = len(wanted & answers)
        good = len(wanted) > 0 and found >= share * len(wanted)
        good = good and (answers == wanted if of is None else len(answers) * 4 < of)
        print(f"{'ok  ' if good else 'FAIL'} {name}: {found} of {len(wanted)} planted are among "
              f"{len(answers)} answers")
        if not good:
            self.failures.append(name)

    def labels(self, fault):
        return sorted({f["label"] for f in self.planted[fault]})

    def more_predicted(self, label):
        """Images in which the model is sure of more objects of a label than were labelled."""
        return {(row["reference_id"], label) for row in self.ask(
            f'SELECT reference_id WHERE predictions("large")[label = "{label}" AND '
            f'confidence > 0.7].count > annotations."{label}"')}


def check_images(sample):
    planted = sample.planted
    unlabelled = {row["reference_id"] for row in
                  sample.ask("SELECT reference_id WHERE annotations.count = 0")}
    sample.hold("unlabelled images", unlabelled, set(planted["unlabelled_images"]))

    seen = {row["reference_id"] for row in sample.ask(
        "SELECT reference_id WHERE annotations.count = 0 AND predictions(\"large\").count > 0")}
    sample.hold("unlabelled images with something to label", seen,
                set(planted["unlabelled_images"]))

    wrong = {(row["reference_id"], row["given"], row["seen"]) for row in sample.ask(
        "SELECT reference_id, annotations.road_condition AS given, "
        "predictions(\"large\").road_condition AS seen "
        "WHERE annotations.road_condition != predictions(\"large\").road_condition "
        "AND annotations.road_condition IS NOT MISSING")}
    sample.hold("mislabelled images", wrong,
                {(f["reference_id"], f["given"], f["true"]) for f in planted["mislabelled_images"]},
                of=2000)


def check_boxes(sample):
    faults = sample.planted["mislabelled_boxes"]
    pairs = sorted({(f["given"], f["true"]) for f in faults})
    found = set()
    for given, true in pairs:
        found |= {(row["reference_id"], given, true) for row in sample.ask(
            f'SELECT reference_id WHERE annotations."{given}" > 0 AND predictions("large")'
            f'[label = "{true}" AND confidence > 0.7].count > annotations."{true}"')}
    sample.hold("mislabelled boxes", found,
                {(f["reference_id"], f["given"], f["true"]) for f in faults}, 0.8,
                of=2000 * len(pairs))


def check_objects(sample):
    for fault in ("missed_objects", "false_positives"):
        labels = sample.labels(fault)
        found = set().union(*(sample.more_predicted(label) for label in labels))
        wanted = {(f["reference_id"], f["label"]) for f in sample.planted[fault]}
        sample.hold(fault.replace("_", " "), found, wanted, 0.8, of=2000 * len(labels))
    sample.hold("images with police cars labelled otherwise",
                {image for image, _ in sample.more_predicted("police car")},
                {f["reference_id"] for f in sample.planted["unlabelled_police_cars"]}, of=2000)


def overlap(a, b):
    width = min(a["x"] + a["width"], b["x"] + b["width"]) - max(a["x"], b["x"])
    height = min(a["y"] + a["height"], b["y"] + b["height"]) - max(a["y"], b["y"])
    both = max(width, 0) * max(height, 0)
    return both / (a["width"] * a["height"] + b["width"] * b["height"] - both)


def check_evaluation(sample):
    """The boxes of which the model is sure and which are not in the ground truth are exactly the
    faults that were planted: each is found by its box, and nothing else is."""
    sample.shell([sample.cupel, "street.cupel", "-c", 'EVALUATE RUN "large"'], sample.path)
    rows = sample.ask(
        "SELECT item.reference_id AS image, label, matched_id, position.x AS x, position.y AS y, "
        "dimensions.x AS width, dimensions.y AS height FROM predictions(\"large\") WHERE "
        "outcome = fp AND type = box AND confidence > 0.7 AND item.annotations.count > 0")
    planted = sample.planted
    faults = [("missed object", fault["label"], fault) for fault in planted["missed_objects"]]
    faults += [("false positive", fault["label"], fault) for fault in planted["false_positives"]]
    faults += [("police car", "police car", fault) for fault in planted["unlabelled_police_cars"]]
    unlabelled = set(planted["unlabelled_images"])
    wanted = {(kind, n) for n, (kind, _, fault) in enumerate(faults)
              if fault["reference_id"] not in unlabelled}
    wanted |= {("mislabelled", fault["annotation_id"]) for fault in planted["mislabelled_boxes"]}
    places = {}
    for n, (kind, label, fault) in enumerate(faults):
        places.setdefault((fault["reference_id"], label), []).append((kind, n, fault["box"]))
    mislabelled = {fault["annotation_id"] for fault in planted["mislabelled_boxes"]}
    found = set()
    for n, row in enumerate(rows):
        here = [(kind, number) for kind, number, box in
                places.get((row["image"], row["label"]), []) if overlap(row, box) >= 0.5]
        if here:
            found |= set(here)
        elif row["matched_id"] in mislabelled:
            found.add(("mislabelled", row["matched_id"]))
        else:
            found.add(("unexplained", n))
    for kind in ("missed object", "false positive", "police car", "mislabelled", "unexplained"):
        print(f"     {kind}: {sum(one[0] == kind for one in found)} of "
              f"{sum(one[0] == kind for one in wanted)}")
    sample.hold("faults among the sure false positives", found, wanted)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cupel", required=True)
    cupel = str(pathlib.Path(parser.parse_args().cupel).resolve())
    with tempfile.TemporaryDirectory(prefix="cupel-planted-") as directory:
        sample = Sample(cupel, directory)
        check_images(sample)
        check_boxes(sample)
        check_objects(sample)
        check_evaluation(sample)
    return 1 if sample.failures else 0


if __name__ == "__main__":
    sys.exit(main())
