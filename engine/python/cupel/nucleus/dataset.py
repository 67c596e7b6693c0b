"""Datasets with the calls of Nucleus' Python client, on a database of one's own."""
from __future__ import annotations

import pathlib
import shutil
from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Union

from ..database import Database, open as open_database, quote_name, quote_text
from ..errors import Error
from .objects import by_type, one_object
from .payloads import DatasetItem, Row

OBJECTS_EMBEDDING = "nucleus_objects"  # where the embedding_vector of boxes and polygons goes


class Model:
    """A model, whose predictions on a dataset are the run of its name."""

    def __init__(self, name: str, reference_id: str, metadata: Optional[Dict[str, Any]] = None) -> None:
        self.name, self.reference_id, self.metadata = name, reference_id, metadata or {}
        self.id = reference_id


class Slice:
    """A named, static set of items."""

    def __init__(self, dataset: Dataset, name: str) -> None:
        self.dataset, self.name, self.id = dataset, name, name

    @property
    def items(self) -> List[DatasetItem]:
        return list(self.dataset.query_items(f"slice = {quote_text(self.name)}"))

    def append(self, reference_ids: Iterable[str]) -> None:
        """Adds members; one that is there already stays."""
        names = ", ".join(quote_text(name) for name in reference_ids)
        self.dataset.db.execute(f"INSERT INTO SLICE {quote_name(self.name)} reference_id IN ({names})")


class Dataset:
    """Items with annotations and predictions. `db` is the cupel.Database behind it, for all that Nucleus
    has no call for."""

    def __init__(self, db: Database, name: str) -> None:
        self.db, self.name, self.id = db, name, name

    def __repr__(self) -> str:
        return f"Dataset(name={self.name!r}, items={self.size})"

    @property
    def size(self) -> int:
        return int(self.db.query("SELECT count() FROM items").scalar())

    # --- rows in

    def append(self, items: Sequence[DatasetItem], update: bool = False, **_: Any) -> Dict[str, Any]:
        """Adds items; a known reference_id is ignored, with `update` its item is replaced. The same id
        twice in one call is an error, before anything is added."""
        _no_repetition(item.reference_id for item in items)
        counts = self.db.append([item.to_row() for item in items], update=update)
        self._embed_items([item for item in items if item.embedding_info is not None])
        return {"dataset_id": self.id, "new_items": counts.added, "updated_items": counts.updated,
                "ignored_items": counts.ignored, "upload_errors": counts.failed}

    def annotate(self, annotations: Sequence[Any], update: bool = False, **_: Any) -> Dict[str, Any]:
        """Adds annotations of existing items; a known (reference_id, annotation_id) is ignored, with
        `update` it is replaced."""
        rows = [row for annotation in annotations for row in annotation.to_rows()]
        counts = self.db.annotate(rows, update=update)
        self._embed_objects(annotations, "annotations", None)
        return {"dataset_id": self.id, "annotations_processed": counts.added + counts.updated,
                "annotations_ignored": counts.ignored}

    def upload_predictions(self, model: Union[Model, str], predictions: Sequence[Any],
                           update: bool = False, **_: Any) -> Dict[str, Any]:
        """Adds predictions of a model: the run of the model's name."""
        run = model.name if isinstance(model, Model) else model
        rows = [row for prediction in predictions for row in prediction.to_rows()]
        counts = self.db.predict(run, rows, update=update)
        self._embed_objects(predictions, "predictions", run)
        return {"dataset_id": self.id, "model_run_id": run,
                "predictions_processed": counts.added + counts.updated,
                "predictions_ignored": counts.ignored}

    def _embed_items(self, items: List[DatasetItem]) -> None:
        sets: Dict[str, List[DatasetItem]] = {}
        for item in items:
            assert item.embedding_info is not None
            sets.setdefault(item.embedding_info.index_id, []).append(item)
        for name, members in sets.items():
            vectors = [item.embedding_info.embedding_vector for item in members if item.embedding_info]
            self.db.add_embeddings(name, vectors, [item.reference_id for item in members], update=True)

    def _embed_objects(self, objects: Sequence[Any], source: str, run: Optional[str]) -> None:
        found = [one for one in objects if getattr(one, "embedding_vector", None) is not None]
        if not found:
            return
        ids = []
        for one in found:
            name = one.annotation_id or one.default_id()
            if name is None:
                raise Error("an object with an embedding_vector needs an annotation_id", "constraint")
            ids.append(f"{one.reference_id}/{name}")
        self.db.add_embeddings(OBJECTS_EMBEDDING, [one.embedding_vector for one in found], ids,
                               source=source, run=run, update=True)

    # --- rows out

    @property
    def items(self) -> List[DatasetItem]:
        return list(self.query_items(""))

    def items_generator(self) -> Iterator[DatasetItem]:
        return self.query_items("")

    def query_items(self, query: str) -> Iterator[DatasetItem]:
        """The items for which a query holds; a mistake in it is told at once."""
        rows = self.db.whole_rows(query or "FROM items", nested=False)
        return (DatasetItem.from_row(row) for row in rows)

    def query_objects(self, query: str, query_type: str = "ground_truth_only",
                      model_run_id: Optional[str] = None) -> Iterator[Any]:
        """Annotations ("ground_truth_only") or predictions ("predictions_only", or after EVALUATE RUN
        "false_positive") for which a query of FROM annotations or FROM predictions holds."""
        run = f'({quote_name(model_run_id)})' if model_run_id else ""
        begin, extra = {"ground_truth_only": ("annotations", ""),
                        "predictions_only": (f"predictions{run}", ""),
                        "false_positive": (f"predictions{run}", "outcome = fp"),
                        "false_negative": ("annotations", f"outcome{run} = fn")}[query_type]
        conditions = " AND ".join(f"({part})" for part in (query, extra) if part)
        where = f" WHERE {conditions}" if conditions else ""
        return (one_object(row) for row in self.db.whole_rows(f"FROM {begin}{where}"))

    def refloc(self, reference_id: str) -> Dict[str, Any]:
        """An item and its annotations, by type."""
        rows = list(self.db.whole_rows(f"reference_id = {quote_text(reference_id)}"))
        if not rows:
            raise KeyError(f"there is no item {reference_id!r}")
        return _with_annotations(rows[0])

    def iloc(self, i: int) -> Dict[str, Any]:
        """The same of the item at a place, in the order in which items were added."""
        rows = list(self.db.whole_rows(f"FROM items LIMIT 1 OFFSET {int(i)}"))
        if not rows:
            raise IndexError(f"there are {self.size} items, none at {i}")
        return _with_annotations(rows[0])

    def items_and_annotations(self, query: Optional[str] = None) -> List[Dict[str, Any]]:
        return list(self.items_and_annotation_generator(query))

    def items_and_annotation_generator(self, query: Optional[str] = None) -> Iterator[Dict[str, Any]]:
        return (_with_annotations(row) for row in self.db.whole_rows(query or "FROM items"))

    # --- slices, and changes

    def create_slice(self, name: str, reference_ids: Iterable[str]) -> Slice:
        names = ", ".join(quote_text(reference) for reference in reference_ids)
        members = f"FROM ({names})" if names else "AS false"
        self.db.execute(f"CREATE SLICE {quote_name(name)} {members}")
        return Slice(self, name)

    def create_slice_from_query(self, name: str, query: str) -> Slice:
        """A slice of the items for which a query holds now."""
        self.db.execute(f"CREATE SLICE {quote_name(name)} AS {query}")
        return Slice(self, name)

    @property
    def slices(self) -> List[Slice]:
        return [Slice(self, name) for name in self.db.query("SHOW SLICES").column("slice")]

    def get_slice(self, name: str) -> Slice:
        if name not in (found.name for found in self.slices):
            raise KeyError(f"there is no slice {name!r}")
        return Slice(self, name)

    def delete_item(self, reference_id: str) -> None:
        self.db.execute(f"DELETE FROM items WHERE reference_id = {quote_text(reference_id)}")

    def update_item_metadata(self, mapping: Dict[str, Row]) -> None:
        """Merges metadata into items: new values win, other keys stay. All or nothing."""
        from .._values import json_value
        rows = {row["reference_id"]: row for reference_id in mapping for row in
                self.db.whole_rows(f"reference_id = {quote_text(reference_id)}", nested=False)}
        for reference_id, metadata in mapping.items():
            if reference_id not in rows:
                raise KeyError(f"there is no item {reference_id!r}")
            rows[reference_id].setdefault("metadata", {}).update(json_value(metadata))
        self.db.append(list(rows.values()), update=True)


