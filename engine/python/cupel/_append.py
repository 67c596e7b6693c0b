"""Rows of Python on their way into the database."""
from __future__ import annotations

import ctypes
import itertools
import json
import numbers
from typing import TYPE_CHECKING, Any, Iterable, Mapping, NamedTuple

from . import _abi
from ._calls import call
from ._values import json_value
from .errors import ConstraintError, QueryTypeError

if TYPE_CHECKING:
    from .database import Session


class Counts(NamedTuple):
    """What an append did. `ignored`: rows of a known key, no update asked; `failed`: only where
    errors are skipped; `repeated`: rows whose key an earlier row of the same call has; `lost`: what
    no row can carry, of texts in formats of others."""

    added: int
    updated: int
    ignored: int
    failed: int
    repeated: int
    lost: int = 0


def _new_counts() -> _abi.AppendCounts:
    return _abi.AppendCounts(struct_size=ctypes.sizeof(_abi.AppendCounts))


def _counts(found: _abi.AppendCounts) -> Counts:
    return Counts(found.added, found.updated, found.ignored, found.failed, found.repeated,
                  found.lost)


def _name(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


def is_columns(rows: Any) -> bool:
    """Whether rows come column by column: a mapping, a DataFrame of pandas or polars."""
    return isinstance(rows, Mapping) or hasattr(rows, "columns")


def append(session: Session, source: str, run: str | None, rows: Any, update: bool,
           skip_errors: bool) -> Counts:
    if is_columns(rows):
        if skip_errors:
            raise ConstraintError("errors can be skipped in rows, not in columns", "constraint")
        return append_columns(session, source, run, rows, update)
    return append_rows(session, source, run, rows, update, skip_errors)


def append_rows(session: Session, source: str, run: str | None, rows: Iterable[Any], update: bool,
                skip_errors: bool, format_name: str = "jsonl") -> Counts:
    """Each row a mapping of the members that docs/import-export.md lists for jsonl."""
    lines = []
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise QueryTypeError(f"row {number} is no mapping, but {type(row).__name__}", "type")
        lines.append(json.dumps(json_value(row), ensure_ascii=False, allow_nan=False))
    data = "\n".join(lines).encode("utf-8", "surrogatepass")
    counts = _new_counts()
    with session._lock:
        call(_abi.lib.cupel_append_text, session._handle, source.encode(), _name(run),
             format_name.encode(), data, len(data), int(update), int(skip_errors),
             ctypes.byref(counts), session=session._handle)
    return _counts(counts)


def append_columns(session: Session, source: str, run: str | None, columns: Any, update: bool) -> Counts:
    names = list(columns.keys()) if isinstance(columns, Mapping) else [str(n) for n in columns.columns]
    array = (_abi.AppendColumn * max(len(names), 1))()
    keep: list[Any] = []
    lengths = {}
    for slot, name in zip(array, names):
        slot.name = name.encode()
        lengths[name] = _fill(slot, columns[name], keep)
    if len(set(lengths.values())) > 1:
        raise ConstraintError(f"columns differ in length: {lengths}", "constraint")
    rows = next(iter(lengths.values()), 0)
    counts = _new_counts()
    with session._lock:
        call(_abi.lib.cupel_append_columns, session._handle, source.encode(), _name(run), array,
             len(names), rows, int(update), ctypes.byref(counts), session=session._handle)
    return _counts(counts)


def _address(array: Any) -> int:
    return int(array.ctypes.data)


def _fill(slot: _abi.AppendColumn, values: Any, keep: list[Any]) -> int:
    """Points the slot at the values, without a copy where they are an array of a fitting type."""
    mask = None
    if hasattr(values, "isna") and hasattr(values, "dtype"):  # a Series: extension types have masks
        missing = values.isna()
        mask = missing.to_numpy(dtype=bool) if bool(missing.any()) else None
    array = values.to_numpy() if hasattr(values, "to_numpy") else values
    kind = getattr(getattr(array, "dtype", None), "kind", "O")
    if kind == "O" or mask is not None and kind not in "f":
        return _fill_objects(slot, list(array), mask, keep)
    import numpy
    if kind == "f" and array.dtype.itemsize == 4:
        slot.floats = _address(_kept(numpy.ascontiguousarray(array), keep))
    elif kind == "f":
        slot.numbers = _address(_kept(numpy.ascontiguousarray(array, numpy.float64), keep))
    elif kind == "b":
        slot.bools = _address(_kept(numpy.ascontiguousarray(array).view(numpy.uint8), keep))
    elif kind == "i" or kind == "u" and (array.size == 0 or int(array.max()) < 2**63):
        slot.integers = _address(_kept(numpy.ascontiguousarray(array, numpy.int64), keep))
    else:
        return _fill_objects(slot, array.tolist(), None, keep)
    return len(array)


def _kept(array: Any, keep: list[Any]) -> Any:
    keep.append(array)
    return array


def _is_missing(value: Any) -> bool:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, numbers.Real) and bool(value != value)


