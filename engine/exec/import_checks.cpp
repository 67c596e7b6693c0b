#include "engine/exec/import_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "cupel/table.hpp"
#include "storage/count_names.hpp"

namespace cupel::exec {
namespace {

constexpr double kTolerance = 1;          ///< pixels: many tools count the last one in
constexpr uint64_t kFewConfidences = 10;  ///< say nothing of a model
constexpr size_t kLabelsShown = 5;

/// In small letters (ASCII) and without spaces around it.
std::string folded(std::string_view label) {
  const size_t begin = label.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  std::string text(label.substr(begin, label.find_last_not_of(' ') - begin + 1));
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// Objects of every type with this label.
uint64_t count_of(const storage::Snapshot& snapshot, storage::TableId table,
                  std::string_view label) {
  uint64_t count = 0;
  for (const auto& counted : storage::counted_labels(snapshot.catalog(), table)) {
    if (counted.label != label) continue;
    const uint32_t chunks = snapshot.catalog().chunk_count(storage::kItems);
    for (uint32_t number = 0; number < chunks; ++number) {
      const storage::ChunkPtr chunk = snapshot.chunk(counted.column, number);
      if (!chunk) continue;
      snapshot.visible(storage::kItems, number).for_each([&](uint32_t row) {
        if (!chunk->is_missing(row)) count += static_cast<uint64_t>(chunk->integer_at(row));
      });
    }
  }
  return count;
}

}  // namespace

void ImportChecks::note(Boxes& boxes, const io::ObjectRecord& object,
                        ItemSizes::Size image) const {
  if (++boxes.count > 1) return;
  boxes.first = fmt::format("{}, {}: x {}, y {}, width {}, height {}",
                            io::describe(file_, object.place), json_quote(object.label),
                            format_number(*object.x), format_number(*object.y),
                            format_number(*object.width), format_number(*object.height));
  if (image.width != 0 && image.height != 0)
    boxes.first += fmt::format(" in an image of {} x {}", image.width, image.height);
}

void ImportChecks::object(storage::TableId table, bool prediction, const io::ObjectRecord& object,
                          ItemSizes::Size image) {
  if (table != last_table_) {
    tables_.insert(table);
    last_table_ = table;
  }
  if (prediction && object.confidence) {
    ++confidences_;
    if (*object.confidence == 0 || *object.confidence == 1) ++extremes_;
  }
  if (object.type != "box" || !object.x || !object.y || !object.width || !object.height) return;
  if (*object.width < 0 || *object.height < 0) return note(negative_, object, image);
  if (image.width == 0 || image.height == 0) return;
  const bool inside = *object.x >= -kTolerance && *object.y >= -kTolerance &&
                      *object.x + *object.width <= image.width + kTolerance &&
                      *object.y + *object.height <= image.height + kTolerance;
  if (!inside) note(beyond_, object, image);
}

std::string ImportChecks::similar_labels(const storage::Snapshot& after) const {
  std::vector<std::string> groups;
  for (const storage::TableId table : tables_) {
    std::set<std::string> old;
    for (const auto& known : storage::counted_labels(before_->catalog(), table))
      old.insert(known.label);
    std::map<std::string, std::set<std::string>> by_folded;
    for (const auto& known : storage::counted_labels(after.catalog(), table))
      by_folded[folded(known.label)].insert(known.label);
    for (const auto& [text, labels] : by_folded) {
      std::vector<std::string> words;
      bool is_new = false;
      if (labels.size() < 2) continue;
      for (const std::string& label : labels) {
        const uint64_t count = count_of(after, table, label);
        if (count == 0) continue;
        is_new = is_new || !old.contains(label);
        words.push_back(fmt::format("{} ({})", json_quote(label), count));
      }
      if (is_new && words.size() > 1) groups.push_back(fmt::format("{}", fmt::join(words, ", ")));
    }
  }
  if (groups.empty()) return {};
  const size_t shown = std::min(groups.size(), kLabelsShown);
  std::string sentence = fmt::format(
      "labels that differ only in case or in spaces around them: {}",
      fmt::join(groups.begin(), groups.begin() + static_cast<ptrdiff_t>(shown), "; "));
  if (shown < groups.size()) sentence += fmt::format("; and {} more", groups.size() - shown);
  return sentence;
}

std::vector<std::string> ImportChecks::findings(const storage::Snapshot& after) const {
  std::vector<std::string> sentences;
  if (beyond_.count > 0)
    sentences.push_back(
        fmt::format("boxes that reach beyond their image by more than a pixel: {} (the first: {})",
                    beyond_.count, beyond_.first));
  if (negative_.count > 0)
    sentences.push_back(fmt::format("boxes of negative width or height: {} (the first: {})",
                                    negative_.count, negative_.first));
  if (confidences_ >= kFewConfidences && extremes_ == confidences_)
    sentences.push_back(
        fmt::format("confidences that are exactly 0 or 1: all {}; without any in between they rank "
                    "nothing",
                    confidences_));
  std::string labels = similar_labels(after);
  if (!labels.empty()) sentences.push_back(std::move(labels));
  return sentences;
}

}  // namespace cupel::exec
