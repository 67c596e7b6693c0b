#!/usr/bin/env python3
"""What the processor does during statements of tests/bench/compare; writes docs/benchmarks.md.

    tests/bench/profiles.py [--images 100000|1000000] [--write]

Needs `perf` (Debian's linux-perf) and what `tests/bench/compare` left in build/bench. A sample
belongs to the first line of KINDS that it matches. A process that waits, for the disk or for a lock,
is not sampled; threads of a BLAS library are, which wait for work by asking again and again.
"""
import argparse
import collections
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

import compare_run
import page
from compare_questions import QUESTIONS

# What a column of the table is called; what is looked for; and whether in all callers of the system
# (its functions are known down to what the program called) or in where a sample fell.
CALLERS, PLACE = True, False
KINDS = [
    ("", r"do_exit|do_group_exit|__x64_sys_execve", CALLERS),
    ("new memory", r"exc_page_fault|__x64_sys_(munmap|mmap|madvise|brk|mprotect)", CALLERS),
    ("reading files", r"__x64_sys_(pread64|read|openat|newfstat\w*|getdents64)", CALLERS),
    ("writing, syncing", r"__x64_sys_(p?write\w*|fdatasync|fsync|sync_file_range|rename|link|unlink"
                         r"|fallocate|ftruncate)|ext4_end_io|blk_", CALLERS),
    ("BLAS' threads", r"sched_yield", CALLERS),
    ("BLAS' threads", r"sched_yield|\(\S*/\S*blas", PLACE),
    ("waking threads", r"__x64_sys_(futex|clone3?)|try_to_wake|schedule|idle|nanosleep", CALLERS),
    ("loading", r"\(\S*/ld-linux", PLACE),
    ("compression", r"\(\S*/liblz4", PLACE),
    ("checksums", r"\(\S*/libxxhash|crc32c", PLACE),
    ("copies", r"^_*(mem(move|cpy|set|cmp|chr)|strlen|bcmp)", PLACE),
    ("allocation", r"^(_*libc_)?(malloc|c?free|operator (new|delete))|^_int_(malloc|free)"
                   r"|^malloc_consolidate|^unlink_chunk|^sysmalloc", PLACE),
    ("RocksDB", r"\(\S*/librocksdb", PLACE),
    ("parsing", r"\(\S*/libantlr4|^.*?cupel::(grammar|sql)\b", PLACE),
    ("reading rows", r"^(?!.*cupel::(exec|storage)).*cupel::io\b|simdjson", PLACE),
    ("columns", r"^(?!.*cupel::exec).*cupel::storage\b", PLACE),
    ("the question", r"cupel::(exec|plan|bind)\b", PLACE),
]
NAMES = [*dict.fromkeys(name for name, _, _ in KINDS if name), "other"]
WARM = ["a text prefix", "top 100 by a stored score", "some car occluded and below 1000 px²",
        "weather by time of day, boxes, fastest", "histogram of car areas",
        "label by occluded by truncated", "all boxes of a slice"]
FRESH = ["unlabelled images", "some car occluded and below 1000 px²", "all boxes of a slice"]
UPSERTS, SINGLES = 1000, 300


def kind_of(frames):
    """`frames`: texts `function (object)`, the place itself first."""
    system = [frame for frame in frames if "([" in frame]
    for name, pattern, callers in KINDS:
        if any(re.search(pattern, frame) for frame in (system if callers else frames[:1])):
            return name
    return "other"


def count(data):
    """Samples by kind."""
    found = collections.Counter()
    text = subprocess.run(["perf", "script", "-i", data, "-F", "comm,ip,sym,dso"], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
    for sample in text.split("\n\n"):
        frames = [line.split(None, 1)[1] for line in sample.splitlines()[1:] if len(line.split()) > 1]
        if frames:
            found[kind_of(frames)] += 1
    del found[""]
    return found


def profile(command, lines, processes=1):
    """Samples by kind of processes that read the lines."""
    found = collections.Counter()
    with tempfile.TemporaryDirectory() as scratch:
        for _ in range(processes):
            data = pathlib.Path(scratch) / "perf.data"
            record = ["perf", "record", "-q", "-g", "-F", "4999", "-o", data, *command]
            subprocess.run([str(word) for word in record], input="".join(line + "\n" for line in lines),
                           text=True, stdout=subprocess.DEVNULL, check=True)
            found += count(data)
    return found


def question(name):
    return next(one.cupel for one in QUESTIONS if one.name == name)


def upserts(run, scratch):
    """Statements that change the same thousand items to and fro."""
    with open(run.data / "items.jsonl") as file:
        items = [json.loads(line) for _, line in zip(range(UPSERTS * 50), file)][::50]
    lines = []
    for turn in range(2):
        path = pathlib.Path(scratch) / f"upserts-{turn}.jsonl"
        for item in items:
            item["metadata"]["frame_number"] = turn
        path.write_text("".join(json.dumps(item) + "\n" for item in items))
        lines.append(f"IMPORT ITEMS FROM '{path}' UPDATE")
    singles = [f"UPDATE items SET metadata.frame_number = {2 + i} WHERE reference_id = "
               f"'{items[i % UPSERTS]['reference_id']}'" for i in range(SINGLES)]
    return lines * 10, singles


def measure(run, scratch):
    """Lines of the table: what was done, and its samples."""
    if not run.cupel.exists():
        raise SystemExit(f"{run.cupel} is not there: run tests/bench/compare --images {run.images}")
    database = pathlib.Path(scratch) / "profile.cupel"
    shutil.copytree(run.cupel, database)
    for folder in (run.data, database):
        compare_run.read(folder)
    bench = compare_run.CUPEL
    out = [(f"fresh process: {name}", profile([*bench, database, 1], [question(name)], 10))
           for name in FRESH]
    runs = 30 if run.large else 300
    out += [(name, profile([*bench, "--read-only", database, runs], [question(name)])) for name in WARM]
    many, singles = upserts(run, scratch)
    out.append(("1,000 upserts", profile([*bench, database, 1], many)))
    out.append(("one row changed", profile([*bench, database, 1], singles)))
    shutil.rmtree(database)
    imports = [f"IMPORT {kind.upper()} FROM '{run.data}/{kind}.jsonl'{tail}" for kind, tail in
               (("items", ""), ("annotations", ""), ("predictions", ' AS RUN "street"'))]
    out.append(("import of three files", profile(
        [*bench, f"--memory={compare_run.IMPORT_MEMORY}", database, 1], imports)))
    return out


def cells(found):
    shares = [100 * found[name] / found.total() for name in NAMES]
    return [f"{share:.0f}" if share >= 0.5 else "" for share in shares]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=int, default=100_000)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    run = compare_run.Run(arguments.images, compare_run.BENCH)
    run.prepare()
    with tempfile.TemporaryDirectory(dir=compare_run.BENCH) as scratch:
        lines = [[name, *cells(found)] for name, found in measure(run, scratch)]
    text = (f"Machine: {page.machine()}; {arguments.images:,} images.\n\n"
            + page.table(["% of samples", *NAMES], lines))
    print(text)
    if arguments.write:
        page.replace(f"profile {arguments.images:,}", text)


if __name__ == "__main__":
    main()
