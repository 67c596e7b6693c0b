#include <fmt/format.h>

#include <set>
#include <string>

#include "index/counted_objects.hpp"
#include "index/counts.hpp"
#include "index/tally.hpp"

namespace cupel::index {
namespace {

using storage::Bitmap;
using storage::ChunkPtr;
using storage::Column;
using storage::ColumnId;
using storage::kItems;
using storage::Snapshot;
using storage::TableId;

/// Past this many, further differences say nothing new.
constexpr size_t kMaxFindings = 1000;

Tally recount(const Snapshot& snapshot, TableId table) {
  Tally tally;
  for_each_counted(snapshot, table,
                   [&](uint64_t item, const std::string& type, const std::string& label) {
                     tally.add(item, type, label, 1);
                   });
  return tally;
}

class Comparison {
 public:
  Comparison(const Snapshot& snapshot, TableId table) : snapshot_(snapshot), table_(table) {}

  std::vector<storage::Finding> run() {
    const uint32_t chunk_rows = snapshot_.catalog().chunk_rows;
    Tally tally = recount(snapshot_, table_);
    tally.for_each_chunk(table_, chunk_rows,
                         [&](const std::string& name, uint32_t chunk, const Sums& sums) {
                           seen_.emplace(name, chunk);
                           compare(name, chunk, sums);
                         });
    const std::string all = storage::count_column(table_);
    const Sums none(chunk_rows);
    for (const ColumnId id : snapshot_.catalog().columns(kItems)) {
      const std::string& name = snapshot_.catalog().column(id).name;
      if (name != all && !name.starts_with(all + ":")) continue;
      for (uint32_t chunk = 0; chunk < snapshot_.catalog().chunk_count(kItems); ++chunk)
        if (!seen_.contains({name, chunk})) compare(name, chunk, none);
    }
    return std::move(findings_);
  }

 private:
  void compare(const std::string& name, uint32_t chunk, const Sums& counted) {
    const Column* column = snapshot_.catalog().find(kItems, name, Type::kInt64);
    const ChunkPtr stored = column ? snapshot_.chunk(column->id, chunk) : nullptr;
    if (!stored && counted.touched.none()) return;
    if (chunk >= snapshot_.catalog().chunk_count(kItems)) return;
    snapshot_.visible(kItems, chunk).for_each([&](uint32_t row) {
      const int64_t here = !stored || stored->is_missing(row) ? 0 : stored->integer_at(row);
      if (here != counted.by_row[row] && findings_.size() < kMaxFindings)
        report(name, uint64_t{chunk} * snapshot_.catalog().chunk_rows + row, here,
               counted.by_row[row]);
    });
  }

  void report(const std::string& name, uint64_t item, int64_t here, int64_t counted) {
    const Column* reference = snapshot_.catalog().find(kItems, "reference_id", Type::kText);
    const std::string who = reference ? to_text(snapshot_.value(reference->id, item)) : "";
    findings_.push_back(
        {fmt::format("the stored count '{}' of item {} ('{}') is {}, its objects are {}", name,
                     item, who, here, counted)});
  }

  const Snapshot& snapshot_;
  TableId table_;
  std::set<std::pair<std::string, uint32_t>> seen_;
  std::vector<storage::Finding> findings_;
};

}  // namespace

std::vector<storage::Finding> check_counts(const Snapshot& snapshot) {
  std::vector<storage::Finding> findings = Comparison(snapshot, storage::kAnnotations).run();
  for (const storage::Run& run : snapshot.catalog().runs()) {
    std::vector<storage::Finding> of_run = Comparison(snapshot, run.table).run();
    findings.insert(findings.end(), of_run.begin(), of_run.end());
  }
  return findings;
}

}  // namespace cupel::index
