"""Databases and sessions."""
from __future__ import annotations

import ctypes
import json
import os
import threading
import weakref
from typing import Any, Callable, Iterable, Iterator

from . import _abi, _append
from ._append import Counts
from ._calls import call
from ._values import Parameters, parameters_of
from .errors import QueryTypeError
from .result import Result


def quote_text(text: str) -> str:
    """A text as it stands in a statement."""
    return '"' + text.replace('"', '""') + '"'


def quote_name(name: str) -> str:
    """A name (of a slice, run, tag, label, field's segment) as it stands in a statement."""
    return quote_text(name)


class Session:
    """A conversation with a database: the chosen run, an open transaction. It runs one statement at a
    time; threads that share a session take turns. A statement that is waited for in the main thread is
    cancelled by Ctrl-C, which then raises KeyboardInterrupt; in other threads use interrupt().

    Sessions must not be used in a forked process: open the database there.
    """

    def __init__(self, database: Database) -> None:
        self._lock = threading.RLock()
        self._files_within: str | None = database._files_within
        self._unread: weakref.ref[Result] | None = None
        self._callback: Any = None
        handle = ctypes.c_void_p()
        call(_abi.lib.cupel_session_open, database._opened, handle)
        self._handle: ctypes.c_void_p | None = handle

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Rolls an open transaction back. Results that are there can be read on."""
        handle, self._handle = getattr(self, "_handle", None), None
        if handle:
            _abi.lib.cupel_session_close(handle)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # --- statements

    def execute(self, statement: str, parameters: Parameters = None) -> Result:
        """Runs one statement. `parameters`: a mapping for `$name`, a sequence for `?`; values None,
        bool, int, float, str, datetime (without a zone: UTC). Raises a subclass of cupel.Error."""
        return self._run(statement, parameters, _abi.FIELDS)

    query = execute

    def whole_rows(self, query: str, parameters: Parameters = None, *,
                   nested: bool = True) -> Iterator[dict[str, Any]]:
        """The rows of a query without SELECT, whole, as dictionaries in the form that append(),
        annotate() and predict() take; items without their objects where not `nested`. Mistakes in the
        query are told at once, rows are read as they are asked for."""
        result = self._run(query, parameters, _abi.JSON_ROWS)
        if result.columns != ["row"]:
            raise QueryTypeError("whole rows are those of a query without SELECT and GROUP BY", "type")

        def read() -> Iterator[dict[str, Any]]:
            for (text,) in result.rows():
                row = json.loads(text)
                for objects in () if nested else ("annotations", "predictions"):
                    row.pop(objects, None)
                yield row

        return read()

    def _run(self, statement: str, parameters: Parameters, form: int) -> Result:
        array, count, keep = parameters_of(parameters)
        text = statement.encode("utf-8", "surrogatepass")
        handle = ctypes.c_void_p()
        with self._lock:
            self._read_rest()
            call(_abi.lib.cupel_run, self._handle, text, len(text), array, count, form, handle,
                 session=self._handle)
            del keep
            result = Result(self, handle)
            self._unread = weakref.ref(result)
            return result

    def _read_rest(self) -> None:
        """A result of before keeps its rows: it is read to its end before the next statement."""
        result = self._unread() if self._unread else None
        if result is not None and not result._ended and not result._streamed:
            result.fetch()

    def script(self, text: str) -> list[Result]:
        """Runs statements that are separated by `;`, up to the first that fails. Read-through
        results, in order."""
        return [self.execute(part).fetch() for part in _split(text)]

    def interrupt(self) -> None:
        """Makes the running statement end with Interrupted, soon. Any thread."""
        if self._handle:
            _abi.lib.cupel_interrupt(self._handle)

    def set_time_limit(self, seconds: float) -> None:
        """Seconds that a statement may take (0: no limit); past it, it ends with LimitError."""
        _abi.lib.cupel_set_time_limit(self._handle, seconds)

    def on_progress(self, callback: Callable[[str, int, int, str], Any] | None) -> None:
        """Calls `callback(what, done, total, unit)` at most ten times a second during long statements,
        from the thread that runs them; `total` 0: unknown. A true value that it returns cancels."""
        def report(_: Any, progress: Any) -> int:
            now = progress.contents
            return int(bool(callback(now.what.decode(), now.done, now.total, now.unit.decode())
                            if callback else False))

        wrapped = _abi.ProgressCallback(report) if callback else _abi.ProgressCallback()
        _abi.lib.cupel_on_progress(self._handle, wrapped, None)
        self._callback = wrapped

    @property
    def in_transaction(self) -> bool:
        return bool(_abi.lib.cupel_in_transaction(self._handle))

    def use_run(self, run: str) -> Result:
        """Chooses the run that `predictions` means."""
        return self.execute(f"USE RUN {quote_name(run)}")

    # --- rows in: each call is one atomic, synced change

    def append(self, items: Any, *, update: bool = False, skip_errors: bool = False) -> Counts:
        """Adds items: a list of dictionaries as in `IMPORT … FORMAT jsonl` (`reference_id`,
        `image_location`, `width`, `height`, `metadata`, also `annotations`, `predictions`); or columns:
        a dictionary of lists, arrays or Series, or a DataFrame, by the names of fields
        (`reference_id`, `metadata.speed`). Arrays of numbers are read where they are. None, NaN, NaT
        and NA are missing. A known reference_id is ignored, with `update` the item is replaced."""
        return _append.append(self, "items", None, items, update, skip_errors)

    def annotate(self, annotations: Any, *, update: bool = False, skip_errors: bool = False) -> Counts:
        """Adds annotations, as append() does items: `reference_id`, `label`, `type`, `annotation_id`,
        `geometry` … or columns `reference_id`, `label`, `position.x`, `dimensions.x` …"""
        return _append.append(self, "annotations", None, annotations, update, skip_errors)

    def predict(self, run: str, predictions: Any, *, update: bool = False,
                skip_errors: bool = False) -> Counts:
        """Adds predictions of a run, as annotate() does; with `confidence` and `class_pdf`."""
        return _append.append(self, "predictions", run, predictions, update, skip_errors)

    def add_embeddings(self, name: str, vectors: Any, ids: Iterable[str] | None = None, *,
                       source: str = "items", run: str | None = None, update: bool = False) -> Counts:
        """Stores vectors, n rows of a matrix (float32; other types are converted), as the embeddings
        `name`. `ids`: n reference_ids, or of objects annotation_ids or reference_id/annotation_id;
        without, the rows of the source in their order."""
        return _append.append_embeddings(self, name, vectors, ids, source, run, update)

    def embeddings(self, name: str) -> tuple[list[str], Any]:
        """The ids and vectors of the embeddings `name`, in row order: n ids (reference_id, of objects
        reference_id/annotation_id) and a matrix of n rows, float32. The matrix is the library's own
        memory, which it keeps, and may be written to."""
        from ._frames import matrix_of
        handle = ctypes.c_void_p()
        with self._lock:
            call(_abi.lib.cupel_embeddings, self._handle, name.encode(), handle, session=self._handle)
        ids = [_abi.lib.cupel_vectors_id(handle, row).decode()
               for row in range(_abi.lib.cupel_vectors_rows(handle))]
        return ids, matrix_of(handle)

    # --- analyses

    def autotag(self, name: str, positives: Iterable[str], negatives: Iterable[str] = (), *,
                embeddings: str | None = None) -> Result:
        """Learns a tag from examples (items by reference_id, objects by annotation_id) and scores all
        rows: `autotag.image.NAME` or `autotag.object.NAME`, from -1 to 1. The message of the result
        tells how good it is."""
        statement = f"CREATE AUTOTAG {quote_name(name)} FROM ({_texts(positives)})"
        rejected = _texts(negatives)
        if rejected:
            statement += f" NOT ({rejected})"
        if embeddings is not None:
            statement += f" USING {quote_name(embeddings)}"
        return self.execute(statement)

    def similar(self, examples: str | Iterable[str], k: int = 10, *, embeddings: str | None = None,
                where: str | None = None, source: str = "items") -> Result:
        """The k rows that look most like the examples, nearest first, with `similarity`, the cosine."""
        names = _texts([examples] if isinstance(examples, str) else examples)
        using = f", embedding = {quote_name(embeddings)}" if embeddings is not None else ""
        similarity = f"similarity({names}{using})"
        fields = "reference_id" if source == "items" else "reference_id, annotation_id, label"
        condition = f" WHERE {where}" if where else ""
        return self.execute(f"SELECT {fields}, {similarity} AS similarity FROM {source}{condition} "
                            f"ORDER BY {similarity} DESC LIMIT {int(k)}")

    def find_label_issues(self, pred_probs: Any, classes: Iterable[str] | None = None,
                          ids: Iterable[str] | None = None, *, taxonomy: str | None = None,
                          options: str = "") -> Result:
        """Confident learning over category labels. `pred_probs`: n × k probabilities, out of sample,
        row i of the item ids[i] (without: of the items in their order), column j of classes[j]
        (without: the labels of the taxonomy, sorted). `options`: what may follow in FIND LABEL ERRORS,
        as "METHOD both RANK BY normalized_margin". Writes `metadata.potential_mislabel`,
        `metadata.mislabel_score` and others; returns the suspected labels, worst first:
        `reference_id`, `given`, `suggested`, `quality`."""
        from ._label_errors import find_label_issues
        return find_label_issues(self, pred_probs, classes, ids, taxonomy, options)


def _texts(names: Iterable[str]) -> str:
    return ", ".join(quote_text(str(name)) for name in names)


def _split(text: str) -> list[str]:
    """The statements of a script."""
    data = text.encode("utf-8", "surrogatepass")
    count = _abi.lib.cupel_split_script(data, len(data), None, None, 0)
    begins, ends = (ctypes.c_size_t * (count + 1))(), (ctypes.c_size_t * (count + 1))()
    _abi.lib.cupel_split_script(data, len(data), begins, ends, count)
    return [data[begin:end].decode("utf-8", "surrogatepass")
            for begin, end in zip(begins[:count], ends[:count])]


class Database(Session):
    """An open database, which is also a session of its own: `db.query("annotations.count = 0")`. Other
    threads get sessions by session(). Closed by close(), by `with`, or when it is gone."""

    def __init__(self, path: str | os.PathLike[str], options: _abi.Options) -> None:
        name = os.fsencode(path)
        opened = ctypes.c_void_p()
        call(_abi.lib.cupel_open, name, len(name), options, opened)
        self._opened: ctypes.c_void_p | None = opened
        self.path = os.fspath(path)
        within = options.files_within
        self._files_within = None if within is None else os.fsdecode(within)
        super().__init__(self)

    def session(self) -> Session:
        """Another conversation with the same database, for another thread."""
        return Session(self)

    def close(self) -> None:
        """Closes this session, and the database when its other sessions and results are gone."""
        super().close()
        opened, self._opened = getattr(self, "_opened", None), None
        if opened:
            _abi.lib.cupel_close(opened)

    def __enter__(self) -> Database:
        return self

    def __repr__(self) -> str:
        return f"<cupel.Database {self.path!r}>"


def open(path: str | os.PathLike[str], *, read_only: bool = False, create: bool = True,
         strict: bool = False, threads: int = 0, memory: int = 0,
         files_within: str | os.PathLike[str] | None = None) -> Database:
    """Opens a database directory, or ":memory:".

    read_only     also beside a writer; sees the state as of opening
    create        make the directory where there is none
    strict        warnings are errors
    threads       of a query; 0: one a core
    memory        bytes for caches and working memory; 0: half of RAM, at most 4 GiB
    files_within  statements read and write no file outside this directory, which must exist

    One process at a time may write; a second one that tries raises ConflictError.
    """
    options = _abi.Options()
    _abi.lib.cupel_options_init(options)
    options.read_only, options.create, options.strict = int(read_only), int(create), int(strict)
    options.threads, options.memory_bytes = threads, memory
    options.files_within = None if files_within is None else _zero_ended(files_within)
    return Database(path, options)


def _zero_ended(path: str | os.PathLike[str]) -> bytes:
    name = os.fsencode(path)
    if b"\0" in name:
        raise ValueError("the path holds a NUL byte")
    return name


def check(path: str | os.PathLike[str]) -> list[str]:
    """Walks a whole database, read-only: what does not fit, in sentences; empty when all is well."""
    name = os.fsencode(path)
    report = ctypes.c_void_p()
    call(_abi.lib.cupel_check, name, len(name), report)
    text = ctypes.string_at(report.value or 0).decode()
    _abi.lib.cupel_text_free(report)
    return text.splitlines()
