#!/usr/bin/env python3
"""Holds the figures of SHOW METRICS, which come from stored matches, against a naive program that
matches the exported rows again for each of them, on random data with crowds, ties, labels that only
one side has, and several insertion orders.

    evaluation_twin_test.py --cupel PROGRAM [--rounds N] [--seed S]
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

from naive_coco import Naive, match, of

TIMES = ["dawn", "day", "night"]
TRUTH_LABELS, RUN_LABELS = ["car", "bus", "cat", "only given"], ["car", "bus", "cat", "only seen"]
FIELDS = ("item.reference_id AS ref, label, position.x AS x, position.y AS y, dimensions.x AS w, "
          "dimensions.y AS h, area, item.metadata.time AS time")


class Sample:
    def __init__(self, cupel, directory, chance):
        self.cupel, self.path, self.chance = cupel, directory, chance
        self.failures = self.compared = 0

    def ask(self, *statements):
        out = subprocess.run([self.cupel, "db", "--format", "jsonl", "-c", ";\n".join(statements)],
                             cwd=self.path, check=True, capture_output=True, text=True).stdout
        return [json.loads(line) for line in out.splitlines()]

    def box(self, name, near=None):
        """Corners lie on a coarse grid, so that many overlaps are equal."""
        grid = self.chance.choice([8, 20, 50])
        x, y = near or (grid * self.chance.randrange(8), grid * self.chance.randrange(8))
        size = [grid * self.chance.randrange(1, 5) for _ in range(2)]
        return {"reference_id": name, "geometry": {"x": x, "y": y, "width": size[0],
                                                   "height": size[1]}}

    def write(self, items):
        names = [f"i{n}" for n in range(items)]
        truth, runs = [], {"a": [], "b": []}
        for name in names:
            for _ in range(self.chance.randrange(6)):
                box = self.box(name) | {"label": self.chance.choice(TRUTH_LABELS)}
                if self.chance.random() < 0.15:
                    box["metadata"] = {self.chance.choice(["iscrowd", "ignore"]): 1}
                if self.chance.random() < 0.3:
                    box["area"] = self.chance.choice([1024, 9216, 5, 30000])
                truth.append(box)
            for run in runs.values():
                for _ in range(self.chance.randrange(8)):
                    mine = [t for t in truth if t["reference_id"] == name]
                    box = self.box(name)
                    if mine and self.chance.random() < 0.7:
                        box = json.loads(json.dumps(self.chance.choice(mine)))
                        box.pop("metadata", None), box.pop("area", None)
                        box["geometry"]["width"] += self.chance.choice([0, 0, 4, 10])
                    if box.get("label") not in RUN_LABELS or self.chance.random() < 0.2:
                        box["label"] = self.chance.choice(RUN_LABELS)
                    run.append(box | {"confidence": self.chance.randrange(1, 10) / 10})
        self.chance.shuffle(truth)
        lines = {"items": [{"reference_id": name, "metadata": {"time": self.chance.choice(TIMES)}}
                           for name in names], "truth": truth} | runs
        for name, records in lines.items():
            (self.path / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))

    def load(self):
        self.ask("IMPORT ITEMS FROM 'items.jsonl'", "IMPORT ANNOTATIONS FROM 'truth.jsonl'",
                 "IMPORT PREDICTIONS FROM 'a.jsonl' AS RUN a",
                 "IMPORT PREDICTIONS FROM 'b.jsonl' AS RUN b", "EVALUATE RUN a", "EVALUATE RUN b")
        numbers = {row["reference_id"]: n
                   for n, row in enumerate(self.ask("SELECT reference_id FROM items"))}
        self.truth = self.ask(f"SELECT {FIELDS}, metadata.iscrowd AS c, metadata.ignore AS i "
                              "FROM annotations")
        self.run = self.ask(f"SELECT {FIELDS}, confidence FROM predictions(a)")
        self.other = self.ask(f"SELECT {FIELDS}, confidence FROM predictions(b)")
        for row in self.truth + self.run + self.other:
            row["item"] = numbers[row["ref"]]
            row["crowd"] = 1 if row.get("c") == 1 or row.get("i") == 1 else 0

    def naive(self, holds=lambda row: True):
        return Naive([p for p in self.run if holds(p)], [t for t in self.truth if holds(t)])

    def hold(self, what, row, wanted):
        for name, value in wanted.items():
            got = row.get(name)
            same = got == value if got is None or value is None else abs(got - value) < 1e-9
            self.compared += 1
            if not same:
                self.failures += 1
                print(f"FAIL {what}: {name} is {got}, not {value}")

    def whole(self):
        naive = self.naive()
        self.hold("all", self.ask("SHOW METRICS OF RUN a")[0], naive.counts() | naive.twelve())
        self.hold("IOU 0.75", self.ask("SHOW METRICS OF RUN a IOU 0.75")[0],
                  naive.counts(threshold=0.75))
        self.hold("CONFIDENCE 0.5", self.ask("SHOW METRICS OF RUN a CONFIDENCE 0.5")[0],
                  naive.counts(confidence=0.5) | naive.twelve())
        for row in self.ask("SHOW METRICS OF RUN a GROUP BY label"):
            label = [row["label"]]
            self.hold(row["label"], row, naive.counts(label) | naive.twelve(label))

    def parts(self):
        for row in self.ask("SHOW METRICS OF RUN a GROUP BY metadata.time"):
            naive = self.naive(lambda r: r["time"] == row["metadata.time"])
            self.hold(row["metadata.time"], row, naive.counts() | naive.twelve())
        night = self.naive(lambda r: r["time"] == "night")
        row = self.ask("SHOW METRICS OF RUN a WHERE metadata.time = night")[0]
        self.hold("WHERE", row, night.counts() | night.twelve())

    def curves(self):
        naive = self.naive()
        found = {}
        for row in self.ask("SHOW CURVE OF RUN a GROUP BY label"):
            found.setdefault(row["label"], []).append(row["precision"])
        for label, precisions in found.items():
            points, _ = naive.points(naive.ranked(label, 0.5, "all", 100), naive.positives(label))
            self.hold(f"curve of {label}", dict(enumerate(precisions)), dict(enumerate(points)))

    def comparison(self):
        """Each annotation by which run found it."""
        hits = []
        for run in (self.run, self.other):
            naive = Naive(run, self.truth)
            hits.append({id(t) for item in naive.items for label in naive.labels
                         for _, _, out, t in match(of(run, item, label),
                                                   of(self.truth, item, label), 0.5)
                         if t is not None and not out})
        counted = [t for t in self.truth if not t["crowd"]]
        wanted = {"found by both": 0, "found by a only": 0, "found by b only": 0,
                  "found by neither": 0}
        for t in counted:
            a, b = (id(t) in of_run for of_run in hits)
            wanted["found by both" if a and b else "found by a only" if a
                   else "found by b only" if b else "found by neither"] += 1
        rows = {row["metric"]: max(row.get("a") or 0, row.get("b") or 0)
                for row in self.ask("COMPARE RUNS a AND b")}
        self.hold("comparison", rows, wanted)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cupel", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=20240613)
    arguments = parser.parse_args()
    cupel = str(pathlib.Path(arguments.cupel).resolve())
    failures = compared = 0
    for number in range(arguments.rounds):
        with tempfile.TemporaryDirectory(prefix="cupel-evaluation-twin-") as directory:
            sample = Sample(cupel, pathlib.Path(directory),
                            random.Random(arguments.seed + number))
            sample.write(40)
            sample.load()
            sample.whole()
            sample.parts()
            sample.curves()
            sample.comparison()
            failures, compared = failures + sample.failures, compared + sample.compared
    print(f"{compared} figures compared, {failures} differ, seed {arguments.seed}")
    return 1 if failures or compared == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
