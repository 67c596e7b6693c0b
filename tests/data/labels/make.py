"""Makes the files of this folder: python3 make.py. Numbers have few digits, so that they are the same
everywhere."""
import json
import struct

CLASSES = ["rain", "snow", "sun"]
WRONG = {4: "sun", 9: "snow", 17: "rain", 19: "rain"}  # item: what its label says instead of the truth
FORMATS = {"<f2": "e", "<f4": "f", "<f8": "d", "<i8": "q"}


def truth(i):
    return i % 3


def given(i):
    return WRONG.get(i, CLASSES[truth(i)])


def probabilities(i):
    sure = (60 + 7 * i % 32) / 100  # of what it really is
    row = [0.0, 0.0, 0.0]
    row[truth(i)] = sure
    row[(truth(i) + 1) % 3] = round((1 - sure) * 0.75, 4)
    row[(truth(i) + 2) % 3] = round((1 - sure) * 0.25, 4)
    return row


def write(name, text):
    with open(name, "w", encoding="utf-8") as file:
        file.write(text)


def write_lines(name, lines):
    write(name, "".join(line + "\n" for line in lines))


def write_npy(name, rows, descr="<f4", header=None, tail=b""):
    shape = (len(rows), len(rows[0])) if isinstance(rows[0], list) else (len(rows),)
    header = header or f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (-(11 + len(header)) % 64) + "\n"
    numbers = [number for row in rows for number in row] if len(shape) == 2 else rows
    kind = FORMATS.get(descr, "f")
    with open(name, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode("latin-1"))
        file.write(struct.pack(f"<{len(numbers)}{kind}", *numbers) + tail)


def box(label, x, y, width, height, **more):
    geometry = {"x": x, "y": y, "width": width, "height": height}
    return {"label": label, "type": "box", "geometry": geometry, **more}


def annotations(i):
    found = []
    if i != 22:
        found.append({"label": given(i), "type": "category", "taxonomy": "weather"})
    if i < 4:
        found.append({"label": "day" if i % 2 else "night", "type": "category", "taxonomy": "time"})
    for n, label in enumerate(["car", "bus", "car"][:i % 4]):
        if (i, n) != (6, 1):  # one box was forgotten
            # One stands beside its object, one says bus for a car.
            shift = 24 if (i, n) == (11, 0) else 0
            label = "bus" if (i, n) == (13, 0) else label
            found.append(box(label, 10 + 50 * n + shift, 10 + shift, 40, 30, annotation_id=f"b{i}-{n}"))
    return found


def predictions(i):
    row = probabilities(i)
    pdf = {label: p for label, p in zip(CLASSES, row) if not (i == 5 and label == "sun")}
    found = []
    if i != 7:
        found.append({"label": CLASSES[truth(i)], "type": "category", "taxonomy": "weather",
                      "confidence": max(row), "class_pdf": pdf})
    for n, label in enumerate(["car", "bus", "car"][:i % 4]):
        found.append(box(label, 11 + 50 * n, 10, 40, 31, confidence=0.99, annotation_id=f"p{i}-{n}"))
    return found


def has(i, label):
    return 0.97 if label in ["car", "bus", "car"][:i % 4] else 0.02


N = 24
NAMES = [f"i{i:02}.png" for i in range(N)]
ROWS = [probabilities(i) for i in range(N)]
ORDER = [(i * 5 + 3) % N for i in range(N)]

write_lines("items.jsonl", (json.dumps({"reference_id": NAMES[i], "width": 200, "height": 100,
                                        "annotations": annotations(i)}) for i in range(N)))
write_lines("predictions.jsonl", (json.dumps({"reference_id": NAMES[i], **prediction})
                                  for i in range(N) for prediction in predictions(i)))
write_npy("weather.npy", ROWS)
write_npy("weather16.npy", ROWS, "<f2")
write_npy("weather64.npy", ROWS, "<f8")
write_npy("shuffled.npy", [ROWS[i] for i in ORDER])
write_lines("shuffled.txt", (NAMES[i] for i in ORDER))
write_npy("some.npy", [ROWS[i] for i in ORDER[:20]])
write_lines("some.txt", (NAMES[i] for i in ORDER[:20]))
write_npy("objects.npy", [[has(i, "car"), has(i, "bus")] for i in range(N)])
write_lines("objects.txt", ["car", "bus"])
write_lines("classes.txt", CLASSES)
write("coarse.json", json.dumps({"rain": "wet", "snow": "wet"}) + "\n")

# What people get wrong.
write_npy("nan.npy", ROWS[:3] + [[0.5, float("nan"), 0.5]] + ROWS[4:])
write_npy("large.npy", ROWS[:5] + [[0.5, 0.25, 1.5]] + ROWS[6:])
write_npy("integers.npy", [[1, 0, 0]] * N, "<i8")
write_npy("list.npy", [0.5] * N)
write_npy("fortran.npy", ROWS, header=f"{{'descr': '<f4', 'fortran_order': True, 'shape': ({N}, 3), }}")
write_npy("object.npy", ROWS, header=f"{{'descr': '|O', 'fortran_order': False, 'shape': ({N}, 3), }}")
write_npy("long.npy", ROWS, tail=b"\0\0\0\0")
write_npy("four.npy", [[0.25] * 4] * N)
write_npy("few.npy", ROWS[:9])
write_lines("twice.txt", NAMES[:-1] + [NAMES[2]])
write_lines("unknown.txt", NAMES[:-1] + ["nowhere.png"])
write_lines("short.txt", NAMES[:5])
write_lines("blank.txt", NAMES[:5] + [""] + NAMES[6:])
write_lines("same_classes.txt", ["rain", "snow", "rain"])
write_lines("other_classes.txt", ["rain", "wind", "fog"])
write("not_a_map.json", '{"rain": 3}\n')
