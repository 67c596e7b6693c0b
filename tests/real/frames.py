"""Questions on one video of BDD100K: ground truth, a detector and a tracker."""
import re

from case import boxes, groups, items, predictions, table

DET, TRK = "detector", "tracker"
det, trk = f'predictions("{DET}")', f'predictions("{TRK}")'


def some(item, holds):
    return any(map(holds, item.annotations))


def total(rows, label):
    return sum(box.area for box in rows if box.label == label)


COUNTS = [
    items("annotations.count = 0", lambda i: not i.annotations),
    items("annotations.count > 20", lambda i: len(i.annotations) > 20),
    items("annotations.bus = 1", lambda i: i.n("bus") == 1),
    items("annotations.”bus” > 0 -- as pasted", lambda i: i.n("bus") > 0),
    items("annotations.car.count BETWEEN 10 AND 12", lambda i: 10 <= i.n("car") <= 12),
    items("annotations.box.car >= 18", lambda i: i.n("car") >= 18),
    items("annotations.polygon.count = 0 and annotations.police_car = 0", lambda i: True),
    items("annotations.truck + annotations.bus >= 2", lambda i: i.n("truck") + i.n("bus") >= 2),
    items("annotations.pedestrian % 2 = 0", lambda i: i.n("pedestrian") % 2 == 0),
    items("annotations.rider = annotations.motorcycle AND annotations.rider >= 1",
          lambda i: i.n("rider") == i.n("motorcycle") >= 1),
    items("annotations.car / 2 > 8 AND NOT annotations.bus > 0",
          lambda i: i.n("car") > 16 and not i.n("bus")),
    items("-annotations.car < -(2 * annotations.truck + 18)",
          lambda i: i.n("car") > 2 * i.n("truck") + 18),
    items("annotations.bus > 0 OR annotations.truck > 0 AND metadata.index < 40",
          lambda i: i.n("bus") > 0 or i.n("truck") > 0 and i.meta["index"] < 40),
    items("(annotations.bus > 0 OR annotations.truck > 0) AND metadata.index < 60",
          lambda i: i.n("bus") + i.n("truck") > 0 and i.meta["index"] < 60),
]

EXISTENTIAL = [
    items("annotations.metadata.Crowd = true", lambda i: some(i, lambda b: b.meta["Crowd"])),
    items("annotations.metadata.Crowd != true", lambda i: not some(i, lambda b: b.meta["Crowd"])),
    items("annotations.label IN (bus, truck)",
          lambda i: some(i, lambda b: b.label in ("bus", "truck"))),
    items("annotations.label ILIKE 'PED%'",
          lambda i: some(i, lambda b: b.label.startswith("ped"))),
    items("annotations.car.Truncated = true", lambda i: some(
        i, lambda b: b.label == "car" and b.meta["Truncated"])),
    items("annotations.dimensions.x / annotations.dimensions.y > 4",
          lambda i: some(i, lambda b: b.w / b.h > 4)),
    items("annotations.dimensions.x < 10 AND annotations.dimensions.y < 10",
          lambda i: some(i, lambda b: b.w < 10 and b.h < 10)),
    items("(annotations.dimensions.x < 10) AND (annotations.dimensions.y < 10)",
          lambda i: some(i, lambda b: b.w < 10) and some(i, lambda b: b.h < 10)),
    items("annotations.car.Truncated = true AND annotations.car.Occluded = true",
          lambda i: some(i, lambda b: b.label == "car" and b.meta["Truncated"] and b.meta["Occluded"])),
    items("annotations.label = pedestrian AND annotations.area > 2000 AND annotations.count > 15",
          lambda i: len(i.annotations) > 15 and some(
              i, lambda b: b.label == "pedestrian" and b.area > 2000)),
    items("annotations.area > 30000 AND annotations.metadata.Truncated != true",
          lambda i: some(i, lambda b: b.area > 3e4) and not some(i, lambda b: b.meta["Truncated"])),
]

