#pragma once

#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "engine/io/json_document.hpp"
#include "engine/io/record.hpp"

/// What the readers of JSON formats have in common: taking known members out of an object, and
/// turning the others into fields and rest.
namespace cupel::io {

// The value of a node that must have a type. They throw RecordError, which calls the field
// `prefix` + key: `"width" must be an integer, but is the text "12"`.
std::string_view text_of(const JsonNode& node, std::string_view prefix = {});
int64_t integer_of(const JsonNode& node, std::string_view prefix = {});  ///< 640.0 is one, too
double number_of(const JsonNode& node, std::string_view prefix = {});
const JsonNode& object_of(const JsonNode& node, std::string_view prefix = {});
const JsonNode& list_of(const JsonNode& node, std::string_view prefix = {});
/// Text, or an integer by its digits; what identifiers are written as in the wild.
std::string_view identifier_of(const JsonNode& node, std::string_view prefix = {});
[[noreturn]] void missing(std::string_view field);

/// Throws RecordError unless `name` (a label, a run, a key) is at most 256 bytes and printable.
void check_name(std::string_view name, std::string_view what);

/// For RecordSink::lost: where a file has several labels of one item in a taxonomy.
inline constexpr std::string_view kLostTaxonomy =
    "taxonomy names; an item has one label in a taxonomy, so labels that come as a list have none: "
    "metadata.taxonomy tells it";

/// The members of an object, from which the known ones are taken.
class Members {
 public:
  /// What to do with a known member that is null: it counts as absent, and stays with the others
  /// (so that the record can be written again as it was), or is dropped.
  enum class Nulls { kKeep, kDrop };
  Members(const JsonNode& object, Nulls nulls) : object_(object), nulls_(nulls) {
    for (const JsonNode& member : object_) present_ |= bit(member.key);
  }

  const JsonNode* take(std::string_view key) {
    return (present_ & bit(key)) == 0 ? nullptr : take_present(key);
  }
  /// The first of these that is there; the later ones stay.
  const JsonNode* take_first(std::initializer_list<std::string_view> keys);

  /// Calls `f(member)` for each one not taken.
  template <typename F>
  void for_each_other(F&& f) const {
    for (const JsonNode& member : object_) {
      if (!taken(member)) f(member);
    }
  }

 private:
  /// Most of the known members are not there: one bit of a key says so without a search.
  static constexpr uint64_t bit(std::string_view key) {
    if (key.empty()) return 1;
    const auto first = static_cast<unsigned char>(key.front());
    const auto last = static_cast<unsigned char>(key.back());
    return uint64_t{1} << ((first + 5 * last + 11 * key.size()) % 64);
  }
  const JsonNode* take_present(std::string_view key);
  bool taken(const JsonNode& member) const {
    for (size_t i = 0; i < count_; ++i) {
      if (taken_[i] == &member) return true;
    }
    return false;
  }

  const JsonNode& object_;
  Nulls nulls_;
  uint64_t present_ = 0;
  size_t count_ = 0;
  std::array<const JsonNode*, 24> taken_;  ///< the first count_ of them
};

/// Turns members into fields, and what no field can carry into the rest. Begin with start() for
/// each record; its memory is reused.
class FieldCollector {
 public:
  explicit FieldCollector(FieldNames& names) : names_(names) {}
  void start(std::vector<Field>& fields);

  /// Flattens an object under `metadata`. An empty one is kept in the rest.
  void add_metadata(const JsonNode& object);
  /// One member as `metadata.KEY`.
  void add_metadata_member(const JsonNode& member);
  /// Something under `metadata` that no field can carry, as JSON. `key` is used once in a record.
  void keep_metadata(std::string_view key, std::string_view json);
  /// A member as it is, at the top of the rest.
  void keep(const JsonNode& member);
  /// What an analysis wrote, flattened at the top (`autotag.image.rain`); kept as it is where it
  /// holds anything but values.
  void add_analysis(const JsonNode& member);
  /// A field of its own: `class_pdf.LABEL`.
  void add(std::string_view root, std::string_view key, Scalar value);
  /// The rest as a JSON object, or empty; valid until start().
  std::string_view rest();

 private:
  void flatten(const JsonNode& member);
  uint32_t number_of_path();

  FieldNames& names_;
  std::vector<uint32_t> before_;  ///< numbers of the fields of late records, by their place
  std::vector<Field>* fields_ = nullptr;
  std::string path_;
  std::string metadata_rest_;
  std::string top_rest_;
  std::string rest_;
};

}  // namespace cupel::io
