"""Labels and out-of-sample probabilities of a made-up classifier, as .npy files.

    label_data.py DIRECTORY NAME EXAMPLES CLASSES

Some labels are wrong, some classes are mistaken for each other, and the classifier is about as
sure of itself as one on photographs is. The same arguments give the same bytes.
"""
import pathlib
import sys

import numpy as np


def make(examples, classes, seed=1, wrong=0.08):
    random = np.random.default_rng(seed)
    truth = random.integers(0, classes, examples)
    partner = random.permutation(classes)
    labels = truth.copy()
    mistaken = random.random(examples) < wrong
    near = random.random(examples) < 0.7
    labels[mistaken & near] = partner[truth[mistaken & near]]
    far = mistaken & ~near
    labels[far] = random.integers(0, classes, far.sum())
    labels[:classes] = np.arange(classes)
    probabilities = np.empty((examples, classes), np.float32)
    for first in range(0, examples, 10000):
        rows = slice(first, min(first + 10000, examples))
        logits = random.standard_normal((rows.stop - rows.start, classes), dtype=np.float32)
        logits *= 1.5
        which = np.arange(rows.stop - rows.start)
        sure = random.gamma(6, 1.2, rows.stop - rows.start).astype(np.float32)
        logits[which, truth[rows]] += sure + np.float32(np.log(classes))
        logits[which, partner[truth[rows]]] += sure / 2
        logits -= logits.max(axis=1, keepdims=True)
        np.exp(logits, out=logits)
        logits /= logits.sum(axis=1, keepdims=True)
        probabilities[rows] = np.clip(logits, 0, 1)
    return labels.astype(np.int64), probabilities


def main():
    directory, name, examples, classes = sys.argv[1:]
    labels, probabilities = make(int(examples), int(classes))
    directory = pathlib.Path(directory)
    np.save(directory / f"{name}-labels.npy", labels)
    np.save(directory / f"{name}-probabilities.npy", probabilities)


if __name__ == "__main__":
    main()