COLLECTIONS = [
    items("annotations[label = car AND metadata.Occluded = false].count >= 5",
          lambda i: sum(b.label == "car" and not b.meta["Occluded"] for b in i.annotations) >= 5),
    items("annotations[NOT metadata.Occluded = true AND area > 50000]",
          lambda i: some(i, lambda b: not b.meta["Occluded"] and b.area > 50000)),
    items("annotations.max(area) > 60000",
          lambda i: max((b.area for b in i.annotations), default=0) > 6e4),
    items("annotations[label = pedestrian].min(dimensions.y) < 20",
          lambda i: min((b.h for b in i.annotations if b.label == "pedestrian"), default=99) < 20),
    items("annotations.avg(dimensions.x) > 80", lambda i: bool(i.annotations)
          and sum(b.w for b in i.annotations) / len(i.annotations) > 80),
    items(f"{trk}[label = car].sum(area) > annotations[label = car].sum(area)",
          lambda i: i.seen(TRK, "car") and i.n("car")
          and total(i.runs[TRK], "car") > total(i.annotations, "car")),
    table("SELECT reference_id, annotations[label = bus].max(area) AS a, annotations.min(position.x)"
          " WHERE annotations.truck > 0", lambda d: [
              [i.ref, max((b.area for b in i.annotations if b.label == "bus"), default=None),
               min(b.x for b in i.annotations)] for i in d.items if i.n("truck")]),
]

ITEM_FIELDS = [
    items('metadata.review_status != "rejected" AND metadata.review_status != "accepted"',
          lambda i: True),
    items("metadata.review_status = rejected", lambda i: False),
    items("metadata.weather IS MISSING AND metadata.index IS NOT NULL", lambda i: True),
    items("metadata.index IN (0, 5, 201, 999)", lambda i: i.meta["index"] in (0, 5, 201)),
    items("metadata.index BETWEEN 10 AND 14", lambda i: 10 <= i.meta["index"] <= 14),
    items("NOT metadata.index NOT BETWEEN 10 AND 14", lambda i: 10 <= i.meta["index"] <= 14),
    items("metadata.video_name = \"b1c66a42-6f7d68ca\" AND metadata.index % 25 = 0",
          lambda i: i.meta["index"] % 25 == 0),
    items("metadata.index / 0 > 1 OR metadata.index % 0 = 0", lambda i: False),
    items("reference_id LIKE '%-000001_.jpg'", lambda i: re.search(r"-000001.\.jpg$", i.ref)),
    items(r"ref_id ~ '-00000[0-9]7\.jpg$'", lambda i: re.search(r"-00000\d7\.jpg$", i.ref)),
    items("reference_id NOT LIKE '%1%' OR metadata.index = 3", lambda i: i.meta["index"] == 3),
]

RUNS = [
    items(f"{det}.car > annotations.car + 8", lambda i: i.seen(DET, "car") > i.n("car") + 8),
    items(f"{trk}.count >= {det}.count - 1", lambda i: i.seen(TRK) >= i.seen(DET) - 1),
    items(f"{det}.train > 0 AND annotations.train = 0",
          lambda i: i.seen(DET, "train") and not i.n("train")),
    items(f"{det}[confidence > 0.3].count > annotations.count",
          lambda i: sum(b.confidence > 0.3 for b in i.runs[DET]) > len(i.annotations)),
    items(f"{det}.confidence > 0.5 AND {det}.label = bicycle",
          lambda i: any(b.confidence > 0.5 and b.label == "bicycle" for b in i.runs[DET])),
    items("predictions.pedestrian = 0 AND annotations.pedestrian > 0",
          lambda i: i.n("pedestrian") and not i.seen(TRK, "pedestrian"), f'USE RUN "{TRK}"'),
    table(f"SELECT reference_id, {det}.car AS d, {trk}.car AS t, {det}.car - {trk}.car AS more"
          " ORDER BY more DESC, d LIMIT 7 OFFSET 2", lambda d: [
              [i.ref, i.seen(DET, "car"), i.seen(TRK, "car"), i.seen(DET, "car") - i.seen(TRK, "car")]
              for i in sorted(d.items, key=lambda i: (i.seen(TRK, "car") - i.seen(DET, "car"),
                                                      i.seen(DET, "car")))[2:9]]),
    predictions(DET, "confidence > 0.9 AND label != car", lambda b: b.confidence > 0.9
                and b.label != "car"),
    predictions(DET, "confidence > 0.95 AND item.annotations.count < 12",
                lambda b: b.confidence > 0.95 and len(b.item.annotations) < 12),
    predictions(TRK, "dimensions.x > item.metadata.index * 3 AND label IN (truck, rider)",
                lambda b: b.w > b.item.meta["index"] * 3 and b.label in ("truck", "rider")),
]

