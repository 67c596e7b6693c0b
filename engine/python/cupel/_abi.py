"""The C interface of libcupel (engine/include/cupel/cupel.h), as ctypes sees it."""
from __future__ import annotations

import ctypes
import os
import pathlib
from ctypes import (CFUNCTYPE, POINTER, Structure, c_char_p, c_double, c_int, c_int32, c_int64,
                    c_size_t, c_uint32, c_uint64, c_void_p)

ABI_VERSION = 1

OK = 0
BOOL, INT64, FLOAT64, TEXT, TIMESTAMP, ANY, MISSING = range(7)
FIELDS, JSON_ROWS = range(2)
TYPE_NAMES = ("bool", "int64", "float64", "text", "timestamp", "any")


class Options(Structure):
    _fields_ = [("struct_size", c_size_t), ("read_only", c_int32), ("create", c_int32),
                ("strict", c_int32), ("threads", c_int32), ("memory_bytes", c_size_t),
                ("chunk_rows", c_uint32), ("files_within", c_char_p)]


class Progress(Structure):
    _fields_ = [("what", c_char_p), ("done", c_uint64), ("total", c_uint64), ("unit", c_char_p)]


class Value(Structure):
    _fields_ = [("type", c_int32), ("integer", c_int64), ("number", c_double), ("text", c_void_p),
                ("length", c_size_t)]


class Parameter(Structure):
    _fields_ = [("name", c_char_p), ("value", Value)]


class Statistics(Structure):
    _fields_ = [("struct_size", c_size_t), ("seconds", c_double), ("columns_read", c_uint64),
                ("chunks_read", c_uint64), ("chunks_total", c_uint64)]


class Column(Structure):
    _fields_ = [("type", c_int32), ("rows", c_size_t), ("valid", c_void_p), ("integers", c_void_p),
                ("numbers", c_void_p), ("offsets", c_void_p), ("bytes", c_void_p)]


class AppendCounts(Structure):
    _fields_ = [("struct_size", c_size_t), ("added", c_uint64), ("updated", c_uint64),
                ("ignored", c_uint64), ("failed", c_uint64), ("repeated", c_uint64),
                ("lost", c_uint64)]


class AppendColumn(Structure):
    _fields_ = [("name", c_char_p), ("valid", c_void_p), ("integers", c_void_p),
                ("numbers", c_void_p), ("floats", c_void_p), ("bools", c_void_p),
                ("offsets", c_void_p), ("bytes", c_void_p)]


class ArrowArrayStream(Structure):
    pass


ArrowArrayStream._fields_ = [
    ("get_schema", c_void_p), ("get_next", c_void_p), ("get_last_error", c_void_p),
    ("release", CFUNCTYPE(None, POINTER(ArrowArrayStream))), ("private_data", c_void_p)]

ProgressCallback = CFUNCTYPE(c_int, c_void_p, POINTER(Progress))

# Handles are addresses; a NULL that comes back is None.
_database = _session = _result = _batch = _vectors = _error = c_void_p
_errors = POINTER(c_void_p)
_text = c_void_p  # of a length of its own

