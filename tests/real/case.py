"""One question and its answer, computed without the program."""
from dataclasses import dataclass
from typing import Callable


@dataclass
class Case:
    """`rows` gives the expected rows from a dataset; `whole` rows show only their reference_id.
    `before` are statements that run first, in the same process."""
    query: str
    rows: Callable
    whole: bool = False
    before: tuple = ()


def items(query, holds, *before):
    """A bare condition on items."""
    return Case(query, lambda data: [[item.ref] for item in data.items if holds(item)], True, before)


def boxes(query, holds, *before):
    """`SELECT reference_id, annotation_id FROM annotations WHERE` the query."""
    return Case("SELECT reference_id, annotation_id FROM annotations WHERE " + query,
                lambda data: [[box.item.ref, box.id] for box in data.annotations if holds(box)],
                before=before)


def predictions(run, query, holds):
    return Case(f'SELECT reference_id, label, confidence FROM predictions("{run}") WHERE {query}',
                lambda data: [[box.item.ref, box.label, box.confidence]
                              for box in data.runs[run] if holds(box)])


def table(query, rows, *before):
    return Case(query, rows, before=before)


def groups(rows, *keys):
    """Rows by key, in the order of first appearance."""
    found = {}
    for row in rows:
        found.setdefault(tuple(key(row) for key in keys), []).append(row)
    return found
