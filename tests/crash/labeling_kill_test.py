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
import argparse
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))

import labeling_tools  # noqa: E402

LABELS = ["bird", "cat", "dog"]
ITEMS = 400
TOOLS = ["jsonl", "label_studio", "scale"]
QUERIES = ["reference_id IS NOT MISSING", "SHOW PROJECTS", "SHOW SLICES"]
MARK = "unfinished.txt"
CLOCKS = {"created", "created_at", "completed_at"}


class Failure(Exception):
    pass


class Place:
    """A directory with a database in it."""

    def __init__(self, cupel, directory):
        self.cupel = cupel
        self.directory = directory
        directory.mkdir()

    def start(self, *arguments):
        return subprocess.Popen([self.cupel, *arguments], cwd=self.directory,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def run(self, *arguments):
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        if process.returncode != 0:
            raise Failure(f"{arguments} ended with {process.returncode}: {err.decode()}")
        return out.decode()

    def statement(self, text):
        begun = time.monotonic()
        self.run("db", "-c", text)
        return time.monotonic() - begun

    def rows(self, *statements):
        """All rows of some statements, but for what the clock did."""
        rows = []
        out = self.run("db", "--format", "jsonl", "-c", ";\n".join(statements))
        for line in out.splitlines():
            row = json.loads(line)
            for part in (row, row.get("labeling", {})):
                for clock in CLOCKS:
                    part.pop(clock, None)
            rows.append(row)
        return rows

    def state(self):
        """All that the database says."""
        rows = self.rows(*QUERIES)
        projects = [row["project"] for row in rows if "pending" in row]
        if projects:
            rows += self.rows("SHOW LABEL ERRORS", *[f"AUDIT PROJECT {name}" for name in projects])
        return rows

    def check(self):
        if self.run("check", "db").strip() not in ("", "everything fits"):
            raise Failure("check finds something")

    def files(self):
        """What stands under its own name: batches, instructions, and manifests but for their id."""
        found = {}
        for path in sorted(self.directory.glob("tasks*/*")):
            if ".partial-" in path.parent.name or ".left-" in path.parent.name:
                continue
            if path.name == MARK:
                continue
            text = path.read_bytes()
            if path.name == "manifest.json":
                manifest = json.loads(text)
                del manifest["send_id"]
                text = json.dumps(manifest)
            found[f"{path.parent.name}/{path.name}"] = text
        return found


class Tour:
    def __init__(self, cupel, directory, seed):
        self.twin = Place(cupel, directory / "twin")
        self.victim = Place(cupel, directory / "victim")
        self.chance = random.Random(seed)
        self.kills = self.undone = self.published = 0
        self.now = None  # the twin's state and files, where nothing has been done since

    def both(self, *statements):
        self.now = None
        for statement in statements:
            self.twin.statement(statement)
            self.victim.statement(statement)

    def write(self, name, data):
        for place in (self.twin, self.victim):
            (place.directory / name).write_bytes(data if isinstance(data, bytes) else data.encode())

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

    def kill_when_seen(self, process, directory):
        """Kills a process as soon as a directory is there, or it has ended."""
        while not directory.exists() and process.poll() is None:
            time.sleep(0.0002)
        process.kill()

    def killed(self, statement, appears=None):
        before = self.now or (self.twin.state(), self.twin.files())
        seconds = self.twin.statement(statement)
        after = self.now = (self.twin.state(), self.twin.files())
        process = self.victim.start("db", "-c", statement)
        if appears and self.chance.random() < 0.5:
            self.kill_when_seen(process, self.victim.directory / appears)
        else:
            time.sleep(seconds * self.chance.uniform(0.2, 1.1))
            process.kill()
        process.communicate()
        self.kills += 1
        left = self.victim.state()
        self.victim.check()
        if left == after[0]:
            if self.victim.files() != after[1]:
                raise Failure(f"{statement}: committed, but its files are not all there")
            if appears:
                self.keep_what_was_sent(statement, self.victim.directory / appears)
            return
        if process.returncode == 0 or left != before[0]:
            raise Failure(f"{statement}: half done, or acknowledged and lost")
        self.undone += 1
        if appears and (self.victim.directory / appears).exists():
            self.published += 1
            if not (self.victim.directory / appears / MARK).exists():
                raise Failure(f"{statement}: published without a mark, and never committed")
        files = self.victim.files()
        if files not in (before[1], after[1]):
            raise Failure(f"{statement}: some of its files stand under their own names")
        self.victim.statement(statement)
        if (self.victim.state(), self.victim.files()) != after:
            raise Failure(f"{statement}: run again, it leads elsewhere")

    def keep_what_was_sent(self, statement, directory):
        """A directory with its mark, whose sending is committed, is not replaced."""
        (directory / MARK).write_text("as a crash after the commit leaves it")
        files = self.victim.files()
        process = self.victim.start("db", "-c", statement)
        _, err = process.communicate(timeout=120)
        if process.returncode == 0 or b"is there already" not in err:
            raise Failure(f"{statement}: run again after it was committed, it is not refused")
        if (directory / MARK).exists() or self.victim.files() != files:
            raise Failure(f"{statement}: what it had sent is not as it was")

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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cupel", required=True)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seed", type=int, default=20240607)
    arguments = parser.parse_args()
    cupel = str(pathlib.Path(arguments.cupel).resolve())
    with tempfile.TemporaryDirectory(prefix="cupel-labeling-kill-") as directory:
        tour = Tour(cupel, pathlib.Path(directory), arguments.seed)
        try:
            tour.setup()
            for number in range(arguments.rounds):
                tour.round(number)
        except Failure as failure:
            print(f"seed {arguments.seed}: {failure}")
            return 1
        print(f"{tour.kills} kills, {tour.undone} before the commit ({tour.published} of them with "
              f"tasks published), seed {arguments.seed}")
        # Kills that all come too early or too late would show nothing.
        return 0 if 0 < tour.undone < tour.kills else 1


if __name__ == "__main__":
    sys.exit(main())
