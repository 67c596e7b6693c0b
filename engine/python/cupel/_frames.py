"""Results as arrays, frames and Arrow streams."""
from __future__ import annotations

import ctypes
from typing import Any

from . import _abi
from ._batch import Batch

_STREAM = b"arrow_array_stream"
_DESTRUCTOR = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


def _valid_array(batches: list[Batch], index: int) -> Any:
    """A bool a row, or None where no value is missing."""
    import numpy
    parts = [(batch.rows, batch.valid(batch.column(index))) for batch in batches]
    if all(valid is None for _, valid in parts):
        return None
    return numpy.concatenate([numpy.ones(rows, bool) if valid is None
                              else numpy.frombuffer(valid, numpy.uint8) != 0 for rows, valid in parts])


def _numbers(batches: list[Batch], index: int, floats: bool) -> Any:
    """The column's numbers, copied once."""
    import numpy
    out = numpy.empty(sum(batch.rows for batch in batches), numpy.float64 if floats else numpy.int64)
    at = 0
    for batch in batches:
        view = batch.column(index)
        address = view.numbers if floats else view.integers
        ctypes.memmove(out.ctypes.data + at * 8, address, batch.rows * 8)
        at += batch.rows
    return out


def _objects(batches: list[Batch], index: int) -> Any:
    import numpy
    values = [value for batch in batches for value in batch.values(index)]
    out = numpy.empty(len(values), object)
    out[:] = values
    return out


def numpy_column(batches: list[Batch], index: int, kind: str) -> Any:
    import numpy
    if kind in ("text", "any"):
        return _objects(batches, index)
    numbers = _numbers(batches, index, kind == "float64")
    valid = _valid_array(batches, index)
    if kind == "timestamp":
        instants = numbers.view("datetime64[us]")
        if valid is not None:
            instants[~valid] = numpy.datetime64("NaT")
        return instants
    if kind == "bool":
        return numbers.astype(bool) if valid is None else _objects(batches, index)
    if valid is not None:
        numbers = numbers.astype(numpy.float64)
        numbers[~valid] = numpy.nan
    return numbers


class _Vectors:
    """Owns vectors of the library, for the array that is a view of them."""

    def __init__(self, handle: ctypes.c_void_p) -> None:
        self._handle = handle
        rows = _abi.lib.cupel_vectors_rows(handle)
        self.__array_interface__ = {
            "shape": (rows, _abi.lib.cupel_vectors_width(handle)), "typestr": "<f4", "version": 3,
            "data": (_abi.lib.cupel_vectors_data(handle) or 0, False)}

    def __del__(self) -> None:
        _abi.lib.cupel_vectors_free(self._handle)


def matrix_of(handle: ctypes.c_void_p) -> Any:
    import numpy
    return numpy.asarray(_Vectors(handle))


def pandas_frame(batches: list[Batch], columns: list[str], types: list[str]) -> Any:
    import pandas
    series = []
    for index, kind in enumerate(types):
        valid = _valid_array(batches, index)
        if valid is not None and kind in ("int64", "bool"):
            numbers = _numbers(batches, index, False)
            if kind == "int64":
                series.append(pandas.arrays.IntegerArray(numbers, ~valid))
            else:
                series.append(pandas.arrays.BooleanArray(numbers.astype(bool), ~valid))
            continue
        array = numpy_column(batches, index, kind)
        series.append(pandas.to_datetime(array, utc=True) if kind == "timestamp" else array)
    frame = pandas.concat([pandas.Series(values) for values in series], axis=1) if series \
        else pandas.DataFrame()
    frame.columns = columns  # names may stand twice
    return frame


def new_stream() -> Any:
    """An empty stream in memory of its own, which the capsule's destructor frees."""
    memory = _allocate(ctypes.sizeof(_abi.ArrowArrayStream))
    return ctypes.cast(memory, ctypes.POINTER(_abi.ArrowArrayStream))


def _allocate(size: int) -> int:
    malloc = ctypes.pythonapi.PyMem_RawCalloc
    malloc.restype, malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t, ctypes.c_size_t]
    memory = malloc(1, size)
    if not memory:
        raise MemoryError
    return int(memory)


@_DESTRUCTOR
def _destroy(capsule: int) -> None:
    """Releases a stream that nobody took."""
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p]
    memory = pointer(capsule, _STREAM)
    stream = ctypes.cast(memory, ctypes.POINTER(_abi.ArrowArrayStream))
    if stream.contents.release:
        stream.contents.release(stream)
    free = ctypes.pythonapi.PyMem_RawFree
    free.restype, free.argtypes = None, [ctypes.c_void_p]
    free(memory)


def capsule(stream: Any) -> object:
    new = ctypes.pythonapi.PyCapsule_New
    new.restype, new.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, _DESTRUCTOR]
    return new(ctypes.cast(stream, ctypes.c_void_p), _STREAM, _destroy)
