"""The program crash_workload (crash_main.cpp says what it does) and what it tells."""
import pathlib
import shutil
import subprocess
import tempfile

import disk


class Failure(Exception):
    pass


class Twin:
    """The database in memory that nothing happens to: its state after each number of steps."""

    def __init__(self, program, inputs, seed):
        inputs.mkdir(exist_ok=True)
        self.process = subprocess.Popen([program, "twin", inputs, str(seed)],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.states = []

    def state(self, steps):
        while len(self.states) <= steps:
            line = self.process.stdout.readline()
            if not line:
                raise Failure("the twin ended")
            self.states.append(line.split(" ", 2)[2].strip())
        return self.states[steps]

    def close(self):
        self.process.kill()
        self.process.communicate()


class World:
    """A directory with a disk in it, on which a database is, and with what its steps read. `seed`
    decides the steps."""

    def __init__(self, program, library, directory, seed):
        self.program = str(program)
        self.preloaded = str(library)
        self.directory = directory
        self.disk = directory / "disk"
        self.inputs = directory / "inputs"
        self.trace = directory / "trace"
        self.seed = seed
        self.disk.mkdir(parents=True)
        self.inputs.mkdir()
        self.twin = Twin(self.program, directory / "twin", seed)

    def close(self):
        self.twin.close()
        shutil.rmtree(self.directory)

    def words(self, first, count, patience=0):
        return [self.program, "run", str(self.disk / "database"), str(self.inputs), str(self.seed),
                str(first), str(count), str(patience)]

    def start(self, first, count=1_000_000, patience=0, really=False, **conditions):
        """`really`: on the disk of the machine, where syncing takes its time."""
        environment = None if really else disk.environment(self.preloaded, self.disk, **conditions)
        return subprocess.Popen(self.words(first, count, patience), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
                                text=True)

    def run(self, first, count, patience=0, **conditions):
        """Leads it through steps, to the end; returns the lines that it said."""
        process = self.start(first, count, patience, **conditions)
        out, err = process.communicate(timeout=600)
        if process.returncode != 0 or err:
            raise Failure(f"the program ended with {process.returncode}: {err or 'without a word'}")
        return out.splitlines()

    def look(self, root=None, **conditions):
        """What a disk holds; the directory of the database is made by the first that opens it."""
        root = root or self.disk
        environment = disk.environment(self.preloaded, root, **conditions)
        done = subprocess.run([self.program, "say", str(root / "database")], env=environment,
                              capture_output=True, text=True, timeout=600)
        if done.returncode != 0 or done.stderr:
            raise Failure(f"looking ended with {done.returncode}: {done.stderr}")
        return done.stdout.splitlines()

    def verify(self, acknowledged, root=None):
        """That what is left holds every acknowledged step, none by half, and no file too many.
        Returns how many steps are done."""
        lines = self.look(root)
        fresh = acknowledged == 0 and any(
            line.endswith(("making it has not come to its end", "is not a database")) or
            line.startswith("unchecked io there is no database at ") for line in lines)
        states = [line for line in lines if line.startswith("state ")]
        others = [line for line in lines if not line.startswith("state ")]
        if len(states) != 1 or (others and not fresh):
            raise Failure("; ".join(lines))
        state = states[0].split(" ", 1)[1].strip()
        orphans = extra_files((root or self.disk) / "database")
        if orphans:
            raise Failure(f"files that belong to nothing: {', '.join(orphans)}")
        for steps in (acknowledged, acknowledged + 1):
            if state == self.twin.state(steps):
                return steps
        raise Failure(f"step {acknowledged} is half done, or an acknowledged one is lost: "
                      f"found {state}; before it {self.twin.state(acknowledged)}; "
                      f"after it {self.twin.state(acknowledged + 1)}")


def acknowledged(lines, first=0):
    """How many steps have been promised."""
    return first + sum(line.startswith("ack ") for line in lines)


def extra_files(database):
    """The files of a closed database that it has no use for."""
    seal = (database / "seal").read_text().splitlines()
    words = [line.split() for line in seal]
    known = {word[1] for word in words if word[0] in ("manifest", "table", "log")}
    known |= {"CURRENT", "IDENTITY", "LOCK", "LOG"}
    extra = [f"rows/{path.name}" for path in (database / "rows").iterdir()
             if path.name not in known and not path.name.startswith(("LOG.old", "OPTIONS-"))]
    extra += [path.name for path in database.iterdir()
              if path.name not in ("CUPEL", "LOCK", "seal", "rows", "index")]
    if ["state", "clean"] not in words:
        extra.append("a seal that is not clean")
    return extra


def place(name):
    """A directory for a test, gone after it."""
    return tempfile.TemporaryDirectory(prefix=f"cupel-{name}-")


def path(text):
    return pathlib.Path(text).resolve()
