"""Makes the files of this folder: python3 make.py. Twelve items in three directions of four numbers;
i01 points where i00 does, i05 nearly where i04 does, i11 to nowhere else. Numbers have few digits and
are exact in float16, so that they are the same everywhere."""
import json
import struct

VECTORS = [
    [1, 0.25, 0, 0], [2, 0.5, 0, 0], [1, 0, 0.25, 0], [1, 0, 0, 0.25],
    [0, 1, 0.25, 0], [0, 1, 0.3125, 0], [0.25, 1, 0, 0], [0, 1, 0, 0.25],
    [0, 0.25, 1, 0], [0.25, 0, 1, 0], [0, 0, 1, 0.25], [0, 0, 0, -1]]
NAMES = [f"i{i:02d}.png" for i in range(len(VECTORS))]
FORMATS = {"<f2": "e", "<f4": "f", "<f8": "d", "<i8": "q"}


def write_lines(name, lines):
    with open(name, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)


def write_npy(name, rows, descr="<f4", shape=None, header=None):
    shape = shape or (len(rows), len(rows[0]) if rows else 0)
    header = header or f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (-(11 + len(header)) % 64) + "\n"
    numbers = [number for row in rows for number in row]
    with open(name, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        file.write(struct.pack(f"<{len(numbers)}{FORMATS[descr]}", *numbers))


def boxes(i):
    """Annotation ids 1 and 2 are those of every item; the third is the item's own."""
    return [{"label": "car", "annotation_id": name, "type": "box",
             "geometry": {"x": 10 * k, "y": 5, "width": 4 + i, "height": 3}}
            for k, name in enumerate(["1", "2", f"own{i:02d}"])]


write_lines("items.jsonl", (json.dumps({"reference_id": name, "annotations": boxes(i) if i < 4 else []})
                            for i, name in enumerate(NAMES)))
write_lines("predictions.jsonl", (json.dumps({"reference_id": name, "label": "car", "annotation_id": f"p{i}",
                                              "type": "box", "confidence": 0.5,
                                              "geometry": {"x": 1, "y": 5, "width": 4, "height": 3}})
                                  for i, name in enumerate(NAMES[:3])))
for name, descr in (("clip.npy", "<f4"), ("clip16.npy", "<f2"), ("clip64.npy", "<f8")):
    write_npy(name, VECTORS, descr)

# The same in pieces: the last five, out of order, then all but two of them.
piece = [9, 7, 11, 8, 10]
write_npy("piece.npy", [VECTORS[i] for i in piece])
write_lines("piece.txt", (NAMES[i] for i in piece))
rest = [i for i in range(12) if i not in (8, 10)]
write_npy("rest.npy", [VECTORS[i] for i in rest])
write_lines("rest.txt", (NAMES[i] for i in rest))

# JSON of all shapes.
write_lines("clip.jsonl", (json.dumps({"reference_id": name, "embedding": vector, "model": "m"})
                           for name, vector in zip(NAMES, VECTORS)))
write_lines("clip_list.json", [json.dumps([{"reference_id": name, "embedding_vector": vector}
                                           for name, vector in zip(NAMES, VECTORS)])])
write_lines("clip_map.json", [json.dumps(dict(zip(NAMES, VECTORS)))])
objects = [f"{NAMES[i]}/{name}" for i in range(4) for name in ("1", "2")] + ["own00", "own03"]
crops = {name: VECTORS[i % 12] for i, name in enumerate(objects)}
write_lines("crops_map.json", [json.dumps(crops)])
write_lines("crops.jsonl", (json.dumps({"annotation_id": name, "embedding": vector})
                            for name, vector in crops.items()))
write_npy("predictions.npy", VECTORS[:3])

# Mistakes.
write_npy("nan.npy", [[float("nan") if (i, j) in ((3, 1), (5, 0)) else float("inf") if (i, j) == (7, 2) else 1
                       for j in range(4)] for i in range(12)])
write_npy("large64.npy", [[1e300 if i == 2 else 1, 0, 0, 0] for i in range(12)], "<f8")
write_npy("large.npy", [[65520 if i == 2 else 1, 0, 0, 0] for i in range(12)])
write_npy("whole.npy", [[1, 0], [0, 1]], "<i8")
write_npy("list.npy", [[1, 2, 3]], shape="(3,)")
write_npy("none.npy", [], shape="(0, 4)")
write_npy("narrow.npy", [vector[:3] for vector in VECTORS])
write_npy("wide.npy", [[0] * 8193], "<f2")
write_npy("zeros.npy", [[0] * 4 if i in (3, 4) else VECTORS[i] for i in range(12)])
write_npy("objects.npy", [], header="{'descr': '|O', 'fortran_order': False, 'shape': (12,), }")
write_npy("two.npy", VECTORS[:2])
write_lines("unknown.txt", ["i00.png", "other.png"])
write_lines("far.txt", [f"other{i}.png" for i in range(12)])
write_lines("twice.txt", ["i03.png", "i03.png"])
write_lines("shared.txt", ["own01", "2"])
write_lines("short.txt", ["i00.png"])
write_lines("nothing.jsonl", ["", ""])
write_lines("text.jsonl", [json.dumps({"reference_id": "i00.png", "embedding": [1, "two", 3, 4]})])
write_lines("uneven.jsonl", [json.dumps({"reference_id": "i00.png", "embedding": [1, 2, 3, 4]}),
                             json.dumps({"reference_id": "i01.png", "embedding": [1, 2, 3]})])
