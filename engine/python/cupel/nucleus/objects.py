"""Rows of the database as the client's annotations and predictions."""
from __future__ import annotations

import inspect
from typing import Any, Dict, Iterable, List, Optional

from . import payloads
from .payloads import Row

TYPES = ("box", "line", "polygon", "keypoints", "cuboid", "segmentation", "category", "multicategory")
_CLASSES = {"box": "Box", "line": "Line", "polygon": "Polygon", "keypoints": "Keypoints",
            "cuboid": "Cuboid", "category": "Category"}


def one_object(row: Row) -> Any:
    """The annotation or prediction of a row; the row itself where Nucleus has no class that holds it."""
    return (_of_mask([row]) or _of_labels([row])) if _group(row) else _alone(row)


def by_type(rows: Iterable[Row]) -> Dict[str, List[Any]]:
    """All of an item, by type. The segments of a mask come together again, and so do the labels of a
    multicategory."""
    found: Dict[str, List[Any]] = {name: [] for name in TYPES}
    groups: Dict[Any, List[Row]] = {}
    for row in rows:
        group = _group(row)
        if group is None:
            found.setdefault(row.get("type", "box"), []).append(_alone(row))
        else:
            groups.setdefault(group, []).append(row)
    for (kind, *_), members in groups.items():
        found[kind].append(_of_mask(members) if kind == "segmentation" else _of_labels(members))
    return found


def _group(row: Row) -> Optional[tuple[str, ...]]:
    """What the rows of one mask, or of one multicategory, have in common; None for any other row."""
    kind, name = row.get("type", "box"), row.get("annotation_id", "")
    if kind == "segmentation" and "mask_url" in row.get("geometry", {}):
        return (kind, row["geometry"]["mask_url"], name.rpartition("/")[0])
    if kind == "category" and "taxonomy" not in row and name.endswith("/" + row["label"]):
        return ("multicategory", name[:-len(row["label"]) - 1])
    return None


def _of_mask(rows: List[Row]) -> Any:
    first = rows[0]
    if first.get("type") != "segmentation":
        return None
    made = payloads.SegmentationPrediction if _predicted(first) else payloads.SegmentationAnnotation
    segments = [payloads.Segment(row["label"], row["geometry"].get("index"), row.get("metadata"))
                for row in rows]
    name = first.get("annotation_id", "").rpartition("/")[0]
    default = f"{first['reference_id']}-mask"
    return _with_task(made(first["geometry"]["mask_url"], segments, first["reference_id"],
                           name if name not in ("", default) else None), first)


def _of_labels(rows: List[Row]) -> Any:
    first = rows[0]
    metadata = dict(first.get("metadata", {}))
    taxonomy = metadata.pop("taxonomy", None)
    return _with_task(payloads.MultiCategoryAnnotation(
        [row["label"] for row in rows], first["reference_id"], taxonomy, metadata,
        first.get("track_reference_id")), first)


def _alone(row: Row) -> Any:
    name = _CLASSES.get(row.get("type", "box"))
    if name is None:
        return row
    predicted = _predicted(row)
    made = getattr(payloads, name + ("Prediction" if predicted else "Annotation"))
    fields: Row = {"label": row["label"], "reference_id": row["reference_id"],
                   "metadata": row.get("metadata", {}), "track_reference_id": row.get("track_reference_id")}
    if name == "Category":
        fields["taxonomy_name"] = row.get("taxonomy")
    else:
        fields["annotation_id"] = row.get("annotation_id")
    if predicted:
        fields["confidence"], fields["class_pdf"] = row.get("confidence"), row.get("class_pdf")
    fields.update(_shape(row.get("geometry", {})))
    parameters = inspect.signature(made).parameters
    if any(parameter.default is parameter.empty and key not in fields
           for key, parameter in parameters.items()):
        return row  # a shape of another format
    return _with_task(made(**{key: fields[key] for key in fields if key in parameters}), row)


def _shape(geometry: Row) -> Row:
    shape = dict(geometry)
    if "vertices" in shape:
        shape["vertices"] = [payloads.Point(point["x"], point["y"]) for point in shape["vertices"]]
    if "keypoints" in shape and all(isinstance(point, dict) for point in shape["keypoints"]):
        shape["keypoints"] = [payloads.Keypoint(**point) for point in shape["keypoints"]]
        shape.setdefault("skeleton", None)
    for key in ("position", "dimensions"):
        if key in shape:
            shape[key] = payloads.Point3D(**shape[key])
    return shape


def _predicted(row: Row) -> bool:
    return "confidence" in row or "run" in row


def _with_task(made: Any, row: Row) -> Any:
    if "task_id" in row:
        made._task_id = row["task_id"]
    return made
