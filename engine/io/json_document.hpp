#pragma once

#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cupel::io {

/// Why a record cannot be read: of which field (a path such as `annotations[2].geometry.x`, or
/// empty for the record as a whole), and the rest of the sentence about it.
struct RecordError {
  std::string field;
  std::string what;
  /// `"annotations[2].label" is missing`, or `the record is not valid UTF-8`.
  std::string sentence() const;
  /// The same error of a record that stands inside of another, at `path`.
  RecordError below(const std::string& path) const;
};

/// The same of a record that has lines.
struct LineError : RecordError {
  LineError(RecordError error, uint64_t at) : RecordError(std::move(error)), line(at) {}
  uint64_t line;  ///< from 1; 0: the record as a whole
};

enum class JsonKind : uint8_t { kNull, kBool, kInteger, kNumber, kText, kArray, kObject };

/// A value of a parsed document. Its members or elements follow it in memory.
struct JsonNode {
  JsonKind kind = JsonKind::kNull;
  bool boolean = false;
  uint32_t span = 1;      ///< how many nodes it and all below it take
  std::string_view key;   ///< as a member of an object: its name, unescaped
  std::string_view raw;   ///< the bytes it was read from
  std::string_view text;  ///< kText: unescaped
  int64_t integer = 0;    ///< kInteger
  double number = 0;      ///< kNumber, and kInteger converted

  class Iterator {
   public:
    explicit Iterator(const JsonNode* node) : node_(node) {}
    const JsonNode& operator*() const { return *node_; }
    Iterator& operator++() {
      node_ += node_->span;
      return *this;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const JsonNode* node_;
  };
  Iterator begin() const { return Iterator(this + 1); }
  Iterator end() const { return Iterator(this + span); }

  bool empty() const { return span == 1; }
  bool is_null() const { return kind == JsonKind::kNull; }
  bool is_text() const { return kind == JsonKind::kText; }
  bool is_number() const { return kind == JsonKind::kInteger || kind == JsonKind::kNumber; }
  bool is_array() const { return kind == JsonKind::kArray; }
  bool is_object() const { return kind == JsonKind::kObject; }
  /// The member of that name; null when there is none.
  const JsonNode* find(std::string_view name) const;
  /// The value in words for a sentence: `the text "12"`, `a list`.
  std::string in_words() const;
};

/// The one strict reader of JSON: whole values only, valid UTF-8, no lone surrogates, no key twice
/// in an object, integers within 64 bits, finite numbers, at most 64 levels, 10,000 keys an
/// object and 8 MiB a text. Its memory is reused from one document to the next.
class JsonDocument {
 public:
  JsonDocument();
  ~JsonDocument();
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  /// Parses bytes behind which 64 more may be read. The result lives until the next parse and as
  /// long as the bytes. The root is an object. Throws RecordError.
  const JsonNode& parse(std::string_view padded);
  /// The same for any bytes, which are copied.
  const JsonNode& parse_copy(std::string_view bytes);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cupel::io
