#include "engine/exec/embedding_write.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "engine/exec/embedding_changes.hpp"
#include "engine/exec/labeling_rows.hpp"
#include "engine/learn/rows.hpp"
#include "engine/plan/embedding_sets.hpp"

namespace cupel::exec {
namespace {

using storage::Element;
using storage::VectorBlock;
using storage::VectorBlockPtr;
using storage::VectorSet;

constexpr size_t kNamedRows = 10;
/// From here on a float rounds to infinity as float16.
constexpr double kHalfLimit = 65520;

Element stored_element(const storage::Catalog& catalog, const VectorMatrix& matrix,
                       const EmbeddingTarget& target) {
  if (const VectorSet* known = plan::embedding(catalog, target.name)) return known->element;
  return matrix.element == Element::kFloat16 ? Element::kFloat16 : Element::kFloat32;
}

template <typename T>
double number_at(const std::byte* at, size_t i) {
  T value;
  std::memcpy(&value, at + i * sizeof(T), sizeof(T));
  if constexpr (std::is_same_v<T, learn::Half>) {
    return learn::to_float(value);
  } else {
    return value;
  }
}
double number_at(Element element, const std::byte* at, size_t i) {
  switch (element) {
    case Element::kFloat16: return number_at<learn::Half>(at, i);
    case Element::kFloat32: return number_at<float>(at, i);
    case Element::kFloat64: break;
  }
  return number_at<double>(at, i);
}

/// The largest magnitude in a row; infinity where a number is not finite.
template <typename T>
double largest_in(const std::byte* row, uint32_t width) {
  double largest = 0;
  bool finite = true;
  for (uint32_t i = 0; i < width; ++i) {
    const double value = std::fabs(number_at<T>(row, i));
    finite &= value <= std::numeric_limits<double>::max();
    largest = std::max(largest, value);
  }
  return finite ? largest : std::numeric_limits<double>::infinity();
}
double largest_in(Element element, const std::byte* row, uint32_t width) {
  switch (element) {
    case Element::kFloat16: return largest_in<learn::Half>(row, width);
    case Element::kFloat32: return largest_in<float>(row, width);
    case Element::kFloat64: break;
  }
  return largest_in<double>(row, width);
}

/// A row of the matrix as the set holds it.
void convert(const VectorMatrix& matrix, uint64_t row, Element element, std::byte* to) {
  const size_t stride = matrix.width * storage::element_bytes(matrix.element);
  const std::byte* const from = matrix.data + row * stride;
  if (matrix.element == element) {
    std::memcpy(to, from, stride);
    return;
  }
  for (uint32_t i = 0; i < matrix.width; ++i) {
    const auto value = static_cast<float>(number_at(matrix.element, from, i));
    if (element == Element::kFloat16) {
      const learn::Half half = learn::to_half(value);
      std::memcpy(to + i * sizeof(half), &half, sizeof(half));
    } else {
      std::memcpy(to + i * sizeof(value), &value, sizeof(value));
    }
  }
}

bool has_direction(Element element, const std::byte* row, uint32_t width) {
  for (uint32_t i = 0; i < width; ++i)
    if (number_at(element, row, i) != 0) return true;
  return false;
}

/// Rows that share a fault.
struct FaultyRows {
  uint64_t count = 0;
  std::vector<uint64_t> first;
  void add(uint64_t row) {
    if (++count <= kNamedRows) first.push_back(row);
  }
  /// "rows 3, 5 and 9 (from 0)"
  std::string in_words() const {
    std::string out = count == 1 ? "row " : "rows ";
    for (size_t i = 0; i < first.size(); ++i)
      out += (i == 0 ? "" : i + 1 == count ? " and " : ", ") + std::to_string(first[i]);
    if (count > first.size()) out += fmt::format(" and {} more", count - first.size());
    return out + " (from 0)";
  }
};

void require_numbers(const VectorMatrix& matrix, Element element, const Context& context) {
  const double most =
      element == Element::kFloat16 ? kHalfLimit : double{std::numeric_limits<float>::max()};
  const size_t stride = matrix.width * storage::element_bytes(matrix.element);
  FaultyRows infinite, large;
  Ticker ticker(context);
  for (uint64_t row = 0; row < matrix.rows; ++row) {
    ticker.tick();
    const double largest = largest_in(matrix.element, matrix.data + row * stride, matrix.width);
    if (std::isinf(largest))
      infinite.add(row);
    else if (largest > most || (element == Element::kFloat16 && largest == most))
      large.add(row);
  }
  if (infinite.count != 0)
    throw Error(ErrorCode::kConstraint,
                fmt::format("{}: NaN or infinities in {}; repair these rows or leave them out",
                            matrix.name, infinite.in_words()));
  if (large.count != 0)
    throw Error(ErrorCode::kConstraint,
                fmt::format("{}: numbers too large for {} in {}; scale the vectors, as only their "
                            "direction matters",
                            matrix.name, storage::to_string(element), large.in_words()));
}

/// Row `row` of the table gets row `from` of the matrix.
struct Move {
  uint32_t row;
  uint32_t from;
};

std::vector<Move> sorted_moves(std::span<const uint64_t> rows, const Context& context) {
  context.reserve(rows.size() * sizeof(Move));
  std::vector<Move> moves;
  moves.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i)
    moves.push_back({static_cast<uint32_t>(rows[i]), static_cast<uint32_t>(i)});
  const auto before = [](const Move& a, const Move& b) {
    return a.row != b.row ? a.row < b.row : a.from < b.from;
  };
  if (!std::is_sorted(moves.begin(), moves.end(), before))
    std::sort(moves.begin(), moves.end(), before);
  return moves;
}

/// Writes the blocks of one set.
class BlockWriter {
 public:
  BlockWriter(storage::Transaction& transaction, const VectorMatrix& matrix,
              const EmbeddingTarget& target, const Context& context)
      : transaction_(transaction), matrix_(matrix), target_(target), context_(context) {
    const storage::Catalog& catalog = transaction.catalog();
    written_.rows = storage::Bitmap(static_cast<uint32_t>(catalog.row_count(target.table)));
    if (const VectorSet* known = plan::embedding(catalog, target.name)) {
      set_ = *known;
    } else {
      VectorSet set;
      set.name = target.name;
      set.table = target.table;
      set.width = matrix.width;
      set.element = stored_element(catalog, matrix, target);
      set.source = target.source;
      set.created_micros = target.created_micros;
      written_.new_set = true;
      set_ = *transaction.catalog().vectors(transaction.add_vectors(std::move(set)));
    }
    written_.set = set_.id;
    stride_ = size_t{set_.width} * storage::element_bytes(set_.element);
  }

