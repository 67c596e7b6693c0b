#!/usr/bin/env python3
"""Kills statements of embeddings at random moments and looks at what is left: all of it, or nothing,
and files of lists that are whole.

    embeddings_kill_test.py --cupel PROGRAM [--rounds N] [--seed S]

twins.py says how. There are just enough vectors for lists, which IMPORT builds after its commit.
(That the vectors are the right ones is looked at by kill_test.cpp.)
"""
import struct
import sys

import twins

ITEMS, WIDTH = 50_000, 4
ASK = ["SHOW EMBEDDINGS",
       "SELECT count(metadata.duplicate_group >= 1) AS grouped, sum(metadata.duplicate_distance) AS "
       "distance, sum(metadata.outlier_score) AS outlying FROM items"]


def state(place):
    """All but what the clock did, and how searches would go."""
    rows = place.rows(*ASK)
    for row in rows:
        for key in ("created", "index", "source"):
            row.pop(key, None)
    return rows


class Tour(twins.Twins):
    def setup(self):
        self.write("names.txt", "".join(f"i{n}.png\n" for n in range(ITEMS)))
        for name in ("a", "b"):
            self.write(f"{name}.npy", self.npy(ITEMS))
        self.both("IMPORT ITEMS FROM 'names.txt'")

    def npy(self, rows):
        header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {WIDTH}), }}"
        header += " " * (-(11 + len(header)) % 64) + "\n"
        numbers = [self.chance.randrange(-99, 100) for _ in range(rows * WIDTH)]
        return (b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() +
                struct.pack(f"<{len(numbers)}f", *numbers))

    def files_are_whole(self):
        """What is half stands under another name."""
        for file in (self.victim.directory / "db" / "index").glob("*.cki"):
            if file.read_bytes()[:4] != b"CKI1":
                raise twins.Failure(f"{file} is half written")

    def round(self, number):
        self.killed(f"IMPORT EMBEDDINGS FROM '{'ab'[number % 2]}.npy' AS e UPDATE")
        self.files_are_whole()
        if number % 3 == 1:
            self.killed("FIND NEAR DUPLICATES WITHIN 0.0001")
        if number % 3 == 2:
            self.killed("FIND OUTLIERS")
        self.files_are_whole()
        if number % 4 == 3:
            self.killed("DROP EMBEDDINGS e")
        self.files_are_whole()


if __name__ == "__main__":
    sys.exit(twins.lead(Tour, state, "embeddings", rounds=8, seed=20240613))
