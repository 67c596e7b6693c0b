"""COCO's figures by the book: everything is matched again for each figure, in plain Python."""
AREAS = {"all": (0, 1e10), "small": (0, 1024), "medium": (1024, 9216), "large": (9216, 1e10)}
THRESHOLDS = [0.5 + 0.05 * n for n in range(9)] + [0.95]
EPSILON = 2.220446049250313e-16


def overlap(prediction, truth):
    width = min(prediction["x"] + prediction["w"], truth["x"] + truth["w"]) - max(
        prediction["x"], truth["x"])
    height = min(prediction["y"] + prediction["h"], truth["y"] + truth["h"]) - max(
        prediction["y"], truth["y"])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    own = prediction["w"] * prediction["h"]
    return both / (own if truth["crowd"] else own + truth["w"] * truth["h"] - both)


def match(predictions, truth, threshold, area="all"):
    """Of one item and label, by descending confidence: (prediction, matched, ignored, truth)."""
    low, high = AREAS[area]
    rows = [(bool(t["crowd"]) or not low <= t["area"] <= high, t) for t in truth]
    rows.sort(key=lambda row: row[0])
    taken = [False] * len(rows)
    out = []
    for p in sorted(predictions, key=lambda p: -p["confidence"]):
        best, at = min(threshold, 1 - 1e-10), None
        for n, (ignored, t) in enumerate(rows):
            if taken[n] and not t["crowd"]:
                continue
            if at is not None and not rows[at][0] and ignored:
                break
            iou = overlap(p, t)
            if iou >= best:
                best, at = iou, n
        if at is None:
            out.append((p, False, not low <= p["w"] * p["h"] <= high, None))
        else:
            taken[at] = True
            out.append((p, True, rows[at][0], rows[at][1]))
    return out


def of(rows, item, label):
    return [row for row in rows if row["item"] == item and row["label"] == label]


class Naive:
    """`predictions` and `truth` are rows {item, label, x, y, w, h, area, crowd, confidence}, where
    an item is its number; `labels` are looked at each by itself."""

    def __init__(self, predictions, truth):
        self.predictions, self.truth = predictions, truth
        self.items = sorted({row["item"] for row in predictions + truth})
        self.labels = sorted({row["label"] for row in predictions + truth})

    def ranked(self, label, threshold, area, most):
        """(confidence, matched) by descending confidence, without what is ignored."""
        found = []
        for item in self.items:
            first = sorted(of(self.predictions, item, label), key=lambda p: -p["confidence"])[:100]
            pairs = match(first, of(self.truth, item, label), threshold, area)
            found += [(p["confidence"], hit) for p, hit, out, _ in pairs[:most] if not out]
        return sorted(found, key=lambda pair: -pair[0])

    def positives(self, label, area="all"):
        low, high = AREAS[area]
        return sum(t["label"] == label and not t["crowd"] and low <= t["area"] <= high
                   for t in self.truth)

    @staticmethod
    def points(ranked, positives):
        """Precision at 101 points of recall, and the recall that is reached."""
        recalls, precisions, hits = [], [], 0
        for n, (_, hit) in enumerate(ranked):
            hits += hit
            recalls.append(hits / positives)
            precisions.append(hits / (n + 1 + EPSILON))
        for n in range(len(precisions) - 1, 0, -1):
            precisions[n - 1] = max(precisions[n - 1], precisions[n])
        out, at = [], 0
        for point in range(101):
            while at < len(recalls) and recalls[at] < point * 0.01:
                at += 1
            out.append(precisions[at] if at < len(recalls) else 0.0)
        return out, recalls[-1] if recalls else 0.0

    def figure(self, labels, thresholds, area="all", most=100, recall=False):
        values = []
        for label in labels:
            positives = self.positives(label, area)
            if positives == 0:
                continue
            for threshold in thresholds:
                points, reached = self.points(self.ranked(label, threshold, area, most), positives)
                values.append(reached if recall else sum(points) / 101)
        return sum(values) / len(values) if values else None

    def twelve(self, labels=None):
        labels = labels or self.labels
        figures = {"ap": self.figure(labels, THRESHOLDS),
                   "ap50": self.figure(labels, THRESHOLDS[:1]),
                   "ap75": self.figure(labels, THRESHOLDS[5:6])}
        for most in (1, 10, 100):
            figures[f"ar{most}"] = self.figure(labels, THRESHOLDS, most=most, recall=True)
        for area in ("small", "medium", "large"):
            figures[f"ap_{area}"] = self.figure(labels, THRESHOLDS, area)
            figures[f"ar_{area}"] = self.figure(labels, THRESHOLDS, area, recall=True)
        return figures

    def counts(self, labels=None, threshold=0.5, confidence=0.0):
        """Right and wrong by the rule coco, without a limit of predictions."""
        tp = fp = ignored = positives = 0
        for label in labels or self.labels:
            positives += self.positives(label)
            for item in self.items:
                for p, hit, out, _ in match(of(self.predictions, item, label),
                                            of(self.truth, item, label), threshold):
                    if p["confidence"] >= confidence:
                        tp, fp, ignored = (tp + (hit and not out), fp + (not hit and not out),
                                           ignored + out)
        return {"annotations": positives, "predictions": tp + fp + ignored, "tp": tp, "fp": fp,
                "fn": positives - tp, "precision": tp / (tp + fp) if tp + fp else None,
                "recall": tp / positives if positives else None}
