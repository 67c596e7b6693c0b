"""What can go wrong, by what can be done about it."""
from __future__ import annotations

import ctypes

from . import _abi


class Error(Exception):
    """A statement or a call failed. `str(error)` is what the shell would show: the message, the line
    of the statement with a caret under the place, and what to write instead.

    code         the word of the kind: "syntax", "name", "type", …
    message      one sentence
    suggestion   words that can stand in place of the span, or ""
    span         (begin, end) in bytes of the statement's UTF-8, or None
    line, column from 1, in code points, or None
    """

    def __init__(self, message: str, code: str = "internal", suggestion: str = "",
                 span: tuple[int, int] | None = None, line: int | None = None,
                 column: int | None = None, description: str | None = None) -> None:
        super().__init__(description or message)
        self.code = code
        self.message = message
        self.suggestion = suggestion
        self.span = span
        self.line = line
        self.column = column


class QuerySyntaxError(Error):
    """The text is not in the language: change the text."""


class UnknownNameError(Error):
    """A name that must exist does not: correct it, or create it."""


class QueryTypeError(Error):
    """An operation does not fit its operands: change one of them."""


class ConstraintError(Error):
    """The data breaks a rule (duplicate key, missing field): change the data."""


class ConflictError(Error):
    """Somebody else holds the database, or a name is taken: wait, or choose another."""


class Interrupted(Error):
    """The statement was cancelled."""


class LimitError(Error):
    """A documented limit was reached (memory, time, nesting): raise it or ask for less."""


class UnsupportedError(Error):
    """Cupel cannot do this (yet); the sentence says what can be done instead."""


class FileError(Error):
    """The operating system failed: file not found, disk full."""


class CorruptionError(Error):
    """A file of the database is damaged; the sentence names it."""


class InternalError(Error):
    """A defect of Cupel: report it."""


_BY_STATUS = (Error, QuerySyntaxError, UnknownNameError, QueryTypeError, ConstraintError, ConflictError,
              Interrupted, LimitError, UnsupportedError, FileError, CorruptionError, InternalError)


def _take(status: int, handle: ctypes.c_void_p) -> Error:
    """The exception of a failed call; frees the handle."""
    lib = _abi.lib
    begin, end = ctypes.c_size_t(), ctypes.c_size_t()
    line, column = ctypes.c_uint32(), ctypes.c_uint32()
    placed = lib.cupel_error_place(handle, begin, end, line, column)
    error = _BY_STATUS[status](
        _text(lib.cupel_error_message(handle)), _text(lib.cupel_error_word(handle)),
        _text(lib.cupel_error_suggestion(handle)),
        (begin.value, end.value) if placed else None, line.value if placed else None,
        column.value if placed else None, _text(lib.cupel_error_description(handle)).rstrip("\n"))
    lib.cupel_error_free(handle)
    return error


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
