#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "cupel/cupel.hpp"
#include "engine/io/reach.hpp"
#include "engine/plan/plan.hpp"
#include "storage/snapshot.hpp"

namespace cupel::index {
struct Clusters;  // clusters.hpp
}

/// Plans become rows. Chunks are evaluated on a small pool of threads; results do not depend on
/// how many. Errors are thrown as Error.
namespace cupel::exec {

class Pool;             // pool.hpp
class CountedSnapshot;  // counted_snapshot.hpp

/// How the nearest rows were found.
struct SearchReport {
  bool exact = true;           ///< every row in question was compared
  double expected_recall = 1;  ///< of the true nearest: the share that is found
  uint64_t compared = 0;       ///< rows
};

/// What a statement runs with. Shared by its threads; counters are atomic.
struct Context {
  storage::SnapshotPtr snapshot;
  std::shared_ptr<const CountedSnapshot> counted;  ///< `snapshot`, where it counts; or null
  Pool* pool = nullptr;                          ///< null: the calling thread alone
  const std::atomic<bool>* interrupt = nullptr;  ///< polled at least every chunk
  std::optional<std::chrono::steady_clock::time_point> deadline;
  size_t memory_bytes = size_t{1} << 30;          ///< working memory of the statement
  std::function<void(const Progress&)> progress;  ///< may be empty; calling thread only
  io::Reach reach;  ///< of files that data names; those of the statement have been judged
  /// The lists around a set's vectors, for approximate searches; null: there are none. Empty: every
  /// search is exact. Called on the calling thread; may take the time to build them.
  std::function<std::shared_ptr<const index::Clusters>(const storage::VectorSet&, const Context&)>
      clusters;

  mutable std::atomic<uint64_t> chunks_read{0};
  mutable std::atomic<uint64_t> chunks_skipped{0};  ///< excluded by minimum and maximum
  mutable std::atomic<uint64_t> memory_used{0};
  mutable std::optional<SearchReport> search;  ///< of the last search; calling thread only

  /// Throws kInterrupted or kLimit when it is time to stop.
  void poll() const;
  /// Accounts for working memory; throws kLimit past the budget, saying what to do.
  void reserve(size_t bytes) const;
};

/// Rows of one or several tables: a bitmap a chunk, as selected by a plan.
struct RowSet {
  struct TableRows {
    storage::TableId table;
    std::vector<storage::Bitmap> chunks;  ///< one per chunk of the table
  };
  std::vector<TableRows> tables;  ///< one per arm
  uint64_t count() const;
};

/// The rows that a plan's condition, sample, order and limit leave, as a set. For slices, updates
/// and deletes. The plan must not be grouped.
RowSet select_rows(const plan::Plan& plan, const Context& context);

/// The result of a plan, batch by batch (of at most a chunk's rows). Holds the context's snapshot;
/// the context must outlive it.
class ResultStream {
 public:
  virtual ~ResultStream() = default;
  virtual const std::vector<ColumnInfo>& columns() const = 0;
  virtual std::optional<Batch> next() = 0;
};
std::unique_ptr<ResultStream> run(std::shared_ptr<const plan::Plan> plan, RowForm form,
                                  const Context& context);

/// The values of an expression over the selected rows of one chunk of an arm's table, in row
/// order. For UPDATE. `collections` is opaque state prepared once per plan.
class Evaluation;
std::shared_ptr<Evaluation> prepare(const plan::Plan& plan, const Context& context);
std::vector<Value> evaluate(Evaluation& evaluation, storage::TableId table,
                            const plan::Expression& expression, uint32_t chunk,
                            const storage::Bitmap& rows);

}  // namespace cupel::exec
