"""Prints what pycocotools says of a ground truth and a list of results, both COCO files, as JSON:
the twelve figures over all categories and of each one.

coco_reference.py TRUTH RESULTS"""
import contextlib
import io
import json
import sys

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

NAMES = ["ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large",
         "ar1", "ar10", "ar100", "ar_small", "ar_medium", "ar_large"]


def figures(truth, results, categories):
    evaluation = COCOeval(truth, results, "bbox")
    evaluation.params.catIds = categories
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    # -1: there is nothing to find.
    return {name: None if value < 0 else float(value)
            for name, value in zip(NAMES, evaluation.stats)}


def main():
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(sys.argv[1])
        results = truth.loadRes(sys.argv[2])
        said = {"": figures(truth, results, truth.getCatIds())}
        for category in truth.loadCats(truth.getCatIds()):
            said[category["name"]] = figures(truth, results, [category["id"]])
    json.dump(said, sys.stdout)


main()
