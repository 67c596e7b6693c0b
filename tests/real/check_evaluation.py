#!/usr/bin/env python3
"""Evaluates real runs against real ground truth and holds the figures against pycocotools.

check_evaluation.py --cupel PROGRAM --data DIR [--python PYTHON], where DIR holds bdd100k/ and
coco-sample/, and PYTHON is an interpreter with pycocotools (the running one unless given)."""
import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from program import Failure, Program

REFERENCE = Path(__file__).with_name("coco_reference.py")
FRAMES = "bdd100k/old-b1c66a42-6f7d68ca.json"
RUNS = {"det": "bdd100k/old-bbox_predictions.json", "trk": "bdd100k/old-track_predictions.json"}
TRUTH = "coco-sample/gts/sampled_gts_bbox_area.json"
RESULTS = "coco-sample/cocoapi_results.json"
PUBLISHED = "coco-sample/val2014_fake_eval_res.txt"
FIGURES = ["ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large",
           "ar1", "ar10", "ar100", "ar_small", "ar_medium", "ar_large"]


def corners(box):
    """[x1, y1, x2, y2] as COCO's [x, y, width, height]."""
    return [box[0], box[1], box[2] - box[0], box[3] - box[1]]


def boxes(label):
    if "bbox" in label:
        return label["bbox"]
    return [label["box2d"][key] for key in ("x1", "y1", "x2", "y2")]


