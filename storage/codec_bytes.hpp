#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace cupel::storage {

// Numbers lie in the file as they lie in memory, so that a dense chunk is one copy.
static_assert(std::endian::native == std::endian::little, "the format is little-endian");

/// Length of the magic in front and of the checksum at the end of chunks and patches.
inline constexpr size_t kMagicBytes = 4;
inline constexpr size_t kChecksumBytes = 8;

/// Throws Error(kCorruption) "a stored WHAT is damaged: WHY; …".
[[noreturn]] void throw_damaged(std::string_view what, std::string_view why);

/// Appends the xxh3-64 of all bytes so far.
void seal_bytes(std::string& bytes);

/// Checks magic and checksum and returns what lies between. Throws kCorruption.
std::string_view unseal_bytes(std::string_view bytes, std::string_view magic,
                              std::string_view what);

template <typename T>
void put(std::string& out, T value) {
  static_assert(std::is_trivially_copyable_v<T>);
  char raw[sizeof(T)];
  std::memcpy(raw, &value, sizeof(T));
  out.append(raw, sizeof(T));
}

template <typename T>
void put_array(std::string& out, std::span<const T> values) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (!values.empty())
    out.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

/// Takes fields off the front of untrusted bytes; never reads past their end.
class FieldReader {
 public:
  /// `what` names the thing in errors; both views must outlive the reader.
  FieldReader(std::string_view bytes, std::string_view what) : rest_(bytes), what_(what) {}

  std::string_view take_bytes(size_t count) {
    if (count > rest_.size()) damaged("it ends too early");
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  template <typename T>
  T take() {
    T value;
    std::memcpy(&value, take_bytes(sizeof(T)).data(), sizeof(T));
    return value;
  }

  template <typename T>
  std::vector<T> take_array(size_t count) {
    if (count > rest_.size() / sizeof(T)) damaged("it ends too early");
    std::vector<T> values(count);
    if (count != 0) std::memcpy(values.data(), rest_.data(), count * sizeof(T));
    rest_.remove_prefix(count * sizeof(T));
    return values;
  }

  size_t left() const noexcept { return rest_.size(); }
  void expect_end() const {
    if (!rest_.empty()) damaged("it goes on after its end");
  }
  [[noreturn]] void damaged(std::string_view why) const { throw_damaged(what_, why); }

 private:
  std::string_view rest_;
  std::string_view what_;
};

}  // namespace cupel::storage
