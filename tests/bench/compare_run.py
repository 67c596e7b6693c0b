"""Runs the programs of tests/bench/compare."""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

import page
from compare_questions import QUESTIONS, SLICE

ROOT = page.PAGE.parents[1]
BENCH = ROOT / "build" / "bench"
TESTS = ROOT / "build" / "release" / "tests"
PYTHON = BENCH / "compare-venv" / "bin" / "python"
PACKAGES = ["duckdb==2.0.1", "pyarrow==26.0.1", "xxhash==4.1.0"]
PROGRAMS = ["statements_bench", "floor_bench", "writes_bench", "sqlite_bench", "street_data"]
DUCKDB = [PYTHON, ROOT / "tests/bench/compare_duckdb.py"]
SQLITE = [TESTS / "sqlite_bench"]
CUPEL = [TESTS / "statements_bench"]
IMPORT_MEMORY = 512  # MiB
FRAMES = 40_000      # images of the array in BDD100K's layout, about 400 MB


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, text=True, **options)


def say(text):
    print(text, file=sys.stderr, flush=True)


def measured(command, lines=()):
    """What a process prints, by line of JSON, and its peak memory in MiB."""
    process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    process.stdin.write("".join(line + "\n" for line in lines))
    process.stdin.close()
    out = [json.loads(line) for line in process.stdout]
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return out, usage.ru_maxrss / 1024


def files_of(path):
    """The file, or all files below the directory."""
    return [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]


def disk_bytes(path):
    return sum(file.stat().st_size for file in files_of(path))


def read(path):
    """Reads files once, so that nobody who is timed waits for the disk."""
    for name in files_of(path):
        with open(name, "rb") as file:
            while file.read(1 << 24):
                pass


