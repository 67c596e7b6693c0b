#!/usr/bin/env python3
"""Kills statements of autotags at random moments and looks at what is left.

    autotag_kill_test.py --cupel PROGRAM [--rounds N] [--seed S]

Two databases are led through the same statements. In one of them, each is killed (-9) somewhere in
its run, and what is left must be what the other one was before the statement, or what it is after
it: scores, examples and what is known of the tags. Imports of vectors are among the statements, for
they write scores too: a tag whose vectors are there without their scores would be half done.
"""
import json
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import twins  # noqa: E402

ITEMS = 3000
WIDTH = 64
QUERIES = ["reference_id IS NOT MISSING", "SHOW AUTOTAGS", "SHOW EMBEDDINGS"]


def state(place):
    """All that the database says, but for what the clock did and what a cache is."""
    rows = place.rows(*QUERIES)
    for row in rows:
        for part in ("created", "index"):
            row.pop(part, None)
    for row in [row for row in rows if "positives" in row and row.get("embedding")]:
        rows += place.rows(f"DESCRIBE AUTOTAG {row['autotag']}",
                           f"SUGGEST FOR AUTOTAG {row['autotag']} LIMIT 3")
    return rows


class Tour(twins.Twins):
    def setup(self):
        self.names = [f"i{n:04}" for n in range(ITEMS)]
        self.write("items.jsonl", "".join(json.dumps({"reference_id": name}) + "\n"
                                          for name in self.names))
        self.both("IMPORT ITEMS FROM 'items.jsonl'")
        # The last hundred get their vectors later.
        self.vectors("all", self.names[:-100])
        self.both("IMPORT EMBEDDINGS FROM 'all.npy' AS clip IDS FROM 'all.txt'",
                  f"CREATE AUTOTAG kept FROM {self.some(0)}")

    def vectors(self, name, ids):
        header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({len(ids)}, {WIDTH}), }}"
        header = header.ljust(117) + "\n"
        numbers = [self.chance.gauss(1 if int(reference[1:]) % 10 == 0 else 0, 1)
                   for reference in ids for _ in range(WIDTH)]
        self.write(f"{name}.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) +
                   header.encode() + struct.pack(f"<{len(numbers)}f", *numbers))
        self.write(f"{name}.txt", "".join(f"{reference}\n" for reference in ids))

    def some(self, kind, count=4):
        """Examples: kind 0 is what the tags are for."""
        of_kind = [name for name in self.names[:-100] if (int(name[1:]) % 10 == 0) == (kind == 0)]
        return "(" + ", ".join(self.chance.sample(of_kind, count)) + ")"

    def round(self, number):
        tag = f"t{number % 3}"
        self.killed(f"CREATE AUTOTAG {tag} FROM {self.some(0)}")
        self.killed(f"REFINE AUTOTAG {tag} ADD {self.some(0, 2)} REJECT {self.some(1, 3)}")
        moved = self.names[-100:] if number == 1 else self.chance.sample(self.names[:-100], 1500)
        self.vectors(f"v{number}", moved)
        self.killed(f"IMPORT EMBEDDINGS FROM 'v{number}.npy' AS clip IDS FROM 'v{number}.txt' "
                    "UPDATE")
        self.killed(f"REFRESH AUTOTAG {tag}")
        self.killed(f"DROP AUTOTAG {tag}")


if __name__ == "__main__":
    sys.exit(twins.lead(Tour, state, "autotag", rounds=6, seed=20240613))
