#include "engine/exec/probabilities.hpp"

#include "engine/exec/probability_parts.hpp"
#include "engine/exec/probability_rows.hpp"

namespace cupel::exec {
namespace {

template <typename T>
std::vector<double> widened(const T* numbers, size_t count) {
  std::vector<double> row(count);
  for (size_t j = 0; j < count; ++j) {
    if constexpr (std::is_same_v<T, learn::Half>) {
      row[j] = learn::to_float(numbers[j]);
    } else {
      row[j] = numbers[j];
    }
  }
  return row;
}

template <typename T>
class StoredProbabilities : public Probabilities {
 public:
  StoredProbabilities(const storage::VectorSet& set, const Context& context)
      : set_(set), context_(context), rows_(set_, context) {
    classes_ = set.classes;
    find_items();
  }
  learn::AnyRows matrix() const override { return &rows_; }
  std::string_view element() const override { return storage::to_string(set_.element); }

  std::vector<double> row(uint64_t row) const override {
    const auto number = static_cast<uint32_t>(row / set_.block_rows);
    const auto in_block = static_cast<uint32_t>(row % set_.block_rows);
    const storage::VectorBlockPtr block = context_.snapshot->vector_block(set_.id, number);
    if (!block || !block->has(in_block)) return {};
    return widened(reinterpret_cast<const T*>(block->row(in_block)), set_.width);
  }

 private:
  void find_items() {
    const storage::Snapshot& snapshot = *context_.snapshot;
    const storage::Catalog& catalog = snapshot.catalog();
    context_.reserve(rows_.rows() * sizeof(uint64_t));
    items_.assign(rows_.rows(), kNoItem);
    if (set_.vectors == 0) return;
    const bool all = set_.vectors == catalog.row_count(set_.table);
    std::optional<uint32_t> held;
    storage::VectorBlockPtr block;
    for (uint32_t chunk = 0; chunk < catalog.chunk_count(set_.table); ++chunk) {
      context_.poll();
      snapshot.visible(set_.table, chunk).for_each([&](uint32_t in_chunk) {
        const uint64_t item = uint64_t{chunk} * catalog.chunk_rows + in_chunk;
        const auto number = static_cast<uint32_t>(item / set_.block_rows);
        if (!all && held != number) {
          block = snapshot.vector_block(set_.id, number);
          held = number;
        }
        if (all || (block && block->has(static_cast<uint32_t>(item % set_.block_rows))))
          items_[item] = item;
      });
    }
  }

  storage::VectorSet set_;
  const Context& context_;
  StoredRows<T> rows_;
};

template <typename T>
class MappedProbabilities : public Probabilities {
 public:
  MappedProbabilities(std::unique_ptr<io::NpyFile> npy, const ProbabilityFile& file,
                      const Context& context)
      : npy_(std::move(npy)), rows_(*npy_, context) {
    classes_ = class_names(file, rows_.columns(), context);
    items_ = row_items(file, rows_.rows(), context);
  }
  learn::AnyRows matrix() const override { return &rows_; }
  std::string_view element() const override { return io::to_string(npy_->header().type); }

  std::vector<double> row(uint64_t row) const override {
    const T* const numbers = reinterpret_cast<const T*>(npy_->data()) + row * rows_.columns();
    std::vector<double> found = widened(numbers, rows_.columns());
    npy_->file().require_unchanged();
    return found;
  }

 private:
  std::unique_ptr<io::NpyFile> npy_;
  MappedRows<T> rows_;
};

}  // namespace

std::vector<uint32_t> Probabilities::rows_by_item(uint64_t count) const {
  std::vector<uint32_t> rows(count, kNoRow);
  for (size_t row = 0; row < items_.size(); ++row)
    if (items_[row] < count) rows[items_[row]] = static_cast<uint32_t>(row);
  return rows;
}

std::unique_ptr<Probabilities> open_probabilities(const storage::VectorSet& set,
                                                  const Context& context) {
  switch (set.element) {
    case storage::Element::kFloat16:
      return std::make_unique<StoredProbabilities<learn::Half>>(set, context);
    case storage::Element::kFloat32:
      return std::make_unique<StoredProbabilities<float>>(set, context);
    case storage::Element::kFloat64: break;
  }
  return std::make_unique<StoredProbabilities<double>>(set, context);
}

std::unique_ptr<Probabilities> open_probabilities(const ProbabilityFile& file,
                                                  const Context& context) {
  auto npy = std::make_unique<io::NpyFile>(file.file);
  require_probabilities(*npy);
  switch (npy->header().type) {
    case io::NpyType::kFloat16:
      return std::make_unique<MappedProbabilities<learn::Half>>(std::move(npy), file, context);
    case io::NpyType::kFloat32:
      return std::make_unique<MappedProbabilities<float>>(std::move(npy), file, context);
    default: break;
  }
  return std::make_unique<MappedProbabilities<double>>(std::move(npy), file, context);
}

}  // namespace cupel::exec