OBJECTS = [
    boxes("label = car AND metadata.Occluded = false AND area > 60000",
          lambda b: b.label == "car" and not b.meta["Occluded"] and b.area > 60000),
    boxes("position.x + dimensions.x >= 1279.5", lambda b: b.x + b.w >= 1279.5),
    boxes("dimensions.x > dimensions.y * 3", lambda b: b.w > b.h * 3),
    boxes("annotations.bus > 0 AND label = bus", lambda b: b.label == "bus"),
    boxes("item.metadata.index < 3 AND object.metadata.Truncated = 1",
          lambda b: b.item.meta["index"] < 3 and b.meta["Truncated"]),
    boxes("annotation_id LIKE '%3' AND confidence IS MISSING AND type = box AND label ~ '^(bus|truck)$'",
          lambda b: b.id.endswith("3") and b.label in ("bus", "truck")),
    boxes(f"label = truck AND item.{det}.truck = 0",
          lambda b: b.label == "truck" and not b.item.seen(DET, "truck")),
    table("SELECT reference_id, label, confidence FROM objects WHERE label IN (bus, motorcycle)",
          lambda d: [[b.item.ref, b.label, b.confidence]
                     for rows in (d.annotations, d.runs[DET], d.runs[TRK]) for b in rows
                     if b.label in ("bus", "motorcycle")]),
    table("SELECT annotation_id, position.x, position.y, dimensions.x, dimensions.y, area"
          " FROM annotations ORDER BY area DESC LIMIT 50 OFFSET 10",
          lambda d: [[b.id, b.x, b.y, b.w, b.h, b.area]
                     for b in sorted(d.annotations, key=lambda b: -b.area)[10:60]]),
]


def by_label(rows):
    return sorted(groups(rows, lambda b: b.label).items(), key=lambda g: (-len(g[1]), g[0]))


GROUPS = [
    table("SELECT label, count(), sum(area), avg(dimensions.x) AS w, min(area), max(area)"
          " FROM annotations GROUP BY label ORDER BY count() DESC, label", lambda d: [
              [label, len(rows), sum(b.area for b in rows), sum(b.w for b in rows) / len(rows),
               min(b.area for b in rows), max(b.area for b in rows)]
              for (label,), rows in by_label(d.annotations)]),
    table(f"SELECT label, count(confidence > 0.5) AS sure FROM {det} GROUP BY label"
          " HAVING count() > 100 ORDER BY count() DESC, label", lambda d: [
              [label, sum(b.confidence > 0.5 for b in rows)]
              for (label,), rows in by_label(d.runs[DET]) if len(rows) > 100]),
    table("SELECT bucket(area, 5000) AS a, count() FROM annotations WHERE label = car"
          " GROUP BY bucket(area, 5000) ORDER BY a", lambda d: [
              [key * 5000, len(rows)] for (key,), rows in sorted(groups(
                  [b for b in d.annotations if b.label == "car"], lambda b: b.area // 5000).items())]),
    table("SELECT metadata.Occluded, metadata.Truncated, count() AS n FROM annotations"
          " GROUP BY metadata.Occluded, metadata.Truncated ORDER BY n", lambda d: sorted(
              ([*key, len(rows)] for key, rows in groups(
                  d.annotations, lambda b: b.meta["Occluded"], lambda b: b.meta["Truncated"]).items()),
              key=lambda row: row[2])),
    table("SELECT annotations.count AS n, count() GROUP BY annotations.count ORDER BY n DESC LIMIT 5",
          lambda d: [[n, len(rows)] for (n,), rows in sorted(
              groups(d.items, lambda i: len(i.annotations)).items(), reverse=True)[:5]]),
    table(f"SELECT count(), avg(confidence), max(confidence) - min(confidence) FROM {trk}"
          " WHERE label = car", lambda d: [(lambda c: [len(c), sum(c) / len(c), max(c) - min(c)])(
              [b.confidence for b in d.runs[TRK] if b.label == "car"])]),
    table("SELECT count(), sum(area), min(label) FROM annotations WHERE label = zebra",
          lambda d: [[0, None, None]]),
    table("SELECT count() SAMPLE 17 SEED 4", lambda d: [[17]]),
]

CASES = (COUNTS + EXISTENTIAL + COLLECTIONS + ITEM_FIELDS + RUNS + OBJECTS + GROUPS)
