"""Results: rows that are computed as they are asked for."""
from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from . import _abi, _frames
from ._batch import Batch
from ._calls import call
from .errors import ConflictError, ConstraintError

if TYPE_CHECKING:
    from .database import Session


_STREAMED = "the rows of this result went to an Arrow stream; run the query again"


class Statistics(NamedTuple):
    """What was done to answer, so far."""

    seconds: float
    columns_read: int
    chunks_read: int
    chunks_total: int


class _Handle:
    """Owns a result of the library. It is apart from Result because others hold weak references to
    that, which would give it back while its own __del__ runs."""

    def __init__(self, pointer: ctypes.c_void_p) -> None:
        self._as_parameter_ = pointer

    def __del__(self) -> None:
        _abi.lib.cupel_result_free(self._as_parameter_)


class Result:
    """The rows of one statement, all of one snapshot of the database.

    Rows are computed as they are asked for, and kept once they were: a result can be iterated, and
    turned into arrays and frames, as often as wanted. `__arrow_c_stream__` (pyarrow, polars, duckdb
    and pandas use it) hands rows on without keeping them; what it has taken can not be read again.

    columns   the names
    types     of each: "bool", "int64", "float64", "text", "timestamp", or "any" (several types)
    noun      what a row is: "items", "annotations", "groups", …
    warnings  sentences about a statement that ran nevertheless
    """

    def __init__(self, session: Session, handle: ctypes.c_void_p) -> None:
        lib = _abi.lib
        self._session = session
        self._handle = _Handle(handle)
        self._batches: list[Batch] = []
        self._ended = False
        self._streamed = False
        count = lib.cupel_result_column_count(handle)
        self.columns: list[str] = [lib.cupel_result_column_name(handle, i).decode() for i in range(count)]
        self.types: list[str] = [_abi.TYPE_NAMES[lib.cupel_result_column_type(handle, i)]
                                 for i in range(count)]
        self.noun: str = lib.cupel_result_noun(handle).decode()
        self.warnings: list[str] = [lib.cupel_result_warning(handle, i).decode().rstrip("\n")
                                    for i in range(lib.cupel_result_warning_count(handle))]

    @property
    def message(self) -> str:
        """One sentence about a statement that is no query, or about how rows were found; else ""."""
        return str(_abi.lib.cupel_result_message(self._handle).decode())

    @property
    def statistics(self) -> Statistics:
        found = _abi.Statistics(struct_size=ctypes.sizeof(_abi.Statistics))
        _abi.lib.cupel_result_statistics(self._handle, found)
        return Statistics(found.seconds, found.columns_read, found.chunks_read, found.chunks_total)

    def _read_to(self, count: int) -> bool:
        """Whether there are so many batches; reads them where need be."""
        with self._session._lock:
            while len(self._batches) < count and not self._ended:
                if self._streamed:
                    raise ConflictError(_STREAMED, "conflict")
                batch = ctypes.c_void_p()
                call(_abi.lib.cupel_result_next, self._handle, batch, session=self._session._handle)
                if batch:
                    self._batches.append(Batch(batch))
                else:
                    self._ended = True
            return len(self._batches) >= count

    def fetch(self) -> Result:
        """Reads all rows now."""
        while self._read_to(len(self._batches) + 1):
            pass
        return self

    def _all_batches(self) -> Iterator[Batch]:
        index = 0
        while self._read_to(index + 1):
            yield self._batches[index]
            index += 1

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows as tuples of bool, int, float, str, datetime (UTC) and None."""
        for batch in self._all_batches():
            yield from zip(*(batch.values(i) for i in range(len(self.columns))))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The rows as dictionaries, by the names of columns."""
        for row in self.rows():
            yield dict(zip(self.columns, row))

    def __len__(self) -> int:
        return sum(batch.rows for batch in self.fetch()._batches)

    def __bool__(self) -> bool:
        return True

    def scalar(self) -> Any:
        """The first value of the first row; None where there is no row."""
        return next(self.rows(), (None,))[0]

    def _index(self, column: str) -> int:
        if column not in self.columns:
            raise KeyError(f"there is no column {column!r}; there are {self.columns}")
        return self.columns.index(column)

    def column(self, name: str) -> list[Any]:
        """One column as a list."""
        index = self._index(name)
        return [value for batch in self._all_batches() for value in batch.values(index)]

    def refs(self) -> list[str]:
        """The column `reference_id`."""
        return self.column("reference_id")

    def to_numpy(self, column: str | None = None) -> Any:
        """One column as an array, or all as a dictionary of arrays. int64, float64, bool and
        datetime64[us] (UTC); text and mixed values are arrays of objects. Where values are missing:
        float64 with NaN for numbers, NaT for instants, objects with None for the rest."""
        if column is not None:
            return _frames.numpy_column(self.fetch()._batches, self._index(column),
                                        self.types[self._index(column)])
        return {name: self.to_numpy(name) for name in self.columns}

    def to_pandas(self) -> Any:
        """A DataFrame. Where values are missing: Int64 and boolean, which have a missing value; NaN,
        NaT and None for the rest."""
        return _frames.pandas_frame(self.fetch()._batches, self.columns, self.types)

    def to_arrow(self) -> Any:
        """A pyarrow.Table."""
        import pyarrow
        return pyarrow.table(self)

    def to_polars(self) -> Any:
        """A polars.DataFrame."""
        import polars
        return polars.DataFrame(self)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows as an Arrow C stream in a capsule (the PyCapsule interface). Rows that were read
        come first. Numbers and text are not copied; batches live as long as who holds them. The
        schema is always the result's own."""
        if self._streamed and not self._ended:
            raise ConflictError(_STREAMED, "conflict")
        ahead = (ctypes.c_void_p * max(len(self._batches), 1))(*(b.handle for b in self._batches))
        stream = _frames.new_stream()
        call(_abi.lib.cupel_result_arrow, self._handle, ahead, len(self._batches), stream)
        self._streamed = True
        return _frames.capsule(stream)

    def save_slice(self, name: str) -> Result:
        """Makes a slice of the items in the result (column `reference_id`)."""
        from . import quote_name, quote_text
        references = ", ".join(quote_text(reference) for reference in dict.fromkeys(self.refs()))
        if not references:
            raise ConstraintError("the result is empty, and would make a slice of no items", "constraint")
        return self._session.execute(f"CREATE SLICE {quote_name(name)} FROM ({references})")

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}: {kind}" for name, kind in zip(self.columns, self.types))
        return f"<cupel.Result of {self.noun} ({fields})>" if fields else f"<cupel.Result: {self.message}>"
