"""pycocotools loads what is exported as COCO, and finds the figures that the program finds."""
import contextlib
import io
import json
import pathlib
import random
import unittest
import warnings

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

import place

ROWS = place.ROOT / "tests" / "data" / "exports" / "rows.jsonl"
LABELS = ["car", "bus", "person"]
FIGURES = ["ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large",
           "ar1", "ar10", "ar100", "ar_small", "ar_medium", "ar_large"]


def quiet(function, *arguments):
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of numpy, as pycocotools calls it
        return function(*arguments)


class CocoFiles(place.DatabaseTest):
    def export(self, query, name, options=""):
        self.db.execute(f"EXPORT {query} TO '{self.path(name)}' FORMAT coco {options}")
        return self.path(name)

    def fill(self):
        """Boxes near boxes, some of them crowds, on images some of which have numbers."""
        chance = random.Random(4)
        items = []
        for number in range(60):
            item = {"reference_id": f"{number}.jpg", "width": 640, "height": 480, "annotations": [],
                    "predictions": {"model": []}}
            if number % 3 == 0:
                item["metadata"] = {"coco_id": 1000 - number}
            for _ in range(chance.randrange(8)):
                box = {"x": chance.randrange(500), "y": chance.randrange(400),
                       "width": chance.randrange(4, 140), "height": chance.randrange(4, 80)}
                label = chance.choice(LABELS)
                item["annotations"].append({"label": label, "geometry": box,
                                            "metadata": {"iscrowd": int(chance.random() < 0.1)}})
                moved = {key: value + chance.choice([-2, 0, 1, 4]) for key, value in box.items()}
                item["predictions"]["model"].append({
                    "label": chance.choice([label, label, label, *LABELS]), "geometry": moved,
                    "confidence": chance.random()})
            items.append(item)
        lines = pathlib.Path(self.path("items.jsonl"))
        lines.write_text("".join(json.dumps(item) + "\n" for item in items))
        self.db.execute(f"IMPORT ITEMS FROM '{lines}'")

    def test_figures_are_those_of_the_program(self):
        self.fill()
        truth = quiet(COCO, self.export("FROM items", "truth.json"))
        results = quiet(truth.loadRes, self.export("FROM predictions(model)", "results.json"))
        evaluation = COCOeval(truth, results, "bbox")
        quiet(evaluation.evaluate)
        quiet(evaluation.accumulate)
        quiet(evaluation.summarize)
        self.db.execute('EVALUATE RUN "model"')
        *_, own = self.db.query('SHOW METRICS OF RUN "model"')
        for name, value in zip(FIGURES, evaluation.stats):
            self.assertAlmostEqual(own[name], value, 6, name)
        self.assertGreater(own["ap"], 0.1)

    def test_every_kind_of_row(self):
        self.db.execute(f"IMPORT ITEMS FROM '{ROWS}'")
        truth = quiet(COCO, self.export("FROM items", "truth.json"))
        self.assertEqual(len(truth.imgs), 4)
        self.assertEqual(len(truth.anns), 9)
        self.assertEqual({each["name"] for each in truth.loadCats(truth.getCatIds())},
                         {"bus", "car", "person", "road"})
        car, = truth.loadAnns([12])
        self.assertEqual((car["bbox"], car["area"], car["iscrowd"]), ([10, 20.5, 100, 50], 5000, 0))
        road, = truth.loadAnns(truth.getAnnIds(catIds=truth.getCatIds(["road"])))
        self.assertGreater(quiet(truth.annToMask, road).sum(), 20000)
        self.assertEqual(road["area"], 25600)
        mask, = [each for each in truth.anns.values() if isinstance(each.get("segmentation"), dict)]
        self.assertEqual(quiet(truth.annToMask, mask).sum(), 5)
        for run in "large", "small":
            results = quiet(truth.loadRes, self.export(f"FROM predictions({run})", "results.json"))
            self.assertGreater(len(results.anns), 0)
            quiet(COCO, self.export(f"FROM predictions({run})", "run.json", "(what = dataset)"))


if __name__ == "__main__":
    unittest.main()
