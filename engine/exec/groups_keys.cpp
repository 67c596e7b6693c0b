#include "engine/exec/groups_keys.hpp"

#include <bit>
#include <cmath>
#include <cstring>

namespace cupel::exec {
namespace {

constexpr uint32_t kNoId = ~uint32_t{0};
constexpr double kTwoTo63 = 9223372036854775808.0;

/// The bits of a number, of which both zeros have the same.
uint64_t bits_of(double value) noexcept { return std::bit_cast<uint64_t>(value + 0.0); }

void add_bytes(std::string& out, char tag, uint64_t bits) {
  out.push_back(tag);
  out.append(reinterpret_cast<const char*>(&bits), sizeof bits);
}

/// Bytes that are equal when the values are the same to ORDER BY.
std::string bytes_of(const Value& value) {
  std::string out;
  if (value.is_text()) return "t" + value.as_text();
  if (value.is_bool()) {
    add_bytes(out, 'b', value.as_bool() ? 1 : 0);
  } else if (value.is_timestamp()) {
    add_bytes(out, 's', static_cast<uint64_t>(value.as_timestamp().micros));
  } else if (value.is_int()) {
    add_bytes(out, 'i', static_cast<uint64_t>(value.as_int()));
  } else {
    const double number = value.as_double();
    const bool whole = std::trunc(number) == number && number >= -kTwoTo63 && number < kTwoTo63;
    if (whole) {
      add_bytes(out, 'i', static_cast<uint64_t>(static_cast<int64_t>(number)));
    } else {
      add_bytes(out, 'd', bits_of(number));
    }
  }
  return out;
}

}  // namespace

uint32_t DenseIds::insert(size_t at, uint64_t key) {
  slots_[at] = {key, size_};
  const uint32_t id = size_++;
  if (uint64_t{size_} * 2 < slots_.size()) return id;
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.id == kNone) continue;
    size_t to = place(slot.key);
    while (slots_[to].id != kNone) to = (to + 1) & (slots_.size() - 1);
    slots_[to] = slot;
  }
  return id;
}

uint32_t KeyIds::missing_id() {
  if (!missing_) {
    missing_ = static_cast<uint32_t>(distinct_.size);
    distinct_.append(Vector::missing(distinct_.type, 1));
  }
  return *missing_;
}

uint32_t KeyIds::add(const Vector& values, size_t i) {
  if (values.type == Type::kFloat64) {
    distinct_.numbers.push_back(values.numbers[i]);
  } else {
    distinct_.integers.push_back(values.integers[i]);
  }
  if (!distinct_.valid.empty()) distinct_.valid.push_back(1);
  return static_cast<uint32_t>(distinct_.size++);
}

uint32_t KeyIds::text_id(std::string_view text) {
  const auto known = texts_.find(text);
  if (known != texts_.end()) return known->second;
  const auto id = static_cast<uint32_t>(distinct_.size++);
  const auto at = texts_.emplace(std::string(text), id).first;
  // The map's keys stay where they are, so that the views need no other owner.
  distinct_.texts.emplace_back(at->first);
  if (!distinct_.valid.empty()) distinct_.valid.push_back(1);
  return id;
}

uint32_t KeyIds::value_id(const Value& value) {
  const auto [at, added] =
      texts_.try_emplace(bytes_of(value), static_cast<uint32_t>(distinct_.size));
  if (added) {
    distinct_.values.push_back(value);
    if (!distinct_.valid.empty()) distinct_.valid.push_back(1);
    ++distinct_.size;
  }
  return at->second;
}

/// Brings the values so far and the new ones to one form; several types are kept as Values.
void KeyIds::adapt(Vector& values) {
  if (distinct_.size == 0 && !missing_) distinct_ = Vector::missing(values.type, 0);
  if (distinct_.type == values.type) return;
  values.make_any();
  if (distinct_.type == Type::kAny) return;
  distinct_.make_any();
  Texts ids;
  for (uint32_t i = 0; i < distinct_.size; ++i)
    if (distinct_.present(i)) ids.try_emplace(bytes_of(distinct_.values[i]), i);
  texts_ = std::move(ids);
}

void KeyIds::ids_of_codes(const Vector& values, std::vector<uint32_t>& out) {
  std::vector<uint32_t> by_code(values.dictionary->size(), kNoId);
  for (size_t i = 0; i < values.size; ++i) {
    if (!values.present(i)) {
      out[i] = missing_id();
      continue;
    }
    uint32_t& id = by_code[values.codes[i]];
    if (id == kNoId) id = text_id(values.text(i));
    out[i] = id;
  }
}

template <typename Key>
void KeyIds::ids_of_numbers(const Vector& values, std::vector<uint32_t>& out, Key&& key) {
  for (size_t i = 0; i < values.size; ++i) {
    if (!values.present(i)) {
      out[i] = missing_id();
      continue;
    }
    const uint32_t dense = numbers_.id(key(i));
    if (dense == dense_.size()) dense_.push_back(add(values, i));
    out[i] = dense_[dense];
  }
}

std::vector<uint32_t> KeyIds::ids(Vector values) {
  adapt(values);
  std::vector<uint32_t> out(values.size);
  switch (values.type) {
    case Type::kBool:
    case Type::kInt64:
    case Type::kTimestamp:
      ids_of_numbers(values, out,
                     [&](size_t i) { return static_cast<uint64_t>(values.integers[i]); });
      break;
    case Type::kFloat64:
      ids_of_numbers(values, out, [&](size_t i) { return bits_of(values.numbers[i]); });
      break;
    case Type::kText:
      if (values.dictionary) {
        ids_of_codes(values, out);
        break;
      }
      for (size_t i = 0; i < values.size; ++i)
        out[i] = values.present(i) ? text_id(values.text(i)) : missing_id();
      break;
    case Type::kAny:
      for (size_t i = 0; i < values.size; ++i)
        out[i] = values.present(i) ? value_id(values.values[i]) : missing_id();
      break;
  }
  return out;
}

std::vector<uint32_t> TupleIds::ids(const std::vector<std::vector<uint32_t>>& columns,
                                    size_t rows) {
  std::vector<uint32_t> out = columns.empty() ? std::vector<uint32_t>(rows, 0) : columns.front();
  if (columns.size() > 1) pairs_.resize(columns.size() - 1);
  for (size_t k = 1; k < columns.size(); ++k)
    for (size_t i = 0; i < rows; ++i)
      out[i] = pairs_[k - 1].id((uint64_t{out[i]} << 32) | columns[k][i]);
  // Numbers are given in the order of first rows, so a new tuple has the next one.
  new_rows_.clear();
  for (uint32_t i = 0; i < rows; ++i) {
    if (out[i] != size_) continue;
    ++size_;
    new_rows_.push_back(i);
  }
  return out;
}

}  // namespace cupel::exec
