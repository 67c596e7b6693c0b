#include "engine/io/json_template.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <random>
#include <string>
#include <vector>

namespace cupel::io {
namespace {

/// Bytes behind a document, which belong to nothing and must not be taken for a part of it.
const std::vector<std::string> kBehind = {std::string(64, '\0'), std::string(64, '7'),
                                          std::string(64, '"'), std::string(64, 'e'),
                                          std::string(64, '.'), std::string(64, '}')};

/// Documents of one shape: the same keys at the same places, whatever the values.
class Shape {
 public:
  explicit Shape(std::mt19937& random) : random_(random), members_(object(2)) {}

  std::string document() { return fill(members_) + pick({"", "", "", " ", "\r", " \t\r"}); }

 private:
  std::string pick(const std::vector<std::string>& of) { return of[random_() % of.size()]; }

  /// An object with `?` for each value.
  std::string object(int depth) {
    std::string text = "{";
    const size_t count = random_() % 6;
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) text += pick({",", ",", ", "});
      text += "\"" + pick({"x", "label", "a\\u00e9", "k\\\"", "Größe", ""}) + std::to_string(i) +
              pick({"\":", "\":", "\" : "});
      text += depth > 0 && random_() % 4 == 0 ? pick({object(depth - 1), list(depth - 1)}) : "?";
    }
    return text + "}";
  }
  std::string list(int depth) {
    std::string text = "[";
    const size_t count = random_() % 4;
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) text += ',';
      text += depth > 0 && random_() % 3 == 0 ? object(depth - 1) : "?";
    }
    return text + "]";
  }

  std::string fill(const std::string& shape) {
    std::string text;
    for (const char c : shape) text += c == '?' ? scalar() : std::string(1, c);
    return text;
  }
  std::string digits(size_t most) {
    std::string text;
    for (size_t i = random_() % most + 1; i > 0; --i) text += static_cast<char>('0' + random_() % 10);
    return text;
  }
  std::string scalar() {
    switch (random_() % 8) {
      case 0: return pick({"true", "false", "null"});
      case 1: return pick({"-0", "0", "-0.0", "1.0", "00", "01", "-", "1.", ".5", "1e5", "-1E-400",
                           "1e400", "0.1e1", "9223372036854775807", "9223372036854775808",
                           "-9223372036854775808", "-9223372036854775809", "18446744073709551615",
                           "NaN", "tru", "nul", "+1", "0x1", "1_0"});
      case 2: return digits(20);
      case 3: return "-" + digits(19) + "." + digits(6);
      case 4: return digits(4) + "." + digits(3);
      case 5: return digits(2) + "." + digits(20);
      case 6: return "\"" + pick({"", "a\\nb", "\\u00e9", "\\ud83d\\ude00", "\\ud83d", "é", "日本",
                                  "\x7f", "\x01", "\xff", "\\", "tab\t", "{\\\"a\\\":1}"}) + "\"";
      default: {
        std::string text = "\"";
        for (size_t i = random_() % 40; i > 0; --i) text += static_cast<char>('#' + random_() % 50);
        return text + "\"";
      }
    }
  }

  std::mt19937& random_;
  std::string members_;
};

void damage(std::string& document, std::mt19937& random) {
  if (document.empty()) return;
  const size_t at = random() % document.size();
  switch (random() % 4) {
    case 0: document.resize(at); break;
    case 1: document[at] = static_cast<char>(random() % 256); break;
    case 2: document.insert(at, 1, "\"\\,:{}[]0-.e \n"[random() % 14]); break;
    default: document.erase(at, 1); break;
  }
}

void expect_equal(const JsonNode& fast, const JsonNode& slow) {
  EXPECT_EQ(fast.kind, slow.kind);
  EXPECT_EQ(fast.key, slow.key);
  EXPECT_EQ(fast.span, slow.span);
  EXPECT_EQ(fast.raw, slow.raw);
  EXPECT_EQ(fast.raw.data(), slow.raw.data());
  EXPECT_TRUE(!slow.is_text() || fast.text == slow.text);
  EXPECT_TRUE(slow.kind != JsonKind::kBool || fast.boolean == slow.boolean);
  EXPECT_TRUE(slow.kind != JsonKind::kInteger || fast.integer == slow.integer);
  EXPECT_TRUE(!slow.is_number() ||
              std::bit_cast<uint64_t>(fast.number) == std::bit_cast<uint64_t>(slow.number));
}

TEST(JsonTemplates, WhatTheyTakeIsWhatTheParserTakes) {
  std::mt19937 random(20);
  size_t taken = 0, refused = 0;
  for (int shape_number = 0; shape_number < 300; ++shape_number) {
    Shape shape(random);
    JsonTemplates templates;
    for (int i = 0; i < 60; ++i) {
      std::string document = shape.document();
      if (random() % 4 == 0) damage(document, random);
      const std::string padded = document + kBehind[random() % kBehind.size()];
      const std::string_view bytes = std::string_view(padded).substr(0, document.size());
      SCOPED_TRACE(document);
      const JsonNode* fast = templates.read(bytes);
      JsonDocument parser;
      const JsonNode* slow = nullptr;
      try {
        slow = &parser.parse(bytes);
      } catch (const RecordError&) {
        ++refused;
        EXPECT_EQ(fast, nullptr) << "taken, but the parser refuses it";
        continue;
      }
      if (fast == nullptr) {
        templates.learn(bytes, {slow, slow + slow->span});
        continue;
      }
      ++taken;
      for (uint32_t n = 0; n < slow->span; ++n) expect_equal(fast[n], slow[n]);
      if (::testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GT(taken, 2000u);
  EXPECT_GT(refused, 2000u);
}

/// Through the door: a document that remembers others reads as one that has seen none.
TEST(JsonTemplates, ManyDocumentsOfManyShapesReadAsEachDoesAlone) {
  std::mt19937 random(21);
  std::vector<Shape> shapes;
  for (int i = 0; i < 40; ++i) shapes.emplace_back(random);
  JsonDocument remembering;
  for (int i = 0; i < 5000; ++i) {
    std::string document = shapes[random() % 40].document();
    if (random() % 8 == 0) damage(document, random);
    std::string padded = document + std::string(64, '5');
    const std::string_view bytes = std::string_view(padded).substr(0, document.size());
    SCOPED_TRACE(document);
    std::string expected, actual;
    JsonDocument fresh;
    const JsonNode *slow = nullptr, *fast = nullptr;
    try {
      slow = &fresh.parse(bytes);
    } catch (const RecordError& error) {
      expected = error.sentence();
    }
    try {
      fast = &remembering.parse(bytes);
    } catch (const RecordError& error) {
      actual = error.sentence();
    }
    ASSERT_EQ(actual, expected);
    if (slow == nullptr) continue;
    ASSERT_NE(fast, nullptr);
    for (uint32_t n = 0; n < slow->span; ++n) expect_equal(fast[n], slow[n]);
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace cupel::io
