#!/usr/bin/env python3
"""Takes a database's power away at random moments, also while it recovers from that, and looks at what
is left.

    power_test.py --workload PROGRAM --disk LIBRARY [--cycles N] [--recoveries N] [--seed S]

A database is led through the full mix of statements on a disk that is watched (disk.py). For random
moments of that, what a power loss would have left is laid out anew and opened: every acknowledged
step must be there, none by half, `check` must find nothing, and no file may be left over. A recovery
is watched in its turn, and the power taken away in the middle of it.
"""
import argparse
import random
import shutil
import sys

import disk
import workload

STEPS, MOMENTS = 30, 25  # of one database


class Counts:
    def __init__(self):
        self.cycles = self.recoveries = self.undone = self.steps = 0


def moments(chance, records, count):
    """Some of the records that changed something, in their order; half of them are the last before
    a sync, when most is pending."""
    telling = [number for number, record in enumerate(records) if record.kind not in "xc"]
    pending = [before for before, number in zip(telling, telling[1:]) if records[number].kind == "s"]
    chosen = set(chance.sample(telling, min(count, len(telling))))
    chosen |= set(chance.sample(pending, min(count // 2, len(pending))))
    return sorted(chance.sample(sorted(chosen), min(count, len(chosen))))


def cut_recovery(world, left, promised, chance):
    """Looks at what is left on a watched disk, takes the power away in the middle of that, and
    verifies what is left then."""
    trace = world.directory / "recovery"
    again = disk.Disk(left)
    world.look(left, trace=trace)
    done = list(disk.records(trace))
    trace.unlink()
    end = moments(chance, done, 1)[0]
    for record in done[:end + 1]:
        again.do(record)
    shutil.rmtree(left)
    how = again.leave(left, chance)
    try:
        world.verify(promised, left)
    except workload.Failure as failure:
        raise workload.Failure(f"cut in recovery after {end} of {len(done)}, {how}: {failure}")


def cut_one(world, left, watched, chance, counts, recover):
    how = watched.leave(left, chance)
    promised = workload.acknowledged(watched.told.decode().splitlines())
    try:
        if recover:
            counts.recoveries += 1
            cut_recovery(world, left, promised, chance)
        else:
            counts.cycles += 1
            counts.undone += world.verify(promised, left) == promised
    except workload.Failure as failure:
        raise workload.Failure(f"{how}: {failure}")
    shutil.rmtree(left)


def run(world, counts, chance, cycles, recoveries):
    watched = disk.Disk(world.disk)
    lines = world.run(0, STEPS, trace=world.trace)
    counts.steps += workload.acknowledged(lines)
    if workload.acknowledged(lines) != STEPS:
        raise workload.Failure("; ".join(lines[-3:]))
    done = list(disk.records(world.trace))
    at = 0
    for number, end in enumerate(moments(chance, done, cycles + recoveries)):
        for record in done[at:end + 1]:
            watched.do(record)
        at = end + 1
        try:
            recover = number * recoveries // (cycles + recoveries) != \
                (number + 1) * recoveries // (cycles + recoveries)
            cut_one(world, world.directory / "left", watched, chance, counts, recover)
        except workload.Failure as failure:
            raise workload.Failure(f"cut after {end} of {len(done)}, {failure}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--workload", required=True, type=workload.path)
    parser.add_argument("--disk", required=True, type=workload.path)
    parser.add_argument("--cycles", type=int, default=50)
    parser.add_argument("--recoveries", type=int, default=10)
    parser.add_argument("--seed", type=int, default=20240614)
    given = parser.parse_args()
    counts = Counts()
    runs = max(1, (given.cycles + given.recoveries + MOMENTS - 1) // MOMENTS)
    with workload.place("power") as directory:
        for number in range(runs):
            share = lambda all_of_them: all_of_them * (number + 1) // runs - all_of_them * number // runs
            world = workload.World(given.workload, given.disk, workload.path(directory) / f"{number}",
                                   given.seed + number)
            try:
                run(world, counts, random.Random(given.seed + number), share(given.cycles),
                    share(given.recoveries))
            except workload.Failure as failure:
                print(f"seed {given.seed + number}: {failure}")
                return 1
            finally:
                world.close()
    print(f"{counts.cycles} power losses ({counts.undone} before the step in flight was done), "
          f"{counts.recoveries} during recovery, {counts.steps} steps, seed {given.seed}")
    # Where all or none came before the commit, the moments show nothing. One in eight comes after
    # it, so that of a few all may come before.
    one_sided = counts.undone == 0 or (counts.undone == counts.cycles and counts.cycles >= 100)
    return 1 if counts.cycles > 0 and one_sided else 0


if __name__ == "__main__":
    sys.exit(main())
