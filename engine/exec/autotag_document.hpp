#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/learn/autotag.hpp"
#include "storage/catalog.hpp"

/// What an autotag is besides its columns: a document of the catalog, kind "autotag", by its name.
namespace cupel::exec {

inline constexpr std::string_view kAutotag = "autotag";

struct TagExample {
  uint64_t row = 0;  ///< of the tag's table
  std::string text;  ///< as the user wrote it; empty for an object that has no name
  int8_t side = 1;   ///< 1: what the tag is for; -1: what it is not
};

struct Tag {
  std::string name;
  std::string embedding;  ///< the set's name
  uint32_t set = 0;       ///< the set's id when it was learned from
  storage::TableId table = storage::kItems;
  uint64_t seed = 1;
  std::vector<TagExample> examples;  ///< of distinct rows, in the order in which they were given
  uint64_t background = 0;           ///< rows that were drawn to stand against the positives
  learn::Autotag learned;
  int64_t created_micros = 0;

  // To tell whether it is still true.
  uint64_t fingerprint = 0;  ///< of the examples' vectors that it was learned from
  uint64_t generation = 0;   ///< of the set in which the vectors were last looked at
  bool changed = false;      ///< and they were not those that it was learned from
};

/// Numbers are written bit by bit, so that reading gives them back as they were.
std::string encode(const Tag& tag);
/// Throws kCorruption for everything that encode() does not write.
Tag decode_tag(std::string_view name, std::string_view text);

/// The tag of that name; nothing when there is none.
std::optional<Tag> tag_of(const storage::Catalog& catalog, std::string_view name);

uint64_t count_examples(const Tag& tag, int8_t side);

/// "autotag.image.rain", "autotag.object.rain": scores, in [-1, 1].
std::string score_column(storage::TableId table, std::string_view tag);
/// "autotag_training.image.rain": 1 and -1 for examples.
std::string training_column(storage::TableId table, std::string_view tag);

}  // namespace cupel::exec