class Asked:
    """A program that answers a line with a line of JSON, waiting."""

    def __init__(self, *command):
        self.process = subprocess.Popen([str(word) for word in command], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"no answer to: {line}")
        return json.loads(answer)

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class Run:
    def __init__(self, images, scratch):
        self.images = images
        self.scratch = pathlib.Path(scratch)
        self.large = images > 200_000
        self.data = self.scratch / f"street-{images}"
        self.half = self.scratch / f"street-{images // 2}"
        self.cupel = self.scratch / f"compare-{images}.cupel"
        self.cupel_half = self.scratch / f"compare-{images}-half.cupel"
        self.duckdb = self.scratch / f"compare-{images}.duckdb"
        self.sqlite = self.scratch / f"compare-{images}.sqlite"

    def prepare(self):
        self.scratch.mkdir(parents=True, exist_ok=True)
        if not PYTHON.exists():
            run(sys.executable, "-m", "venv", PYTHON.parents[1])
            run(PYTHON, "-m", "pip", "install", "-q", *PACKAGES)
        run("cmake", "--preset", "release", cwd=ROOT, stdout=subprocess.DEVNULL)
        run("cmake", "--build", "--preset", "release", "--target", *PROGRAMS, cwd=ROOT,
            stdout=subprocess.DEVNULL)
        for folder, images in ((self.data, self.images), (self.half, self.images // 2)):
            if not (folder / "predictions.jsonl").exists():
                run(TESTS / "street_data", folder, images)

    def import_cupel(self, data, database):
        shutil.rmtree(database, ignore_errors=True)
        lines = [f"IMPORT ITEMS FROM '{data}/items.jsonl'",
                 f"IMPORT ANNOTATIONS FROM '{data}/annotations.jsonl'",
                 f"IMPORT PREDICTIONS FROM '{data}/predictions.jsonl' AS RUN \"street\"", SLICE]
        out, memory = measured([*CUPEL, f"--memory={IMPORT_MEMORY}", database, 1], lines)
        stages = [line["seconds"][0] for line in out[:3]]
        return {"seconds": out[0]["open_seconds"] + sum(stages), "memory": memory,
                "stages": dict(zip(("items", "boxes", "predictions"), stages))}

    def imports(self):
        say("import")
        read(self.data)
        for path in self.scratch.glob(f"compare-{self.images}.*"):
            if path.is_file():
                path.unlink()
        found = {"bytes": sum(disk_bytes(self.data / f"{name}.jsonl")
                              for name in ("items", "annotations", "predictions"))}
        tries = 1 if self.large else 3
        for name in ("cupel", "duckdb"):
            every = []
            for _ in range(tries):
                self.duckdb.unlink(missing_ok=True)
                if name == "cupel":
                    every.append(self.import_cupel(self.data, self.cupel))
                else:
                    (out,), memory = measured([*DUCKDB, "import", self.data, self.duckdb])
                    every.append(out | {"memory": memory})
            every.sort(key=lambda one: one["seconds"])
            found[name] = every[len(every) // 2]
        (out,), memory = measured([*SQLITE, "import", self.data, self.sqlite])
        found["sqlite"] = out | {"memory": memory}
        self.import_cupel(self.half, self.cupel_half)
        return found

    def disk(self):
        return {name: disk_bytes(path) for name, path in
                (("cupel", self.cupel), ("duckdb", self.duckdb), ("sqlite", self.sqlite))}

    def questions(self):
        """Of each question: seconds by program, the number of rows, and whether all have the same."""
        rounds, runs = (3, 3) if self.large else (5, 5)
        say("questions")
        programs = {
            "cupel": Asked(*CUPEL, "--read-only", self.cupel, runs),
            "one thread": Asked(*CUPEL, "--read-only", "--threads=1", self.cupel, runs),
            "half": Asked(*CUPEL, "--read-only", self.cupel_half, runs),
            "floor": Asked(TESTS / "floor_bench", self.cupel, runs),
            "duckdb": Asked(*DUCKDB, "ask", self.duckdb, runs),
            "sqlite": Asked(*SQLITE, "ask", self.sqlite, 1 if self.large else 3),
        }
        found = []
        for question in QUESTIONS:
            say(f"  {question.name}")
            texts = {"cupel": ("cupel", question.cupel), "duckdb": ("duckdb", question.duckdb),
                     "counts": ("duckdb", question.counts), "floor": ("floor", question.floor),
                     "sqlite": ("sqlite", question.sqlite),
                     "one thread": ("one thread", question.cupel),
                     "half": ("half", question.cupel)}
            seconds, answers = {name: [] for name in texts}, {}
            for _ in range(rounds):
                for name, (program, text) in texts.items():
                    if not text or (name == "sqlite" and self.large and seconds[name]):
                        continue
                    answers[name] = programs[program].ask(text)
                    seconds[name] += answers[name]["seconds"]
                seconds.setdefault("two loops", []).extend(answers["floor"]["both_seconds"])
            digests = {name: answer["digest"] for name, answer in answers.items() if name != "half"}
            found.append({"question": question, "seconds": seconds,
                          "rows": answers["cupel"]["rows"], "digests": digests})
        for program in programs.values():
            program.end()
        return found

    def cold(self):
        """Seconds of a fresh process to open the database, and of its first question."""
        say("cold")
        for database in (self.sqlite, self.duckdb, self.cupel):
            read(database)
        found = []
        for question in QUESTIONS:
            commands = {
                "cupel": ([*CUPEL, self.cupel, 1], question.cupel),
                "sqlite": ([*SQLITE, "ask", self.sqlite, 1], question.sqlite)}
            for form in ("arrow", "tuples"):
                commands[form] = ([*DUCKDB, "ask", self.duckdb, 1, form],
                                  question.counts or question.duckdb)
            both = {}
            for name, (command, text) in commands.items():
                tries = 1 if self.large and name == "sqlite" else 3
                answers = [measured(command, [text])[0][0] for _ in range(tries)]
                both[name] = statistics.median(a["open_seconds"] + a["seconds"][0] for a in answers)
            both["duckdb"] = min(both["arrow"], both["tuples"])
            found.append({"question": question, "seconds": both})
        return found

    def writes(self):
        say("writes")
        bare = self.scratch / "compare-rocksdb"
        shutil.rmtree(bare, ignore_errors=True)
        commands = {"cupel": [TESTS / "writes_bench", self.cupel, bare],
                    "duckdb": [*DUCKDB, "write", self.duckdb],
                    "sqlite": [*SQLITE, "write", self.sqlite]}
        found = {name: measured(command)[0][0] for name, command in commands.items()}
        shutil.rmtree(bare, ignore_errors=True)
        return found

    def frames(self):
        """Import of one large array in BDD100K's layout."""
        say("frames")
        folder = self.scratch / f"street-frames-{FRAMES}"
        if not (folder / "frames.json").exists():
            run(TESTS / "street_data", folder, FRAMES, 1, "frames")
        database = self.scratch / "compare-frames.cupel"
        seconds = []
        for _ in range(3):
            shutil.rmtree(database, ignore_errors=True)
            out, memory = measured([*CUPEL, f"--memory={IMPORT_MEMORY}", database, 1],
                                   [f"IMPORT ITEMS FROM '{folder}/frames.json' FORMAT bdd100k"])
            seconds.append(out[0]["seconds"][0])
        return {"seconds": statistics.median(seconds), "memory": memory,
                "bytes": (folder / "frames.json").stat().st_size}
