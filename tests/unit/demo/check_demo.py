"""Holds a sample dataset against its planted.json: check_demo.py DIRECTORY SUMMARY."""
import array
import ast
import json
import struct
import sys
import zlib
from collections import defaultdict
from pathlib import Path

WIDTH, HEIGHT, CLASSES = 256, 144, 9
problems = []


def expect(holds, sentence):
    if not holds:
        problems.append(sentence)


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def iou(a, b):
    width = min(a["x"] + a["width"], b["x"] + b["width"]) - max(a["x"], b["x"])
    height = min(a["y"] + a["height"], b["y"] + b["height"]) - max(a["y"], b["y"])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (a["width"] * a["height"] + b["width"] * b["height"] - shared)


def pixels(path):
    """The pixels of an RGB PNG of 8 bits whose rows are filtered by none or sub."""
    data = path.read_bytes()
    expect(data[:8] == b"\x89PNG\r\n\x1a\n", f"{path.name} is no PNG")
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        expect(kind != b"tIME", f"{path.name} holds a date")
        if kind == b"IHDR":
            expect(struct.unpack(">IIBB", body[:10]) == (WIDTH, HEIGHT, 8, 2), f"{path.name}: head")
        if kind == b"IDAT":
            packed += body
        at += length + 12
    raw, out = zlib.decompress(packed), bytearray()
    for row in range(HEIGHT):
        line = bytearray(raw[row * (WIDTH * 3 + 1):(row + 1) * (WIDTH * 3 + 1)])
        expect(line[0] in (0, 1), f"{path.name}: filter {line[0]}")
        line, sub = line[1:], line[0] == 1
        for i in range(3, len(line) if sub else 0):
            line[i] = (line[i] + line[i - 3]) & 255
        out += line
    return out


def by_item(objects):
    found = defaultdict(list)
    for record in objects:
        found[record["reference_id"]].append(record)
    return found


def boxes(objects, reference):
    return [o for o in objects[reference] if o["type"] == "box"]


def check_items(directory, items):
    expect([i["reference_id"] for i in items] == [f"{n:06}.png" for n in range(len(items))],
           "references are not in order")
    for item in items:
        expect((item["width"], item["height"]) == (WIDTH, HEIGHT), "an item has another size")
        expect((directory / item["image_location"]).is_file(), f"no {item['image_location']}")
        needed = {"weather", "scene", "timeofday", "camera", "frame_number", "sequence_id",
                  "timestamp"}
        expect(needed <= set(item["metadata"]), f"{item['reference_id']} lacks metadata")
    slow = sum("speed" not in i["metadata"] for i in items) / len(items)
    expect(0.05 < slow < 0.15, f"speed is missing in {slow:.0%}")
    expect(len({i["metadata"]["weather"] for i in items}) == 5, "not every weather occurs")


def check_objects(name, objects, references, predicted):
    keys = set()
    for record in objects:
        expect(record["reference_id"] in references, f"{name}: an unknown item")
        if record["type"] == "box":
            g = record["geometry"]
            inside = (g["x"] >= 0 and g["y"] >= 0 and g["width"] > 0 and g["height"] > 0 and
                      g["x"] + g["width"] <= WIDTH + 1e-6 and
                      g["y"] + g["height"] <= HEIGHT + 1e-6)
            expect(inside, f"{name}: {record['annotation_id']} leaves the image: {g}")
        for vertex in record.get("geometry", {}).get("vertices", []):
            expect(0 <= vertex["x"] <= WIDTH and 0 <= vertex["y"] <= HEIGHT, f"{name}: a vertex")
        key = record.get("annotation_id", (record["reference_id"], record.get("taxonomy")))
        expect(key not in keys, f"{name}: {key} occurs twice")
        keys.add(key)
        if predicted:
            pdf = record["class_pdf"]
            expect(abs(sum(pdf.values()) - 1) < 1e-9, f"{name}: {key} sums to {sum(pdf.values())}")
            expect(len(pdf) == (CLASSES if record["type"] == "box" else 4), f"{name}: {key}")
            expect(max(pdf, key=pdf.get) == record["label"], f"{name}: {key} is not its likeliest")
            expect(min(pdf.values()) >= 0 <= record["confidence"] <= 1, f"{name}: {key}")