  WrittenEmbeddings run(const std::vector<Move>& moves) {
    for (size_t begin = 0; begin < moves.size();) {
      context_.poll();
      if (context_.progress) context_.progress({"import", begin, moves.size(), "rows"});
      const uint32_t number = moves[begin].row / set_.block_rows;
      size_t end = begin;
      while (end < moves.size() && moves[end].row / set_.block_rows == number) ++end;
      write(number, std::span(moves).subspan(begin, end - begin));
      begin = end;
    }
    return std::move(written_);
  }

 private:
  void write(uint32_t number, std::span<const Move> moves) {
    const uint64_t first = uint64_t{number} * set_.block_rows;
    const uint64_t table_rows = transaction_.catalog().row_count(target_.table);
    VectorBlock block;
    block.element = set_.element;
    block.width = set_.width;
    block.rows = static_cast<uint32_t>(std::min<uint64_t>(set_.block_rows, table_rows - first));
    storage::Bitmap present(block.rows);
    const auto room = start_from(number, block.rows, present);
    bool changed = false;
    for (size_t i = 0; i < moves.size(); ++i) {
      const Move& move = moves[i];
      const auto row = static_cast<uint32_t>(move.row - first);
      written_.counts.repeated += i != 0 && moves[i - 1].row == move.row;
      if (present.test(row) && !target_.update) {
        ++written_.counts.ignored;
        continue;
      }
      ++(present.test(row) ? written_.counts.updated : written_.counts.added);
      present.set(row);
      written_.rows.set(move.row);
      convert(matrix_, move.from, set_.element, room.get() + row * stride_);
      changed = true;
    }
    if (!changed) return;
    count_directions(moves, first, room.get());
    block.data = room;
    if (!present.all()) block.present = std::move(present);
    if (!written_.new_set) context_.reserve(block.rows * stride_);  // kept until the commit
    transaction_.write_block(set_.id, number, block);
  }

