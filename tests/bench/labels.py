#!/usr/bin/env python3
"""Cupel beside cleanlab, on the same arrays in the same run; writes docs/benchmarks.md.

    tests/bench/labels.py [--quick] [--write]

Needs the network once, for cleanlab (PyPI, into build/bench). Every figure is a median of runs in
one process, single-threaded for both; float32 probabilities in memory. --quick takes a tenth of the
examples.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys

import page

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / "build" / "bench"
PYTHON = BENCH / "venv" / "bin" / "python"
RELEASE = ROOT / "build" / "release"
CASES = [("50,000 x 1,000", 50_000, 1000, 5), ("1,000,000 x 100", 1_000_000, 100, 3),
         ("10,000 x 10", 10_000, 10, 25)]
METHODS = ["prune_by_noise_rate", "prune_by_class", "both", "confident_learning"]


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, text=True, **options)


def prepare():
    BENCH.mkdir(parents=True, exist_ok=True)
    if not PYTHON.exists():
        run(sys.executable, "-m", "venv", BENCH / "venv")
        run(PYTHON, "-m", "pip", "install", "-q", "cleanlab==2.9.0")
    run("cmake", "--preset", "release", cwd=ROOT, stdout=subprocess.DEVNULL)
    run("cmake", "--build", "--preset", "release", "--target", "labels_bench", cwd=ROOT,
        stdout=subprocess.DEVNULL)


def measured(*command):
    return json.loads(run(*command, stdout=subprocess.PIPE).stdout.splitlines()[-1])


def spread(seconds):
    return f"{min(seconds) * 1e3:,.1f} to {max(seconds) * 1e3:,.1f}"


def compare(name, examples, classes, runs, method):
    """One line of the table, and the two numbers of issues."""
    stem = f"{examples}x{classes}"
    files = BENCH / f"{stem}-probabilities.npy", BENCH / f"{stem}-labels.npy"
    if not files[0].exists():
        run(PYTHON, ROOT / "tests/bench/label_data.py", BENCH, stem, examples, classes)
    theirs = measured(PYTHON, ROOT / "tests/bench/cleanlab_bench.py", *files, method, runs,
                      BENCH / "theirs.npy")
    ours = measured(RELEASE / "tests/labels_bench", "issues", *files, method, runs,
                    BENCH / "theirs.npy")
    their_median, our_median = (statistics.median(r["seconds"]) for r in (theirs, ours))
    matrix_kib = examples * classes * 4 / 1024
    return [name, method, f"{their_median * 1e3:,.1f}", spread(theirs["seconds"]),
            f"{our_median * 1e3:,.1f}", spread(ours["seconds"]),
            f"**{their_median / our_median:.1f}**",
            f"{theirs['extra_kib'] / matrix_kib:.2f}", f"{ours['extra_kib'] / matrix_kib:.3f}",
            f"{theirs['issues']:,}", f"{ours['issues']:,}", f"{ours['common']:,}"]


def step(examples, classes):
    """The whole step from a file to written columns, of a database on disk."""
    stem = f"{examples}x{classes}"
    files = BENCH / f"{stem}-probabilities.npy", BENCH / f"{stem}-labels.npy"
    return measured(RELEASE / "tests/labels_bench", "step", *files, BENCH / "step.cupel")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    prepare()
    rows = []
    for name, examples, classes, runs in CASES:
        if arguments.quick:
            name, examples, runs = f"{name} / 10", examples // 10, 3
        for method in METHODS:
            rows.append(compare(name, examples, classes, runs, method))
            print(" | ".join(rows[-1]), flush=True)
    whole = step(*(5_000, 1000) if arguments.quick else (50_000, 1000))
    text = "\n".join([
        f"Machine: {page.machine()}. cleanlab 2.9.0, `n_jobs=1`.", "",
        page.table(["data", "method", "cleanlab ms", "range", "cupel ms", "range",
                    "times faster", "cleanlab memory", "cupel memory", "issues cleanlab",
                    "issues cupel", "in both"], rows), "",
        "Memory: what the process needed on top of the probabilities, as a share of them.", "",
        f"In a database on disk, {whole['examples']:,} examples of 1,000 classes, written and "
        f"synced: `FIND LABEL ERRORS USING PROBABILITIES FROM` the file "
        f"{statistics.median(whole['seconds']) * 1e3:,.0f} ms ({spread(whole['seconds'])}); "
        f"`IMPORT PROBABILITIES` of it {whole['import_seconds'] * 1e3:,.0f} ms, and "
        f"`FIND LABEL ERRORS` with the stored ones {whole['stored_seconds'] * 1e3:,.0f} ms."])
    print(text)
    if arguments.write:
        page.replace("label errors", text)


if __name__ == "__main__":
    main()
