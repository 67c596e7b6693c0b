#!/usr/bin/env python3
"""Evaluation beside pycocotools and DuckDB, on the same data in the same run; writes
docs/benchmarks.md.

    tests/bench/evaluation.py [--images 100000] [--write]

Needs the network once, for the two packages (PyPI, into build/bench). The data are of the shape of
BDD100K (street_data.cpp). Cupel's times are of statements through the library's door, its changes
durable; pycocotools' of its evaluate, accumulate and summarize on dictionaries in memory.
"""
import argparse
import json
import statistics
import subprocess
import sys

import page

ROOT = page.PAGE.parents[1]
BENCH = ROOT / "build" / "bench"
PYTHON = BENCH / "evaluation-venv" / "bin" / "python"
TESTS = ROOT / "build" / "release" / "tests"
PACKAGES = ["pycocotools==2.0.11", "duckdb==2.0.1"]
FIGURES = ["ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large", "ar1", "ar10", "ar100",
           "ar_small", "ar_medium", "ar_large"]
FALSE_POSITIVES = ('SELECT label, count() FROM predictions("street") WHERE outcome = fp '
                   "AND confidence >= 0.5 GROUP BY label")


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, text=True, **options)


def prepare(images):
    BENCH.mkdir(parents=True, exist_ok=True)
    if not PYTHON.exists():
        run(sys.executable, "-m", "venv", PYTHON.parents[1])
        run(PYTHON, "-m", "pip", "install", "-q", *PACKAGES)
    run("cmake", "--preset", "release", cwd=ROOT, stdout=subprocess.DEVNULL)
    run("cmake", "--build", "--preset", "release", "--target", "statements_bench", "street_data",
        cwd=ROOT, stdout=subprocess.DEVNULL)
    data = BENCH / f"street-{images}"
    if not (data / "predictions.jsonl").exists():
        run(TESTS / "street_data", data, images)
    return data


def statements(database, runs, *texts, rows=None):
    """What statements_bench says of each statement."""
    out = run(TESTS / "statements_bench", database, runs, *([rows] if rows else []),
              input="".join(text + "\n" for text in texts), stdout=subprocess.PIPE).stdout
    return [json.loads(line) for line in out.splitlines()]


def import_data(data, database):
    run("rm", "-rf", database)
    return statements(database, 1, f"IMPORT ITEMS FROM '{data}/items.jsonl'",
                      f"IMPORT ANNOTATIONS FROM '{data}/annotations.jsonl'",
                      f"IMPORT PREDICTIONS FROM '{data}/predictions.jsonl' AS RUN \"street\"")


def peer(name, *arguments):
    out = run(PYTHON, ROOT / "tests/bench/evaluation_peers.py", name, *arguments,
              stdout=subprocess.PIPE).stdout
    return json.loads(out.splitlines()[-1])


def shown(seconds):
    """Median and range in milliseconds."""
    return (f"{statistics.median(seconds) * 1e3:,.1f}",
            f"{min(seconds) * 1e3:,.1f} to {max(seconds) * 1e3:,.1f}")


def largest_difference(table, reference):
    """Of the figures in a CSV of one row from those of pycocotools (-1: none)."""
    header, row = (line.split(",") for line in table.read_text().splitlines())
    ours = dict(zip(header, row))
    return max(abs((float(ours[name]) if ours[name] else -1) - value)
               for name, value in zip(FIGURES, reference))


def line(what, ours, peer_name=None, theirs=None):
    """One line of the table."""
    if theirs is None:
        return [what, *shown(ours["seconds"]), "", ""]
    ratio = statistics.median(theirs["seconds"]) / statistics.median(ours["seconds"])
    return [what, *shown(ours["seconds"]), f"{peer_name} {shown(theirs['seconds'])[0]}",
            f"**{ratio:,.0f}**"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=int, default=100_000)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    data = prepare(arguments.images)
    database = BENCH / "evaluation.cupel"
    import_data(data, database)
    metrics = BENCH / "metrics.csv"
    evaluate = statements(database, 3, 'EVALUATE RUN "street"')[0]
    figures = statements(database, 5, 'SHOW METRICS OF RUN "street"', rows=metrics)[0]
    slice_ = statements(database, 5, 'SHOW METRICS OF RUN "street" WHERE metadata.weather = foggy '
                        "AND metadata.timeofday = night")[0]
    stored = statements(database, 9, FALSE_POSITIVES)[0]
    coco = peer("pycocotools", data)
    duck = peer("duckdb", data)
    difference = largest_difference(metrics, coco["figures"])
    both = {"seconds": [a + b for a, b in zip(evaluate["seconds"], figures["seconds"])]}
    rows = [
        line("EVALUATE RUN, columns written and synced", evaluate),
        line("the twelve COCO figures, from stored matches", figures, "pycocotools", coco),
        line("both together", both, "pycocotools", coco),
        line("the figures of foggy nights", slice_),
        line("false positives by label, from stored outcomes", stored, "DuckDB, from the rows",
             duck)]
    text = "\n".join([
        f"Machine: {page.machine()}. {', '.join(PACKAGES)}. {arguments.images:,} images, "
        f"{coco['annotations']:,} boxes, {coco['predictions']:,} predictions.", "",
        page.table(["what", "cupel ms", "range", "beside it, ms", "times faster"],
                   rows), "",
        f"Largest difference of a figure from pycocotools: {difference:.1e}."])
    print(text)
    if arguments.write:
        page.replace("evaluation", text)


if __name__ == "__main__":
    main()
