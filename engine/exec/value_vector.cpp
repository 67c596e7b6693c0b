#include "engine/exec/value_vector.hpp"

#include <bit>
#include <cstring>
#include <iterator>
#include <type_traits>
#include <utility>

#include "cupel/error.hpp"

namespace cupel::exec {
namespace {

template <typename T>
void extend(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

template <typename T>
std::vector<T> gathered(const std::vector<T>& from, std::span<const uint32_t> order) {
  if (from.empty()) return {};
  std::vector<T> out;
  out.reserve(order.size());
  for (const uint32_t i : order) out.push_back(from[i]);
  return out;
}

template <typename T>
int order_of(const T& left, const T& right) noexcept {
  return left < right ? -1 : (right < left ? 1 : 0);
}

void append_texts(const Vector& from, ColumnData& out) {
  size_t bytes = out.bytes.size();
  for (size_t i = 0; i < from.size; ++i)
    if (from.present(i)) bytes += from.text(i).size();
  const size_t begin = out.bytes.size();
  out.bytes.resize(bytes);
  out.offsets.reserve(out.offsets.size() + from.size);
  char* at = out.bytes.data() + begin;
  for (size_t i = 0; i < from.size; ++i) {
    const std::string_view text = from.present(i) ? from.text(i) : std::string_view();
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    at += text.size();
    out.offsets.push_back(static_cast<uint64_t>(at - out.bytes.data()));
  }
}

}  // namespace

Vector Vector::missing(Type type, size_t size) {
  Vector out;
  out.type = type;
  out.size = size;
  out.valid.assign(size, 0);
  switch (type) {
    case Type::kFloat64: out.numbers.assign(size, 0); break;
    case Type::kText: out.texts.assign(size, {}); break;
    case Type::kAny: out.values.assign(size, {}); break;
    case Type::kBool:
    case Type::kInt64:
    case Type::kTimestamp: out.integers.assign(size, 0); break;
  }
  return out;
}

Value Vector::value(size_t i) const {
  if (!present(i)) return {};
  switch (type) {
    case Type::kBool: return integers[i] != 0;
    case Type::kInt64: return integers[i];
    case Type::kTimestamp: return Timestamp{integers[i]};
    case Type::kFloat64: return numbers[i];
    case Type::kText: return text(i);
    case Type::kAny: break;
  }
  return values[i];
}

void Vector::set_missing(size_t i) {
  if (valid.empty()) valid.assign(size, 1);
  valid[i] = 0;
}

void Vector::make_any() {
  if (type == Type::kAny) return;
  std::vector<Value> out;
  out.reserve(size);
  for (size_t i = 0; i < size; ++i) out.push_back(value(i));
  Vector any;
  any.size = size;
  any.valid = std::move(valid);
  any.values = std::move(out);
  *this = std::move(any);
}

void Vector::make_views() {
  if (!dictionary) return;
  texts.resize(size);
  for (size_t i = 0; i < size; ++i)
    if (present(i)) texts[i] = dictionary->text(codes[i]);
  codes.clear();
  owners.push_back(std::move(dictionary));
  dictionary.reset();
}

void Vector::append(Vector other) {
  if (other.size == 0) return;
  if (size == 0) {
    *this = std::move(other);
    return;
  }
  if (type != other.type) {
    make_any();
    other.make_any();
  }
  if (dictionary != other.dictionary) {
    make_views();
    other.make_views();
  }
  if (!valid.empty() || !other.valid.empty()) {
    if (valid.empty()) valid.assign(size, 1);
    if (other.valid.empty()) other.valid.assign(other.size, 1);
    extend(valid, other.valid);
  }
  extend(integers, other.integers);
  extend(numbers, other.numbers);
  extend(texts, other.texts);
  extend(codes, other.codes);
  extend(values, other.values);
  for (auto& owner : other.owners)
    if (owners.empty() || owners.back() != owner) owners.push_back(std::move(owner));
  size += other.size;
}

Vector Vector::gather(std::span<const uint32_t> order) const {
  Vector out;
  out.type = type;
  out.size = order.size();
  out.valid = gathered(valid, order);
  out.integers = gathered(integers, order);
  out.numbers = gathered(numbers, order);
  out.texts = gathered(texts, order);
  out.codes = gathered(codes, order);
  out.dictionary = dictionary;
  out.values = gathered(values, order);
  out.owners = owners;
  return out;
}

void Vector::append_to(ColumnData& out) const {
  if (out.type != type) {
    for (size_t i = 0; i < size; ++i) {
      const Value cell = value(i);
      const bool fits = cell.is_missing() || out.type == Type::kAny || cell.type() == out.type ||
                        (out.type == Type::kFloat64 && cell.is_int());
      if (!fits)
        throw Error(ErrorCode::kInternal, "a column of a result holds a value of another type");
      out.append(cell);
    }
    return;
  }
  const size_t before = out.size();
  if (!valid.empty() || !out.valid.empty()) {
    if (out.valid.empty()) out.valid.assign(before, 1);
    if (valid.empty()) {
      out.valid.insert(out.valid.end(), size, 1);
    } else {
      out.valid.insert(out.valid.end(), valid.begin(), valid.end());
    }
  }
  if (type == Type::kText) return append_texts(*this, out);
  out.integers.insert(out.integers.end(), integers.begin(), integers.end());
  out.numbers.insert(out.numbers.end(), numbers.begin(), numbers.end());
  out.values.insert(out.values.end(), values.begin(), values.end());
}

size_t Vector::memory_bytes() const noexcept {
  size_t bytes = valid.size() + integers.size() * sizeof(int64_t) +
                 numbers.size() * sizeof(double) + texts.size() * sizeof(std::string_view) +
                 codes.size() * sizeof(uint32_t) + values.size() * sizeof(Value);
  for (const std::string_view text : texts) bytes += text.size();
  for (const Value& value : values) bytes += value.is_text() ? value.as_text().size() : 0;
  return bytes;
}

int sort_compare_rows(const Vector& left, size_t i, const Vector& right, size_t j) {
  const bool left_present = left.present(i);
  const bool right_present = right.present(j);
  if (!left_present || !right_present) return order_of(!left_present, !right_present);
  if (left.type == right.type) {
    switch (left.type) {
      case Type::kBool:
      case Type::kInt64:
      case Type::kTimestamp: return order_of(left.integers[i], right.integers[j]);
      case Type::kFloat64: return order_of(left.numbers[i], right.numbers[j]);
      case Type::kText: return order_of(left.text(i).compare(right.text(j)), 0);
      case Type::kAny: return sort_compare(left.values[i], right.values[j]);
    }
  }
  return sort_compare(left.value(i), right.value(j));
}

namespace {

/// Whether each row is the one behind the row before it.
bool follow_each_other(std::span<const uint32_t> rows) {
  if (rows.empty() || rows.back() != rows.front() + rows.size() - 1) return false;
  uint32_t different = 0;
  for (uint32_t i = 0; i < rows.size(); ++i) different |= rows[i] ^ (rows.front() + i);
  return different == 0;
}

/// Copies the values at `rows`; zero where a row lies past the array.
template <typename Out, typename T>
void gather_array(const std::vector<T>& array, std::span<const uint32_t> rows,
                  std::vector<Out>& out) {
  const size_t end = array.size();
  if (follow_each_other(rows) && rows.back() < end) {
    out.assign(array.begin() + rows.front(), array.begin() + rows.back() + 1);
    return;
  }
  out.resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i)
    out[i] = rows[i] < end ? static_cast<Out>(array[rows[i]]) : Out{};
}

void gather_validity(const storage::Chunk& chunk, std::span<const uint32_t> rows, Vector& out) {
  uint32_t last = 0;
  for (const uint32_t row : rows) last = last < row ? row : last;
  const bool past = !rows.empty() && last >= chunk.rows;
  if (chunk.missing == 0 && !past) return;
  out.valid.resize(rows.size());
  size_t absent = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    out.valid[i] = chunk.is_missing(rows[i]) ? 0 : 1;
    absent += out.valid[i] == 0 ? 1 : 0;
  }
  if (absent == 0) out.valid.clear();
}

void gather_text(const storage::ChunkPtr& chunk, std::span<const uint32_t> rows, Vector& out) {
  const auto& text = std::get<storage::PlainText>(chunk->values);
  out.texts.resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i)
    if (rows[i] < chunk->rows) out.texts[i] = text.at(rows[i]);
  out.owners.push_back(chunk);
}

}  // namespace

