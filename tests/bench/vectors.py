#!/usr/bin/env python3
"""Vector search and autotags beside FAISS, hnswlib and LanceDB, on the same vectors in the same run;
writes docs/benchmarks.md.

    tests/bench/vectors.py [--case 0|1] [--write]

Needs the network once, for the packages (PyPI, into build/bench). Cupel's times are of statements
through the library's door, by all threads, on a database on disk that has been asked once; FAISS'
and the plain loop's (AVX2, one thread, memory-bound) of calls in C++ on arrays in memory
(vectors_bench); the others' of calls from Python. --case takes one of the two sets. Every set has a
part of the page of its own, with the machine that it was measured on; nothing else should run there.
"""
import argparse
import csv
import json
import os
import pathlib
import statistics
import subprocess
import sys

import page

ROOT = page.PAGE.parents[1]
BENCH = ROOT / "build" / "bench"
PYTHON = BENCH / "vectors-venv" / "bin" / "python"
TESTS = ROOT / "build" / "release" / "tests"
PACKAGES = ["numpy==2.2.6", "hnswlib==0.8.0", "lancedb==0.40.0", "pyarrow==26.0.1"]
CASES = [("100,000 x 512", 100_000, 512, 0.98), ("1,000,000 x 256", 1_000_000, 256, 0.95)]
QUERIES = 33


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, text=True, **options)


def prepare():
    BENCH.mkdir(parents=True, exist_ok=True)
    if not PYTHON.exists():
        run(sys.executable, "-m", "venv", PYTHON.parents[1])
        run(PYTHON, "-m", "pip", "install", "-q", *PACKAGES)
    run("cmake", "--preset", "release", cwd=ROOT, stdout=subprocess.DEVNULL)
    run("cmake", "--build", "--preset", "release", "--target", "statements_bench", "vectors_bench",
        cwd=ROOT, stdout=subprocess.DEVNULL)


def arrays(rows, width):
    data = BENCH / f"vectors-{rows}x{width}"
    if not (data / "items.jsonl").exists():
        run(PYTHON, ROOT / "tests/bench/vectors_arrays.py", data, rows, width)
    return data


def statements(database, texts, rows=None):
    """Seconds of each statement."""
    out = run(TESTS / "statements_bench", database, 1, *([rows] if rows else []),
              input="".join(text + "\n" for text in texts), stdout=subprocess.PIPE).stdout
    return [json.loads(line)["seconds"][0] for line in out.splitlines()]


def nearest(row, condition="", exact=False):
    where = f"WHERE {condition} " if condition else ""
    return (f'SELECT reference_id {where}ORDER BY similarity("i{row}") DESC LIMIT 100'
            f'{" EXACT" if exact else ""}')


def recall(database, data, chosen):
    """Of the approximate search, on some queries."""
    truth = json.loads(run(PYTHON, "-c", "import sys, json, numpy; print(json.dumps(numpy.load("
                           "sys.argv[1]).tolist()))", data / "truth.npy",
                           stdout=subprocess.PIPE).stdout)
    hits = total = 0
    for row, true in list(zip(chosen, truth))[::4]:
        statements(database, [nearest(row)], BENCH / "nearest.csv")
        with open(BENCH / "nearest.csv") as found:
            names = {line[0] for line in list(csv.reader(found))[1:]}
        hits += len(names & {f"i{r}" for r in true})
        total += len(true)
    return hits / total


