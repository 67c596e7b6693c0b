#include "storage/dictionary.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace cupel::storage {
namespace {

std::string name(uint32_t i) { return "text " + std::to_string(i); }

TEST(Dictionary, GivesDenseCodes) {
  DictionaryWriter writer(nullptr);
  EXPECT_EQ(writer.code("car"), 0U);
  EXPECT_EQ(writer.code("truck"), 1U);
  EXPECT_EQ(writer.code("car"), 0U);
  EXPECT_EQ(writer.code(""), 2U);
  EXPECT_EQ(writer.size(), 3U);
  EXPECT_EQ(writer.base_size(), 0U);
  EXPECT_EQ(writer.text(1), "truck");
  EXPECT_EQ(writer.find("bus"), std::nullopt);

  const DictionaryPtr published = writer.publish();
  EXPECT_EQ(published->size(), 3U);
  EXPECT_EQ(published->find("truck"), 1U);
  EXPECT_EQ(published->find(""), 2U);
  EXPECT_EQ(published->find("bus"), std::nullopt);
  EXPECT_EQ(published->text(0), "car");
}

TEST(Dictionary, AnEmptyOneKnowsNothing) {
  const DictionaryPtr empty = DictionaryWriter(nullptr).publish();
  ASSERT_NE(empty, nullptr);
  EXPECT_EQ(empty->size(), 0U);
  EXPECT_EQ(empty->find(""), std::nullopt);
  EXPECT_EQ(DictionaryWriter(empty).publish(), empty);
}

TEST(Dictionary, GrowsInManySmallStepsAndOutlivesItsBases) {
  DictionaryPtr dictionary;
  uint32_t size = 0;
  for (uint32_t step = 0; step < 300; ++step) {
    DictionaryWriter writer(dictionary);
    for (uint32_t i = 0; i <= step % 7; ++i, ++size) ASSERT_EQ(writer.code(name(size)), size);
    EXPECT_EQ(writer.code(name(0)), 0U);
    dictionary = writer.publish();
    ASSERT_EQ(dictionary->size(), size);
  }
  for (uint32_t i = 0; i < size; ++i) {
    ASSERT_EQ(dictionary->text(i), name(i));
    ASSERT_EQ(dictionary->find(name(i)), i);
  }
  EXPECT_EQ(dictionary->find(name(size)), std::nullopt);
}

TEST(Dictionary, AnOlderOneDoesNotSeeNewTexts) {
  DictionaryWriter first(nullptr);
  first.code("car");
  const DictionaryPtr old = first.publish();
  DictionaryWriter second(old);
  second.code("bus");
  const DictionaryPtr young = second.publish();
  EXPECT_EQ(old->size(), 1U);
  EXPECT_EQ(old->find("bus"), std::nullopt);
  EXPECT_EQ(young->find("bus"), 1U);
}

TEST(Dictionary, StopsAtItsLimits) {
  DictionaryWriter writer(nullptr);
  EXPECT_EQ(writer.code(std::string(kMaxDictionaryTextBytes + 1, 'x')), std::nullopt);
  EXPECT_EQ(writer.code(std::string(kMaxDictionaryTextBytes, 'x')), 0U);
  for (uint32_t i = 1; i < kMaxDictionaryTexts; ++i) ASSERT_EQ(writer.code(name(i)), i);
  EXPECT_EQ(writer.code("one more"), std::nullopt);
  EXPECT_EQ(writer.code(name(7)), 7U);
  EXPECT_EQ(writer.size(), kMaxDictionaryTexts);
  DictionaryWriter next(writer.publish());
  EXPECT_EQ(next.code("one more"), std::nullopt);
  EXPECT_EQ(next.code(name(65535)), 65535U);
}

TEST(Dictionary, TakesNewTextsBack) {
  DictionaryWriter base(nullptr);
  base.code("car");
  DictionaryWriter writer(base.publish());
  writer.code("bus");
  const uint32_t savepoint = writer.size();
  writer.code("truck");
  writer.shrink(savepoint);
  EXPECT_EQ(writer.find("truck"), std::nullopt);
  EXPECT_EQ(writer.find("bus"), 1U);
  EXPECT_EQ(writer.code("tram"), 2U);
  writer.shrink(0);
  EXPECT_EQ(writer.size(), 1U);
  EXPECT_EQ(writer.find("car"), 0U);
}

TEST(Dictionary, AWriterCanBeMoved) {
  DictionaryWriter writer(nullptr);
  for (uint32_t i = 0; i < 100; ++i) writer.code(name(i));
  const DictionaryWriter moved(std::move(writer));
  for (uint32_t i = 0; i < 100; ++i) EXPECT_EQ(moved.find(name(i)), i);
}

}  // namespace
}  // namespace cupel::storage
