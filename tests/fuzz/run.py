#!/usr/bin/env python3
"""Runs the fuzzers on the inputs of tests/data/fuzz.

    run.py --build DIRECTORY [--seconds N | --runs N] [--seed S] [--jobs N] [--findings DIRECTORY]
           [TARGET[/INPUTS]…]

Each target reads its inputs, and then changes of them: `--runs` of them, or for `--seconds`. An input
that fails is left among the findings; put it into tests/data/fuzz with the repair.
"""
import argparse
import concurrent.futures
import os
import pathlib
import secrets
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FORMATS = ["bdd100k", "coco", "csv", "jsonl", "label_studio", "names", "nucleus", "openimages",
           "voc", "yolo"]
# A target, and the folders of inputs that it runs on at once.
RUNS = [("parse", ["query"]), ("statements", ["query"]),
        *[("statements", [name]) for name in FORMATS],
        ("statements", ["embeddings"]), ("statements", ["probabilities"]),
        ("statements", ["results"]), ("read", FORMATS), ("part", ["part"]),
        ("storage", ["storage"]), ("document", ["document"])]


def name_of(run):
    return run[0] if len(run[1]) > 1 or run[0] == run[1][0] else f"{run[0]}/{run[1][0]}"


def execute(run, given, scratch):
    """Whether it passed, and what it said."""
    target, folders = run
    findings = given.findings / name_of(run).replace("/", "_")
    command = [given.build / f"tests/fuzz/fuzz_{target}",
               *[ROOT / "tests/data/fuzz" / folder for folder in folders],
               "--seed", str(given.seed), "--findings", findings]
    command += ["--seconds", str(given.seconds)] if given.seconds else ["--runs", str(given.runs)]
    done = subprocess.run(command, env={**os.environ, "TMPDIR": scratch}, text=True,
                          errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if findings.exists() and not any(findings.iterdir()):
        findings.rmdir()
    return done.returncode == 0, done.stdout.strip()


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("only", nargs="*")
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--runs", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--findings", type=pathlib.Path)
    given = parser.parse_args()
    given.build = given.build.resolve()
    given.findings = (given.findings or given.build / "findings").resolve()
    given.seed = given.seed or secrets.randbelow(10**6) + 1
    runs = [run for run in RUNS
            if not given.only or {run[0], name_of(run)} & set(given.only)]
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # files that are gone at once
    failed = 0
    with tempfile.TemporaryDirectory(dir=memory) as scratch, \
            concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        for run, (passed, said) in zip(runs, pool.map(lambda one: execute(one, given, scratch), runs)):
            failed += not passed
            print(f"{name_of(run)}: {'' if passed else 'FAILED: '}{said}", flush=True)
    print(f"{len(runs) - failed} of {len(runs)} fuzzers found nothing (seed {given.seed})")
    return 1 if failed or not runs else 0


if __name__ == "__main__":
    sys.exit(main())