def _fill_objects(slot: _abi.AppendColumn, values: list[Any], mask: Any, keep: list[Any]) -> int:
    known = [not _is_missing(value) for value in values] if mask is None else [not bit for bit in mask]
    present = [value.item() if hasattr(value, "item") else value
               for value, there in zip(values, known) if there]
    if not all(known):
        slot.valid = ctypes.addressof(_kept((ctypes.c_uint8 * len(values))(*known), keep))
    fill = iter(present)
    if all(isinstance(value, str) for value in present):
        return _fill_texts(slot, [next(fill) if there else "" for there in known], keep)
    whole = [next(fill) if there else 0 for there in known]
    kind: Any
    if all(isinstance(value, bool) for value in present):
        kind, field = ctypes.c_uint8, "bools"
    elif all(isinstance(value, int) and not isinstance(value, bool) for value in present):
        kind, field = ctypes.c_int64, "integers"
        if any(not -2**63 <= value < 2**63 for value in present):
            raise ConstraintError(f"column {slot.name.decode()} holds an integer of more than 64 bits",
                                  "constraint")
    elif all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in present):
        kind, field = ctypes.c_double, "numbers"
    elif all(hasattr(value, "isoformat") for value in present):
        return _fill_texts(slot, [value.isoformat() if there else ""
                                  for value, there in zip(whole, known)], keep)
    else:
        found = sorted({type(value).__name__ for value in present})
        raise QueryTypeError(f"column {slot.name.decode()} holds {', '.join(found)}: a column has one "
                             "type; append such rows as dictionaries", "type")
    setattr(slot, field, ctypes.addressof(_kept((kind * len(whole))(*whole), keep)))
    return len(whole)


def _fill_texts(slot: _abi.AppendColumn, texts: list[str], keep: list[Any]) -> int:
    parts = [text.encode() for text in texts]
    offsets = (ctypes.c_uint64 * (len(parts) + 1))(0, *itertools.accumulate(map(len, parts)))
    data = ctypes.create_string_buffer(b"".join(parts))
    keep += [offsets, data]
    slot.offsets, slot.bytes = ctypes.addressof(offsets), ctypes.addressof(data)
    return len(parts)


def append_embeddings(session: Session, name: str, vectors: Any, ids: Iterable[str] | None, source: str,
                      run: str | None, update: bool) -> Counts:
    import numpy
    matrix = numpy.ascontiguousarray(vectors, numpy.float32)
    if matrix.ndim != 2:
        raise ConstraintError(f"vectors must be a matrix, one row each, but have the shape "
                              f"{matrix.shape}", "constraint")
    keep: list[Any] = [matrix]
    slot = _abi.AppendColumn()
    if ids is not None:
        names = [str(one) for one in ids]
        if len(names) != len(matrix):
            raise ConstraintError(f"there are {len(names)} ids for {len(matrix)} vectors", "constraint")
        _fill_texts(slot, names, keep)
    counts = _new_counts()
    data = ctypes.cast(slot.bytes, ctypes.c_char_p) if slot.bytes else None
    with session._lock:
        call(_abi.lib.cupel_append_embeddings, session._handle, name.encode(), source.encode(),
             _name(run), slot.offsets, data, matrix.shape[0], matrix.shape[1], _address(matrix),
             int(update), ctypes.byref(counts), session=session._handle)
    return _counts(counts)
