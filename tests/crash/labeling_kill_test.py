#!/usr/bin/env python3
"""Kills statements of the relabeling round trip at random moments and looks at what is left.

    labeling_kill_test.py --cupel PROGRAM [--rounds N] [--seed S]

Two databases are led through the same statements. In one of them, each statement of the round trip
is killed (-9) somewhere in its run, and what is left must be what the other one was before the
statement, or what it is after it: columns, tables, documents and files. Where it was before, the
statement is run again and must succeed; for SEND that means that a directory which the killed one
had published is recognised and set aside. Half of the SENDs are killed as soon as their directory
appears, which is shortly before their commit. The moment after the commit, in which the directory
still has its mark, is too short to be hit: the mark is put back, as if it had been.
"""
import json
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))

import labeling_tools  # noqa: E402
import twins  # noqa: E402

LABELS = ["bird", "cat", "dog"]
ITEMS = 400
TOOLS = ["jsonl", "label_studio", "scale"]
QUERIES = ["reference_id IS NOT MISSING", "SHOW PROJECTS", "SHOW SLICES"]
CLOCKS = {"created", "created_at", "completed_at"}


def state(place):
    """All that the database says, but for what the clock did."""
    rows = place.rows(*QUERIES)
    projects = [row["project"] for row in rows if "pending" in row]
    if projects:
        rows += place.rows("SHOW LABEL ERRORS", *[f"AUDIT PROJECT {name}" for name in projects])
    for row in rows:
        for part in (row, row.get("labeling", {})):
            for clock in CLOCKS:
                part.pop(clock, None)
    return rows


class Tour(twins.Twins):
    def setup(self):
        self.truth = {f"i{n:03}": self.chance.choice(LABELS) for n in range(ITEMS)}
        self.write("items.jsonl", "".join(
            json.dumps({"reference_id": name, "image_location": f"img/{name}.png"}) + "\n"
            for name in self.truth))
        self.write("annotations.jsonl", "".join(
            json.dumps({"reference_id": name, "type": "category", "taxonomy": "animal",
                        "label": label if n % 4 else LABELS[(LABELS.index(label) + 1) % 3]}) + "\n"
            for n, (name, label) in enumerate(self.truth.items())))
        self.write("p.npy", self.probabilities())
        self.both("IMPORT ITEMS FROM 'items.jsonl'",
                  "IMPORT ANNOTATIONS FROM 'annotations.jsonl'")

    def probabilities(self):
        """A model that is mostly right."""
        header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({ITEMS}, {len(LABELS)}), }}"
        header = header.ljust(117) + "\n"
        rows = []
        for label in self.truth.values():
            likely = label if self.chance.random() < 0.9 else self.chance.choice(LABELS)
            rows += [0.8 if other == likely else 0.1 for other in LABELS]
        return (b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() +
                struct.pack(f"<{len(rows)}f", *rows))

    def answers(self, project, tool, number):
        def said(task):
            right = self.truth[task["reference_id"]]
            return [(f"w{n}", False, right if self.chance.random() < 0.8
                     else self.chance.choice(LABELS)) for n in range(3)]
        name, text = labeling_tools.TOOLS[tool](self.twin.directory / f"tasks{number}", said)
        self.write(f"{project}-{number}-{name}", text)
        return f"{project}-{number}-{name}"

    def round(self, number):
        project, tool = f"p{number % 2}", TOOLS[number % 3]
        again = LABELS[number % 3]
        self.both(f"UPDATE annotations SET label = {again} "
                  f"WHERE item.reference_id LIKE '%{number % 10}'")
        self.killed("FIND LABEL ERRORS IN TAXONOMY animal USING PROBABILITIES FROM 'p.npy'")
        self.both(f"CREATE SLICE s{number} AS annotations.metadata.potential_mislabel = 1")
        self.killed(f"SEND SLICE s{number} TO LABELING 'tasks{number}' PROJECT {project} BATCH 20 "
                    f"CALIBRATION 5 FORMAT {tool} AGAIN", appears=f"tasks{number}")
        file = self.answers(project, tool, number)
        self.killed(f"IMPORT LABELING RESULTS FROM '{file}' OF PROJECT {project}")
        self.killed(f"AUDIT PROJECT {project} ACCEPT")
        self.killed(f"APPLY LABELING RESULTS OF PROJECT {project} MIN AGREEMENT 0.6")
        if number % 4 == 3:
            self.killed(f"DROP PROJECT {project}")


if __name__ == "__main__":
    sys.exit(twins.lead(Tour, state, "labeling", rounds=6, seed=20240607))
