"""The arrays of tests/bench/vectors.py: vectors_arrays.py DIRECTORY ROWS WIDTH

writes vectors.npy (unit vectors around directions, 200 rows each), queries.npy (some of the rows),
truth.npy (the rows of the true 100 nearest of each query, in double) and items.jsonl.
"""
import json
import pathlib
import sys

import numpy as np

QUERIES = 33
NEAREST = 100
KIND = 200


def main():
    directory, rows, width = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    directory.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    directions = random.standard_normal((rows // KIND, width), dtype=np.float32)
    vectors = np.lib.format.open_memmap(directory / "vectors.npy", "w+", np.float32, (rows, width))
    for first in range(0, rows, 50_000):
        part = vectors[first:first + 50_000]
        part[:] = directions[random.integers(0, len(directions), len(part))]
        part += random.standard_normal(part.shape, dtype=np.float32)
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    chosen = np.arange(QUERIES) * (rows // QUERIES)
    queries = np.array(vectors[chosen])
    scores = np.concatenate([vectors[first:first + 50_000].astype(np.float64) @ queries.T
                             for first in range(0, rows, 50_000)])
    np.save(directory / "queries.npy", queries)
    np.save(directory / "truth.npy", np.argsort(-scores, axis=0, kind="stable")[:NEAREST].T)
    np.save(directory / "chosen.npy", chosen)
    with open(directory / "items.jsonl", "w") as items:
        for row in range(rows):
            items.write(json.dumps({"reference_id": f"i{row}",
                                    "metadata": {"share": row % 100}}) + "\n")
    vectors.flush()


if __name__ == "__main__":
    main()
