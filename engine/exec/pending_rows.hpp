#pragma once

#include <memory_resource>
#include <string_view>
#include <vector>

#include "engine/io/record.hpp"

namespace cupel::exec {

/// Records that wait for their batch: copies that own what they point to. Bounded: the owner
/// settles the batch when it is full.
template <typename Record>
class PendingRows {
 public:
  struct Row {
    uint64_t row = 0;  ///< what the owner wants to know of it: its item, or the row it replaces
    Record record;
  };

  void add(uint64_t row, const Record& record);
  void replace(size_t index, const Record& record);
  const std::vector<Row>& rows() const { return rows_; }
  bool empty() const { return rows_.empty(); }
  bool full() const { return rows_.size() >= kMaxRows || bytes_ >= kMaxBytes; }
  void clear();

 private:
  static constexpr size_t kMaxRows = 65536;
  static constexpr size_t kMaxBytes = size_t{64} << 20;

  std::string_view keep(std::string_view text);
  Record copy(const Record& record);

  std::vector<Row> rows_;
  std::pmr::monotonic_buffer_resource memory_;
  size_t bytes_ = 0;
};

extern template class PendingRows<io::ItemRecord>;
extern template class PendingRows<io::ObjectRecord>;

}  // namespace cupel::exec
