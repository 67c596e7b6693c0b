#!/usr/bin/env python3
"""Kills a writing process at random moments and looks at what is left: every acknowledged step is
there, the one in flight is there whole or not at all, and `check` finds nothing.

    kill_test.py --workload PROGRAM --disk LIBRARY [--cycles N] [--seed S]
"""
import argparse
import random
import select
import sys
import time

import workload

CYCLES = 20  # of one database, so that it stays small


def kill_once(world, first, chance, cycle):
    """Returns how many steps were acknowledged."""
    process = world.start(first, really=cycle % 2 == 0)
    if cycle % 4 != 0:  # one in four dies while it opens or makes the database
        select.select([process.stdout], [], [], 10)
    time.sleep(chance.uniform(0.005, 0.165))
    process.kill()
    out, err = process.communicate()
    if process.returncode >= 0 or err:
        raise workload.Failure(f"the writer ended by itself: {err} {out[-200:]}")
    lines = out.splitlines()
    if any(not line.startswith("ack ") for line in lines):
        raise workload.Failure("; ".join(lines[-3:]))
    return len(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--workload", required=True, type=workload.path)
    parser.add_argument("--disk", required=True, type=workload.path)
    parser.add_argument("--cycles", type=int, default=100)
    parser.add_argument("--seed", type=int, default=20240607)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    world, steps = None, 0
    with workload.place("kill") as directory:
        for cycle in range(given.cycles):
            if cycle % CYCLES == 0:
                if world:
                    world.close()
                world = workload.World(given.workload, given.disk, workload.path(directory) / f"{cycle}",
                                       given.seed + cycle // CYCLES)
                done = 0
            try:
                more = kill_once(world, done, chance, cycle)
                steps += more
                if (world.disk / "database").exists():
                    done = world.verify(done + more)
            except workload.Failure as failure:
                print(f"cycle {cycle}, seed {given.seed}: {failure}")
                return 1
        world.close()
    print(f"{given.cycles} kills, {steps} steps acknowledged, seed {given.seed}")
    return 0 if steps > given.cycles else 1


if __name__ == "__main__":
    sys.exit(main())
