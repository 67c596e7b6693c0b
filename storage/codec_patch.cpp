#include "storage/codec_patch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cupel/error.hpp"
#include "storage/codec_bytes.hpp"

// A patch, field by field. Numbers are little-endian; offsets are in bytes.
//
//    0  magic     "CKP1"; the digit is the version
//    4  type      u8   as in a chunk
//    5  flags     u8   bit 0: presence follows; bit 1: codes follow (text only); others zero
//    6  count     u16  changes, minus 1: a patch has 1 to 65,536
//    8  rows      u16[count]  ascending
//    .  presence  where flagged: u8[ceil(count / 8)], bit i of byte b is change 8 b + i, 0 where
//                 the row becomes missing; zero past the changes. Not there: all are present
//    .  values    of the n present changes, in order
//         bool               u8[n], 0 or 1
//         int64, timestamp   i64[n]
//         float64            f64[n], never NaN
//         text               codes u32[n] where flagged (0xFFFFFFFF: none); ends u32[n],
//                            ascending; then the bytes
//  end  checksum  u64  xxh3-64 of everything before
//
// Flags are set only where they are needed, so equal changes have equal bytes.

namespace cupel::storage {
namespace {

constexpr std::string_view kMagic = "CKP1";
constexpr std::string_view kWhat = "change";

constexpr uint8_t kHasPresence = 1;
constexpr uint8_t kHasCodes = 2;

void put_presence(std::string& out, const std::vector<Change>& changes) {
  std::string bits((changes.size() + 7) / 8, '\0');
  for (size_t i = 0; i < changes.size(); ++i)
    if (changes[i].present) bits[i / 8] = static_cast<char>(bits[i / 8] | (1 << (i % 8)));
  out.append(bits);
}

template <typename F>
void for_each_present(const std::vector<Change>& changes, F&& f) {
  for (const Change& change : changes)
    if (change.present) f(change);
}

void put_texts(std::string& out, const std::vector<Change>& changes) {
  uint64_t end = 0;
  for_each_present(changes, [&](const Change& change) {
    end += change.text.size();
    if (end > std::numeric_limits<uint32_t>::max())
      throw Error(ErrorCode::kLimit,
                  "the texts that one statement changes exceed 4 GiB: change fewer rows at once");
    put(out, static_cast<uint32_t>(end));
  });
  for_each_present(changes, [&](const Change& change) { out.append(change.text); });
}

void put_values(std::string& out, Type type, const std::vector<Change>& changes) {
  for_each_present(changes, [&](const Change& change) {
    switch (type) {
      case Type::kBool: put(out, static_cast<uint8_t>(change.integer != 0)); break;
      case Type::kInt64:
      case Type::kTimestamp: put(out, change.integer); break;
      case Type::kFloat64: put(out, change.number); break;
      default: break;
    }
  });
  if (type == Type::kText) put_texts(out, changes);
}

std::vector<uint8_t> read_presence(FieldReader& in, size_t count) {
  auto bits = in.take_array<uint8_t>((count + 7) / 8);
  if (count % 8 != 0 && (bits.back() >> (count % 8)) != 0)
    in.damaged("it marks changes past its end");
  return bits;
}

void read_texts(FieldReader& in, bool coded, const std::vector<Change*>& present) {
  if (coded) {
    for (Change* change : present) change->code = in.take<uint32_t>();
  }
  const auto ends = in.take_array<uint32_t>(present.size());
  uint32_t begin = 0;
  for (size_t i = 0; i < present.size(); ++i) {
    if (ends[i] < begin) in.damaged("its text offsets are out of order");
    present[i]->text = in.take_bytes(ends[i] - begin);
    begin = ends[i];
  }
}

void read_value(FieldReader& in, Type type, Change& change) {
  switch (type) {
    case Type::kBool:
      change.integer = in.take<uint8_t>();
      if (change.integer > 1) in.damaged("a boolean is neither true nor false");
      break;
    case Type::kInt64:
    case Type::kTimestamp: change.integer = in.take<int64_t>(); break;
    case Type::kFloat64:
      change.number = in.take<double>();
      if (std::isnan(change.number)) in.damaged("a number is not one");
      break;
    default: break;
  }
}

Change change_of(const Patch& patch, Type type) {
  Change change{patch.row, patch.present, patch.integer, patch.number, patch.text, patch.code};
  if (type == Type::kFloat64 && std::isnan(patch.number)) change.present = false;
  return change;
}

}  // namespace

std::string write_changes(Type type, const std::vector<Change>& changes) {
  const bool sorted =
      std::is_sorted(changes.begin(), changes.end(),
                     [](const Change& a, const Change& b) { return a.row <= b.row; });
  if (changes.empty() || type == Type::kAny || !sorted)
    throw Error(ErrorCode::kInternal, "changes of a column were to be stored out of order");
  uint8_t flags = 0;
  for (const Change& change : changes) {
    if (!change.present) flags |= kHasPresence;
    if (change.present && type == Type::kText && change.code != Patch::kNoCode) flags |= kHasCodes;
  }
  std::string out(kMagic);
  put(out, static_cast<uint8_t>(type));
  put(out, flags);
  put(out, static_cast<uint16_t>(changes.size() - 1));
  for (const Change& change : changes) put(out, change.row);
  if ((flags & kHasPresence) != 0) put_presence(out, changes);
  if ((flags & kHasCodes) != 0)
    for_each_present(changes, [&](const Change& change) { put(out, change.code); });
  put_values(out, type, changes);
  seal_bytes(out);
  return out;
}

Type read_changes(std::string_view bytes, std::vector<Change>& changes) {
  FieldReader in(unseal_bytes(bytes, kMagic, kWhat), kWhat);
  const auto type_byte = in.take<uint8_t>();
  const auto flags = in.take<uint8_t>();
  const size_t count = size_t{in.take<uint16_t>()} + 1;
  if (type_byte > static_cast<uint8_t>(Type::kTimestamp)) in.damaged("its type is unknown");
  const auto type = static_cast<Type>(type_byte);
  const int known = kHasPresence | (type == Type::kText ? kHasCodes : 0);
  if ((flags & ~known) != 0) in.damaged("its flags are unknown");

  const auto rows = in.take_array<uint16_t>(count);
  std::vector<uint8_t> presence;
  if ((flags & kHasPresence) != 0) presence = read_presence(in, count);
  const size_t before = changes.size();
  changes.resize(before + count);
  std::vector<Change*> present;
  present.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    if (i > 0 && rows[i] <= rows[i - 1]) in.damaged("its rows are out of order");
    Change& change = changes[before + i];
    change.row = rows[i];
    change.present = presence.empty() || ((presence[i / 8] >> (i % 8)) & 1) != 0;
    if (change.present) present.push_back(&change);
  }
  if (type == Type::kText) {
    read_texts(in, (flags & kHasCodes) != 0, present);
  } else {
    for (Change* change : present) read_value(in, type, *change);
  }
  in.expect_end();
  return type;
}

