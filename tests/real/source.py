"""The source files as plain Python rows: what each answer is computed from."""
import json
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Box:
    """An annotation or a prediction; `w` and `h` are missing where the file has no box."""
    item: "Item"
    label: str
    id: str | None
    x: float | None = None
    y: float | None = None
    w: float | None = None
    h: float | None = None
    confidence: float | None = None
    meta: dict = field(default_factory=dict)
    type: str = "box"

    @property
    def area(self):
        return None if self.w is None else self.w * self.h


@dataclass
class Item:
    ref: str
    meta: dict
    width: int | None = None
    height: int | None = None
    location: str | None = None
    annotations: list = field(default_factory=list)
    runs: dict = field(default_factory=dict)

    def n(self, label):
        """How many annotations have the label."""
        return sum(box.label == label for box in self.annotations)

    def seen(self, run, label=None):
        """How many predictions of a run have the label, or any."""
        return sum(label in (None, box.label) for box in self.runs.get(run, []))


class Dataset:
    """Items in file order; objects in the order in which their file names them."""

    def __init__(self, items):
        self.items = items
        self.annotations = []
        self.runs = {}

    def add(self, box, run=None):
        if run is None:
            self.annotations.append(box)
            box.item.annotations.append(box)
        else:
            self.runs.setdefault(run, []).append(box)
            box.item.runs.setdefault(run, []).append(box)

    def by_item(self):
        """The same rows in the order of an export: objects as their items come."""
        result = Dataset(self.items)
        result.annotations = [box for item in self.items for box in item.annotations]
        result.runs = {run: [box for item in self.items for box in item.runs.get(run, [])]
                       for run in self.runs}
        return result


def read(path):
    return json.loads(Path(path).read_text())


def scalar(members):
    return {key: value for key, value in members.items()
            if value is not None and not isinstance(value, (list, dict))}


def bdd_box(item, label):
    corners = label.get("box2d") or {}
    if "bbox" in label:
        corners = dict(zip(("x1", "y1", "x2", "y2"), label["bbox"]))
    size = {}
    if corners:
        size = {"x": corners["x1"], "y": corners["y1"],
                "w": corners["x2"] - corners["x1"], "h": corners["y2"] - corners["y1"]}
    known = ("id", "category", "attributes", "box2d", "bbox", "score", "name", "videoName", "poly2d")
    others = {key: value for key, value in label.items() if key not in known}
    return Box(item, label["category"], str(label["id"]), **size, confidence=label.get("score"),
               meta=scalar(others) | scalar(label.get("attributes") or {}),
               type="box" if corners else "polygon")


def bdd_frames(*paths):
    """Frames with labels. A label whose id its frame has already is ignored by the import."""
    dataset = Dataset([])
    for frame in (frame for path in paths for frame in read(path)):
        others = {key: value for key, value in frame.items()
                  if key not in ("name", "labels", "attributes")}
        item = Item(frame["name"], scalar(others) | (frame.get("attributes") or {}))
        dataset.items.append(item)
        taken = set()
        for label in frame.get("labels") or []:
            if label["id"] not in taken:
                dataset.add(bdd_box(item, label))
            taken.add(label["id"])
    return dataset


def add_bdd_run(dataset, run, path):
    """Detections one by one, or tracks by frame; their names carry the video before a slash."""
    by_name = {item.ref: item for item in dataset.items}
    for element in read(path):
        item = by_name[element["name"].rpartition("/")[2]]
        for label in element.get("labels", [element]):
            dataset.add(bdd_box(item, label), run)


def coco_box(element, item, labels):
    x, y, w, h = element["bbox"]
    meta = {key: element[key] for key in ("category_id", "iscrowd") if key in element}
    return Box(item, labels[element["category_id"]], str(element["id"]) if "id" in element else None,
               x, y, w, h, confidence=element.get("score"), meta=meta)


def coco(truth, results, run):
    document = read(truth)
    by_id = {}
    for image in document["images"]:
        others = {key: value for key, value in image.items()
                  if key not in ("id", "file_name", "width", "height", "coco_url")}
        by_id[image["id"]] = Item(image["file_name"], {"coco_id": image["id"]} | others,
                                  image["width"], image["height"], image["coco_url"])
    labels = {category["id"]: category["name"] for category in document["categories"]}
    dataset = Dataset(list(by_id.values()))
    for element in document["annotations"]:
        dataset.add(coco_box(element, by_id[element["image_id"]], labels))
    for element in read(results)["annotations"]:
        dataset.add(coco_box(element, by_id[element["image_id"]], labels), run)
    return dataset


def names(*paths):
    return Dataset([Item(name, {}) for path in paths for name in Path(path).read_text().split("\n")
                    if name])
