#include "cupel/arrow.h"

#include <cerrno>
#include <cstring>

#include "door.hpp"

namespace cupel::testing {
namespace {

bool bit(const void* bits, size_t i) {
  return (static_cast<const uint8_t*>(bits)[i / 8] >> (i % 8) & 1) != 0;
}

struct Stream {
  /// Takes the result over.
  explicit Stream(cupel_result* result, const std::vector<cupel_batch*>& ahead = {}) {
    EXPECT_EQ(cupel_result_arrow(result, ahead.data(), ahead.size(), &stream, nullptr), CUPEL_OK);
    cupel_result_free(result);
    for (cupel_batch* batch : ahead) cupel_batch_free(batch);
  }
  ~Stream() {
    if (stream.release != nullptr) stream.release(&stream);
  }
  ArrowArrayStream stream{};
};

TEST(CArrow, SchemaNamesAndTypes) {
  Door door;
  door.items(3);
  Stream made(door.run("SELECT reference_id, metadata.n, metadata.n / 2 AS half FROM items"));
  ArrowSchema schema{};
  ASSERT_EQ(made.stream.get_schema(&made.stream, &schema), 0);
  EXPECT_STREQ(schema.format, "+s");
  ASSERT_EQ(schema.n_children, 3);
  EXPECT_STREQ(schema.children[0]->format, "U");
  EXPECT_STREQ(schema.children[0]->name, "reference_id");
  EXPECT_STREQ(schema.children[1]->format, "l");
  EXPECT_STREQ(schema.children[2]->format, "g");
  EXPECT_STREQ(schema.children[2]->name, "half");
  EXPECT_EQ(schema.children[2]->flags, ARROW_FLAG_NULLABLE);
  // A child that is moved away lives on its own.
  ArrowSchema moved = *schema.children[1];
  schema.children[1]->release = nullptr;
  schema.release(&schema);
  EXPECT_EQ(schema.release, nullptr);
  EXPECT_STREQ(moved.name, "metadata.n");
  moved.release(&moved);
}

TEST(CArrow, ArraysOutliveEverything) {
  ArrowArray array{};
  ArrowArray text{};
  {
    Door door;
    door.items(3);
    Stream made(door.run("SELECT reference_id, metadata.n, metadata.m FROM items"));
    ASSERT_EQ(made.stream.get_next(&made.stream, &array), 0);
    ArrowArray end{};
    ASSERT_EQ(made.stream.get_next(&made.stream, &end), 0);
    EXPECT_EQ(end.release, nullptr);
  }
  EXPECT_EQ(array.length, 3);
  text = *array.children[0];
  array.children[0]->release = nullptr;
  EXPECT_EQ(static_cast<const int64_t*>(array.children[1]->buffers[1])[2], 2);
  EXPECT_EQ(array.children[1]->null_count, 0);
  EXPECT_EQ(array.children[1]->buffers[0], nullptr);
  EXPECT_EQ(array.children[2]->null_count, 3);
  EXPECT_FALSE(bit(array.children[2]->buffers[0], 1));
  array.release(&array);
  EXPECT_EQ(text.n_buffers, 3);
  const auto* offsets = static_cast<const int64_t*>(text.buffers[1]);
  EXPECT_EQ(std::string(static_cast<const char*>(text.buffers[2]), offsets[3]), "i0i1i2");
  text.release(&text);
}

TEST(CArrow, BooleansInstantsAndMixedValues) {
  Door door;
  const std::string lines =
      "{\"reference_id\":\"a\",\"metadata\":{\"b\":true,\"t\":\"2021-06-01T00:00:00Z\",\"x\":1}}\n"
      "{\"reference_id\":\"b\",\"metadata\":{\"b\":false,\"x\":\"one\"}}\n"
      "{\"reference_id\":\"c\"}\n";
  ASSERT_EQ(cupel_append_text(door.session, "items", nullptr, nullptr, lines.data(), lines.size(),
                              0, 0, nullptr, nullptr),
            CUPEL_OK);
  Stream made(door.run("SELECT metadata.b, metadata.t, metadata.x FROM items"));
  ArrowSchema schema{};
  ASSERT_EQ(made.stream.get_schema(&made.stream, &schema), 0);
  EXPECT_STREQ(schema.children[0]->format, "b");
  EXPECT_STREQ(schema.children[2]->format, "U");
  ArrowArray array{};
  ASSERT_EQ(made.stream.get_next(&made.stream, &array), 0);
  EXPECT_TRUE(bit(array.children[0]->buffers[1], 0));
  EXPECT_FALSE(bit(array.children[0]->buffers[1], 1));
  EXPECT_FALSE(bit(array.children[0]->buffers[0], 2));
  const ArrowArray& mixed = *array.children[2];
  const auto* offsets = static_cast<const int64_t*>(mixed.buffers[1]);
  EXPECT_EQ(std::string(static_cast<const char*>(mixed.buffers[2]), offsets[3]), "1one");
  EXPECT_EQ(mixed.null_count, 1);
  array.release(&array);
  schema.release(&schema);
}

TEST(CArrow, BatchesThatWereTakenComeFirst) {
  Door door;
  door.items(70000);  // more than a batch
  cupel_result* result = door.run("SELECT metadata.n FROM items");
  cupel_batch* first = nullptr;
  ASSERT_EQ(cupel_result_next(result, &first, nullptr), CUPEL_OK);
  Stream made(result, {first});
  int64_t rows = 0;
  for (;;) {
    ArrowArray array{};
    ASSERT_EQ(made.stream.get_next(&made.stream, &array), 0);
    if (array.release == nullptr) break;
    EXPECT_EQ(static_cast<const int64_t*>(array.children[0]->buffers[1])[0], rows);
    rows += array.length;
    array.release(&array);
  }
  EXPECT_EQ(rows, 70000);
}

TEST(CArrow, ErrorsAreTold) {
  Door door;
  door.items(1000);
  cupel_result* result = door.run("SELECT reference_id FROM items ORDER BY metadata.n % 7");
  cupel_set_time_limit(door.session, 0);
  Stream made(result);
  cupel_interrupt(door.session);
  ArrowArray array{};
  EXPECT_EQ(made.stream.get_next(&made.stream, &array), EINTR);
  EXPECT_NE(std::strstr(made.stream.get_last_error(&made.stream), "interrupted"), nullptr)
      << made.stream.get_last_error(&made.stream);
}

TEST(CArrow, StatementsWithoutRowsHaveNone) {
  Door door;
  door.items(1);
  Stream made(door.run("BEGIN"));
  ArrowSchema schema{};
  ASSERT_EQ(made.stream.get_schema(&made.stream, &schema), 0);
  EXPECT_EQ(schema.n_children, 0);
  schema.release(&schema);
  ArrowArray array{};
  ASSERT_EQ(made.stream.get_next(&made.stream, &array), 0);
  EXPECT_EQ(array.release, nullptr);
}

TEST(CArrow, NoHandleIsLeftBehind) {
  Door door;
  door.items(10);
  for (int round = 0; round < 2000; ++round) {
    Stream made(door.run("SELECT reference_id, metadata.n FROM items WHERE metadata.n > 3"));
    ArrowSchema schema{};
    ArrowArray array{};
    ASSERT_EQ(made.stream.get_schema(&made.stream, &schema), 0);
    if (round % 2 == 0) ASSERT_EQ(made.stream.get_next(&made.stream, &array), 0);
    if (array.release != nullptr) array.release(&array);
    schema.release(&schema);
  }
}

}  // namespace
}  // namespace cupel::testing