def check_image_faults(directory, planted, annotations, predictions):
    for reference in planted["unlabelled_images"]:
        expect(not annotations[reference], f"{reference} has annotations")
    seen = sum(bool(boxes(predictions, r)) for r in planted["unlabelled_images"])
    expect(seen >= 0.8 * len(planted["unlabelled_images"]), "unlabelled images show nothing")
    for fault in planted["mislabelled_images"]:
        def road(objects):
            return [o for o in objects[fault["reference_id"]] if o["type"] == "category"]
        given, guess = road(annotations), road(predictions)
        expect(fault["given"] != fault["true"], "a wrong category is right")
        expect([o["label"] for o in given] == [fault["given"]], f"{fault}: given")
        expect([o["label"] for o in guess] == [fault["true"]], f"{fault}: predicted")
        expect(guess[0]["class_pdf"][fault["true"]] >= 0.9, f"{fault}: unsure")
    for first, second in planted["near_duplicates"]:
        a, b = (pixels(directory / "images" / name) for name in (first, second))
        most = max(abs(x - y) for x, y in zip(a, b))
        expect(0 < most <= 10, f"{first} and {second} differ by {most}")


def check_box_faults(planted, annotations, predictions):
    by_id = {o["annotation_id"]: o for found in annotations.values() for o in found
             if "annotation_id" in o}
    def confident(reference, label, box):
        return any(p["label"] == label and p["confidence"] >= 0.85 and
                   p["class_pdf"][label] >= 0.85 and iou(p["geometry"], box) > 0.6
                   for p in boxes(predictions, reference))
    for fault in planted["mislabelled_boxes"]:
        found = by_id[fault["annotation_id"]]
        expect(found["reference_id"] == fault["reference_id"], f"{fault}: another item")
        expect(found["label"] == fault["given"] != fault["true"], f"{fault}: {found['label']}")
        expect(confident(fault["reference_id"], fault["true"], found["geometry"]),
               f"{fault}: not predicted")
    for fault in planted["missed_objects"]:
        reference, box = fault["reference_id"], fault["box"]
        expect(all(a["geometry"] != box for a in boxes(annotations, reference)), f"{fault}: there")
        expect(confident(reference, fault["label"], box), f"{fault}: not predicted")
    for fault in planted["false_positives"]:
        reference, box = fault["reference_id"], fault["box"]
        expect(any(p["geometry"] == box and p["label"] == fault["label"] and
                   p["confidence"] == fault["confidence"] >= 0.8
                   for p in boxes(predictions, reference)), f"{fault}: no such prediction")
        expect(all(iou(a["geometry"], box) < 0.1 for a in boxes(annotations, reference)),
               f"{fault}: something is there")
    for fault in planted["unlabelled_police_cars"]:
        reference, box = fault["reference_id"], fault["box"]
        found = [a["label"] for a in boxes(annotations, reference) if a["geometry"] == box]
        expect(found == ([fault["given"]] if fault["given"] else []), f"{fault}: {found}")
        expect(confident(reference, "police car", box), f"{fault}: not predicted")


