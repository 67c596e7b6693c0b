"""Vector search by hnswlib and LanceDB, for tests/bench/vectors.py: one process a peer.

    vectors_peers.py hnswlib|lancedb DIRECTORY

reads vectors.npy, queries.npy and truth.npy (the rows of the true 100 nearest of each query) from
the directory and prints one line of JSON: seconds of each search, by question, and the recall of
the approximate ones. Rows of a filter are those whose number modulo 100 is below its percentage.
"""
import json
import pathlib
import shutil
import sys
import time

import numpy as np

NEAREST = 100
QUERIES = 32
PERCENT = (3, 52)


def timed(search, queries):
    """Seconds of each query, and what it found."""
    seconds, found = [], []
    search(queries[0])
    for query in queries[:QUERIES]:
        begun = time.perf_counter()
        found.append(search(query))
        seconds.append(time.perf_counter() - begun)
    return seconds, found


def recall(found, truth):
    hits = sum(len(set(map(int, rows)) & set(map(int, true))) for rows, true in zip(found, truth))
    return hits / (NEAREST * len(found))


def least_wanted(searches, queries, truth, wanted):
    """The first of some searches, cheapest first, that finds enough."""
    for search in searches:
        seconds, found = timed(search, queries)
        if recall(found, truth) >= wanted:
            break
    return {"seconds": seconds, "recall": recall(found, truth)}


def hnswlib_peer(directory, vectors, queries, truth):
    import hnswlib
    rows, width = vectors.shape
    exact = hnswlib.BFIndex(space="ip", dim=width)
    exact.init_index(max_elements=rows)
    exact.add_items(vectors)
    answer = {}
    answer["exact"] = {"seconds": timed(lambda q: exact.knn_query(q, NEAREST)[0][0], queries)[0]}
    for percent in PERCENT:
        search = lambda q: exact.knn_query(q, NEAREST, filter=lambda i: i % 100 < percent)[0][0]
        answer[f"filtered {percent}"] = {"seconds": timed(search, queries[:8])[0]}
    del exact
    begun = time.perf_counter()
    index = hnswlib.Index(space="ip", dim=width)
    index.init_index(max_elements=rows, M=16, ef_construction=200)
    index.add_items(vectors)
    answer["build"] = {"seconds": [time.perf_counter() - begun]}

    def search(ef):
        def run(query):
            index.set_ef(ef)
            return index.knn_query(query, NEAREST)[0][0]
        return run
    answer["approximate"] = least_wanted([search(ef) for ef in (100, 150, 200, 300, 500, 900)],
                                         queries, truth, wanted(rows))
    return answer


def lancedb_peer(directory, vectors, queries, truth):
    import lancedb
    import pyarrow as pa
    rows, width = vectors.shape
    place = directory / "lance"
    shutil.rmtree(place, ignore_errors=True)
    column = pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), width)
    numbers = np.arange(rows)
    data = pa.table({"row": numbers, "share": numbers % 100, "vector": column})
    table = lancedb.connect(place).create_table("vectors", data)

    def ask(query, where=None, probes=None):
        search = table.search(query).distance_type("dot").limit(NEAREST).select(["row"])
        if where:
            search = search.where(where, prefilter=True)
        search = search.nprobes(probes) if probes else search.bypass_vector_index()
        return search.to_arrow()["row"].to_pylist()
    answer = {"exact": {"seconds": timed(ask, queries)[0]}}
    for percent in PERCENT:
        search = lambda q: ask(q, where=f"share < {percent}")
        answer[f"filtered {percent}"] = {"seconds": timed(search, queries)[0]}
    begun = time.perf_counter()
    lists = 1024 if rows <= 200_000 else 4096
    table.create_index(metric="dot", index_type="IVF_FLAT", num_partitions=lists)
    answer["build"] = {"seconds": [time.perf_counter() - begun]}
    searches = [lambda q, n=n: ask(q, probes=n) for n in (1, 2, 4, 8, 16, 32, 64)]
    answer["approximate"] = least_wanted(searches, queries, truth, wanted(rows))
    return answer


def wanted(rows):
    return 0.98 if rows <= 200_000 else 0.95


def main():
    directory = pathlib.Path(sys.argv[2])
    vectors, queries, truth = (np.load(directory / f"{name}.npy")
                               for name in ("vectors", "queries", "truth"))
    peer = {"hnswlib": hnswlib_peer, "lancedb": lancedb_peer}[sys.argv[1]]
    print(json.dumps(peer(directory, vectors, queries, truth)))


if __name__ == "__main__":
    main()
