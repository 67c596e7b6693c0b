#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/io/record.hpp"

namespace cupel::io {

/// Bytes that live until clear(), handed out from blocks that are kept.
class TextArena {
 public:
  explicit TextArena(size_t block_bytes) : block_bytes_(block_bytes) {}

  /// Makes each of the texts one that lives here.
  void keep(std::initializer_list<std::string_view*> texts) {
    size_t bytes = 0;
    for (const std::string_view* text : texts) bytes += text->size();
    char* at = take(bytes);
    for (std::string_view* text : texts) {
      copy(text->data(), text->size(), at);
      *text = {at, text->size()};
      at += text->size();
    }
  }
  size_t bytes() const noexcept { return bytes_; }
  /// Keeps the first block only.
  void clear() noexcept;

 private:
  char* take(size_t bytes) {
    if (bytes > left_) [[unlikely]]
      make_room(bytes);
    char* const begin = at_;
    at_ += bytes;
    left_ -= bytes;
    bytes_ += bytes;
    return begin;
  }
  /// Most texts are short: two words that may overlap.
  static void copy(const char* from, size_t bytes, char* to) {
    if (bytes < 8 || bytes > 16) {
      if (bytes != 0) std::memcpy(to, from, bytes);
      return;
    }
    uint64_t first = 0, last = 0;
    std::memcpy(&first, from, 8);
    std::memcpy(&last, from + bytes - 8, 8);
    std::memcpy(to, &first, 8);
    std::memcpy(to + bytes - 8, &last, 8);
  }
  void make_room(size_t bytes);

  size_t block_bytes_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* at_ = nullptr;
  size_t left_ = 0;
  size_t bytes_ = 0;
};

/// Calls of a RecordSink, written down to be made later, by another thread. What they point to is
/// copied. Filled, played and cleared again and again, it allocates nothing for a usual record.
///
/// Invariant: calls are played in the order in which they were made, but that of several calls of
/// progress() behind each other with nothing but records in between, only the last is made.
class RecordBatch {
 public:
  /// `text_bytes`: at which the owner looks upon it as full. One record more has room as a rule.
  explicit RecordBatch(size_t text_bytes) : texts_(text_bytes * 2) {}

  void add_item(const ItemRecord& item, bool mention);
  void add_object(const ObjectTarget& target, const ObjectRecord& object);
  void add_failure(const Place& place, const Error& error);
  void add_loss(std::string_view what) { add_note(Kind::kLost).text = what; }
  void add_remark(std::string sentence) { add_note(Kind::kRemark).text = std::move(sentence); }
  void add_progress(uint64_t done, uint64_t total) { progress_ = {done, total}; }
  void add_unit(std::string_view unit);
  /// The paths of the fields that no batch before had, in the order of their numbers.
  std::vector<std::string>& new_names() noexcept { return new_names_; }

  bool empty() const noexcept { return calls_.empty() && !progress_; }
  size_t calls() const noexcept { return calls_.size(); }
  size_t text_bytes() const noexcept { return texts_.bytes(); }

  /// Makes the calls. `names`: by the number that a field has in the batch, the one that it has
  /// for the sink. Once, before clear().
  void play(const std::vector<uint32_t>& names, RecordSink& sink);
  void clear() noexcept;

 private:
  enum class Kind : uint8_t { kItem, kMention, kObject, kFailed, kLost, kRemark, kProgress, kUnit };
  struct Progress {
    uint64_t done = 0, total = 0;
  };
  struct Object {
    ObjectTarget target;
    ObjectRecord record;
  };
  /// What comes now and then.
  struct Note {
    std::string text;
    Place place;
    std::optional<Error> error;
    Progress progress;
  };

  Note& add_note(Kind kind);
  void end_progress();
  void own(Place& place);
  void own(std::vector<Field>& fields);
  void play(Kind kind, const Note& note, RecordSink& sink);

  TextArena texts_;
  std::vector<Kind> calls_;
  std::vector<ItemRecord> items_;  ///< the first item_count_ are in use, the others keep memory
  std::vector<Object> objects_;    ///< likewise
  size_t item_count_ = 0, object_count_ = 0;
  std::vector<Note> notes_;
  std::optional<Progress> progress_;  ///< the last call, while it may be replaced
  std::vector<std::string> new_names_;
};

}  // namespace cupel::io