class Check:
    def __init__(self, program, data, python):
        self.program, self.data, self.python = program, data, python
        self.failed = self.passed = 0

    def report(self, good, line):
        self.passed, self.failed = self.passed + good, self.failed + (not good)
        print(f"{'ok  ' if good else 'FAIL'} {line}")

    def read(self, name):
        return json.loads((self.data / name).read_text())

    def coco_files(self, name, images, annotations, results, categories):
        """What pycocotools needs, written beside the database."""
        folder = Path(self.program.folder)
        for number, annotation in enumerate(annotations):
            annotation.update(id=number + 1, area=annotation["bbox"][2] * annotation["bbox"][3])
        (folder / f"{name}-truth.json").write_text(json.dumps(
            {"images": images, "annotations": annotations, "categories": categories}))
        (folder / f"{name}-results.json").write_text(json.dumps(results))
        return folder / f"{name}-truth.json", folder / f"{name}-results.json"

    def reference(self, truth, results):
        done = subprocess.run([self.python, str(REFERENCE), str(truth), str(results)],
                              capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise Failure(f"pycocotools: {done.stderr.strip().splitlines()[-1]}")
        return json.loads(done.stdout)

    def metrics(self, database, run):
        """The rows of all labels together and of each one, by label."""
        text = self.program.run(database, [f'SHOW METRICS OF RUN "{run}" GROUP BY label'], "jsonl")
        rows = [json.loads(line) for line in text.splitlines()]
        text = self.program.run(database, [f'SHOW METRICS OF RUN "{run}"'], "jsonl")
        return {"": json.loads(text.splitlines()[-1])} | {row["label"]: row for row in rows}

    def show(self, run, rows):
        print(f"     {run:14}{'annotations':>12}{'tp':>6}{'fp':>6}{'fn':>6}{'precision':>10}"
              f"{'recall':>8}{'ap':>8}{'ap50':>8}{'ap75':>8}")
        for label, row in rows.items():
            numbers = "".join(
                f"{row[name]:>{width}.3f}" if row.get(name) is not None else " " * width
                for name, width in (("precision", 10), ("recall", 8), ("ap", 8), ("ap50", 8),
                                    ("ap75", 8)))
            print(f"     {label or 'all':14}{row['annotations']:>12}{row['tp']:>6}{row['fp']:>6}"
                  f"{row['fn']:>6}{numbers}")

    def hold(self, what, rows, said):
        """All twelve figures, over all labels and of each."""
        worst, compared = 0.0, 0
        for label, figures in said.items():
            row = rows.get(label, {})
            for name in FIGURES:
                got, wanted = row.get(name), figures[name]
                compared += 1
                worst = max(worst, float((got is None) != (wanted is None)) if got is None
                            or wanted is None else abs(got - wanted))
        self.report(worst < 1e-6, f"{what}: {compared} figures, the greatest difference to "
                                  f"pycocotools is {worst:.1e}")


def check_frames(check):
    frames = check.read(FRAMES)
    check.program.run("frames", [f"IMPORT ITEMS FROM '{check.data / FRAMES}'",
                                 f"IMPORT ANNOTATIONS FROM '{check.data / FRAMES}'"], "csv")
    numbers = {frame["name"]: number for number, frame in enumerate(frames)}
    labels = sorted({label["category"] for frame in frames for label in frame["labels"]})
    ids = {label: number + 1 for number, label in enumerate(labels)}
    images = [{"id": number, "width": 1280, "height": 720} for number in numbers.values()]
    truth = [{"image_id": numbers[frame["name"]], "category_id": ids[label["category"]],
              "bbox": corners(boxes(label)), "iscrowd": int(label["attributes"]["Crowd"])}
             for frame in frames for label in frame["labels"]]
    for run, name in RUNS.items():
        check.program.run("frames", [
            f"IMPORT PREDICTIONS FROM '{check.data / name}' AS RUN \"{run}\"",
            f'EVALUATE RUN "{run}"'], "csv")
        found = check.read(name)
        if "labels" in found[0]:
            found = [label for frame in found for label in frame["labels"]]
        results = [{"image_id": numbers[label["name"].split("/")[-1]],
                    "category_id": ids[label["category"]], "bbox": corners(boxes(label)),
                    "score": label["score"]} for label in found if label["category"] in ids]
        categories = [{"id": number, "name": label} for label, number in ids.items()]
        files = check.coco_files(run, images, truth, results, categories)
        rows = check.metrics("frames", run)
        check.show(run, rows)
        check.hold(f"bdd100k, run {run}", rows, check.reference(*files))


def check_sample(check):
    # pycocotools lets the lower image id go first among equal confidences, the program the item
    # that was imported first.
    sample = check.read(TRUTH)
    sample["images"].sort(key=lambda image: image["id"])
    truth, results = Path(check.program.folder) / "coco.json", check.data / RESULTS
    truth.write_text(json.dumps(sample))
    check.program.run("coco", [f"IMPORT ITEMS FROM '{truth}'",
                               f"IMPORT ANNOTATIONS FROM '{truth}'",
                               f"IMPORT PREDICTIONS FROM '{results}' AS RUN \"fake\"",
                               'EVALUATE RUN "fake"'], "csv")
    said = check.reference(truth, results)
    rows = check.metrics("coco", "fake")
    check.show("fake", {"": rows[""]})
    check.hold("coco-sample", rows, said)
    check_published(check, rows[""], said[""])


def check_published(check, row, said):
    """The published figures are of a ground truth with crowds, which the sample leaves out. Those
    that pycocotools prints for the sample as well do not depend on them, and are held."""
    text = (check.data / PUBLISHED).read_text().split("type=bbox")[1].split("type=")[0]
    published = [float(number) for number in re.findall(r"= ([-\d.]+)$", text, re.M)]
    same = [name for name, value in zip(FIGURES, published) if f"{said[name]:.3f}" == f"{value:.3f}"]
    print(f"     published figures that pycocotools prints for this sample, too: {len(same)} of "
          f"{len(published)}")
    for name, value in zip(FIGURES, published):
        if name in same:
            check.report(f"{row[name]:.3f}" == f"{value:.3f}",
                         f"published {name}: {row[name]:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cupel", required=True)
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--python", default=sys.executable)
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="cupel-evaluation-")
    try:
        program = Program(str(Path(arguments.cupel).resolve()), folder)
        check = Check(program, arguments.data.resolve(), arguments.python)
        for part in (check_frames, check_sample):
            try:
                part(check)
            except Failure as failure:
                check.report(False, f"{part.__name__}: {failure}")
    finally:
        shutil.rmtree(folder)
    print(f"{check.passed} passed, {check.failed} failed")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
