"""Questions on COCO images, on the names of all BDD100K images, and on single frames of 2018."""
import re

from case import boxes, groups, items, predictions, table

COCO = [
    items('annotations."traffic light" >= 2', lambda i: i.n("traffic light") >= 2),
    items("annotations.'dining table'.count + annotations.\"potted plant\" > 1",
          lambda i: i.n("dining table") + i.n("potted plant") > 1),
    items("width > item.height AND annotations.person > 3", lambda i: i.width > i.height
          and i.n("person") > 3),
    items("width * height < 200000", lambda i: i.width * i.height < 200000),
    items("image_location LIKE 'http://%/COCO_val2014_0000000001%'",
          lambda i: "COCO_val2014_0000000001" in i.location),
    items("metadata.coco_id IN (42, 73, 74) OR metadata.license = 5",
          lambda i: i.meta["coco_id"] in (42, 73, 74) or i.meta["license"] == 5),
    items("metadata.date_captured BETWEEN \"2013-11-16\" AND \"2013-11-18 12:00:00\"",
          lambda i: "2013-11-16" <= i.meta["date_captured"] <= "2013-11-18 12:00:00"),
    items("predictions.count = 0", lambda i: not i.seen("fake")),
    items("predictions.person > annotations.person", lambda i: i.seen("fake", "person")
          > i.n("person")),
    items("annotations.area > item.width * item.height / 2",
          lambda i: any(b.area > i.width * i.height / 2 for b in i.annotations)),
    items("annotations.metadata.iscrowd = 0 AND annotations.metadata.iscrowd != 1",
          lambda i: i.annotations),
    boxes("position.x + dimensions.x > item.width - 0.5",
          lambda b: b.x + b.w > b.item.width - 0.5),
    boxes("label IN ('wine glass', 'cell phone') AND area < 32 * 32",
          lambda b: b.label in ("wine glass", "cell phone") and b.area < 1024),
    boxes("annotation_id = 1774 OR metadata.category_id = 90",
          lambda b: b.meta["category_id"] == 90),
    predictions("fake", "confidence >= 0.5 AND label LIKE '%e'",
                lambda b: b.confidence >= 0.5 and b.label.endswith("e")),
    table("SELECT label, count() AS n FROM annotations GROUP BY label HAVING n >= 10"
          " ORDER BY n DESC, label LIMIT 9 OFFSET 1", lambda d: [
              [label, len(rows)] for (label,), rows in sorted(
                  groups(d.annotations, lambda b: b.label).items(),
                  key=lambda g: (-len(g[1]), g[0])) if len(rows) >= 10][1:10]),
    table("SELECT item.metadata.license AS l, bucket(confidence, 0.25) AS c, count() FROM predictions"
          " GROUP BY item.metadata.license, bucket(confidence, 0.25) ORDER BY l, c", lambda d: [
              [l, c * 0.25, len(rows)] for (l, c), rows in sorted(groups(
                  d.runs["fake"], lambda b: b.item.meta["license"],
                  lambda b: b.confidence // 0.25).items())]),
]


def sorted_refs(data):
    return sorted(item.ref for item in data.items)


NAMES = [
    table("SELECT count(), count(annotations.count = 0), max(reference_id)",
          lambda d: [[100000, 100000, max(i.ref for i in d.items)]]),
    items("reference_id LIKE 'b1c%'", lambda i: i.ref.startswith("b1c")),
    items("reference_id LIKE '%68ca'", lambda i: i.ref.endswith("68ca")),
    items("reference_id LIKE '0000f77c-6257be5_'", lambda i: re.match("0000f77c-6257be5.$", i.ref)),
    items("reference_id ~ '^c[a-c][0-9]{2}'", lambda i: re.match("c[a-c][0-9]{2}", i.ref)),
    items("reference_id ILIKE 'CABC3%'", lambda i: i.ref.startswith("cabc3")),
    items('reference_id >= "b1c8" AND reference_id < "b1ca"', lambda i: "b1c8" <= i.ref < "b1ca"),
    items('reference_id = "cabc30fc-e7726578" OR reference_id = "nothing"',
          lambda i: i.ref == "cabc30fc-e7726578"),
    items("reference_id NOT LIKE '%0%' AND NOT reference_id ~ '[1-3]'",
          lambda i: not re.search("[0-3]", i.ref)),
    table("SELECT reference_id ORDER BY reference_id DESC LIMIT 30 OFFSET 70000",
          lambda d: [[ref] for ref in sorted_refs(d)[::-1][70000:70030]]),
    table("SELECT reference_id LIMIT 1000000", lambda d: [[i.ref] for i in d.items]),
]

SINGLE = [
    items("annotations.polygon.count = 3", lambda i: sum(
        b.type == "polygon" for b in i.annotations) == 3),
    items('annotations."traffic sign" > 5 AND metadata.timeofday = daytime',
          lambda i: i.n("traffic sign") > 5),
    items('metadata.scene != "city street"', lambda i: i.meta.get("scene") != "city street"),
    boxes("metadata.occluded = true AND dimensions.x IS MISSING",
          lambda b: b.meta["occluded"] and b.w is None),
    boxes("NOT metadata.manualShape = true", lambda b: not b.meta.get("manualShape")),
    table("SELECT label, type, count() AS n FROM annotations GROUP BY label, type ORDER BY n DESC",
          lambda d: sorted(([*key, len(rows)] for key, rows in groups(
              d.annotations, lambda b: b.label, lambda b: b.type).items()),
              key=lambda row: -row[2])),
    table("SELECT reference_id, metadata.timestamp, annotations.max(area)"
          " ORDER BY metadata.timestamp DESC", lambda d: [
              [i.ref, i.meta.get("timestamp"),
               max((b.area for b in i.annotations if b.w is not None), default=None)]
              for i in sorted(d.items, key=lambda i: -i.meta.get("timestamp", -1))]),
]
