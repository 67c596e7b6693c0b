#include "index/counted_objects.hpp"
#include "index/counts.hpp"

namespace cupel::index {

void count_anew(storage::Transaction& transaction) {
  const storage::SnapshotPtr view = transaction.view();
  const auto count = [&](storage::TableId table) {
    CountChanges counts(transaction, table);
    for_each_counted(*view, table,
                     [&](uint64_t item, const std::string& type, const std::string& label) {
                       counts.add(item, type, label, 1);
                     });
    counts.apply();
  };
  count(storage::kAnnotations);
  for (const storage::Run& run : view->catalog().runs()) count(run.table);
}

}  // namespace cupel::index
