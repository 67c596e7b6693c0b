#pragma once

#include <algorithm>
#include <memory>

#include "engine/exec/execute.hpp"
#include "engine/io/npy.hpp"
#include "engine/learn/rows.hpp"
#include "storage/vectors.hpp"

/// Matrices of the learning room over what is stored or mapped.
namespace cupel::exec {

/// Tells of the rows read so far; an analysis reads a matrix several times.
class MatrixProgress {
 public:
  explicit MatrixProgress(const Context& context) : context_(context) {}
  /// Polls.
  void step(size_t rows) {
    context_.poll();
    done_ += rows;
    if (context_.progress) context_.progress({"label errors", done_, 0, "rows"});
  }

 private:
  const Context& context_;
  uint64_t done_ = 0;
};

/// An array in a mapped file.
template <typename T>
class MappedRows : public learn::Rows<T> {
 public:
  MappedRows(const io::NpyFile& file, const Context& context) : file_(file), progress_(context) {}
  size_t rows() const override { return file_.header().rows; }
  size_t columns() const override { return file_.header().columns; }

  /// In blocks of about 1 MiB, each judged only if the file is still what it was.
  void scan(const typename learn::Rows<T>::Visitor& f) const override {
    const T* const data = reinterpret_cast<const T*>(file_.data());
    const size_t width = std::max<size_t>(columns(), 1);
    const size_t block = std::max<size_t>((size_t{1} << 20) / (width * sizeof(T)), 1);
    for (size_t first = 0; first < rows(); first += block) {
      const size_t count = std::min(block, rows() - first);
      progress_.step(count);
      file_.file().require_unchanged();
      f(first, count, data + first * width);
    }
    file_.file().require_unchanged();
  }

 private:
  const io::NpyFile& file_;
  mutable MatrixProgress progress_;
};

/// A stored set: one row an item of the snapshot, zeros where it has no vector.
template <typename T>
class StoredRows : public learn::Rows<T> {
 public:
  StoredRows(const storage::VectorSet& set, const Context& context)
      : set_(set), context_(context), progress_(context) {}
  size_t rows() const override { return context_.snapshot->catalog().row_count(set_.table); }
  size_t columns() const override { return set_.width; }

  void scan(const typename learn::Rows<T>::Visitor& f) const override {
    for (size_t first = 0; first < rows(); first += set_.block_rows) {
      const size_t count = std::min<size_t>(set_.block_rows, rows() - first);
      progress_.step(count);
      const auto number = static_cast<uint32_t>(first / set_.block_rows);
      const storage::VectorBlockPtr block = context_.snapshot->vector_block(set_.id, number);
      const size_t held = block ? std::min<size_t>(block->rows, count) : 0;
      if (held != 0) f(first, held, reinterpret_cast<const T*>(block->data.get()));
      if (held != count) f(first + held, count - held, zeros(count - held));
    }
  }

 private:
  const T* zeros(size_t count) const {
    const size_t bytes = count * columns() * sizeof(T);
    if (zeros_bytes_ < bytes) {
      zeros_ = storage::vector_room(bytes);
      zeros_bytes_ = bytes;
    }
    return reinterpret_cast<const T*>(zeros_.get());
  }

  const storage::VectorSet& set_;
  const Context& context_;
  mutable MatrixProgress progress_;
  mutable std::shared_ptr<std::byte> zeros_;
  mutable size_t zeros_bytes_ = 0;
};

}  // namespace cupel::exec