# name: (result, arguments). tests/python/abi_test.py holds them against the header.
FUNCTIONS = {
    "cupel_version": (c_char_p, []),
    "cupel_abi_version": (c_uint32, []),
    "cupel_storage_format": (c_uint32, []),
    "cupel_error_code": (c_int, [_error]),
    "cupel_error_word": (c_char_p, [_error]),
    "cupel_error_message": (c_char_p, [_error]),
    "cupel_error_suggestion": (c_char_p, [_error]),
    "cupel_error_description": (c_char_p, [_error]),
    "cupel_error_place": (c_int, [_error, POINTER(c_size_t), POINTER(c_size_t), POINTER(c_uint32),
                                  POINTER(c_uint32)]),
    "cupel_error_free": (None, [_error]),
    "cupel_options_init": (None, [POINTER(Options)]),
    "cupel_open": (c_int, [c_char_p, c_size_t, POINTER(Options), POINTER(_database), _errors]),
    "cupel_close": (None, [_database]),
    "cupel_session_open": (c_int, [_database, POINTER(_session), _errors]),
    "cupel_session_close": (None, [_session]),
    "cupel_interrupt": (None, [_session]),
    "cupel_set_time_limit": (None, [_session, c_double]),
    "cupel_in_transaction": (c_int, [_session]),
    "cupel_on_progress": (None, [_session, ProgressCallback, c_void_p]),
    "cupel_run": (c_int, [_session, c_char_p, c_size_t, POINTER(Parameter), c_size_t, c_int,
                          POINTER(_result), _errors]),
    "cupel_split_script": (c_size_t, [c_char_p, c_size_t, POINTER(c_size_t), POINTER(c_size_t),
                                      c_size_t]),
    "cupel_result_free": (None, [_result]),
    "cupel_result_column_count": (c_size_t, [_result]),
    "cupel_result_column_name": (c_char_p, [_result, c_size_t]),
    "cupel_result_column_type": (c_int, [_result, c_size_t]),
    "cupel_result_message": (c_char_p, [_result]),
    "cupel_result_noun": (c_char_p, [_result]),
    "cupel_result_warning_count": (c_size_t, [_result]),
    "cupel_result_warning": (c_char_p, [_result, c_size_t]),
    "cupel_result_statistics": (None, [_result, POINTER(Statistics)]),
    "cupel_result_next": (c_int, [_result, POINTER(_batch), _errors]),
    "cupel_batch_rows": (c_size_t, [_batch]),
    "cupel_batch_column": (c_int, [_batch, c_size_t, POINTER(Column)]),
    "cupel_batch_value": (c_int, [_batch, c_size_t, c_size_t, POINTER(Value)]),
    "cupel_batch_free": (None, [_batch]),
    "cupel_result_arrow": (c_int, [_result, POINTER(_batch), c_size_t, POINTER(ArrowArrayStream),
                                   _errors]),
    "cupel_append_columns": (c_int, [_session, c_char_p, c_char_p, POINTER(AppendColumn), c_size_t,
                                     c_size_t, c_int, POINTER(AppendCounts), _errors]),
    "cupel_append_text": (c_int, [_session, c_char_p, c_char_p, c_char_p, c_char_p, c_size_t, c_int,
                                  c_int, POINTER(AppendCounts), _errors]),
    "cupel_append_embeddings": (c_int, [_session, c_char_p, c_char_p, c_char_p, c_void_p, c_char_p,
                                        c_size_t, c_uint32, c_void_p, c_int, POINTER(AppendCounts),
                                        _errors]),
    "cupel_embeddings": (c_int, [_session, c_char_p, POINTER(_vectors), _errors]),
    "cupel_vectors_rows": (c_size_t, [_vectors]),
    "cupel_vectors_width": (c_uint32, [_vectors]),
    "cupel_vectors_data": (c_void_p, [_vectors]),
    "cupel_vectors_id": (c_char_p, [_vectors, c_size_t]),
    "cupel_vectors_free": (None, [_vectors]),
    "cupel_check": (c_int, [c_char_p, c_size_t, POINTER(c_void_p), _errors]),
    "cupel_text_free": (None, [_text]),
}


def _candidates() -> list[str]:
    """Where the library may be: named by CUPEL_LIBRARY, beside this file, or of the system."""
    named = os.environ.get("CUPEL_LIBRARY")
    if named:
        return [named]
    beside = pathlib.Path(__file__).with_name("libcupel.so")
    return [str(beside)] if beside.exists() else ["libcupel.so.0"]


def _load() -> ctypes.CDLL:
    name = _candidates()[0]
    try:
        library = ctypes.CDLL(name)
        version = library.cupel_abi_version
    except (OSError, AttributeError) as error:
        raise ImportError(f"cannot load {name}: {error}; install libcupel0, or set CUPEL_LIBRARY to "
                          "the path of libcupel.so") from None
    version.restype = c_uint32
    if version() != ABI_VERSION:
        raise ImportError(f"{name} has ABI {version()}, this package needs {ABI_VERSION}: install a "
                          "libcupel and a cupel package of one release")
    for function, (result, arguments) in FUNCTIONS.items():
        found = getattr(library, function)
        found.restype = result
        found.argtypes = arguments
    return library


lib = _load()
