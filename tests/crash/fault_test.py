#!/usr/bin/env python3
"""Lets the n-th operation of a disk fail, for many n, while a database is opened, changed, exported
from and closed.

    fault_test.py --workload PROGRAM --disk LIBRARY [--points N] [--seed S]

Each time the step that meets the failure says so in an error of kind `io` that names a file, or
does not need what failed; the process lives; what it says of everything is what it was before the
step; and afterwards, on a disk that works, every acknowledged step is there and none by half. After
a failed sync also what a power loss would leave is looked at, of which nothing that was not synced
by a later call is certain, and nothing may be acknowledged before the database is opened again.
"""
import argparse
import collections
import errno
import random
import shutil
import sys

import disk
import workload

STEPS = 16  # with one closing and opening in between
LINKS = 3   # tables that are added whose reading fails at every place, however few points there are

Fault = collections.namedtuple("Fault", "name classes error sticky")
FAULTS = [Fault("any operation fails", disk.ALL, errno.EIO, False),
          Fault("all operations fail from there on", disk.ALL, errno.EIO, True),
          Fault("a write or a new name finds no room", disk.WRITE + disk.NAME, errno.ENOSPC, False),
          Fault("there is no more room", disk.WRITE + disk.NAME, errno.ENOSPC, True),
          Fault("a write is cut short", disk.WRITE, "short", False),
          Fault("a sync fails", disk.SYNC, errno.EIO, False)]


def points(records, wanted):
    """(fault, n): spread evenly over all that there are, and what reads a table before it is added."""
    counts = collections.Counter(record.kind_class for record in records)
    all_of_them = [(fault, n + 1) for fault in FAULTS
                   for n in range(sum(counts[letter] for letter in fault.classes))]
    wanted = min(wanted, len(all_of_them))
    spread = [all_of_them[i * len(all_of_them) // wanted] for i in range(wanted)]
    links = [n for n, record in enumerate(records) if record.kind == "l"]
    reads = [(FAULTS[0], n + 1) for link in links[:LINKS] for n in range(link)[-6:]]
    return spread + [point for point in reads if point not in spread], len(all_of_them)


def check_lines(world, fault, lines):
    """Judges what the program said; returns how many steps it acknowledged."""
    done = workload.acknowledged(lines)
    steps, failed_sync = 0, False
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "ack":
            if failed_sync:
                raise workload.Failure(f"acknowledged after a failed sync: {line}")
            steps += 1
            continue
        if word == "state":
            number, state = rest.split(" ", 1)
            if int(number) != steps or state.strip() != world.twin.state(steps):
                raise workload.Failure(f"after a failure it says {rest}, instead of "
                                       f"{world.twin.state(steps)}")
            continue
        code, why = (rest if word == "error" else rest.split(" ", 1)[1]).split(" ", 1)
        if code != "io" or str(world.disk) not in why:
            raise workload.Failure(f"this does not say what failed and where: {line}")
        if word == "mute" and not fault.sticky:
            raise workload.Failure(f"a database that can be read is not: {line}")
        failed_sync = failed_sync or fault.classes == disk.SYNC
    return done


def lose_power(world, watched, chance):
    for record in disk.records(world.trace):
        watched.do(record)
    left = world.directory / "left"
    how = watched.leave(left, chance)
    try:
        world.verify(workload.acknowledged(watched.told.decode().splitlines()), left)
    except workload.Failure as failure:
        raise workload.Failure(f"after a power loss ({how}): {failure}")
    shutil.rmtree(left)


def check_point(world, fault, number, chance, tally):
    for place in (world.disk, world.inputs):
        shutil.rmtree(place)
        place.mkdir()
    world.trace.unlink(missing_ok=True)
    watched = disk.Disk(world.disk)
    lines = world.run(0, STEPS, trace=world.trace,
                      fail=(fault.classes, number, fault.error, fault.sticky))
    tally["failed" if any(not line.startswith("ack ") for line in lines) else "went on"] += 1
    done = check_lines(world, fault, lines)
    world.verify(done)
    if fault.classes == disk.SYNC:
        lose_power(world, watched, chance)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--workload", required=True, type=workload.path)
    parser.add_argument("--disk", required=True, type=workload.path)
    parser.add_argument("--points", type=int, default=60)
    parser.add_argument("--seed", type=int, default=20240616)
    given = parser.parse_args()
    tally = collections.Counter()
    with workload.place("fault") as directory:
        world = workload.World(given.workload, given.disk, workload.path(directory) / "world",
                               given.seed)
        try:
            world.run(0, STEPS, trace=world.trace)
            chosen, there_are = points([record for record in disk.records(world.trace)
                                        if record.kind_class in disk.ALL], given.points)
            for fault, number in chosen:
                try:
                    check_point(world, fault, number, random.Random(given.seed + number), tally)
                except workload.Failure as failure:
                    print(f"seed {given.seed}: {fault.name}, number {number}: {failure}", flush=True)
                    tally["wrong"] += 1
        finally:
            world.close()
    print(f"{len(chosen)} of {there_are} failures: {tally['failed']} were told, "
          f"{tally['went on']} were not in the way, seed {given.seed}")
    return 0 if tally["wrong"] == 0 and tally["failed"] > len(chosen) // 4 else 1


if __name__ == "__main__":
    sys.exit(main())
