#include <algorithm>
#include <deque>
#include <iterator>
#include <span>
#include <utility>

#include "engine/exec/rows_project.hpp"
#include "engine/exec/sort.hpp"
#include "engine/exec/stream.hpp"
#include "engine/exec/waves.hpp"

namespace cupel::exec {
namespace {

/// Rows in table order: a few chunks at a time are evaluated, and no more than the limit needs.
class RowsStream final : public ResultStream {
 public:
  explicit RowsStream(Prepared prepared)
      : prepared_(std::move(prepared)),
        selection_(*prepared_.evaluation),
        projection_(selection_, prepared_.form),
        skip_(prepared_.plan->offset),
        left_(prepared_.plan->limit.value_or(~uint64_t{0})),
        progress_(prepared_.evaluation->context(),
                  selection_.places().size() * prepared_.evaluation->catalog().chunk_rows) {}

  const std::vector<ColumnInfo>& columns() const override { return projection_.columns(); }

  std::optional<Batch> next() override {
    while (ready_.empty() && waiting_.empty() && left_ > 0 && next_ < selection_.places().size())
      wave();
    if (ready_.empty() && !waiting_.empty()) return project_some();
    if (ready_.empty()) return std::nullopt;
    Batch batch = std::move(ready_.front());
    ready_.pop_front();
    return batch;
  }

 private:
  struct Part {
    Place place;
    std::vector<uint32_t> rows;
  };

  void wave() {
    const Context& context = prepared_.evaluation->context();
    const size_t size = std::min(wave_size(context), selection_.places().size() - next_);
    std::vector<Part> parts;
    in_order(
        context, size, [&](size_t i) { return selection_.rows(next_ + i); },
        [&](size_t i, const storage::Bitmap& rows) {
          take(selection_.places()[next_ + i], rows, parts);
          progress_.add(prepared_.evaluation->catalog().chunk_rows);
        });
    next_ += size;
    if (projection_.one_thread()) {
      std::move(parts.begin(), parts.end(), std::back_inserter(waiting_));
      return;
    }
    in_order(
        context, parts.size(),
        [&](size_t i) { return projection_.project(parts[i].place, parts[i].rows); },
        [&](size_t, Batch batch) { ready_.push_back(std::move(batch)); });
  }

  /// The next rows of the first part that waits.
  Batch project_some() {
    const Part& part = waiting_.front();
    const size_t size = std::min(projection_.batch_rows(), part.rows.size() - projected_);
    Batch batch = projection_.project(part.place, std::span(part.rows).subspan(projected_, size));
    projected_ += size;
    if (projected_ == part.rows.size()) {
      waiting_.pop_front();
      projected_ = 0;
    }
    return batch;
  }

  /// Applies offset and limit.
  void take(const Place& place, const storage::Bitmap& bits, std::vector<Part>& parts) {
    const uint64_t count = bits.count();
    if (count <= skip_) {
      skip_ -= count;
      return;
    }
    if (left_ == 0) return;
    std::vector<uint32_t> rows = rows_of(bits);
    rows.erase(rows.begin(), rows.begin() + static_cast<ptrdiff_t>(skip_));
    skip_ = 0;
    if (rows.size() > left_) rows.resize(left_);
    left_ -= rows.size();
    parts.push_back({place, std::move(rows)});
  }

  Prepared prepared_;
  Selection selection_;
  Projection projection_;
  size_t next_ = 0;  ///< place
  uint64_t skip_, left_;
  std::deque<Batch> ready_;
  std::deque<Part> waiting_;  ///< not projected yet, the first as far as `projected_`
  size_t projected_ = 0;
  ScanProgress progress_;
};

/// Rows in the order of keys; nothing but their places is held.
class SortedStream final : public ResultStream {
 public:
  explicit SortedStream(Prepared prepared)
      : prepared_(std::move(prepared)),
        selection_(*prepared_.evaluation),
        projection_(selection_, prepared_.form) {}

  const std::vector<ColumnInfo>& columns() const override { return projection_.columns(); }

  std::optional<Batch> next() override {
    if (!std::exchange(sorted_, true)) rows_ = sorted_rows(selection_);
    if (next_ == rows_.size()) return std::nullopt;
    const size_t size = std::min(projection_.batch_rows(), rows_.size() - next_);
    const std::span<const RowAt> part = std::span<const RowAt>(rows_).subspan(next_, size);
    next_ += size;
    return projection_.project(part);
  }

 private:
  Prepared prepared_;
  Selection selection_;
  Projection projection_;
  bool sorted_ = false;
  std::vector<RowAt> rows_;
  size_t next_ = 0;
};

}  // namespace

std::unique_ptr<ResultStream> rows_stream(Prepared prepared) {
  return std::make_unique<RowsStream>(std::move(prepared));
}

std::unique_ptr<ResultStream> sorted_stream(Prepared prepared) {
  return std::make_unique<SortedStream>(std::move(prepared));
}

}  // namespace cupel::exec