def check_rates(planted, annotations, images):
    drawn = sum(o["type"] == "box" for found in annotations.values() for o in found)
    expect(len(planted["unlabelled_images"]) == images // 50, "2 % of the images are unlabelled")
    expect(len(planted["mislabelled_images"]) == images // 50, "2 % of the categories are wrong")
    expect(len(planted["near_duplicates"]) == images // 100, "1 % of the images are near duplicates")
    for kind in ("mislabelled_boxes", "missed_objects", "false_positives"):
        rate = len(planted[kind]) / drawn
        expect(0.01 < rate < 0.03, f"{kind}: {rate:.1%} of the boxes")
    faulty = planted["unlabelled_images"] + [f["reference_id"] for f in planted["mislabelled_images"]]
    expect(len(set(faulty)) == len(faulty), "an image has two faults")


def check_embeddings(directory, name, width, references):
    data = (directory / f"{name}.npy").read_bytes()
    expect(data[:8] == b"\x93NUMPY\x01\x00", f"{name}.npy is not version 1.0")
    (length,) = struct.unpack("<H", data[8:10])
    expect((10 + length) % 64 == 0 and data[9 + length:10 + length] == b"\n", "npy head")
    head = ast.literal_eval(data[10:10 + length].decode().strip())
    expect(head == {"descr": "<f4", "fortran_order": False, "shape": (len(references), width)}, head)
    values = array.array("f", data[10 + length:])
    expect(len(values) == len(references) * width, f"{name}.npy has another size")
    rows = [values[i:i + width] for i in range(0, len(values), width)]
    for row in rows:
        expect(abs(sum(v * v for v in row) - 1) < 1e-4, "a row is not of length 1")
    ids = (directory / f"{name}-ids.txt").read_text().split()
    expect(ids == references, f"{name}-ids.txt is not what there is")
    return dict(zip(ids, rows))


def cosine_in(rows):
    return lambda a, b: sum(x * y for x, y in zip(rows[a], rows[b]))


def check_boxes_similarity(boxes, rows):
    """Police cars look more like each other than like other cars."""
    cosine = cosine_in(rows)
    police = [o["annotation_id"] for o in boxes if o["label"] == "police car"][:40]
    cars = [o["annotation_id"] for o in boxes if o["label"] == "car"][:40]
    among = [cosine(a, b) for a in police for b in police if a != b]
    across = [cosine(a, b) for a in police for b in cars]
    expect(sum(among) / len(among) > sum(across) / len(across) + 0.2, "police cars are as others")


def check_similarity(planted, rows):
    cosine = cosine_in(rows)
    for first, second in planted["near_duplicates"]:
        expect(cosine(first, second) > 0.995, f"{first} is not like {second}")
    names = sorted(rows)
    others = [cosine(a, b) for a, b in zip(names, names[len(names) // 2:])]
    expect(sum(others) / len(others) < 0.9, "all pictures are alike")


def main():
    directory, summary = Path(sys.argv[1]), Path(sys.argv[2])
    planted = json.loads((directory / "planted.json").read_text())
    items = lines(directory / "items.jsonl")
    references = [i["reference_id"] for i in items]
    given = lines(directory / "annotations.jsonl")
    predicted = lines(directory / "predictions.jsonl")
    small = lines(directory / "predictions-small.jsonl")
    counts = {"annotations": len(given), "predictions": len(predicted),
              "small_predictions": len(small)}
    counts |= {kind: len(found) for kind, found in planted.items() if isinstance(found, list)}
    told = dict(line.split() for line in summary.read_text().splitlines())
    expect({k: int(v) for k, v in told.items()} == counts, f"summary {told}, files {counts}")

    check_items(directory, items)
    known = set(references)
    check_objects("annotations", given, known, False)
    check_objects("predictions", predicted, known, True)
    check_objects("predictions-small", small, known, True)
    categorised = sum(o["type"] == "category" for o in given) / len(items)
    expect(0.90 < categorised < 0.98, f"{categorised:.0%} have a category")
    annotations, predictions = by_item(given), by_item(predicted)
    check_image_faults(directory, planted, annotations, predictions)
    check_box_faults(planted, annotations, predictions)
    check_rates(planted, annotations, len(items))
    check_similarity(planted, check_embeddings(directory, "embeddings", 64, references))
    boxes = [o for o in predicted if o["type"] == "box"]
    ids = [o["annotation_id"] for o in boxes]
    check_boxes_similarity(boxes, check_embeddings(directory, "object-embeddings", 88, ids))
    for problem in problems[:30]:
        print(problem)
    return 1 if problems else 0


sys.exit(main())
