#!/usr/bin/env python3
"""How good an autotag of the sample dataset's police cars is: from five examples and no counterexample,
and after two rounds of answers, held against what was drawn.

    autotag_demo_test.py --cupel PROGRAM

The examples are the five largest. Answers to SUGGEST come from the truth: a box is a police car where
it overlaps one that is labelled so, or one that planted.json knows, by half.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile

SETUP = pathlib.Path(__file__).resolve().parent.parent / "docs" / "setup.sql"
BOX = ("position.x", "position.y", "dimensions.x", "dimensions.y")
FIRST, AFTER = 0.9, 0.97  # average precision


def overlap(a, b):
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    both = max(width, 0) * max(height, 0)
    return both / (a[2] * a[3] + b[2] * b[3] - both)


class Sample:
    def __init__(self, cupel, directory):
        self.cupel = cupel
        self.path = pathlib.Path(directory) / "demo"
        self.run("demo", str(self.path), cwd=None)
        self.run("street.cupel", "-f", str(SETUP))
        self.ask("IMPORT EMBEDDINGS FROM 'object-embeddings.npy' AS crops "
                 "FOR predictions(\"large\") IDS FROM 'object-embeddings-ids.txt'")
        self.boxes = {row["annotation_id"]: row for row in self.ask(
            f'SELECT annotation_id, item.reference_id, {", ".join(BOX)} '
            'FROM predictions("large") WHERE type = box')}
        self.police = {name for name, row in self.boxes.items() if self.overlaps_one(row)}

    def run(self, *arguments, cwd=True):
        return subprocess.run([self.cupel, *arguments], cwd=self.path if cwd else None, check=True,
                              capture_output=True, text=True).stdout

    def ask(self, statement):
        return [json.loads(line) for line in
                self.run("street.cupel", "--format", "jsonl", "-c", statement).splitlines()]

    def truth(self):
        if not hasattr(self, "known"):
            self.known = {}
            for row in self.ask(f'SELECT item.reference_id, {", ".join(BOX)} FROM annotations '
                                'WHERE label = "police car"'):
                self.known.setdefault(row["item.reference_id"], []).append([row[x] for x in BOX])
            planted = json.loads((self.path / "planted.json").read_text())
            for fault in planted["unlabelled_police_cars"]:
                self.known.setdefault(fault["reference_id"], []).append(
                    list(fault["box"].values()))
        return self.known

    def overlaps_one(self, row):
        return any(overlap([row[x] for x in BOX], other) >= 0.5
                   for other in self.truth().get(row["item.reference_id"], []))

    def average_precision(self):
        ranked = self.ask('SELECT annotation_id FROM predictions("large") WHERE type = box '
                          "ORDER BY autotag.object.police_car DESC")
        found, total = 0, 0.0
        for rank, row in enumerate(ranked, 1):
            if row["annotation_id"] in self.police:
                found += 1
                total += found / rank
        return total / len(self.police)

    def refine(self):
        asked = [row["annotation_id"] for row in self.ask("SUGGEST FOR AUTOTAG police_car LIMIT 12")]
        parts = []
        for word, names in (("ADD", [n for n in asked if n in self.police]),
                            ("REJECT", [n for n in asked if n not in self.police])):
            if names:
                parts.append(f"{word} ({listed(names)})")
        self.ask(f"REFINE AUTOTAG police_car {' '.join(parts)}")


def listed(names):
    return ", ".join(f"'{name}'" for name in names)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cupel", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cupel-autotag-") as directory:
        sample = Sample(str(pathlib.Path(arguments.cupel).resolve()), directory)
        size = {name: sample.boxes[name]["dimensions.x"] * sample.boxes[name]["dimensions.y"]
                for name in sample.police}
        largest = sorted(sorted(size), key=size.get, reverse=True)[:5]
        sample.ask(f"CREATE AUTOTAG police_car FROM ({listed(largest)}) USING crops")
        figures = [sample.average_precision()]
        for _ in range(2):
            sample.refine()
            figures.append(sample.average_precision())
        print(f"average precision of {len(sample.police)} police cars among {len(sample.boxes)} "
              f"boxes: {figures[0]:.3f} from five, {figures[1]:.3f} and {figures[2]:.3f} after "
              "a round and two of 12 answers")
        return 0 if figures[0] >= FIRST and figures[2] >= AFTER else 1


if __name__ == "__main__":
    raise SystemExit(main())
