-- A tour of the sample dataset (`cupel demo DIRECTORY`), run from inside its directory:
--   cupel street.cupel -f tour.sql --echo
-- planted.json tells what was hidden, so every answer can be held against it.

-- The images, their labels, and what two models saw in them.
IMPORT ITEMS FROM 'items.jsonl';
IMPORT ANNOTATIONS FROM 'annotations.jsonl';
IMPORT PREDICTIONS FROM 'predictions.jsonl' AS RUN "large";
IMPORT PREDICTIONS FROM 'predictions-small.jsonl' AS RUN "small";

-- What there is now; `predictions` without a name is the large model's from here on.
SHOW STATS;
SHOW RUNS;
USE RUN "large";

-- How often each class was labelled, and how far away it stands on average.
SELECT label, count() AS boxes, avg(metadata.distance_to_device) AS metres
FROM annotations WHERE type = box GROUP BY label ORDER BY count() DESC;

-- Images by weather, with the mean number of labels.
SELECT metadata.weather, count() AS images, avg(annotations.count) AS labels
FROM items GROUP BY metadata.weather ORDER BY count() DESC;

-- Unlabelled images: nobody drew anything.
annotations.count = 0 LIMIT 5;

-- The unlabelled images worth labelling first: the model is sure of three objects or more.
annotations.count = 0 AND predictions[confidence > 0.9].count >= 3
ORDER BY predictions.count DESC LIMIT 5;

-- Rainy nights with people in them.
metadata.timeofday = night AND metadata.weather = rainy AND annotations.pedestrian > 0 LIMIT 5;

-- One traffic light that is red and near: both words speak of the same object.
annotations."traffic light".color = red AND annotations."traffic light".distance_to_device < 14
LIMIT 5;

-- How that query is read and carried out.
EXPLAIN annotations."traffic light".color = red
AND annotations."traffic light".distance_to_device < 14;

-- Likely mislabelled boxes: a truck too many by the labels, a bus too many by the model.
annotations.truck > predictions.truck AND predictions.bus > annotations.bus LIMIT 5;

-- Likely wrong road conditions: labelled dry, where the model sees a wet road.
annotations.road_condition = dry AND predictions.road_condition = wet LIMIT 5;

-- The same with confident learning: the model's class probabilities, and the labels they contradict,
-- worst first.
IMPORT PROBABILITIES FROM RUN "large" IN TAXONOMY road_condition AS road;
FIND LABEL ERRORS IN TAXONOMY road_condition USING PROBABILITIES road;
SELECT reference_id, annotations.road_condition AS given, metadata.mislabel_score AS score
WHERE annotations.metadata.potential_mislabel = 1 ORDER BY metadata.mislabel_score DESC LIMIT 5;

-- Missed people: the model is sure of a pedestrian in an image that has none labelled.
FROM predictions WHERE label = pedestrian AND confidence > 0.85 AND item.annotations.pedestrian = 0
ORDER BY confidence DESC LIMIT 5;

-- Police cars that nobody labelled as such.
FROM predictions WHERE label = "police car" AND confidence > 0.85
AND item.annotations."police car" = 0 ORDER BY confidence DESC LIMIT 5;

-- Images where the small model misses every pedestrian that the large one sees.
SELECT count() AS images FROM items
WHERE predictions("large").pedestrian > 0 AND predictions("small").pedestrian = 0;

-- What the large model gets wrong: the false positives of which it is sure are often missing labels.
EVALUATE RUN "large";
FROM predictions WHERE outcome = fp AND error = background AND confidence > 0.7
AND item.annotations.count > 0 ORDER BY confidence DESC LIMIT 5;
SHOW ERRORS OF RUN "large";

-- How fast the cars with a known speed drive, in steps of 5 metres a second.
SELECT bucket(metadata.speed, 5) AS speed, count() AS images FROM items
WHERE metadata.speed IS NOT MISSING GROUP BY bucket(metadata.speed, 5) ORDER BY speed;

-- Keep what was found: the members of a slice are those of now, of a live slice those of each use.
CREATE SLICE to_label AS annotations.count = 0;
CREATE LIVE SLICE rainy_nights AS metadata.timeofday = night AND metadata.weather = rainy;
SHOW SLICES;

-- A slice is a condition like any other.
SELECT metadata.scene, count() AS images FROM items WHERE slice = rainy_nights
GROUP BY metadata.scene ORDER BY count() DESC;

-- Hand the unlabelled images on.
EXPORT slice = to_label TO 'to_label.jsonl' FORMAT jsonl;

-- What a query costs: times, rows and chunks of each step.
EXPLAIN ANALYZE metadata.timeofday = night AND annotations.pedestrian >= 2;