Vector gather_column(const storage::Snapshot& snapshot, const storage::Column& column,
                     const storage::ChunkPtr& chunk, std::span<const uint32_t> rows) {
  if (!chunk) return Vector::missing(column.type, rows.size());
  Vector out;
  out.type = column.type;
  out.size = rows.size();
  gather_validity(*chunk, rows, out);
  std::visit(
      [&](const auto& array) {
        if constexpr (std::is_same_v<std::decay_t<decltype(array)>, storage::PlainText>) {
          gather_text(chunk, rows, out);
        } else if (column.type == Type::kFloat64) {
          gather_array(array, rows, out.numbers);
        } else if (column.type == Type::kText) {
          gather_array(array, rows, out.codes);
          out.dictionary = snapshot.dictionary(column.id);
        } else {
          gather_array(array, rows, out.integers);
        }
      },
      chunk->values);
  return out;
}

std::vector<uint32_t> rows_of(const storage::Bitmap& bitmap) {
  std::vector<uint32_t> rows(bitmap.count());
  uint32_t* out = rows.data();
  uint32_t first = 0;
  for (uint64_t bits : bitmap.words()) {
    if (bits == ~uint64_t{0}) {
      for (uint32_t i = 0; i < 64; ++i) out[i] = first + i;
      out += 64;
    } else {
      for (; bits != 0; bits &= bits - 1)
        *out++ = first + static_cast<uint32_t>(std::countr_zero(bits));
    }
    first += 64;
  }
  return rows;
}

}  // namespace cupel::exec
