"""Cupel: an embedded query-language database that finds what is unlabelled, mislabelled or missed in a
labelled dataset.

    import cupel
    db = cupel.open("street.cupel")
    db.append([{"reference_id": "a.jpg", "metadata": {"weather": "rainy"}}])
    for row in db.query("annotations.count = 0"):
        print(row["reference_id"])
"""
from . import _abi
from ._append import Counts
from .database import Database, Session, check, open, quote_name, quote_text
from .errors import (ConflictError, ConstraintError, CorruptionError, Error, FileError, InternalError,
                     Interrupted, LimitError, QuerySyntaxError, QueryTypeError, UnknownNameError,
                     UnsupportedError)
from .result import Result, Statistics

__version__: str = _abi.lib.cupel_version().decode()

__all__ = ["ConflictError", "ConstraintError", "CorruptionError", "Counts", "Database", "Error",
           "FileError", "InternalError", "Interrupted", "LimitError", "QuerySyntaxError",
           "QueryTypeError", "Result", "Session", "Statistics", "UnknownNameError", "UnsupportedError",
           "check", "open", "quote_name", "quote_text", "__version__"]
