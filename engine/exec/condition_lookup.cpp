#include "engine/exec/condition_lookup.hpp"

#include <algorithm>
#include <optional>

#include "engine/exec/evaluation.hpp"

namespace cupel::exec {
namespace {

using storage::Bitmap;

/// A look-up costs about as much as a scan of so many rows.
constexpr uint64_t kRowsScanned = 64;
/// So few texts are always looked up.
constexpr uint64_t kAlways = 16;

class LookupNode final : public ConditionNode {
 public:
  LookupNode(const Evaluation& evaluation, std::vector<uint64_t> items)
      : chunk_rows_(evaluation.catalog().chunk_rows), items_(std::move(items)) {
    std::sort(items_.begin(), items_.end());
  }
  Bitmap run(uint32_t chunk, const Bitmap& candidates) const override {
    Bitmap out(candidates.size());
    const uint64_t first = uint64_t{chunk} * chunk_rows_;
    auto item = std::lower_bound(items_.begin(), items_.end(), first);
    for (; item != items_.end() && *item - first < candidates.size(); ++item) {
      const auto row = static_cast<uint32_t>(*item - first);
      if (candidates.test(row)) out.set(row);
    }
    return out;
  }

 private:
  uint64_t chunk_rows_;
  std::vector<uint64_t> items_;  ///< ascending
};

}  // namespace

ConditionNodePtr lookup_test(const Evaluation& evaluation,
                             const std::vector<storage::ColumnId>& columns, const ValueTest& test) {
  if (columns.size() != 1 || test.text.kind != TextTest::Kind::kSet || !test.text.instants.empty())
    return nullptr;
  const storage::Column& column = evaluation.catalog().column(columns.front());
  if (column.table != storage::kItems || column.name != "reference_id") return nullptr;
  const uint64_t most = std::max(kAlways, evaluation.item_count() / kRowsScanned);
  if (test.text.set.size() > most) return nullptr;
  std::vector<uint64_t> items;
  for (const std::string& reference_id : test.text.set)
    if (const std::optional<uint64_t> item = evaluation.snapshot().find_item(reference_id))
      items.push_back(*item);
  return std::make_unique<LookupNode>(evaluation, std::move(items));
}

}  // namespace cupel::exec
