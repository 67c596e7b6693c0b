"""Label errors from probabilities in memory."""
from __future__ import annotations

import pathlib
import tempfile
from typing import TYPE_CHECKING, Any, Iterable

from .errors import ConstraintError

if TYPE_CHECKING:
    from .database import Session
    from .result import Result

STORED = "python"  # the name of the stored set of probabilities


def find_label_issues(session: Session, pred_probs: Any, classes: Iterable[str] | None,
                      ids: Iterable[str] | None, taxonomy: str | None, options: str) -> Result:
    import numpy
    from .database import quote_name, quote_text
    matrix = numpy.ascontiguousarray(pred_probs)
    if matrix.ndim != 2 or matrix.dtype.kind != "f":
        raise ConstraintError("pred_probs must be a matrix of floating-point numbers, an example a row, "
                              f"but is {matrix.dtype} of shape {matrix.shape}", "constraint")
    with tempfile.TemporaryDirectory(prefix="cupel-", dir=session._files_within) as folder:
        place = pathlib.Path(folder)
        numpy.save(place / "probabilities.npy", matrix)
        statement = f"IMPORT PROBABILITIES FROM '{place / 'probabilities.npy'}' AS {STORED}"
        for word, names, width in (("IDS", ids, len(matrix)), ("CLASSES", classes, matrix.shape[1])):
            if names is None:
                continue
            statement += f" {word} FROM '{_list(place / word, names, width, word.lower())}'"
        session.execute(statement + " UPDATE")
    session.execute(f"FIND LABEL ERRORS USING PROBABILITIES {STORED}"
                    + (f" IN TAXONOMY {quote_name(taxonomy)}" if taxonomy is not None else "")
                    + (f" {options}" if options else ""))
    where = f" AND taxonomy = {quote_text(taxonomy)}" if taxonomy is not None else ""
    return session.execute(
        "SELECT reference_id, label AS given, metadata.predicted_label AS suggested, "
        "metadata.label_quality AS quality FROM annotations "
        f"WHERE metadata.potential_mislabel = 1{where} ORDER BY metadata.label_quality")


def _list(path: pathlib.Path, names: Iterable[str], expected: int, what: str) -> pathlib.Path:
    lines = [str(name) for name in names]
    if len(lines) != expected:
        raise ConstraintError(f"there are {len(lines)} {what} for {expected}", "constraint")
    if any("\n" in line for line in lines):
        raise ConstraintError(f"one of the {what} holds a line end", "constraint")
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path
