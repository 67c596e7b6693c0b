#pragma once

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cupel::fuzz {

inline constexpr size_t kMaxInputBytes = size_t{32} << 10;

/// Makes inputs out of others. The same seed and the same inputs in the same order give the same.
class Mutator {
 public:
  explicit Mutator(uint64_t seed) : random_(seed) {}
  /// An input to start from; its words and numbers are put into others.
  void add(std::string input);
  const std::vector<std::string>& inputs() const { return inputs_; }
  /// An input with one to eight changes; there must be one to start from.
  std::string next();

 private:
  size_t below(size_t count) { return count == 0 ? 0 : random_() % count; }
  /// A part of a text, short ones more often.
  std::string_view part(std::string_view text);
  void change(std::string& input);
  void change_bytes(std::string& input);
  void change_words(std::string& input);

  std::mt19937_64 random_;
  std::vector<std::string> inputs_;
  std::set<std::string, std::less<>> known_;
  std::vector<std::string> words_;
};

}  // namespace cupel::fuzz
