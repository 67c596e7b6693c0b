"""What tests/bench/compare asks, in the words of each.

`duckdb` counts from the rows of its tables, `counts` reads count columns that an expert would keep
in the table of items; a question that is about neither has `counts` alone. The slice `overcast` is
stored in all of them.
"""
import dataclasses

# How a question is judged, see TARGETS in compare_page.py.
ITEMS, OBJECTS = "items", "objects"


@dataclasses.dataclass(frozen=True)
class Question:
    name: str
    kind: str
    floor: str          # the loop of floor_bench.cpp
    cupel: str
    sqlite: str
    duckdb: str = ""
    counts: str = ""
    beyond: float = 0.2  # ms that it may be slower than SQLite with an index on just this


ANNOTATIONS_OF_SLICE = """SELECT item.reference_id, label, position.x, position.y, dimensions.x,
 dimensions.y, metadata.occluded, metadata.truncated FROM annotations WHERE slice = overcast"""
BOXES_OF_SLICE = """SELECT reference_id, label, x, y, w, h, occluded, truncated
 FROM overcast JOIN items USING (item) JOIN boxes USING (item)"""

PER_ITEM = "(SELECT item, count(*) AS n FROM boxes GROUP BY item)"


def where(condition):
    return f"SELECT reference_id FROM items WHERE {condition}"


def both(text):
    """The same words for DuckDB and SQLite."""
    return {"counts": text, "sqlite": text}