def _no_repetition(references: Iterable[str]) -> None:
    seen = set()
    for reference in references:
        if reference in seen:
            raise ValueError(f"the reference_id {reference!r} stands twice in one call")
        seen.add(reference)


def _with_annotations(row: Row) -> Dict[str, Any]:
    found = ({**annotation, "reference_id": row["reference_id"]} for annotation in row.get("annotations", []))
    return {"item": DatasetItem.from_row(row), "annotations": by_type(found)}


class NucleusClient:
    """A directory of datasets, where the hosted client has an account: its one argument is the
    directory, which is made where there is none."""

    def __init__(self, directory: str) -> None:
        self.directory = pathlib.Path(directory)
        self._open: Dict[str, Dataset] = {}
        self._models: Dict[str, Model] = {}

    def create_dataset(self, name: str, **_: Any) -> Dataset:
        if (self.directory / name).exists():
            raise Error(f"there is a dataset {name!r} already", "conflict")
        return self._dataset(name)

    def get_dataset(self, dataset_id: str) -> Dataset:
        if dataset_id not in self._open and not (self.directory / dataset_id).is_dir():
            raise KeyError(f"there is no dataset {dataset_id!r}")
        return self._dataset(dataset_id)

    def _dataset(self, name: str) -> Dataset:
        if name in ("", ".", "..") or "/" in name:
            raise Error(f"a dataset cannot be called {name!r}: its name is that of a directory", "constraint")
        if name not in self._open:
            self.directory.mkdir(parents=True, exist_ok=True)
            self._open[name] = Dataset(open_database(self.directory / name), name)
        return self._open[name]

    @property
    def datasets(self) -> List[Dataset]:
        names = sorted(path.name for path in self.directory.iterdir() if (path / "CUPEL").exists())
        return [self._dataset(name) for name in names]

    def delete_dataset(self, dataset_id: str) -> None:
        self.get_dataset(dataset_id)
        self._open.pop(dataset_id).db.close()
        shutil.rmtree(self.directory / dataset_id)

    def create_model(self, name: str, reference_id: str, metadata: Optional[Dict[str, Any]] = None,
                     **_: Any) -> Model:
        self._models[reference_id] = Model(name, reference_id, metadata)
        return self._models[reference_id]

    add_model = create_model

    def get_model(self, model_id: str) -> Model:
        return self._models[model_id]

    def close(self) -> None:
        for dataset in self._open.values():
            dataset.db.close()
        self._open.clear()
