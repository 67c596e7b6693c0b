#include "engine/io/export_losses.hpp"

#include <gtest/gtest.h>

#include "engine/io/coco_numbers.hpp"

namespace cupel::io {
namespace {

std::string words(const ExportLosses& losses) {
  std::string text;
  for (const ExportLosses::Loss& loss : losses.all()) {
    text += loss.field + "|" + std::to_string(loss.count) + "|" + loss.noun + loss.suffix + "\n";
  }
  return text;
}

TEST(ExportLosses, AreCountedInOrderOfAppearance) {
  ExportLosses losses;
  losses.field(RowKind::kAnnotation, "area");
  losses.objects("boxes", " of items without width and height");
  losses.field(RowKind::kItem, "area");
  losses.field(RowKind::kAnnotation, "area", 2);
  losses.objects("boxes");
  losses.objects("boxes", " of items without width and height", 4);
  EXPECT_EQ(words(losses),
            "area|3|annotations\n"
            "|5|boxes of items without width and height\n"
            "area|1|items\n"
            "|1|boxes\n");
}

TEST(ExportLosses, EveryValueBelowAnObject) {
  ExportLosses losses;
  JsonDocument document;
  losses.below(RowKind::kPrediction, "metadata",
               document.parse_copy(R"({"a":{"b":1,"c.d":[1,2]},"e":null,"f":{},"":true})"));
  EXPECT_EQ(words(losses),
            "metadata.a.b|1|predictions\n"
            "metadata.a.\"c.d\"|1|predictions\n"
            "metadata.e|1|predictions\n"
            "metadata.f|1|predictions\n"
            "metadata.\"\"|1|predictions\n");
}

TEST(FreeNumbers, KeepsWhatIsTakenOnceAndFillsTheGaps) {
  FreeNumbers numbers;
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  for (const int64_t number :
       {int64_t{5}, int64_t{2}, kMost, int64_t{2}, int64_t{-3}, kLeast, int64_t{1}, int64_t{0}}) {
    numbers.take(number);
  }
  numbers.settle();
  for (const int64_t alone : {int64_t{5}, int64_t{1}, int64_t{0}, int64_t{-3}, kMost, kLeast})
    EXPECT_TRUE(numbers.alone(alone)) << alone;
  for (const int64_t other : {int64_t{2}, int64_t{3}, kMost - 1})
    EXPECT_FALSE(numbers.alone(other));
  for (const int64_t next : {3, 4, 6, 7}) EXPECT_EQ(numbers.next(), next);
}

}  // namespace
}  // namespace cupel::io
