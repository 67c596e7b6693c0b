#include <gtest/gtest.h>

#include <string>

#include "grammar/parse.hpp"
#include "grammar/print.hpp"

namespace cupel::grammar {
namespace {

struct Sentence {
  const char* text;
  const char* printed;
};

const Sentence kSentences[] = {
    {"annotations.count > 0", "annotations.count > 0"},
    {"annotations.\"traffic light\" >= 4 AND annotations.truck = 1",
     "annotations.\"traffic light\" >= 4 AND annotations.truck = 1"},
    {"annotations.”traffic sign” > 0", "annotations.\"traffic sign\" > 0"},
    {"annotations.\"stop sign\" % 2 = 0", "annotations.\"stop sign\" % 2 = 0"},
    {"annotations.clothing_type != trousers", "annotations.clothing_type != trousers"},
    {"FROM objects WHERE annotations.truck > 0", "FROM objects WHERE annotations.truck > 0"},
    {"scale_metadata.audit_status = accepted AND scale_metadata.completed_at > 2021-06-01",
     "scale_metadata.audit_status = accepted AND scale_metadata.completed_at > 2021-06-01"},
    {"autotag.image.rain > -0.5", "autotag.image.rain > -0.5"},
    {"annotations.metadata.potential_mislabel = 1 ORDER BY metadata.mislabel_score DESC",
     "annotations.metadata.potential_mislabel = 1 ORDER BY metadata.mislabel_score DESC"},
    {"annotations.count = 0 ORDER BY metadata.mislabel_score DESC LIMIT 20 offset 3",
     "annotations.count = 0 ORDER BY metadata.mislabel_score DESC LIMIT 20 OFFSET 3"},
    {"SELECT label, count() FROM annotations WHERE item.metadata.weather = rainy GROUP BY label "
     "ORDER BY count() DESC",
     "SELECT label, count() FROM annotations WHERE item.metadata.weather = rainy GROUP BY label "
     "ORDER BY count() DESC"},
    {"x = 1 OR y = 2 AND NOT z = 3", "x = 1 OR y = 2 AND NOT z = 3"},
    {"NOT (a = 1 OR b = 2) AND (c = 3)", "NOT (a = 1 OR b = 2) AND (c = 3)"},
    {"a.b - -1 * -c.d + - -x.y > - -2", "a.b - -1 * -c.d + - -x.y > - -2"},
    {"x NOT IN (a, 'b', -3, 4.0, true, 2021-06-01, $p, ?)",
     "x NOT IN (a, \"b\", -3, 4.0, true, 2021-06-01, $p, ?)"},
    {"x NOT LIKE '%a' AND y ILIKE b AND z ~ 'r''x' AND w IS NOT NULL",
     "x NOT LIKE \"%a\" AND y ILIKE b AND z ~ \"r'x\" AND w IS NOT MISSING"},
    {"annotations[label = car AND area > 3].max(area) > 5 AND predictions(\"run a\")[x = 1].count "
     "= 2",
     "annotations[label = car AND area > 3].max(area) > 5 AND predictions(\"run a\")[x = 1].count "
     "= 2"},
    {"similarity(\"a\", \"b\", embedding = clip) > 0.5",
     "similarity(\"a\", \"b\", embedding = clip) > 0.5"},
    {"count(label = car) > 3", "count(label = car) > 3"},
    {"annotations.max(area) > 4", "annotations.max(area) > 4"},
    {"x = -9223372036854775808", "x = -9223372036854775808"},
    {"x > 2021-06-01 12:30", "x > 2021-06-01 12:30"},
    {"x > 2021 - 06 - 01", "x > 2021 - 6 - 1"},
    {"SELCT", "SELCT"},
    {"x = traffic-light", "x = traffic - light"},
    {"audit = 3", "WHERE audit = 3"},
    {"LIMIT 3 exact", "LIMIT 3 EXACT"},
    {"IMPORT EMBEDDINGS FROM 'x.npy' AS clip IDS FROM 'i' UPDATE FOR annotations",
     "IMPORT EMBEDDINGS FROM \"x.npy\" AS clip FOR annotations IDS FROM \"i\" UPDATE"},
    {"DROP EMBEDDINGS clip", "DROP EMBEDDINGS clip"},
    {"NEAR DUPLICATES WITHIN 0.05 IN SLICE s USING clip",
     "FIND NEAR DUPLICATES IN SLICE s WITHIN 0.05 USING clip"},
    {"outliers", "FIND OUTLIERS"},
    {"outliers > 3", "WHERE outliers > 3"},
    {"near = 3", "WHERE near = 3"},
    {"CREATE AUTOTAG rain FROM ('a', b) NOT (c) USING clip",
     "CREATE AUTOTAG rain FROM (\"a\", \"b\") NOT (\"c\") USING clip"},
    {"CREATE AUTOTAG rain FROM SLICE s SEED 3 FOR objects",
     "CREATE AUTOTAG rain FROM SLICE s FOR objects SEED 3"},
    {"CREATE AUTOTAG rain FROM annotations.car = 0 USING clip",
     "CREATE AUTOTAG rain FROM annotations.car = 0 USING clip"},
    {"CREATE AUTOTAG rain FROM (a.b = 1) OR c.d = 2",
     "CREATE AUTOTAG rain FROM WHERE (a.b = 1) OR c.d = 2"},
    {"CREATE AUTOTAG rain FROM slice = wet", "CREATE AUTOTAG rain FROM slice = wet"},
    {"REFINE AUTOTAG rain REJECT ('b') ADD ('a')",
     "REFINE AUTOTAG rain ADD (\"a\") REJECT (\"b\")"},
    {"REFRESH AUTOTAG rain", "REFRESH AUTOTAG rain"},
    {"DROP AUTOTAG rain", "DROP AUTOTAG rain"},
    {"DESCRIBE AUTOTAG rain", "DESCRIBE AUTOTAG rain"},
    {"SUGGEST FOR AUTOTAG rain LIMIT 12", "SUGGEST FOR AUTOTAG rain LIMIT 12"},
    {"EXPLAIN x = 1", "EXPLAIN x = 1"},
    {"EXPLAIN ANALYZE FROM items", "EXPLAIN ANALYZE FROM items"},
    {"EXPLAIN analyze = 3", "EXPLAIN WHERE analyze = 3"},
    {"explain sql x = 1", "EXPLAIN SQL x = 1"},
    {"EXPLAIN SQL (x = 1) AND y = 2", "EXPLAIN SQL (x = 1) AND y = 2"},
    {"EXPLAIN SQL sql = 3", "EXPLAIN SQL WHERE sql = 3"},
    {"EXPLAIN sql = 3", "EXPLAIN WHERE sql = 3"},
    {"EXPLAIN sql.x > 3", "EXPLAIN WHERE sql.x > 3"},
    {"sql = sql", "WHERE sql = sql"},
    {"explain = 3", "WHERE explain = 3"},
    {"CREATE SLICE s AS annotations.count = 0", "CREATE SLICE s AS annotations.count = 0"},
    {"CREATE LIVE SLICE \"a b\" AS FROM items LIMIT 3",
     "CREATE LIVE SLICE \"a b\" AS FROM items LIMIT 3"},
    {"CREATE SLICE s FROM (\"a\", 'b')", "CREATE SLICE s FROM (\"a\", \"b\")"},
    {"INSERT INTO SLICE s annotations.count = 0", "INSERT INTO SLICE s annotations.count = 0"},
    {"DELETE FROM SLICE s x = 1", "DELETE FROM SLICE s x = 1"},
    {"DELETE FROM items WHERE x = 1", "DELETE FROM items WHERE x = 1"},
    {"DELETE FROM items", "DELETE FROM items"},
    {"RENAME SLICE a TO b", "RENAME SLICE a TO b"},
    {"SHOW LABELS OF predictions(\"r\")", "SHOW LABELS OF predictions(\"r\")"},
    {"SHOW STATS", "SHOW STATS"},
    {"IMPORT PREDICTIONS FROM 'x' AS RUN \"n\" FORMAT coco UPDATE ON ERROR SKIP",
     "IMPORT PREDICTIONS FROM \"x\" AS RUN \"n\" FORMAT coco UPDATE ON ERROR SKIP"},
    {"EXPORT x = 1 TO 'f' FORMAT csv", "EXPORT x = 1 TO \"f\" FORMAT csv"},
    {"EXPORT x = 1 TO 'f' FORMAT yolo (digits = 6, task=segment, a = -1.5, b = true, c = '')",
     "EXPORT x = 1 TO \"f\" FORMAT yolo (digits = \"6\", task = \"segment\", a = \"-1.5\", "
     "b = \"true\", c = \"\")"},
    {"UPDATE items SET metadata.x = 3, metadata.y = MISSING, label = car WHERE x = 1",
     "UPDATE items SET metadata.x = 3, metadata.y = MISSING, label = car WHERE x = 1"},
    {"UPDATE items SET metadata.x = metadata.y + 1 WHERE x",
     "UPDATE items SET metadata.x = metadata.y + 1 WHERE x"},
    {"USE RUN foo", "USE RUN \"foo\""},
    {"begin", "BEGIN"},
    {"COMMIT;", "COMMIT"},
    {"SELECT *", "SELECT *"},
    {"SELECT a.order, metadata.AND FROM items", "SELECT a.order, metadata.AND FROM items"},
    {"x BETWEEN 1 AND 5 AND y = 3", "x BETWEEN 1 AND 5 AND y = 3"},
    {"\"label\" = 3", "\"label\" = 3"},
    {"x = 'It’s'", "x = \"It’s\""},
    {"x = \"foo”", "x = \"foo\""},
    {"x = ‘a’", "x = \"a\""},
    {"HAVING count() > 3", "HAVING count() > 3"},
    {"SAMPLE 10 SEED 3", "SAMPLE 10 SEED 3"},
    {"sample = 10 SAMPLE 3", "WHERE sample = 10 SAMPLE 3"},
    {"slice = night_errors AND autotag.image = rain",
     "slice = night_errors AND autotag.image = rain"},
    {"(a = 1) = true", "(a = 1) = true"},
    {"a = (b = c)", "a = (b = c)"},
    {"autotag_training.image.positive = x", "autotag_training.image.positive = x"},
    {"SELECT bucket(area, 1000) AS b FROM annotations GROUP BY bucket(area, 1000)",
     "SELECT bucket(area, 1000) AS b FROM annotations GROUP BY bucket(area, 1000)"},
    {"UPDATE items SET metadata.x == 3", "UPDATE items SET metadata.x = 3"},
    {"SHOW", "WHERE SHOW"},
    {"SAMPLE", "WHERE SAMPLE"},
    {"x = 1 -- comment", "x = 1"},
    {"x = 1 /* c */ AND y = 2", "x = 1 AND y = 2"},
    {"a.b.c[x = 1] AND predictions(run_a).count > 1",
     "a.b.c[x = 1] AND predictions(\"run_a\").count > 1"},
    {"\"\" = 3", "\"\" = 3"},
    {"assert (select count() where annotations.count = 0) < 100",
     "ASSERT (SELECT count() WHERE annotations.count = 0) < 100"},
    {"ASSERT ((SELECT max(area) FROM annotations)) > 1 OR NOT (1 < (SELECT count()))",
     "ASSERT ((SELECT max(area) FROM annotations)) > 1 OR NOT (1 < (SELECT count()))"},
    {"assert = 3 AND insights = 4", "WHERE assert = 3 AND insights = 4"},
    {"show insights of run effdet of slice night where width > 3",
     "SHOW INSIGHTS OF SLICE night OF RUN \"effdet\" WHERE width > 3"},
};

TEST(Sentences, EachIsPrintedInItsOneForm) {
  for (const Sentence& sentence : kSentences) {
    try {
      EXPECT_EQ(print(parse(sentence.text)), sentence.printed) << sentence.text;
    } catch (const Error& error) {
      ADD_FAILURE() << sentence.text << ": " << error.message();
    }
  }
}

}  // namespace
}  // namespace cupel::grammar