def cupel(data, rows):
    database = BENCH / "vectors.cupel"
    run("rm", "-rf", database)
    _, imported = statements(database, [
        f"IMPORT ITEMS FROM '{data}/items.jsonl'",
        f"IMPORT EMBEDDINGS FROM '{data}/vectors.npy' AS e"])
    chosen = [i * (rows // QUERIES) for i in range(QUERIES)]

    def asked(condition="", exact=False):
        return {"seconds": statements(database, [nearest(r, condition, exact) for r in chosen])[1:]}
    answer = {"import": {"seconds": [imported]}, "exact": asked(exact=True)}
    for percent in (3, 52):
        answer[f"filtered {percent}"] = asked(f"metadata.share < {percent}", exact=True)
    answer["approximate"] = asked() | {"recall": recall(database, data, chosen)}
    tag = "CREATE AUTOTAG t FROM (" + ", ".join(f'"i{row}"' for row in chosen[:5]) + ")"
    answer["autotag"] = {"seconds": statements(database, [tag, "DROP AUTOTAG t"] * 5)[::2]}
    return answer


def kernels(rows, width):
    """Real times in seconds and counters of vectors_bench, by name."""
    out = run(TESTS / "vectors_bench", f"--rows={rows}", f"--width={width}",
              "--benchmark_filter=-duplicates", "--benchmark_format=json",
              stdout=subprocess.PIPE).stdout
    return {entry["name"].removesuffix("/real_time").removesuffix("/iterations:1"): entry
            for entry in json.loads(out)["benchmarks"]}


def peer(name, data):
    out = run(PYTHON, ROOT / "tests/bench/vectors_peers.py", name, data, stdout=subprocess.PIPE,
              env=os.environ | {"LANCE_LOG": "error", "RUST_LOG": "error"})
    return json.loads(out.stdout.splitlines()[-1])


def milliseconds(entry):
    return f"{statistics.median(entry['seconds']) * 1e3:,.1f}" if entry else ""


def faiss_lists(found, wanted):
    """The cheapest of FAISS' list searches that finds enough."""
    lists = [entry for name, entry in found.items() if name.startswith("faiss_approximate")]
    enough = [entry for entry in lists if entry["recall"] >= wanted] or lists[-1:]
    return min(enough, key=lambda entry: entry["real_time"])


def part(name, rows, width, wanted):
    data = arrays(rows, width)
    ours, found = cupel(data, rows), kernels(rows, width)
    peers = [peer("hnswlib", data), peer("lancedb", data)]
    lists = faiss_lists(found, wanted)

    def line(what, key, floor="", faiss=""):
        times = [f"{found[x]['real_time']:,.1f}" if x else "" for x in (floor, faiss)]
        return [what, milliseconds(ours.get(key)), *times, *(milliseconds(p.get(key)) for p in peers)]
    table = [
        line("the 100 nearest of all, exactly", "exact", "plain_loop", "faiss_exact"),
        line("of 3 %, exactly", "filtered 3", "plain_gathered/percent/3",
             "faiss_filtered/percent/3"),
        line("of 52 %, exactly", "filtered 52", "plain_gathered/percent/52",
             "faiss_filtered/percent/52"),
        ["approximately", milliseconds(ours["approximate"]), "", f"{lists['real_time']:,.1f}",
         *(milliseconds(p["approximate"]) for p in peers)],
        ["recall of it", f"{ours['approximate']['recall']:.3f}", "", f"{lists['recall']:.3f}",
         *(f"{p['approximate']['recall']:.3f}" for p in peers)],
        ["build its index", f"{found['ours_build']['real_time']:,.0f}", "",
         f"{found['faiss_build']['real_time']:,.0f}", *(milliseconds(p["build"]) for p in peers)],
        line("CREATE AUTOTAG, scores of all written and synced", "autotag"),
        line("IMPORT EMBEDDINGS from .npy, index built, synced", "import"),
    ]
    scores = found["ours_scores"]["real_time"] / found["plain_loop"]["real_time"]
    exact = found["faiss_exact"]["real_time"] / found["ours_exact/threads/1"]["real_time"]
    notes = (f"On one thread, of vectors in memory: scoring every row takes {scores:.2f} of the "
             f"plain loop's time; the exact 100 nearest are {exact:.1f} times faster than FAISS "
             f"flat; learning and scoring an autotag takes "
             f"{found['autotag/scored/1']['real_time']:,.0f} ms.")
    header = [f"{name}, ms", "cupel", "plain loop", "FAISS", "hnswlib", "LanceDB"]
    return page.table(header, table) + "\n\n" + notes


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--case", type=int, choices=range(len(CASES)))
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    prepare()
    for case in CASES if arguments.case is None else [CASES[arguments.case]]:
        text = f"Machine: {page.machine()}. {', '.join(PACKAGES)}.\n\n{part(*case)}"
        print(text)
        if arguments.write:
            page.replace(f"vectors {case[0]}", text)


if __name__ == "__main__":
    main()
