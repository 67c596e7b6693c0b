#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/codec.hpp"

namespace cupel::storage {

/// A Patch whose text is still in the bytes that it was read from, which must outlive it.
struct Change {
  uint16_t row = 0;
  bool present = false;
  int64_t integer = 0;
  double number = 0;
  std::string_view text;
  uint32_t code = Patch::kNoCode;
};

/// Reads an encoded patch, appends its changes and returns its type. Throws kCorruption.
Type read_changes(std::string_view bytes, std::vector<Change>& changes);

/// Encodes changes; the contract of encode_patch.
std::string write_changes(Type type, const std::vector<Change>& changes);

/// Lays patches of one column over each other, oldest first: the last change of each row, by row.
/// Sets `type`. Throws kCorruption, also where types differ, and kInternal without any patch.
std::vector<Change> overlay(const std::vector<std::string_view>& patches, Type& type);

}  // namespace cupel::storage
