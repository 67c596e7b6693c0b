"""Slices, changes and exports on a copy of the frames; the cases run in this order, each in its
own process, and keep `data` in step by hand."""
from case import boxes, items, table

SLICES = [
    items("slice = buses", lambda i: i.n("bus"), "CREATE SLICE buses AS annotations.bus > 0"),
    items("slice = crowded AND slice != buses",
          lambda i: len(i.annotations) > 20 and not i.n("bus"),
          "CREATE LIVE SLICE crowded AS annotations.count > 20"),
    items("slice IN (buses, crowded)", lambda i: i.n("bus") or len(i.annotations) > 20),
    boxes("slice = near", lambda b: b.area > 20000,
          "CREATE SLICE near AS FROM annotations WHERE area > 20000"),
    items("slice = few", lambda i: i.meta["index"] in (0, 7, 9),
          'CREATE SLICE few FROM ("b1c66a42-6f7d68ca-0000001.jpg", "b1c66a42-6f7d68ca-0000010.jpg")',
          "INSERT INTO SLICE few metadata.index = 7"),
    items("slice = some", lambda i: i.meta["index"] in (0, 9),
          "DELETE FROM SLICE few metadata.index = 7", "RENAME SLICE few TO some"),
    boxes("slice = buses AND label = rider", lambda b: b.item.n("bus") and b.label == "rider"),
    table("SHOW SLICES", lambda d: [
        ["buses", "static", "items"], ["crowded", "live", "items"], ["near", "static", "objects"],
        ["some", "static", "items"]]),
]


def relabel(data):
    for box in data.annotations:
        if box.label == "truck" and box.area > 4000:
            box.label = "lorry"


def mark(data):
    for item in data.items:
        if item.n("bus"):
            item.meta["note"], item.meta["boxes"] = "bus", len(item.annotations)


def forget(data, keep):
    """Deletes items and their objects."""
    data.items = [item for item in data.items if keep(item)]
    data.annotations = [box for box in data.annotations if keep(box.item)]
    data.runs = {run: [box for box in rows if keep(box.item)] for run, rows in data.runs.items()}


def drop(data, gone):
    data.annotations = [box for box in data.annotations if not gone(box)]
    for item in data.items:
        item.annotations = [box for box in item.annotations if not gone(box)]


# The statement that changes the copy, what it does to the rows, and the questions asked after it.
CHANGES = [
    ("UPDATE annotations SET label = lorry WHERE label = truck AND area > 4000", relabel, [
        boxes("label = lorry", lambda b: b.label == "lorry"),
        items("annotations.lorry > 0 OR annotations.truck > 0",
              lambda i: i.n("lorry") + i.n("truck") > 0)]),
    ('UPDATE items SET metadata.note = "bus", metadata.boxes = annotations.count'
     " WHERE annotations.bus > 0", mark, [
         table("SELECT reference_id, metadata.boxes WHERE metadata.note = bus",
               lambda d: [[i.ref, i.meta["boxes"]] for i in d.items if i.meta.get("note")]),
         items('metadata.note != "bus"', lambda i: not i.meta.get("note"))]),
    ("UPDATE items SET metadata.boxes = MISSING WHERE metadata.boxes < 25",
     lambda data: [i.meta.pop("boxes") for i in data.items if i.meta.get("boxes", 99) < 25], [
         items("metadata.boxes IS NOT MISSING", lambda i: "boxes" in i.meta)]),
    ("DELETE FROM annotations WHERE metadata.Crowd = true",
     lambda data: drop(data, lambda b: b.meta["Crowd"]), [
         items("annotations.count > 20", lambda i: len(i.annotations) > 20),
         items("slice = crowded", lambda i: len(i.annotations) > 20),
         table("SELECT count() FROM annotations", lambda d: [[len(d.annotations)]])]),
    ("DELETE FROM items WHERE metadata.index >= 100",
     lambda data: forget(data, lambda i: i.meta["index"] < 100), [
         items("slice = buses", lambda i: i.meta.get("note")),
         boxes("slice = near", lambda b: b.area > 20000),
         table("SELECT count() FROM objects", lambda d: [
             [len(d.annotations) + sum(map(len, d.runs.values()))]])]),
]
