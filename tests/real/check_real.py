#!/usr/bin/env python3
"""Asks the program questions on real data and computes each answer a second time in plain Python.

check_real.py --cupel PROGRAM --data DIR, where DIR holds bdd100k/ and coco-sample/."""
import argparse
import csv
import shutil
import sys
import tempfile
from pathlib import Path

import changes
import frames
import images
import source
from program import Failure, Program, compare

FRAMES = "bdd100k/old-b1c66a42-6f7d68ca.json"
SINGLES = ("bdd100k/example_annotation.json", "bdd100k/unitest_val_bdd.json")
TRUTH = "coco-sample/gts/sampled_gts_bbox_area.json"
RESULTS = "coco-sample/dets/sampled_bbox_results.json"
NAMES = tuple(f"bdd100k/names-{part}.txt" for part in ("train", "val", "test"))
RUNS = {frames.DET: "bdd100k/old-bbox_predictions.json",
        frames.TRK: "bdd100k/old-track_predictions.json"}


class Check:
    def __init__(self, program, data):
        self.program, self.data = program, data
        self.passed = self.failed = 0

    def report(self, query, answer):
        """Runs `answer`, which gives the number of rows or fails, and prints its line."""
        try:
            count = answer()
            self.passed += 1
            print(f"ok   {count:>6}  {query}", flush=True)
        except (Failure, ValueError, KeyError, OSError) as failure:
            self.failed += 1
            print(f"FAIL         {query}\n       {failure}", flush=True)

    def guard(self, part):
        """A part that cannot go on counts as one failure; the others still run."""
        try:
            part(self)
        except OSError as error:
            self.failed += 1
            print(f"FAIL         {part.__name__}\n       {error}", flush=True)

    def ask(self, database, case, dataset, note=""):
        def answer():
            ask = self.program.references if case.whole else self.program.table
            got = ask(database, *case.before, case.query)
            wanted = case.rows(dataset)
            if case.query == "SHOW SLICES":
                got = [row[:3] for row in got]
            compare(got, wanted)
            return len(got)
        self.report("; ".join((*case.before, case.query)) + note, answer)

    def ask_all(self, database, cases, dataset, note=""):
        for case in cases:
            self.ask(database, case, dataset, note)

    def change(self, database, *statements):
        """Statements whose answer is a message."""
        def answer():
            self.program.run(database, statements, "csv")
            return len(statements)
        self.report("; ".join(statements).replace(str(self.data) + "/", ""), answer)

    def path(self, name):
        return self.data / name

    def load(self, database, what, name, tail=""):
        self.change(database, f"IMPORT {what} FROM '{self.path(name)}'{tail}")

    def export(self, database, query, name, dataset):
        """Exports a condition as csv or ids and reads the file again."""
        case = next(case for case in frames.CASES if case.query == query)

        def answer():
            self.program.run(database, [f"EXPORT {query} TO '{name}'"], "csv")
            text = (Path(self.program.folder) / name).read_text()
            rows = list(csv.reader(text.splitlines()))
            if name.endswith(".csv") and rows.pop(0)[:1] != ["reference_id"]:
                raise Failure("the first column is not reference_id")
            compare([row[:1] for row in rows], case.rows(dataset))
            return len(rows)
        self.report(f"EXPORT {query} TO '{name}'", answer)


def frames_dataset(check):
    dataset = source.bdd_frames(check.path(FRAMES))
    for run, name in RUNS.items():
        source.add_bdd_run(dataset, run, check.path(name))
    return dataset


def check_frames(check):
    check.load("frames", "ITEMS", FRAMES)
    check.load("frames", "ANNOTATIONS", FRAMES)
    for run, name in RUNS.items():
        check.load("frames", "PREDICTIONS", name, f' AS RUN "{run}"')
    dataset = frames_dataset(check)
    check.ask_all("frames", frames.CASES, dataset)
    check.export("frames", "annotations.bus = 1", "bus.csv", dataset)
    check.export("frames", "annotations.bus = 1", "bus.txt", dataset)
    check.change("frames", "EXPORT FROM items TO 'frames.jsonl'")
    check.change("again", "IMPORT ITEMS FROM 'frames.jsonl'")
    check.ask_all("again", frames.CASES, dataset.by_item(), "  (exported and imported)")
    check_pieces(check, dataset)


def check_pieces(check, dataset):
    """Objects exported on their own belong to their items again."""
    check.load("pieces", "ITEMS", FRAMES)
    check.change("frames", "EXPORT FROM annotations TO 'annotations.jsonl'")
    check.change("pieces", "IMPORT ANNOTATIONS FROM 'annotations.jsonl'")
    for run in RUNS:
        check.change("frames", f"EXPORT FROM predictions(\"{run}\") TO '{run}.jsonl'")
        check.change("pieces", f"IMPORT PREDICTIONS FROM '{run}.jsonl' AS RUN \"{run}\"")
    check.ask_all("pieces", frames.RUNS + frames.OBJECTS + frames.GROUPS, dataset, "  (in pieces)")


def check_changes(check):
    folder = Path(check.program.folder)
    shutil.copytree(folder / "frames", folder / "copy")
    dataset = frames_dataset(check)
    check.ask_all("copy", changes.SLICES, dataset)
    for statement, apply, cases in changes.CHANGES:
        check.change("copy", statement)
        apply(dataset)
        check.ask_all("copy", cases, dataset)


def check_coco(check):
    check.load("coco", "ITEMS", TRUTH)
    check.load("coco", "ANNOTATIONS", TRUTH)
    check.load("coco", "PREDICTIONS", RESULTS, ' AS RUN "fake"')
    dataset = source.coco(check.path(TRUTH), check.path(RESULTS), "fake")
    check.ask_all("coco", images.COCO, dataset)
    check.change("coco", "EXPORT FROM items TO 'coco.jsonl'")
    check.change("coco-again", "IMPORT ITEMS FROM 'coco.jsonl'")
    check.ask_all("coco-again", images.COCO, dataset.by_item(), "  (exported and imported)")


def check_names(check):
    for name in NAMES:
        check.load("names", "ITEMS", name)
    check.ask_all("names", images.NAMES, source.names(*map(check.path, NAMES)))


def check_singles(check):
    for name in SINGLES:
        check.load("single", "ITEMS", name)
        check.load("single", "ANNOTATIONS", name)
    check.ask_all("single", images.SINGLE, source.bdd_frames(*map(check.path, SINGLES)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cupel", required=True, type=Path)
    parser.add_argument("--data", required=True, type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cupel-real-") as folder:
        check = Check(Program(str(arguments.cupel.resolve()), folder), arguments.data.resolve())
        for part in (check_frames, check_changes, check_coco, check_names, check_singles):
            check.guard(part)
    print(f"{check.passed} passed, {check.failed} failed")
    return 1 if check.failed or not check.passed else 0


if __name__ == "__main__":
    sys.exit(main())
