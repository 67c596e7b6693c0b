#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/io/file_window.hpp"

namespace cupel::io {

class JsonDocument;

/// Finds where a JSON value ends by its brackets and quotes alone, bytes given piece by piece.
/// What it lets pass may still be wrong inside.
class ValueScanner {
 public:
  /// Reads on; returns how many of `bytes` belong to the value. Complete when done().
  size_t feed(std::string_view bytes);
  bool done() const noexcept { return done_; }
  /// The file ends here: a number or word is complete then, anything else is cut off.
  bool finish() noexcept { return done_ || (started_ && depth_ == 0 && !in_text_); }

 private:
  uint32_t depth_ = 0;
  bool started_ = false;
  bool in_text_ = false;
  bool escaped_ = false;
  bool done_ = false;
};

/// The frame of a JSON file too large to hold: walks through one array or object at its top,
/// handing out the bytes of the elements. Throws Error(kConstraint) with file and byte where the
/// frame is broken.
class JsonStream {
 public:
  struct Element {
    std::string_view bytes;  ///< valid until the next call; 64 more may be read behind it
    uint64_t offset = 0;     ///< in the file
    uint64_t number = 0;     ///< from 1 in its list
    bool too_long = false;   ///< then bytes is empty
  };
  struct Member {
    std::string key;
    uint64_t offset = 0;  ///< of its value
    char first = '\0';    ///< of its value
  };

  /// `done(bytes)` is told how far the file is read, once a window or element.
  JsonStream(
      FileWindow& window, size_t max_element_bytes,
      std::function<void(uint64_t)> done = [](uint64_t) {});

  /// The next byte that is not white space, or 0 at the end of the file.
  char peek();
  /// Where the members of the object that is the file stand; walks through the whole file.
  std::vector<Member> members();
  void seek(uint64_t offset) { window_.seek(offset); }
  /// Calls `f` for each element of the array that begins here.
  void for_each(const std::function<void(const Element&)>& f);
  /// The first member of the object that begins here, and goes no further. Nothing when it has
  /// none.
  std::optional<Member> first_member();
  /// Calls `f` for each member of the object that begins here, its key unescaped. A key may come
  /// twice: whoever needs to know remembers.
  void for_each_member(const std::function<void(std::string_view key, const Element&)>& f);
  /// The bytes of the value that begins here, at most max_element_bytes.
  Element value();
  /// Throws unless only white space is left.
  void expect_end();

 private:
  void expect(char byte, const char* instead);
  std::string member_name(JsonDocument& document);
  [[noreturn]] void broken(const std::string& what) const;
  [[noreturn]] void cut_off(uint64_t begin) const;
  void skip_value();

  FileWindow& window_;
  size_t max_element_bytes_;
  std::function<void(uint64_t)> done_;
};

}  // namespace cupel::io