std::vector<Change> overlay(const std::vector<std::string_view>& patches, Type& type) {
  if (patches.empty())
    throw Error(ErrorCode::kInternal, "a column was to be changed without any change");
  std::vector<Change> changes;
  for (size_t i = 0; i < patches.size(); ++i) {
    const Type this_type = read_changes(patches[i], changes);
    if (i > 0 && this_type != type) throw_damaged(kWhat, "its type is not that of its column");
    type = this_type;
  }
  if (patches.size() == 1) return changes;
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return a.row < b.row; });
  size_t kept = 0;
  for (size_t i = 0; i < changes.size(); ++i)
    if (i + 1 == changes.size() || changes[i + 1].row != changes[i].row)
      changes[kept++] = changes[i];
  changes.resize(kept);
  return changes;
}

std::string encode_patch(Type type, const std::vector<Patch>& patches) {
  std::vector<Change> changes;
  changes.reserve(patches.size());
  for (const Patch& patch : patches) changes.push_back(change_of(patch, type));
  return write_changes(type, changes);
}

std::vector<Patch> decode_patch(std::string_view bytes, Type& type) {
  std::vector<Change> changes;
  type = read_changes(bytes, changes);
  std::vector<Patch> patches;
  patches.reserve(changes.size());
  for (const Change& change : changes)
    patches.push_back({change.row, change.present, change.integer, change.number,
                       std::string(change.text), change.code});
  return patches;
}

bool is_patch(std::string_view bytes) noexcept { return bytes.starts_with(kMagic); }

std::string combine_patches(std::string_view older, std::string_view newer) {
  Type type = Type::kAny;
  const std::vector<Change> changes = overlay({older, newer}, type);
  return write_changes(type, changes);
}

}  // namespace cupel::storage