QUESTIONS = [
    Question(
        "unlabelled images", ITEMS, "unlabelled",
        "SELECT reference_id WHERE annotations.count = 0",
        duckdb="SELECT reference_id FROM items ANTI JOIN boxes USING (item)",
        **both(where("n_boxes = 0"))),
    Question(
        "more than 40 boxes", ITEMS, "crowded",
        "SELECT reference_id WHERE annotations.count > 40",
        duckdb=f"SELECT reference_id FROM items JOIN {PER_ITEM} USING (item) WHERE n > 40",
        **both(where("n_boxes > 40"))),
    Question(
        "car > 5 AND pedestrian = 0", ITEMS, "cars_alone",
        "SELECT reference_id WHERE annotations.car > 5 AND annotations.pedestrian = 0",
        duckdb="SELECT reference_id FROM items JOIN (SELECT item,"
               " count(*) FILTER (label = 'car') AS cars,"
               " count(*) FILTER (label = 'pedestrian') AS people FROM boxes GROUP BY item)"
               " USING (item) WHERE cars > 5 AND people = 0",
        **both(where("n_car > 5 AND n_pedestrian = 0"))),
    Question(
        "two metadata texts", ITEMS, "rainy_night",
        "SELECT reference_id WHERE metadata.weather = rainy AND metadata.timeofday = night",
        **both(where("weather = 'rainy' AND timeofday = 'night'")), beyond=0.27),
    Question(
        "metadata with a range", ITEMS, "highway",
        "SELECT reference_id WHERE metadata.scene = highway AND metadata.speed > 30"
        " AND metadata.timestamp >= 1500070000 AND metadata.timestamp < 1500280000",
        **both(where("scene = 'highway' AND speed > 30 AND timestamp >= 1500070000"
                     " AND timestamp < 1500280000"))),
    Question(
        "a missing value", ITEMS, "no_speed",
        "SELECT reference_id WHERE metadata.speed IS MISSING AND metadata.weather = foggy",
        **both(where("speed IS NULL AND weather = 'foggy'"))),
    Question(
        "a text prefix", ITEMS, "prefix",
        "SELECT reference_id WHERE reference_id LIKE 'b1%'",
        counts=where("starts_with(reference_id, 'b1')"),
        sqlite=where("reference_id >= 'b1' AND reference_id < 'b2'"), beyond=0.05),
    Question(
        "top 100 by a stored score", ITEMS, "top_scores",
        "SELECT reference_id, metadata.mislabel_score ORDER BY metadata.mislabel_score DESC"
        " LIMIT 100",
        counts="SELECT reference_id, mislabel_score FROM items"
               " ORDER BY mislabel_score DESC NULLS LAST LIMIT 100",
        sqlite="SELECT reference_id, mislabel_score FROM items ORDER BY mislabel_score DESC"
               " LIMIT 100", beyond=0.02),
    Question(
        "top 100 by number of pedestrians", ITEMS, "top_crowds",
        "SELECT reference_id, annotations.pedestrian ORDER BY annotations.pedestrian DESC LIMIT 100",
        duckdb="SELECT reference_id, coalesce(n, 0) AS people FROM items LEFT JOIN (SELECT item,"
               " count(*) AS n FROM boxes WHERE label = 'pedestrian' GROUP BY item) USING (item)"
               " ORDER BY people DESC, item LIMIT 100",
        **both("SELECT reference_id, n_pedestrian FROM items ORDER BY n_pedestrian DESC, item"
               " LIMIT 100")),
    Question(
        "page 11 of clear days by time", ITEMS, "clear_days",
        "SELECT reference_id, metadata.timestamp WHERE metadata.weather = clear"
        " AND metadata.timeofday = daytime ORDER BY metadata.timestamp LIMIT 50 OFFSET 500",
        **both("SELECT reference_id, timestamp FROM items WHERE weather = 'clear'"
               " AND timeofday = 'daytime' ORDER BY timestamp LIMIT 50 OFFSET 500")),
    Question(
        "some car occluded and below 1000 px²", OBJECTS, "hidden_cars",
        "SELECT reference_id WHERE annotations[label = car AND metadata.occluded = true"
        " AND area < 1000]",
        duckdb="SELECT reference_id FROM items SEMI JOIN (SELECT item FROM boxes WHERE"
               " label = 'car' AND occluded AND w * h < 1000) USING (item)",
        sqlite=where("item IN (SELECT item FROM boxes WHERE label = 'car' AND occluded = 1"
                     " AND w * h < 1000)")),
    Question(
        "some annotation flagged", OBJECTS, "flagged",
        "SELECT reference_id WHERE annotations.metadata.potential_mislabel = 1",
        duckdb="SELECT reference_id FROM items SEMI JOIN (SELECT item FROM boxes WHERE"
               " potential_mislabel = 1) USING (item)",
        sqlite=where("item IN (SELECT item FROM boxes WHERE potential_mislabel = 1)")),
    Question(
        "a prediction of a pedestrian, unsure", OBJECTS, "unsure",
        'SELECT reference_id WHERE predictions("street")[label = pedestrian AND confidence >= 0.3'
        " AND confidence < 0.5]",
        duckdb="SELECT reference_id FROM items SEMI JOIN (SELECT item FROM predictions WHERE"
               " label = 'pedestrian' AND confidence >= 0.3 AND confidence < 0.5) USING (item)",
        sqlite=where("item IN (SELECT item FROM predictions WHERE label = 'pedestrian'"
                     " AND confidence >= 0.3 AND confidence < 0.5)")),
    Question(
        "more confident car predictions than cars", OBJECTS, "more_cars",
        'SELECT reference_id WHERE predictions("street")[label = car AND confidence >= 0.5].count'
        " > annotations.car",
        duckdb="SELECT reference_id FROM items LEFT JOIN (SELECT item, count(*) AS n FROM boxes"
               " WHERE label = 'car' GROUP BY item) USING (item) JOIN (SELECT item, count(*) AS p"
               " FROM predictions WHERE label = 'car' AND confidence >= 0.5 GROUP BY item)"
               " USING (item) WHERE p > coalesce(n, 0)",
        counts="SELECT reference_id FROM items JOIN (SELECT item, count(*) AS p"
               " FROM predictions WHERE label = 'car' AND confidence >= 0.5 GROUP BY item)"
               " USING (item) WHERE p > n_car",
        sqlite="SELECT reference_id FROM (SELECT item, count(*) AS p FROM predictions"
               " WHERE label = 'car' AND confidence >= 0.5 GROUP BY item) JOIN items USING (item)"
               " WHERE p > n_car"),
    Question(
        "class histogram", OBJECTS, "classes",
        "SELECT label, count() FROM annotations GROUP BY label",
        duckdb="SELECT label, count(*) FROM boxes GROUP BY label",
        sqlite="SELECT label, count(*) FROM boxes GROUP BY label"),
    Question(
        "class histogram of a slice", OBJECTS, "classes_of_slice",
        "SELECT label, count() FROM annotations WHERE slice = overcast GROUP BY label",
        duckdb="SELECT label, count(*) FROM boxes SEMI JOIN overcast USING (item) GROUP BY label",
        sqlite="SELECT label, count(*) FROM overcast JOIN boxes USING (item) GROUP BY label"),
    Question(
        "annotations per image", OBJECTS, "per_image",
        "SELECT annotations.count, count() GROUP BY annotations.count",
        duckdb=f"SELECT coalesce(n, 0) AS boxes, count(*) FROM items LEFT JOIN {PER_ITEM}"
               " USING (item) GROUP BY boxes",
        **both("SELECT n_boxes, count(*) FROM items GROUP BY n_boxes")),
    Question(
        "weather by time of day, boxes, fastest", OBJECTS, "weather_and_time",
        "SELECT metadata.weather, metadata.timeofday, count(), sum(annotations.count),"
        " max(metadata.speed) GROUP BY metadata.weather, metadata.timeofday",
        counts="SELECT weather, timeofday, count(*), sum(n_boxes)::BIGINT, max(speed) FROM items"
               " GROUP BY weather, timeofday",
        sqlite="SELECT weather, timeofday, count(*), sum(n_boxes), max(speed) FROM items"
               " GROUP BY weather, timeofday"),
    Question(
        "histogram of car areas", OBJECTS, "car_areas",
        "SELECT bucket(area, 1000), count() FROM annotations WHERE label = car"
        " GROUP BY bucket(area, 1000)",
        duckdb="SELECT floor(w * h / 1000) * 1000 AS area, count(*) FROM boxes"
               " WHERE label = 'car' GROUP BY area",
        sqlite="SELECT cast(w * h / 1000 AS INTEGER) * 1000 AS area, count(*) FROM boxes"
               " WHERE label = 'car' GROUP BY area"),
    Question(
        "label by occluded by truncated", OBJECTS, "label_and_flags",
        "SELECT label, metadata.occluded, metadata.truncated, count() FROM annotations"
        " GROUP BY label, metadata.occluded, metadata.truncated",
        duckdb="SELECT label, occluded, truncated, count(*) FROM boxes"
               " GROUP BY label, occluded, truncated",
        sqlite="SELECT label, occluded, truncated, count(*) FROM boxes"
               " GROUP BY label, occluded, truncated"),
    Question(
        "all boxes of a slice", OBJECTS, "boxes_of_slice",
        " ".join(ANNOTATIONS_OF_SLICE.split()),
        duckdb=" ".join(BOXES_OF_SLICE.split()), sqlite=" ".join(BOXES_OF_SLICE.split())),
]
SLICE = "CREATE SLICE overcast AS metadata.weather = overcast"
