#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cupel::storage {

/// The distinct texts of one column, by code, as of one moment: immutable and shared. Codes are
/// dense from 0 and never change their text. The views point into memory that the dictionary
/// owns, valid as long as the DictionaryPtr lives.
class Dictionary {
 public:
  uint32_t size() const noexcept { return static_cast<uint32_t>(texts_.size()); }
  std::string_view text(uint32_t code) const { return texts_[code]; }
  /// The code of a text, where it has one.
  std::optional<uint32_t> find(std::string_view text) const;

 private:
  friend class DictionaryWriter;

  /// The texts of codes from `first` up to the next layer, in memory that many
  /// dictionaries share.
  struct Layer {
    uint32_t first = 0;
    std::string bytes;
    std::unordered_map<std::string_view, uint32_t> codes;
  };
  using LayerPtr = std::shared_ptr<const Layer>;

  /// A layer of texts_[first ..], to which those views are moved.
  LayerPtr add_layer(uint32_t first);

  std::vector<std::string_view> texts_;
  /// By first code, each more than twice the size of the next: few to search, and a dictionary
  /// that grows by one text at a time copies each text only a logarithmic number of times.
  std::vector<LayerPtr> layers_;
};

using DictionaryPtr = std::shared_ptr<const Dictionary>;

/// A column stops taking new texts into its dictionary here; what comes later is stored plain.
inline constexpr uint32_t kMaxDictionaryTexts = 65536;
/// A text longer than this is never dictionary-coded.
inline constexpr size_t kMaxDictionaryTextBytes = 1024;

/// Grows a dictionary inside a transaction. Movable, not copyable: its look-up points into its own
/// texts.
class DictionaryWriter {
 public:
  explicit DictionaryWriter(DictionaryPtr base);  ///< base may be null: empty
  ~DictionaryWriter() = default;
  DictionaryWriter(const DictionaryWriter&) = delete;
  DictionaryWriter& operator=(const DictionaryWriter&) = delete;
  DictionaryWriter(DictionaryWriter&&) = default;
  DictionaryWriter& operator=(DictionaryWriter&&) = default;
  /// The code of `text`, given a new one if need be; nothing when the dictionary is full or the
  /// text too long.
  std::optional<uint32_t> code(std::string_view text);
  std::optional<uint32_t> find(std::string_view text) const;
  std::string_view text(uint32_t code) const;
  uint32_t size() const noexcept;
  /// Codes from here on are new in this transaction.
  uint32_t base_size() const noexcept;
  /// Takes back the new texts whose code is `size` or more. The base is never taken back.
  void shrink(uint32_t size);
  /// The grown dictionary, to be published when the transaction has committed; the
  /// base itself where nothing is new. Never null.
  DictionaryPtr publish() const;

 private:
  DictionaryPtr base_;
  std::deque<std::string> added_;
  std::unordered_map<std::string_view, uint32_t> added_codes_;
};

}  // namespace cupel::storage
