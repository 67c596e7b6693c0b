#include "cupel/table.hpp"

#include <utility>

namespace cupel {

ColumnData::ColumnData(Type type) : type(type) {
  if (type == Type::kText) offsets.push_back(0);
}

size_t ColumnData::size() const noexcept {
  switch (type) {
    case Type::kFloat64: return numbers.size();
    case Type::kText: return offsets.empty() ? 0 : offsets.size() - 1;
    case Type::kAny: return values.size();
    case Type::kBool:
    case Type::kInt64:
    case Type::kTimestamp: break;
  }
  return integers.size();
}

Value ColumnData::value(size_t row) const {
  if (is_missing(row)) return Missing{};
  switch (type) {
    case Type::kBool: return integers[row] != 0;
    case Type::kInt64: return integers[row];
    case Type::kTimestamp: return Timestamp{integers[row]};
    case Type::kFloat64: return numbers[row];
    case Type::kText: return text(row);
    case Type::kAny: break;
  }
  return values[row];
}

void ColumnData::append_missing() {
  if (valid.empty()) valid.assign(size(), 1);
  switch (type) {
    case Type::kFloat64: numbers.push_back(0); break;
    case Type::kText: offsets.push_back(bytes.size()); break;
    case Type::kAny: values.emplace_back(); break;
    case Type::kBool:
    case Type::kInt64:
    case Type::kTimestamp: integers.push_back(0); break;
  }
  valid.push_back(0);
}

void ColumnData::append_integer(int64_t value) {
  integers.push_back(value);
  if (!valid.empty()) valid.push_back(1);
}

void ColumnData::append_number(double value) {
  numbers.push_back(value);
  if (!valid.empty()) valid.push_back(1);
}

void ColumnData::append_text(std::string_view value) {
  bytes.append(value);
  offsets.push_back(bytes.size());
  if (!valid.empty()) valid.push_back(1);
}

void ColumnData::append(const Value& value) {
  if (value.is_missing()) return append_missing();
  switch (type) {
    case Type::kBool: return append_integer(value.as_bool() ? 1 : 0);
    case Type::kInt64: return append_integer(value.as_int());
    case Type::kTimestamp: return append_integer(value.as_timestamp().micros);
    case Type::kFloat64: return append_number(value.as_double());
    case Type::kText: return append_text(value.as_text());
    case Type::kAny: break;
  }
  values.push_back(value);
  if (!valid.empty()) valid.push_back(1);
}

void ColumnData::append_from(const ColumnData& other, size_t row) {
  if (other.is_missing(row)) return append_missing();
  if (type != other.type) return append(other.value(row));
  switch (type) {
    case Type::kFloat64: return append_number(other.numbers[row]);
    case Type::kText: {
      if (&other != this) return append_text(other.text(row));
      const std::string copy(other.text(row));  // appending may move the bytes it points into
      return append_text(copy);
    }
    case Type::kAny: return append(Value(other.values[row]));
    case Type::kBool:
    case Type::kInt64:
    case Type::kTimestamp: break;
  }
  append_integer(other.integers[row]);
}

}  // namespace cupel
