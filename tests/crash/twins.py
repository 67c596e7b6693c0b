"""Statements killed at random moments, beside a twin that is led through the same ones."""
import argparse
import json
import pathlib
import random
import subprocess
import tempfile
import time


MARK = "unfinished.txt"
OUTLIVED = "is of no embeddings here; it is not used"


class Failure(Exception):
    pass


class Place:
    """A directory with a database in it. `ask` gives all that the database says, from a Place."""

    def __init__(self, cupel, directory, ask):
        self.cupel = cupel
        self.directory = directory
        self.ask = ask
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
        out = self.run("db", "--format", "jsonl", "-c", ";\n".join(statements))
        return [json.loads(line) for line in out.splitlines()]

    def state(self):
        return self.ask(self)

    def check(self):
        """A file of lists may outlive its set: a writer that opens the database removes it."""
        for line in self.run("check", "db").splitlines():
            if line != "everything fits" and not line.endswith(OUTLIVED):
                raise Failure(f"check finds something: {line}")

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


class Twins:
    """What a statement leaves that was killed must be what the twin was before it, or after it."""

    def __init__(self, cupel, directory, seed, ask):
        self.twin = Place(cupel, directory / "twin", ask)
        self.victim = Place(cupel, directory / "victim", ask)
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

    def kill_when_seen(self, process, directory):
        """Kills a process as soon as a directory is there, or it has ended."""
        while not directory.exists() and process.poll() is None:
            time.sleep(0.0002)
        process.kill()

    def killed(self, statement, appears=None):
        """`appears`: the directory that the statement makes, whose files are half of what it does."""
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


def verdict(twins, seed):
    """The exit code. Kills that all come too early or too late would show nothing."""
    published = f" ({twins.published} of them with tasks published)" if twins.published else ""
    print(f"{twins.kills} kills, {twins.undone} before the commit{published}, seed {seed}")
    return 0 if 0 < twins.undone < twins.kills else 1


def lead(tour_of, state, name, rounds, seed):
    """Runs the rounds of a tour as the command line says; returns the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cupel", required=True)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--seed", type=int, default=seed)
    arguments = parser.parse_args()
    cupel = str(pathlib.Path(arguments.cupel).resolve())
    with tempfile.TemporaryDirectory(prefix=f"cupel-{name}-kill-") as directory:
        tour = tour_of(cupel, pathlib.Path(directory), arguments.seed, state)
        try:
            tour.setup()
            for number in range(arguments.rounds):
                tour.round(number)
        except Failure as failure:
            print(f"seed {arguments.seed}: {failure}")
            return 1
        return verdict(tour, arguments.seed)
