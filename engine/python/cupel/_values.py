"""Values of Python as the library takes and gives them."""
from __future__ import annotations

import ctypes
import datetime
import math
import numbers
from typing import Any, Mapping, Sequence, Union

from . import _abi
from .errors import ConstraintError, QueryTypeError

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_MICROSECOND = datetime.timedelta(microseconds=1)
Parameters = Union[Mapping[str, Any], Sequence[Any], None]


def micros_of(value: datetime.datetime) -> int:
    """Microseconds since 1970. A time without a zone is UTC, as it is in the language."""
    if value.tzinfo is None:
        value = value.replace(tzinfo=datetime.timezone.utc)
    return (value - EPOCH) // _MICROSECOND


def instant_of(micros: int) -> datetime.datetime:
    return EPOCH + datetime.timedelta(microseconds=micros)


def _fill(value: Any, out: _abi.Value, keep: list[Any]) -> None:
    if hasattr(value, "item") and not isinstance(value, (str, bytes)):  # a scalar of numpy
        value = value.item()
    if value is None:
        out.type = _abi.MISSING
    elif isinstance(value, bool):
        out.type, out.integer = _abi.BOOL, int(value)
    elif isinstance(value, numbers.Integral):
        if not -2**63 <= int(value) < 2**63:
            raise ConstraintError(f"the parameter {value} is no integer of 64 bits", "constraint")
        out.type, out.integer = _abi.INT64, int(value)
    elif isinstance(value, numbers.Real):
        out.type, out.number = _abi.FLOAT64, float(value)
    elif isinstance(value, str):
        data = value.encode()
        keep.append(data)
        out.type, out.length = _abi.TEXT, len(data)
        out.text = ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p)
    elif isinstance(value, datetime.datetime):
        out.type, out.integer = _abi.TIMESTAMP, micros_of(value)
    elif isinstance(value, datetime.date):
        midnight = datetime.datetime(value.year, value.month, value.day)
        out.type, out.integer = _abi.TIMESTAMP, micros_of(midnight)
    else:
        raise QueryTypeError(f"a parameter may be None, bool, int, float, str or datetime, not "
                             f"{type(value).__name__}", "type")


def parameters_of(given: Parameters) -> tuple[Any, int, list[Any]]:
    """(array, length, what must live as long). A mapping for `$name`, a sequence for `?`."""
    if given is None:
        return None, 0, []
    if isinstance(given, (str, bytes)):
        raise QueryTypeError("parameters are a mapping or a sequence, not one text", "type")
    named = isinstance(given, Mapping)
    entries = list(given.items()) if isinstance(given, Mapping) else [(None, value) for value in given]
    array = (_abi.Parameter * max(len(entries), 1))()
    keep: list[Any] = []
    for slot, (name, value) in zip(array, entries):
        slot.name = name.encode() if named else None
        _fill(value, slot.value, keep)
    return array, len(entries), keep


def value_of(value: _abi.Value) -> Any:
    if value.type == _abi.BOOL:
        return bool(value.integer)
    if value.type == _abi.INT64:
        return value.integer
    if value.type == _abi.FLOAT64:
        return value.number
    if value.type == _abi.TEXT:
        return ctypes.string_at(value.text, value.length).decode("utf-8", "replace")
    return instant_of(value.integer) if value.type == _abi.TIMESTAMP else None


def json_value(value: Any) -> Any:
    """What a row may hold, as the json module takes it: numpy's scalars and arrays become Python's,
    dates ISO text, numbers that are none null."""
    if isinstance(value, Mapping):
        return {key: json_value(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_value(inner) for inner in value]
    if isinstance(value, (str, bool, int)) or value is None:
        return value
    if hasattr(value, "tolist"):
        return json_value(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    raise QueryTypeError(f"a row may not hold {type(value).__name__}", "type")
