"""Makes cases.json of this folder: what pycocotools makes of 200 random cases.

    pip install pycocotools numpy; python3 make.py

Cases have crowds, equal confidences, equal boxes, classes without ground truth or predictions,
images without either, more than 100 predictions of a class in an image, and areas at the edges of
COCO's ranges. Each has
  images, labels   how many
  truth            [image, label, x, y, width, height, area, crowd] each
  predictions      [image, label, confidence, x, y, width, height] each, in the order of the file
  bits             [matched, ignored] of each prediction: bit area * 10 + threshold; null beyond
                   the hundredth
  figures          the twelve of summarize, null for -1
  by_label         for each label AP, AP50, AR100 likewise
"""
import contextlib
import importlib.metadata
import io
import json
import random

import numpy
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

CASES = 200
SIZES = [(4, 30), (20, 60), (60, 160), (30, 33), (94, 98)]  # widths and heights are of one of these


def number(r, low, high):
    """Of whole, quarter or hundredth pixels: boxes of the first two kinds touch and tie."""
    value = r.uniform(low, high)
    return r.choice([float(round(value)), round(value * 4) / 4, round(value, 2)])


def random_box(r):
    low, high = r.choice(SIZES)
    return [number(r, 0, 200), number(r, 0, 200), max(1.0, number(r, low, high)),
            max(1.0, number(r, low, high))]


def near(r, box):
    """A box like another one, a little or a lot off, sometimes not at all."""
    off = r.choice([0, 0.02, 0.05, 0.1, 0.2, 0.4])
    x, y, width, height = box
    moved = [x + off * width * r.uniform(-1, 1), y + off * height * r.uniform(-1, 1),
             width * (1 + off * r.uniform(-1, 1)), height * (1 + off * r.uniform(-1, 1))]
    return [round(value, 2) for value in moved[:2]] + [max(0.25, round(v, 2)) for v in moved[2:]]


def truth_of(r, case):
    truth = []
    for image in range(case["images"]):
        for _ in range(r.choice([0, 1, 3, 6])):
            box = near(r, truth[-1][2:6]) if truth and r.random() < 0.25 else random_box(r)
            area = r.choice([box[2] * box[3], round(box[2] * box[3] * r.uniform(0.5, 1), 1),
                             1024.0 if r.random() < 0.2 else 500.0, 9216.0])
            truth.append([image, r.choice(case["of truth"]), *box, area, int(r.random() < 0.15)])
    return truth


def predictions_of(r, case, many):
    scores = r.choice([5, 20, 1000])  # how many different ones: few make ties
    score = lambda: round(r.randint(0, scores) / scores, 4)
    predictions = []
    for image, label, *box in (row[:6] for row in case["truth"]):
        for _ in range(r.choice([0, 1, 1, 2, 3])):
            other = label if r.random() < 0.85 else r.choice(case["of predictions"])
            predictions.append([image, other, score(), *near(r, box)])
    for image in range(case["images"]):
        for _ in range(r.choice([0, 0, 1, 3])):
            predictions.append([image, r.choice(case["of predictions"]), score(), *random_box(r)])
    if many and case["truth"]:
        for _ in range(r.randint(101, 130)):
            image, label, *box = case["truth"][r.randrange(min(3, len(case["truth"])))][:6]
            predictions.append([image, label, score(), *near(r, box)])
    r.shuffle(predictions)
    return predictions


def make_case(seed):
    r = random.Random(seed)
    case = {"images": r.randint(1, 7), "labels": r.randint(1, 5)}
    labels = range(case["labels"])
    case["of truth"] = [l for l in labels if r.random() < 0.8] or [0]
    case["of predictions"] = [l for l in labels if r.random() < 0.8] or [0]
    case["truth"] = truth_of(r, case)
    case["predictions"] = predictions_of(r, case, seed % 25 == 0) if seed % 40 != 7 else []
    del case["of truth"], case["of predictions"]
    return case


def coco_of(case, annotations):
    coco = COCO()
    coco.dataset = {"images": [{"id": i + 1} for i in range(case["images"])],
                    "categories": [{"id": l + 1} for l in range(case["labels"])],
                    "annotations": annotations}
    coco.createIndex()
    return coco


def evaluated(case):
    truth = coco_of(case, [
        {"id": at + 1, "image_id": row[0] + 1, "category_id": row[1] + 1, "bbox": row[2:6],
         "area": row[6], "iscrowd": row[7]} for at, row in enumerate(case["truth"])])
    rows = [{"image_id": row[0] + 1, "category_id": row[1] + 1, "score": row[2], "bbox": row[3:]}
            for row in case["predictions"]]
    evaluation = COCOeval(truth, truth.loadRes(rows) if rows else coco_of(case, []), "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    return evaluation


def bits_of(case, evaluation):
    bits = [None] * len(case["predictions"])
    ranges = [tuple(area) for area in evaluation.params.areaRng]
    for image in filter(None, evaluation.evalImgs):
        area = ranges.index(tuple(image["aRng"]))
        for at, prediction in enumerate(image["dtIds"]):
            entry = bits[prediction - 1] = bits[prediction - 1] or [0, 0]
            for threshold in range(10):
                bit = 1 << (area * 10 + threshold)
                entry[0] |= bit if image["dtMatches"][threshold, at] > 0 else 0
                entry[1] |= bit if image["dtIgnore"][threshold, at] else 0
    return bits


def or_null(figure):
    return None if figure == -1 else float(figure)


def mean(array):
    return None if (array == -1).all() else float(numpy.mean(array[array > -1]))


def main():
    cases = []
    for seed in range(CASES):
        case = make_case(seed)
        with contextlib.redirect_stdout(io.StringIO()):
            evaluation = evaluated(case)
        precision, recall = evaluation.eval["precision"], evaluation.eval["recall"]
        case["bits"] = bits_of(case, evaluation)
        case["figures"] = [or_null(figure) for figure in evaluation.stats]
        case["by_label"] = [[mean(precision[:, :, l, 0, 2]), mean(precision[0, :, l, 0, 2]),
                             mean(recall[:, l, 0, 2])] for l in range(case["labels"])]
        cases.append(json.dumps(case, separators=(",", ":")))
    version = importlib.metadata.version("pycocotools")
    with open("cases.json", "w", encoding="utf-8") as file:
        file.write(f'{{"pycocotools":"{version}","cases":[\n' + ",\n".join(cases) + "\n]}\n")


main()
