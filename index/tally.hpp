#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/bitmap.hpp"
#include "storage/catalog.hpp"

namespace cupel::index {

/// Sums of one count column for the items of one chunk, and which of them took part.
struct Sums {
  storage::Bitmap touched;
  std::vector<int64_t> by_row;

  explicit Sums(uint32_t rows) : touched(rows), by_row(rows) {}
  void add(uint32_t row, int64_t delta) {
    touched.set(row);
    by_row[row] += delta;
  }
  void reset();
};

/// Adds up objects per item, type and label, and hands the sums out by count column and chunk.
/// Entries of one item that follow each other share a place in memory; out-of-order ones are
/// merged as they pile up, so memory follows the items and labels concerned, not the objects.
class Tally {
 public:
  void add(uint64_t item, std::string_view type, std::string_view label, int delta);

  /// Column name, chunk of the items, sums. Chunks ascend; a (column, chunk) comes once.
  using Visitor = std::function<void(const std::string&, uint32_t, const Sums&)>;
  void for_each_chunk(storage::TableId table, uint32_t chunk_rows, const Visitor& visit);

 private:
  struct Entry {
    uint64_t item;
    int64_t delta;
  };
  struct Group {
    std::string label;
    std::vector<Entry> entries;
    size_t merge_at = 1 << 16;  ///< entries at which they are merged
    size_t next = 0;            ///< first entry not handed out yet
    std::string column;
  };
  struct TypeGroups {
    std::string type;
    bool geometric;
    std::vector<Group> groups;
    std::unordered_map<std::string, size_t> by_label;
    /// Groups of late objects, by some bytes of their labels.
    std::array<size_t, 16> recent{};
    std::string column;
  };

  Group& group(std::string_view type, std::string_view label);
  TypeGroups& type_groups(std::string_view type);
  static void merge(Group& group);
  void prepare(storage::TableId table);
  bool next_chunk(uint32_t chunk_rows, uint32_t& chunk) const;
  static bool take(Group& group, uint32_t chunk, uint32_t chunk_rows, Sums& label, Sums& type);

  std::vector<TypeGroups> types_;
};

}  // namespace cupel::index
