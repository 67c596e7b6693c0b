#include <cmath>

#include "door.hpp"

namespace cupel::testing {
namespace {

cupel_append_counts counts() {
  cupel_append_counts made{};
  made.struct_size = sizeof made;
  return made;
}

TEST(CAppend, TypedColumns) {
  Door door;
  const uint64_t offsets[] = {0, 1, 2, 5};
  const char* ids = "abccc";
  const int64_t widths[] = {10, 20, 30};
  const double speeds[] = {1.5, NAN, 3};
  const uint8_t wet[] = {1, 0, 1};
  const uint8_t known[] = {1, 1, 0};
  const cupel_append_column columns[] = {
      {"reference_id", nullptr, nullptr, nullptr, nullptr, nullptr, offsets, ids},
      {"width", nullptr, widths, nullptr, nullptr, nullptr, nullptr, nullptr},
      {"metadata.speed", nullptr, nullptr, speeds, nullptr, nullptr, nullptr, nullptr},
      {"metadata.wet", known, nullptr, nullptr, nullptr, wet, nullptr, nullptr},
  };
  cupel_append_counts added = counts();
  cupel_error* error = nullptr;
  ASSERT_EQ(cupel_append_columns(door.session, "items", nullptr, columns, 4, 3, 0, &added, &error),
            CUPEL_OK)
      << cupel_error_description(error);
  EXPECT_EQ(added.added, 3u);
  EXPECT_EQ(door.rows("SELECT reference_id, width, metadata.speed, metadata.wet FROM items"),
            "a,10,1.500000,true;b,20,-,false;ccc,30,3.000000,-;");
  ASSERT_EQ(cupel_append_columns(door.session, "items", nullptr, columns, 4, 3, 0, &added, &error),
            CUPEL_OK);
  EXPECT_EQ(added.ignored, 3u);
  ASSERT_EQ(cupel_append_columns(door.session, "items", nullptr, columns, 4, 0, 0, &added, &error),
            CUPEL_OK);
  EXPECT_EQ(added.ignored, 0u);
}

TEST(CAppend, ColumnsThatDoNotFit) {
  Door door;
  const uint64_t offsets[] = {0, 1, 2};
  const uint64_t falling[] = {0, 2, 1};
  const double numbers[] = {1, 2};
  cupel_append_column columns[] = {
      {"reference_id", nullptr, nullptr, nullptr, nullptr, nullptr, offsets, "ab"},
      {"metadata.x", nullptr, nullptr, numbers, nullptr, nullptr, offsets, "ab"},
  };
  const auto append = [&](const char* source, size_t count) {
    cupel_error* error = nullptr;
    const cupel_status status =
        cupel_append_columns(door.session, source, nullptr, columns, count, 2, 0, nullptr, &error);
    cupel_error_free(error);
    return status;
  };
  EXPECT_EQ(append("items", 2), CUPEL_INTERNAL);  // two arrays
  columns[1].numbers = nullptr;
  columns[1].offsets = falling;
  EXPECT_EQ(append("items", 2), CUPEL_INTERNAL);
  columns[1].offsets = nullptr;
  EXPECT_EQ(append("items", 2), CUPEL_INTERNAL);  // none
  EXPECT_EQ(append("itms", 1), CUPEL_NAME);
  EXPECT_EQ(append("predictions", 1), CUPEL_CONSTRAINT);  // no run
  EXPECT_EQ(door.rows("SELECT count()"), "0;");
  EXPECT_EQ(append("items", 1), CUPEL_OK);
}

TEST(CAppend, TextOfTheImportFormats) {
  Door door;
  const char* items =
      "{\"reference_id\":\"a\",\"metadata\":{\"deep\":{\"er\":[1,2]}},\"annotations\":[{\"label\":"
      "\"car\",\"geometry\":{\"x\":1,\"y\":2,\"width\":3,\"height\":4}}]}\n"
      "{\"reference_id\":\"b\"\n{\"reference_id\":\"c\"}";
  cupel_append_counts added = counts();
  cupel_error* error = nullptr;
  EXPECT_EQ(cupel_append_text(door.session, "items", nullptr, nullptr, items, CUPEL_ZERO_ENDED, 0,
                              0, &added, &error),
            CUPEL_CONSTRAINT);
  EXPECT_EQ(std::string(cupel_error_message(error)).substr(0, 10), "the text:2")
      << cupel_error_message(error);
  cupel_error_free(error);
  EXPECT_EQ(door.rows("SELECT count()"), "0;");
  EXPECT_EQ(cupel_append_text(door.session, "items", nullptr, nullptr, items, CUPEL_ZERO_ENDED, 0,
                              1, &added, &error),
            CUPEL_OK);
  EXPECT_EQ(added.added, 2u);
  EXPECT_EQ(added.failed, 1u);
  EXPECT_EQ(door.rows("SELECT reference_id, annotations.car FROM items"), "a,1;c,0;");
  const char* boxes =
      "{\"reference_id\":\"a\",\"label\":\"car\",\"confidence\":0.5,\"geometry\":{\"x\":1,\"y\":2,"
      "\"width\":3,\"height\":4},\"class_pdf\":{\"car\":0.5,\"bus\":0.25}}";
  EXPECT_EQ(cupel_append_text(door.session, "predictions", "m", "jsonl", boxes, CUPEL_ZERO_ENDED, 0,
                              0, &added, &error),
            CUPEL_OK);
  EXPECT_EQ(door.rows("SELECT label, confidence FROM predictions(\"m\")"), "car,0.500000;");
  EXPECT_EQ(cupel_append_text(door.session, "items", nullptr, "xml", items, CUPEL_ZERO_ENDED, 0, 0,
                              nullptr, nullptr),
            CUPEL_NAME);
}

TEST(CAppend, CountsWhatNoRowCanCarry) {
  Door door;
  cupel_append_counts added = counts();
  const char* tasks =
      R"([{"data":{"image":"a.jpg"},"annotations":[{"result":[{"type":"relation"}]}],"drafts":[{}]}])";
  EXPECT_EQ(cupel_append_text(door.session, "annotations", nullptr, "label_studio", tasks,
                              CUPEL_ZERO_ENDED, 0, 0, &added, nullptr),
            CUPEL_OK);
  EXPECT_EQ(added.added, 0u);
  EXPECT_EQ(added.lost, 2u);
}

TEST(CAppend, Embeddings) {
  Door door;
  door.items(3);
  const float vectors[] = {1, 0, 0, 1, 1, 1};
  const uint64_t offsets[] = {0, 2, 4, 6};
  cupel_append_counts added = counts();
  cupel_error* error = nullptr;
  ASSERT_EQ(cupel_append_embeddings(door.session, "clip", "items", nullptr, offsets, "i2i1i0", 3, 2,
                                    vectors, 0, &added, &error),
            CUPEL_OK)
      << cupel_error_description(error);
  EXPECT_EQ(added.added, 3u);
  EXPECT_EQ(door.rows("SELECT reference_id FROM items ORDER BY similarity(\"i2\") DESC"),
            "i2;i0;i1;");
  cupel_vectors* stored = nullptr;
  ASSERT_EQ(cupel_embeddings(door.session, "clip", &stored, &error), CUPEL_OK);
  ASSERT_EQ(cupel_vectors_rows(stored), 3u);
  EXPECT_EQ(cupel_vectors_width(stored), 2u);
  EXPECT_STREQ(cupel_vectors_id(stored, 2), "i2");
  EXPECT_EQ(cupel_vectors_data(stored)[4], 1);
  EXPECT_EQ(cupel_vectors_data(stored)[5], 0);
  EXPECT_EQ(cupel_vectors_id(stored, 3), nullptr);
  cupel_vectors_free(stored);
  EXPECT_EQ(cupel_embeddings(door.session, "none", &stored, nullptr), CUPEL_NAME);
  EXPECT_EQ(cupel_append_embeddings(door.session, "all", "items", nullptr, nullptr, nullptr, 3, 2,
                                    vectors, 0, &added, nullptr),
            CUPEL_OK);
  EXPECT_EQ(cupel_append_embeddings(door.session, "e", "items", nullptr, nullptr, nullptr,
                                    SIZE_MAX / 2, 2, vectors, 0, nullptr, nullptr),
            CUPEL_LIMIT);
}

}  // namespace
}  // namespace cupel::testing
