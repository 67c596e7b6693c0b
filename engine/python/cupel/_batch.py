"""Some rows of a result, column by column, as the library holds them."""
from __future__ import annotations

import ctypes
import datetime
from typing import Any

from . import _abi
from ._values import instant_of, value_of


class Batch:
    """Owns a batch of the library. Its arrays are views of the library's memory and must not be used
    after it is gone; the lists it makes are Python's own."""

    def __init__(self, handle: ctypes.c_void_p) -> None:
        self.handle = handle
        self.rows: int = _abi.lib.cupel_batch_rows(handle)

    def __del__(self) -> None:
        _abi.lib.cupel_batch_free(self.handle)

    def column(self, index: int) -> _abi.Column:
        view = _abi.Column()
        _abi.lib.cupel_batch_column(self.handle, index, view)
        return view

    def valid(self, view: _abi.Column) -> bytes | None:
        """A byte a row, 0 where the value is missing; None where no value is."""
        return ctypes.string_at(view.valid, view.rows) if view.valid else None

    def values(self, index: int) -> list[Any]:
        """The column as Python's own: bool, int, float, str, datetime (UTC), None."""
        view = self.column(index)
        if view.type == _abi.ANY:
            return self._mixed(index)
        if view.type == _abi.TEXT:
            values: list[Any] = texts_of(view)
        elif view.type == _abi.FLOAT64:
            values = list((ctypes.c_double * view.rows).from_address(view.numbers)) if view.rows else []
        else:
            integers = (ctypes.c_int64 * view.rows).from_address(view.integers) if view.rows else []
            convert = {_abi.BOOL: bool, _abi.TIMESTAMP: instant_of}.get(view.type)
            values = [convert(number) for number in integers] if convert else list(integers)
        valid = self.valid(view)
        if valid is not None:
            values = [value if known else None for value, known in zip(values, valid)]
        return values

    def _mixed(self, index: int) -> list[Any]:
        values: list[bool | int | float | str | datetime.datetime | None] = []
        value = _abi.Value()
        for row in range(self.rows):
            _abi.lib.cupel_batch_value(self.handle, row, index, value)
            values.append(value_of(value))
        return values


def texts_of(view: _abi.Column) -> list[str]:
    if not view.rows:
        return []
    offsets = (ctypes.c_uint64 * (view.rows + 1)).from_address(view.offsets)[:]
    data = ctypes.string_at(view.bytes, offsets[-1]) if offsets[-1] else b""
    if data.isascii():
        text = data.decode("ascii")
        return [text[begin:end] for begin, end in zip(offsets, offsets[1:])]
    return [data[begin:end].decode("utf-8", "replace") for begin, end in zip(offsets, offsets[1:])]
