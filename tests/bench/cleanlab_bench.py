"""Times cleanlab on one pair of .npy files, held in memory; prints JSON.

    cleanlab_bench.py PROBABILITIES.npy LABELS.npy METHOD RUNS ISSUES.npy
"""
import json
import resource
import sys
import time

import numpy as np
from cleanlab.filter import find_label_issues


def main():
    probabilities, labels = np.load(sys.argv[1]), np.load(sys.argv[2])
    peak_before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = []
    for _ in range(int(sys.argv[4])):
        begun = time.perf_counter()
        issues = find_label_issues(labels, probabilities, filter_by=sys.argv[3],
                                   return_indices_ranked_by="self_confidence", n_jobs=1)
        seconds.append(time.perf_counter() - begun)
    np.save(sys.argv[5], np.sort(issues))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "issues": len(issues),
                      "extra_kib": peak - peak_before}))


if __name__ == "__main__":
    main()
