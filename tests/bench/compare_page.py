"""What tests/bench/compare found, as the text of the page."""
import statistics

import page
from compare_questions import ITEMS
from compare_run import IMPORT_MEMORY, PACKAGES

# What is asked of a question, by its kind: how many times faster than DuckDB counting from its rows
# and reading its counts; how many times the floor at most (None: SQLite's time is the measure).
TARGETS = {ITEMS: {"duckdb": 10, "counts": 3}, "objects": {"duckdb": 3, "counts": 3, "floor": 3}}


def median(seconds):
    return statistics.median(seconds) * 1e3 if seconds else None


def milliseconds(value):
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.3f}"


def spread(seconds):
    return f"{milliseconds(min(seconds) * 1e3)} to {milliseconds(max(seconds) * 1e3)}"


def times(found):
    """One line a question: what each took."""
    lines = []
    for one in found["questions"]:
        seconds = one["seconds"]
        lines.append([one["question"].name, f"{one['rows']:,}", milliseconds(median(seconds["cupel"])),
                      spread(seconds["cupel"]), *(milliseconds(median(seconds[name])) for name in
                                                  ("floor", "duckdb", "counts", "sqlite"))])
    header = ["warm, ms", "rows", "cupel", "range", "loop over arrays", "DuckDB, from its rows",
              "DuckDB, with counts", "SQLite"]
    return page.table(header, lines)


def ratio(above, below):
    return above / below if above is not None else None


def shown(value, missed):
    if value is None:
        return ""
    text = f"{value:.1f}" if value < 100 else f"{value:,.0f}"
    return f"**{text}**" if missed else text


def judged(one):
    """The ratios of a question, and whether each misses its target."""
    ours = {name: median(seconds) for name, seconds in one["seconds"].items()}
    target = TARGETS[one["question"].kind]
    out = [(ratio(ours[name], ours["cupel"]), target[name]) for name in ("duckdb", "counts")]
    cells = [shown(value, value is not None and value < least) for value, least in out]
    most = target.get("floor")
    floor = ratio(ours["cupel"], ours["floor"])
    cells.append(shown(floor, most is not None and floor > most))
    beyond = ours["cupel"] - ours["sqlite"]
    if one["question"].kind == ITEMS:
        text = f"{beyond:.3f}"
        cells.append(f"**{text}**" if beyond > one["question"].beyond else text)
    else:
        cells.append("")
    threads = ours["one thread"] / ours["cupel"]
    cells.append(shown(threads, one["question"].kind != ITEMS and ours["floor"] > 1
                       and threads < 1.6))
    cells.append(shown(2 * ours["floor"] / ours["two loops"], False))
    twice = ours["cupel"] / ours["half"]
    cells.append(shown(twice, twice > 2.1))
    return cells


def ratios(found):
    header = ["ratios", "faster than DuckDB from its rows", "than DuckDB with counts",
              "of the loop's time", "ms beyond SQLite", "two threads faster than one",
              "two loops at once, than in turn", "time of half the data"]
    return page.table(header, [[one["question"].name, *judged(one)] for one in found["questions"]])


def cold(found):
    lines = []
    for one in found["cold"]:
        ms = {name: value * 1e3 for name, value in one["seconds"].items()}
        late = ms["cupel"] > min(100, ms["duckdb"])
        ours = milliseconds(ms["cupel"])
        lines.append([one["question"].name, f"**{ours}**" if late else ours,
                      milliseconds(ms["duckdb"]), milliseconds(ms["sqlite"])])
    return page.table(["a fresh process: open and first answer, ms", "cupel", "DuckDB", "SQLite"], lines)


def rest(found):
    """Import, disk, writes and look-ups."""
    imports, disk, writes = found["imports"], found["disk"], found["writes"]

    def three(what, values, format):
        return [what, *(format(values.get(name)) for name in ("cupel", "duckdb", "sqlite"))]

    def of_writes(what, key):
        return three(what, {name: median(all_.get(key)) for name, all_ in writes.items()}, milliseconds)
    lines = [
        three(f"import of three files, {imports['bytes'] / 1e6:,.0f} MB, durable, s",
              {name: imports[name]["seconds"] for name in disk}, lambda value: f"{value:.2f}"),
        three("its peak memory, MiB", {name: imports[name]["memory"] for name in disk},
              lambda value: f"{value:,.0f}"),
        three("on disk, MB", disk, lambda value: f"{value / 1e6:,.1f}"),
        of_writes("1,000 upserts in one durable statement, ms", "upsert"),
        of_writes("one row changed by a durable statement, ms", "single"),
        of_writes("1,000 look-ups by reference id, one by one, ms", "look-ups"),
        of_writes("1,000 look-ups by reference id in one statement, ms", "look-ups at once"),
    ]
    bare = median(writes["cupel"]["rocksdb"])
    share = bare / median(writes["cupel"]["single"])
    notes = [f"Cupel's import had a budget of {IMPORT_MEMORY} MiB, DuckDB's what it takes; they took "
             f"{imports['cupel']['seconds'] / imports['duckdb']['seconds']:.2f} of DuckDB's time. One "
             f"synced write of a small row into a bare RocksDB: {milliseconds(bare)} ms, so that "
             f"single-row statements reach {share:.0%} of its rate."]
    if "frames" in found:
        frames = found["frames"]
        notes.append(f"One array of {frames['bytes'] / 1e6:,.0f} MB in BDD100K's layout: "
                     f"{frames['seconds']:.2f} s, {frames['bytes'] / 1e6 / frames['seconds']:,.0f} "
                     "MB/s.")
    return page.table(["", "cupel", "DuckDB", "SQLite"], lines) + "\n\n" + " ".join(notes)


def unequal(found):
    """Names of questions on which the programs differ."""
    return [one["question"].name for one in found["questions"]
            if len(set(one["digests"].values())) != 1]


def text(found):
    wrong = unequal(found)
    rows = ("All programs gave the same rows to every question." if not wrong else
            "**The programs differ on: " + ", ".join(wrong) + ".**")
    return "\n\n".join([
        f"Machine: {page.machine()}. {', '.join(PACKAGES)}; {found['images']:,} images. {rows} Bold: "
        "a target is missed.", times(found), ratios(found), cold(found), rest(found)])
