#include "grammar/words.hpp"

#include <algorithm>
#include <optional>

namespace cupel::grammar {
namespace {

/// Words longer than this are only compared as a whole: no keyword or field name is near them.
constexpr size_t kLongestWord = 256;
constexpr size_t kPrefixScore = 3;

std::string lower(std::string_view word) {
  std::string result(word);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// The optimal-string-alignment distance: insertions, deletions, replacements and swaps of
/// neighbours, each 1.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> above(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

/// 0 for the same word but for case, then the distance; nothing where the two are not near.
std::optional<size_t> score(std::string_view word, std::string_view candidate) {
  if (word == candidate) return 0;
  if (word.empty() || candidate.empty()) return std::nullopt;
  const size_t shorter = std::min(word.size(), candidate.size());
  const size_t longer = std::max(word.size(), candidate.size());
  if (longer - shorter <= 2 && longer <= kLongestWord) {
    const size_t distance = edit_distance(word, candidate);
    if (distance <= 2 && 2 * distance < word.size()) return distance;
  }
  if (shorter >= 3 && word.substr(0, shorter) == candidate.substr(0, shorter)) return kPrefixScore;
  return std::nullopt;
}

}  // namespace

namespace {

constexpr std::string_view kKeywords =
    "ACCEPT ADD ADJUSTED AGAIN AGNOSTIC AGREEMENT ALL ALLOW ANALYZE AND ANNOTATIONS APPLY "
    "AS ASC ASSERT AUDIT AUTOTAG AUTOTAGS BATCH BEGIN BETWEEN BOXES BY CALIBRATION CHOICES "
    "CLASS CLASSES COARSE COMMIT COMPARE COMPAT CONFIDENCE CONFUSION CREATE CURVE DELETE "
    "DESC DESCRIBE DESCRIPTION DISTANCES DROP DUPLICATES EMBEDDINGS ERROR ERRORS EVALUATE "
    "EXACT EXPLAIN EXPORT FALSE FIELDS FIND FOR FORMAT FRACTION FROM GROUP HAVING IDS ILIKE "
    "IMAGES IMPORT IN INSERT INSIGHTS INSTRUCTIONS INTO IOU IS ITEMS KEEP LABEL LABELING LABELS "
    "LIKE LIMIT LIVE METHOD METRICS MIN MISSING MULTI NEAR NOT NULL OBJECTS OF OFFSET ON OR "
    "ORDER OUTLIERS PREDICTIONS PROBABILITIES PROJECT PROJECTS RANK REFINE REFRESH REJECT "
    "RELATIVE REMOVE RENAME REPORT RESULTS ROLLBACK RULE RUN RUNS SAMPLE SEED SELECT SEND "
    "SET SHOW SKIP SLICE SLICES SQL STATS SUGGEST TAXONOMY TIES TO TRUE UPDATE USE USING "
    "WEIGHTED WHERE WITH WITHIN";

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

}  // namespace

const std::vector<std::string>& keywords() {
  static const std::vector<std::string> words = split_words(kKeywords);
  return words;
}

const std::vector<std::string>& beginnings() {
  static const std::vector<std::string> words = split_words(
      "APPLY ASSERT AUDIT BEGIN COMMIT COMPARE CREATE DELETE DESCRIBE DROP EVALUATE EXPLAIN EXPORT "
      "FIND FROM GROUP HAVING IMPORT INSERT LIMIT ORDER REFINE REFRESH RENAME REPORT ROLLBACK "
      "SAMPLE SELECT SEND SHOW SUGGEST UPDATE USE WHERE");
  return words;
}

bool is_reserved(std::string_view word) {
  static const std::vector<std::string> reserved = {
      "and",   "as",     "asc",   "between", "desc",   "false", "from",
      "group", "having", "ilike", "in",      "is",     "like",  "limit",
      "not",   "offset", "or",    "order",   "select", "true",  "where"};
  return std::find(reserved.begin(), reserved.end(), lower(word)) != reserved.end();
}

bool is_word(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

std::vector<std::string> near_words(std::string_view word,
                                    const std::vector<std::string>& candidates, size_t limit) {
  struct Near {
    size_t score;
    const std::string* candidate;
  };
  const std::string wanted = lower(word);
  std::vector<Near> near;
  for (const std::string& candidate : candidates) {
    if (const auto s = score(wanted, lower(candidate))) near.push_back({*s, &candidate});
  }
  std::sort(near.begin(), near.end(), [](const Near& a, const Near& b) {
    return a.score != b.score ? a.score < b.score : *a.candidate < *b.candidate;
  });
  std::vector<std::string> result;
  for (const Near& n : near) {
    if (result.size() == limit) break;
    if (result.empty() || result.back() != *n.candidate) result.push_back(*n.candidate);
  }
  return result;
}

}  // namespace cupel::grammar