  /// The block as it is, with room for so many rows.
  std::shared_ptr<std::byte> start_from(uint32_t number, uint32_t rows, storage::Bitmap& present) {
    auto room = storage::vector_room(rows * stride_);
    if (written_.new_set) return room;
    const VectorBlockPtr before = context_.snapshot->vector_block(set_.id, number);
    if (!before) return room;
    std::memcpy(room.get(), before->data.get(), std::min(before->rows, rows) * stride_);
    for (uint32_t row = 0; row < std::min(before->rows, rows); ++row)
      if (before->has(row)) present.set(row);
    return room;
  }

  void count_directions(std::span<const Move> moves, uint64_t first, const std::byte* room) {
    for (size_t i = 0; i < moves.size(); ++i) {
      if (i + 1 < moves.size() && moves[i + 1].row == moves[i].row) continue;
      if (!written_.rows.test(moves[i].row)) continue;
      const std::byte* const row = room + (moves[i].row - first) * stride_;
      if (!has_direction(set_.element, row, set_.width)) ++written_.without_direction;
    }
  }

  storage::Transaction& transaction_;
  const VectorMatrix& matrix_;
  const EmbeddingTarget& target_;
  const Context& context_;
  VectorSet set_;
  size_t stride_ = 0;
  WrittenEmbeddings written_;
};

}  // namespace

void require_storable(const storage::Catalog& catalog, const VectorMatrix& matrix,
                      const EmbeddingTarget& target, const Context& context) {
  if (matrix.width > plan::kMaxEmbeddingWidth)
    throw Error(ErrorCode::kLimit,
                fmt::format("{}: vectors of {} numbers; an embedding has at most {}", matrix.name,
                            matrix.width, plan::kMaxEmbeddingWidth));
  if (matrix.rows > std::numeric_limits<uint32_t>::max())
    throw Error(ErrorCode::kLimit, fmt::format("{}: so many vectors cannot be taken at once; bring "
                                               "them in pieces",
                                               matrix.name));
  if (const VectorSet* known = plan::embedding(catalog, target.name)) {
    if (known->table != target.table)
      throw Error(ErrorCode::kConflict,
                  fmt::format("embeddings '{}' are of {}, not of {}; choose another name",
                              target.name, plan::source_text(catalog, known->table),
                              plan::source_text(catalog, target.table)));
    if (known->width != matrix.width)
      throw Error(ErrorCode::kConflict,
                  fmt::format("{}: vectors of {} numbers, but those of '{}' have {}; choose "
                              "another name, or DROP EMBEDDINGS first",
                              matrix.name, matrix.width, target.name, known->width));
  }
  require_numbers(matrix, stored_element(catalog, matrix, target), context);
}

WrittenEmbeddings write_embeddings(storage::Transaction& transaction, const VectorMatrix& matrix,
                                   std::span<const uint64_t> rows, const EmbeddingTarget& target,
                                   const Context& context) {
  const std::vector<Move> moves = sorted_moves(rows, context);
  WrittenEmbeddings written = BlockWriter(transaction, matrix, target, context).run(moves);
  note_replaced_vectors(transaction, written.set, written.counts.updated);
  return written;
}

}  // namespace cupel::exec
