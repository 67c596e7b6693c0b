#!/usr/bin/env python3
"""How soon statements end that are interrupted; writes docs/benchmarks.md.

    tests/bench/cancel.py [--quick] [--write]

--quick takes a fiftieth of the items. The program is cancel_bench, which says what is done and
checks what is left.
"""
import argparse
import pathlib
import re
import subprocess

import page

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / "build" / "release" / "tests" / "cancel_bench"
SQUARE = "near duplicates,outliers"  # to run these once takes the square of the items
SIZES = [(1_000_000, 8, "--but"), (200_000, 4, "--only")]
LINE = re.compile(r"(\S.*?) +([\d.]+) +(\d+) +(\d+) +([\d.]+) +([\d.]+)")


def measured(items, rounds, which):
    """A row a statement; fails when something was not as it was before."""
    done = subprocess.run(
        [BENCH, "--items", str(items), "--rounds", str(rounds), which, SQUARE],
        check=True, text=True, stdout=subprocess.PIPE)
    for line in done.stdout.splitlines():
        if found := LINE.fullmatch(line):
            name, takes, interrupted, _, *delays = found.groups()
            yield [name, f"{items:,}", f"{float(takes):,.0f}", interrupted,
                   *(delays if interrupted != "0" else ("", ""))]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--quick", action="store_true")
    arguments.add_argument("--write", action="store_true")
    arguments = arguments.parse_args()
    for command in (["cmake", "--preset", "release"],
                    ["cmake", "--build", "--preset", "release", "--target", "cancel_bench"]):
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    rows = [row for items, rounds, which in SIZES
            for row in measured(items // 50 if arguments.quick else items, rounds, which)]
    header = ["statement", "items", "takes, ms", "interrupted", "ends after, median ms", "most, ms"]
    text = f"Machine: {page.machine()}.\n\n{page.table(header, rows)}"
    print(text)
    if arguments.write:
        page.replace("cancel", text)


if __name__ == "__main__":
    main()
