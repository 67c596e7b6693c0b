#!/usr/bin/env python3
"""Kills EVALUATE at random moments and looks at what is left: all of it, or nothing.

    evaluation_kill_test.py --cupel PROGRAM [--rounds N] [--seed S]

twins.py says how. Between the kills labels change and rows come and go, so that each evaluation
writes something else.
"""
import json
import sys

import twins

LABELS = ["bus", "car", "person"]
ITEMS, OBJECTS = 300, 20
RULES = ["RULE coco", "RULE nucleus IOU 0.4", "CLASS AGNOSTIC", "RULE optimal CONFIDENCE 0.3"]


def state(place):
    """Whole rows with their objects and what was found of them, and figures from what is hidden."""
    rows = place.rows("SHOW RUNS", "reference_id IS NOT MISSING")
    if any(row.get("evaluation") in ("evaluated", "stale") for row in rows):
        rows += place.rows("SHOW METRICS OF RUN r GROUP BY label")
    return rows


class Tour(twins.Twins):
    def box(self, name, number, near=None):
        x, y = near or (self.chance.randrange(0, 900), self.chance.randrange(0, 900))
        return {"reference_id": name, "annotation_id": f"{name}-{number}",
                "label": self.chance.choice(LABELS),
                "geometry": {"x": x + self.chance.randrange(-9, 9), "y": y, "width": 60,
                             "height": 40}}

    def predictions(self, name, objects):
        return [self.box(name, f"p{number}", (one["geometry"]["x"], one["geometry"]["y"])) |
                {"label": one["label"], "confidence": self.chance.randrange(100) / 100}
                for number, one in enumerate(objects)]

    def setup(self):
        names = [f"i{n:03}" for n in range(ITEMS)]
        truth = {name: [self.box(name, number) for number in range(OBJECTS)] for name in names}
        self.lines("items.jsonl", [{"reference_id": name} for name in names])
        self.lines("truth.jsonl", sum(truth.values(), []))
        self.lines("run.jsonl", sum((self.predictions(*each) for each in truth.items()), []))
        self.both("IMPORT ITEMS FROM 'items.jsonl'", "IMPORT ANNOTATIONS FROM 'truth.jsonl'",
                  "IMPORT PREDICTIONS FROM 'run.jsonl' AS RUN r")

    def lines(self, name, records):
        self.write(name, "".join(json.dumps(record) + "\n" for record in records))

    def round(self, number):
        again = LABELS[number % 3]
        self.both(f"UPDATE annotations SET label = {again} WHERE annotation_id LIKE '%-{number}'",
                  f"DELETE FROM predictions(r) WHERE annotation_id LIKE '%-p{number}'")
        self.killed(f"EVALUATE RUN r {RULES[number % len(RULES)]}")


if __name__ == "__main__":
    sys.exit(twins.lead(Tour, state, "evaluation", rounds=12, seed=20240611))
