#include "engine/exec/autotag_document.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "cupel/error.hpp"

namespace cupel::exec {
namespace {

Tag some_tag() {
  Tag tag;
  tag.name = "stop sign";
  tag.embedding = "clip \"large\"";
  tag.set = 7;
  tag.table = 3;
  tag.seed = ~uint64_t{0};
  tag.examples = {{5, "a.png", 1}, {0, "größe 7/ü.png", -1}, {1'000'000'000'000, "", 1}};
  tag.background = 1000;
  tag.learned.weights = {0.1,
                         -1e-300,
                         0,
                         -0.0,
                         std::numeric_limits<double>::denorm_min(),
                         std::numeric_limits<double>::max()};
  tag.learned.offset = 1.0 / 3;
  tag.learned.slope = 12.5;
  tag.learned.quality.folds = 2;
  tag.learned.quality.precision = 2.0 / 3;
  tag.learned.quality.recall = 1;
  tag.learned.quality.average_precision = 0.7;
  tag.learned.quality.points = {{-0.25, 0.5, 1}, {0.1, 1, 0.5}};
  tag.created_micros = 1'700'000'000'000'000;
  tag.fingerprint = 0xfedcba9876543210;
  tag.generation = 12;
  tag.changed = true;
  return tag;
}

TEST(AutotagDocument, ComesBackAsItWas) {
  const Tag tag = some_tag();
  const std::string text = encode(tag);
  const Tag back = decode_tag(tag.name, text);
  EXPECT_EQ(encode(back), text);
  EXPECT_EQ(back.name, tag.name);
  EXPECT_EQ(back.embedding, tag.embedding);
  EXPECT_EQ(back.set, tag.set);
  EXPECT_EQ(back.table, tag.table);
  EXPECT_EQ(back.seed, tag.seed);
  ASSERT_EQ(back.examples.size(), 3U);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(back.examples[i].row, tag.examples[i].row);
    EXPECT_EQ(back.examples[i].text, tag.examples[i].text);
    EXPECT_EQ(back.examples[i].side, tag.examples[i].side);
  }
  EXPECT_EQ(back.background, tag.background);
  EXPECT_EQ(back.learned.weights, tag.learned.weights);
  EXPECT_TRUE(std::signbit(back.learned.weights[3]));
  EXPECT_EQ(back.learned.offset, tag.learned.offset);
  EXPECT_EQ(back.learned.slope, tag.learned.slope);
  EXPECT_EQ(back.learned.quality.folds, 2U);
  EXPECT_EQ(back.learned.quality.precision, tag.learned.quality.precision);
  ASSERT_EQ(back.learned.quality.points.size(), 2U);
  EXPECT_EQ(back.learned.quality.points[1].threshold, 0.1);
  EXPECT_EQ(back.created_micros, tag.created_micros);
  EXPECT_EQ(back.fingerprint, tag.fingerprint);
  EXPECT_EQ(back.generation, tag.generation);
  EXPECT_TRUE(back.changed);
}

/// Nothing, or the sentence of kCorruption.
std::string refusal(const std::string& text) {
  try {
    decode_tag("x", text);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kCorruption) << text;
    return error.message();
  }
  return "";
}

TEST(AutotagDocument, DamageIsSaid) {
  const std::string text = encode(some_tag());
  for (size_t length = 0; length < text.size(); ++length)
    EXPECT_NE(refusal(text.substr(0, length)), "") << length;
  // One character more or less may still be a sound document, but nothing worse.
  for (size_t i = 0; i < text.size(); ++i) {
    refusal(text.substr(0, i) + text.substr(i + 1));
    for (const char c : {'"', '0', '{', ']', '-', '\0', '\xff'}) {
      std::string other = text;
      other[i] = c;
      refusal(other);
    }
  }
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(AutotagDocument, PartsThatDoNotAgreeAreSaid) {
  const std::string text = encode(some_tag());
  const auto refused = [&](const std::string& from, const std::string& to) {
    const std::string message = refusal(replaced(text, from, to));
    return message.substr(0, message.find("; DROP AUTOTAG"));
  };
  const std::string damaged = "autotag 'x' is damaged: ";
  EXPECT_EQ(refused("\"version\":1", "\"version\":2"), damaged + "\"version\" is unknown");
  EXPECT_EQ(refused("\"set\":7,", ""), damaged + "\"set\" is missing");
  EXPECT_EQ(refused("\"set\":7", "\"set\":-7"), damaged + "\"set\" is out of range");
  EXPECT_EQ(refused("\"set\":7", "\"set\":7,\"more\":1"),
            damaged + "it has a member that is unknown");
  EXPECT_EQ(refused("[5,\"a.png\",1]", "[5,\"a.png\",2]"),
            damaged + "\"examples\" has an entry that is out of range");
  EXPECT_EQ(refused("[5,\"a.png\",1]", "[0,\"a.png\",1]"),
            damaged + "\"examples\" names a row twice");
  EXPECT_EQ(refused("\"slope\":\"4029", "\"slope\":\"c029"), damaged + "\"slope\" is out of range");
  EXPECT_EQ(refused("\"offset\":\"3fd5", "\"offset\":\"7ff5"),
            damaged + "\"offset\" has a number that is not finite");
  EXPECT_EQ(refused("\"offset\":\"3fd5", "\"offset\":\"3fd"), damaged + "\"offset\" is cut off");
  EXPECT_EQ(refused("\"offset\":\"3fd5", "\"offset\":\"3FD5"),
            damaged + "\"offset\" has something that is no digit");
}

TEST(AutotagDocument, ColumnsAreOfItemsOrObjects) {
  EXPECT_EQ(score_column(storage::kItems, "rain"), "autotag.image.rain");
  EXPECT_EQ(score_column(storage::kAnnotations, "a.b"), "autotag.object.\"a.b\"");
  EXPECT_EQ(training_column(storage::kItems, "rain"), "autotag_training.image.rain");
  EXPECT_EQ(training_column(5, "rain"), "autotag_training.object.rain");
}

}  // namespace
}  // namespace cupel::exec
