"""Makes the files of this folder: python3 make.py. Numbers have few digits, so that they are the same
everywhere.

Forty images: it rains in every fourth, and their vectors lie near one direction; every tenth has a
police car near another one. Each image has two boxes, of signs and of cars, with vectors of their own.
"""
import json

IMAGES = 40


def noise(n, k):
    """In [-0.5, 0.5], and like nothing in particular."""
    return (n * 7919 + k * 104729 + n * k * 31) % 101 / 100 - 0.5


def image(i):
    return f"i{i:02}.png"


def vector(i):
    rain, police = i % 4 == 0, i % 10 == 3
    base = [2.0 if rain else 0.0, 2.0 if police else 0.0, 0.0 if rain or police else 1.0, 0.5, 0, 0]
    return [round(x + 0.8 * noise(i + 1, k), 3) for k, x in enumerate(base)]


def crop(i, n):
    base = [0.0, 1.5, 0.3, 0.0] if n == 0 else [1.5, 0.0, 0.0, 0.3]
    return [round(x + 0.6 * noise(2 * i + n + 50, k), 3) for k, x in enumerate(base)]


def write(name, records):
    with open(name, "w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record) + "\n")


def box(i, n):
    label = "sign" if n == 0 else "police_car" if i % 20 == 3 else "car"
    return {"reference_id": image(i), "annotation_id": f"b{n}", "label": label, "type": "box",
            "geometry": {"x": 10 * n, "y": 5, "width": 8, "height": 6}}


write("items.jsonl", [{"reference_id": image(i), "image_location": f"images/{image(i)}",
                       "metadata": {"weather": "rain" if i % 4 == 0 else "sun"}}
                      for i in range(IMAGES)])
write("annotations.jsonl", [box(i, n) for i in range(IMAGES) for n in range(2)])
# Of the last four images there is no vector yet, of one before them there is a vector of zeros.
write("clip.jsonl", [{"reference_id": image(i), "embedding": [0] * 6 if i == 35 else vector(i)}
                     for i in range(IMAGES - 4)])
write("late.jsonl", [{"reference_id": image(i), "embedding": vector(i)}
                     for i in range(IMAGES - 4, IMAGES)])
write("moved.jsonl", [{"reference_id": image(i), "embedding": vector(i + 1)} for i in (0, 7)])
write("crops.jsonl", [{"annotation_id": f"{image(i)}/b{n}", "embedding": crop(i, n)}
                      for i in range(IMAGES) for n in range(2)])
