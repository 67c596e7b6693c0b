#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cupel::io {

/// What a setting behind FORMAT may be: `FORMAT yolo (task = segment, classes = 'names.txt')`.
struct FormatOption {
  enum class Kind {
    kText,    ///< any text
    kFlag,    ///< true or false
    kChoice,  ///< one of `choices`
    kFile,    ///< the path of a file or folder that is read
  };
  std::string_view name;
  Kind kind = Kind::kText;
  std::vector<std::string> choices;
};

/// The settings that a statement gives, checked against the format's table of options
/// (check_options): a reader or an exporter meets only names and values that it knows.
class FormatOptions {
 public:
  void set(std::string name, std::string value);
  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// The value, or `otherwise` where it is not given.
  std::string_view text(std::string_view name, std::string_view otherwise = {}) const;
  bool flag(std::string_view name, bool otherwise = false) const;
  bool empty() const { return settings_.empty(); }

 private:
  const std::string* find(std::string_view name) const;

  std::vector<std::pair<std::string, std::string>> settings_;
};

/// Why a value does not fit its option, as a sentence; empty when it does.
std::string complaint(const FormatOption& option, std::string_view value);

}  // namespace cupel::io
