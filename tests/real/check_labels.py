#!/usr/bin/env python3
"""Finds label errors in real probabilities and holds the counts against published ones.

check_labels.py --cupel PROGRAM --data DIR, where DIR holds label-errors/."""
import argparse
import collections
import json
import shutil
import struct
import sys
import tempfile
from pathlib import Path

from program import Failure, Program

MARGIN = "METHOD low_normalized_margin"
# name, number of classes, [(options of FIND LABEL ERRORS, suspected)]
SETS = [
    ("cifar10", 10, [("", 284), ("TIES numpy", 284), ("METHOD prune_by_class", 284),
                     ("METHOD both", 226), ("METHOD confident_learning", 244),
                     ("METHOD predicted_neq_given", 706), ("COMPAT cleanlab1", 284),
                     (f"{MARGIN} COMPAT cleanlab1", 275)]),
    ("20news", 20, [("", 95), ("TIES numpy", 95), ("METHOD prune_by_class TIES numpy", 96),
                    ("METHOD both TIES numpy", 47), ("METHOD confident_learning", 55),
                    ("METHOD predicted_neq_given", 577), ("COMPAT cleanlab1 TIES numpy", 95),
                    (f"{MARGIN} COMPAT cleanlab1", 93)]),
]


class Check:
    def __init__(self, program, data):
        self.program, self.data = program, data
        self.failed = self.passed = 0

    def report(self, what, got, wanted):
        good = got == wanted
        self.passed, self.failed = self.passed + good, self.failed + (not good)
        print(f"{'ok  ' if good else 'FAIL'} {what}: {got}" + ("" if good else f", not {wanted}"))

    def fill(self, name, classes):
        """A database of items `0`, `1`, … with the given labels, and the files beside it."""
        raw = (self.data / f"{name}_test_set_original_labels.npy").read_bytes()
        labels = [label for label, in struct.iter_unpack("<H", raw[128:])]
        folder = Path(self.program.folder)
        (folder / f"{name}-classes.txt").write_text("".join(f"{k}\n" for k in range(classes)))
        with open(folder / f"{name}-items.jsonl", "w") as items, \
                open(folder / f"{name}-labels.jsonl", "w") as lines:
            for number, label in enumerate(labels):
                print(json.dumps({"reference_id": str(number)}), file=items)
                print(json.dumps({"reference_id": str(number), "type": "category",
                                  "taxonomy": "class", "label": str(label)}), file=lines)
        self.program.run(f"{name}.cupel", [f"IMPORT ITEMS FROM '{name}-items.jsonl'",
                                           f"IMPORT ANNOTATIONS FROM '{name}-labels.jsonl'"], "csv")

    def find(self, name, options):
        file = self.data / f"{name}_test_set_pyx.npy"
        rows = self.program.table(
            f"{name}.cupel",
            f"FIND LABEL ERRORS USING PROBABILITIES FROM '{file}' CLASSES FROM '{name}-classes.txt' "
            + options,
            "SELECT reference_id FROM items WHERE annotations.metadata.potential_mislabel = 1")
        return {int(row[0]) for row in rows}

    def votes(self):
        """The published suspects of CIFAR-10, and what five workers each said of them."""
        file = self.data / "cifar10_mturk.json"
        published = json.loads(file.read_text())
        suspects = self.find("cifar10", f"{MARGIN} COMPAT cleanlab1")
        self.report("cifar10: published examples among the lowest margins",
                    len(suspects & {entry["id"] for entry in published}), len(published))
        rows = self.program.table(
            "cifar10.cupel",
            "CREATE SLICE suspects AS annotations.metadata.potential_mislabel = 1",
            "SEND SLICE suspects TO LABELING 'tasks' PROJECT mturk",
            f"IMPORT LABELING RESULTS FROM '{file}' OF PROJECT mturk FORMAT votes",
            "SELECT labeling.outcome, count() FROM items WHERE labeling.project = mturk "
            "GROUP BY labeling.outcome")
        counted = collections.Counter()
        for entry in published:
            ordered = sorted(entry["mturk"].items(), key=lambda vote: -vote[1])
            tie = ordered[0][1] == ordered[1][1]
            counted["tie" if tie else {"neither": "none", "both": "several"}.get(
                ordered[0][0], "agreed")] += 1
        self.report("cifar10: outcomes of the votes", dict(rows), dict(counted))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cupel", required=True)
    parser.add_argument("--data", required=True, type=Path)
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="cupel-labels-")
    check = Check(Program(str(Path(arguments.cupel).resolve()), folder),
                  arguments.data.resolve() / "label-errors")
    try:
        for name, classes, finds in SETS:
            check.fill(name, classes)
            for options, wanted in finds:
                check.report(f"{name}: suspected {options or 'by default'}",
                             len(check.find(name, options)), wanted)
        check.votes()
    except Failure as failure:
        check.failed += 1
        print(f"FAIL {failure}")
    finally:
        shutil.rmtree(folder)
    print(f"{check.passed} passed, {check.failed} failed")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
