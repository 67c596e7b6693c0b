#include "storage/chunk.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "cupel/error.hpp"
#include "storage/narrow.hpp"

namespace cupel::storage {
namespace {

constexpr uint32_t kFirstCapacity = 1024;

template <typename T>
using Element = typename std::decay_t<T>::value_type;

[[noreturn]] void wrong_type(const char* wanted) {
  throw Error(ErrorCode::kInternal,
              std::string("a stored column was read as ") + wanted + ", which it does not hold");
}

/// Calls `f(value)` for each present value.
template <typename T, typename F>
void for_each_present(const Chunk& chunk, const std::vector<T>& values, F&& f) {
  if (chunk.missing == 0) {
    for (uint32_t i = 0; i < chunk.rows; ++i) f(values[i]);
  } else {
    chunk.valid.for_each([&](uint32_t i) { f(values[i]); });
  }
}

/// The smallest and largest present value; unspecified where there is none.
template <typename T>
std::pair<T, T> range_of(const Chunk& chunk, const std::vector<T>& values) {
  T least = std::numeric_limits<T>::max();
  T most = std::numeric_limits<T>::lowest();
  if constexpr (std::is_floating_point_v<T>) {
    least = std::numeric_limits<T>::infinity();
    most = -least;
  }
  for_each_present(chunk, values, [&](T value) {
    least = value < least ? value : least;
    most = value > most ? value : most;
  });
  return {least, most};
}

template <typename To, typename From>
std::vector<To> narrowed(const std::vector<From>& values, uint32_t rows) {
  std::vector<To> out(rows);
  for (uint32_t i = 0; i < rows; ++i) out[i] = static_cast<To>(values[i]);
  return out;
}

template <typename T>
bool fits(int64_t least, int64_t most) noexcept {
  return least >= std::numeric_limits<T>::min() && most <= std::numeric_limits<T>::max();
}

ChunkValues narrowed_integers(const std::vector<int64_t>& values, uint32_t rows, int64_t least,
                              int64_t most) {
  if (fits<int8_t>(least, most)) return narrowed<int8_t>(values, rows);
  if (fits<int16_t>(least, most)) return narrowed<int16_t>(values, rows);
  if (fits<int32_t>(least, most)) return narrowed<int32_t>(values, rows);
  return narrowed<int64_t>(values, rows);
}

ChunkValues narrowed_codes(const std::vector<uint32_t>& codes, uint32_t rows) {
  const auto end = codes.begin() + rows;
  const uint32_t most = rows == 0 ? 0 : *std::max_element(codes.begin(), end);
  if (most <= std::numeric_limits<uint8_t>::max()) return narrowed<uint8_t>(codes, rows);
  if (most <= std::numeric_limits<uint16_t>::max()) return narrowed<uint16_t>(codes, rows);
  return narrowed<uint32_t>(codes, rows);
}

/// Takes what the chunk used of an array back to zero, keeping its capacity.
template <typename T>
void forget(std::vector<T>& values, uint32_t rows) {
  std::fill(values.begin(), values.begin() + std::min<ptrdiff_t>(rows, std::ssize(values)), T{});
}

template <typename T>
size_t heap_bytes(const std::vector<T>& values) noexcept {
  return values.capacity() * sizeof(T);
}

size_t heap_bytes(const PlainText& text) noexcept {
  return heap_bytes(text.offsets) + text.bytes.capacity();
}

/// By get_if, as std::visit is not noexcept.
template <typename... Arrays>
size_t heap_bytes_of_held(const std::variant<Arrays...>& values) noexcept {
  const auto of = [](const auto* held) { return held == nullptr ? 0 : heap_bytes(*held); };
  return (of(std::get_if<Arrays>(&values)) + ...);
}

}  // namespace

int64_t Chunk::integer_at(uint32_t row) const {
  return std::visit(
      [&](const auto& array) -> int64_t {
        if constexpr (!std::is_same_v<std::decay_t<decltype(array)>, PlainText>) {
          if constexpr (std::is_integral_v<Element<decltype(array)>>) return array[row];
        }
        wrong_type("integers");
      },
      values);
}

double Chunk::number_at(uint32_t row) const {
  return std::visit(
      [&](const auto& array) -> double {
        if constexpr (!std::is_same_v<std::decay_t<decltype(array)>, PlainText>)
          return static_cast<double>(array[row]);
        wrong_type("numbers");
      },
      values);
}

uint32_t Chunk::code_at(uint32_t row) const {
  return std::visit(
      [&](const auto& array) -> uint32_t {
        if constexpr (!std::is_same_v<std::decay_t<decltype(array)>, PlainText>) {
          if constexpr (std::is_unsigned_v<Element<decltype(array)>>) return array[row];
        }
        wrong_type("dictionary codes");
      },
      values);
}

size_t Chunk::memory_bytes() const noexcept {
  return sizeof(Chunk) + valid.words().size_bytes() + heap_bytes_of_held(values);
}

template <typename T>
void ChunkBuilder::grow(uint32_t row, std::vector<T>& values) {
  if (row >= kMaxChunkRows)
    throw Error(ErrorCode::kInternal, "a chunk was given more rows than it holds");
  if (text_.offsets.size() > 1)
    throw Error(ErrorCode::kInternal, "a chunk was given both texts and dictionary codes");
  const auto doubled = static_cast<uint32_t>(values.size() * 2);
  const uint32_t size = std::clamp(std::max(row + 1, doubled), kFirstCapacity, kMaxChunkRows);
  grow_valid(size);
  values.resize(size);
}

template void ChunkBuilder::grow(uint32_t row, std::vector<int64_t>& values);
template void ChunkBuilder::grow(uint32_t row, std::vector<double>& values);
template void ChunkBuilder::grow(uint32_t row, std::vector<uint32_t>& values);

void ChunkBuilder::grow_valid(uint32_t rows) {
  if (rows > valid_.size()) valid_.resize(rows);
}

void ChunkBuilder::set_text(uint32_t row, std::string_view value) {
  if (row >= kMaxChunkRows)
    throw Error(ErrorCode::kInternal, "a chunk was given more rows than it holds");
  if (text_.offsets.size() == 1) {
    if (valid_.any())
      throw Error(ErrorCode::kInternal, "a chunk was given both texts and dictionary codes");
    codes_.clear();
    grow_valid(kMaxChunkRows);
  }
  if (text_.offsets.size() > size_t{row} + 1) {
    text_.offsets.pop_back();
    text_.bytes.resize(text_.offsets.back());
  }
  if (value.size() > std::numeric_limits<uint32_t>::max() - text_.bytes.size())
    throw Error(ErrorCode::kLimit,
                "the texts of 65,536 rows of one column exceed 4 GiB: shorten them");
  text_.offsets.resize(size_t{row} + 1, text_.offsets.back());
  text_.bytes.append(value);
  text_.offsets.push_back(static_cast<uint32_t>(text_.bytes.size()));
  valid_.set(row);
  if (row >= rows_) rows_ = row + 1;
}

void ChunkBuilder::pad(uint32_t rows) {
  if (rows > kMaxChunkRows)
    throw Error(ErrorCode::kInternal, "a chunk was given more rows than it holds");
  rows_ = std::max(rows_, rows);
}

void ChunkBuilder::finish_integers(Chunk& chunk) {
  if (integers_.size() < rows_) integers_.resize(rows_);
  auto [least, most] = range_of(chunk, integers_);
  chunk.has_range = chunk.missing < rows_;
  if (!chunk.has_range) least = most = 0;
  chunk.min_integer = least;
  chunk.max_integer = most;
  if (type_ == Type::kBool) {
    chunk.values = narrowed<uint8_t>(integers_, rows_);
  } else {
    chunk.values = narrowed_integers(integers_, rows_, least, most);
  }
  forget(integers_, rows_);
}

void ChunkBuilder::finish_numbers(Chunk& chunk) {
  if (numbers_.size() < rows_) numbers_.resize(rows_);
  chunk.has_range = chunk.missing < rows_;
  if (chunk.has_range) std::tie(chunk.min_number, chunk.max_number) = range_of(chunk, numbers_);
  if (std::all_of(numbers_.begin(), numbers_.begin() + rows_, survives_float)) {
    chunk.values = narrowed<float>(numbers_, rows_);
  } else {
    chunk.values = std::vector<double>(numbers_.begin(), numbers_.begin() + rows_);
  }
  forget(numbers_, rows_);
}

void ChunkBuilder::finish_text(Chunk& chunk) {
  if (text_.offsets.size() > 1) {
    text_.offsets.resize(size_t{rows_} + 1, text_.offsets.back());
    chunk.values = std::exchange(text_, PlainText{});
    return;
  }
  if (codes_.size() < rows_) codes_.resize(rows_);
  chunk.values = narrowed_codes(codes_, rows_);
  forget(codes_, rows_);
}

Chunk ChunkBuilder::finish() {
  Chunk chunk;
  chunk.type = type_;
  chunk.rows = rows_;
  grow_valid(rows_);
  chunk.missing = rows_ - valid_.count();
  if (chunk.missing != 0) {
    chunk.valid = valid_;
    chunk.valid.resize(rows_);
  }
  switch (type_) {
    case Type::kFloat64: finish_numbers(chunk); break;
    case Type::kText: finish_text(chunk); break;
    default: finish_integers(chunk); break;
  }
  valid_.clear();
  rows_ = 0;
  return chunk;
}

size_t ChunkBuilder::memory_bytes() const noexcept {
  return sizeof(ChunkBuilder) + valid_.words().size_bytes() +
         integers_.capacity() * sizeof(int64_t) + numbers_.capacity() * sizeof(double) +
         (codes_.capacity() + text_.offsets.capacity()) * sizeof(uint32_t) + text_.bytes.capacity();
}

}  // namespace cupel::storage
