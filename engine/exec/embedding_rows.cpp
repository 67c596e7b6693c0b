#include "engine/exec/embedding_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "engine/exec/pool.hpp"

namespace cupel::exec {
namespace {

using storage::kItems;
using storage::SnapshotPtr;
using storage::TableId;

constexpr size_t kMostSimilar = 1000;
/// So many items are looked up one by one; of more the whole list is read.
constexpr size_t kFewTexts = 256;

/// Calls `f(row)` for each visible row, ascending.
template <typename F>
void for_each_row(const storage::Snapshot& snapshot, TableId table,
                  const std::function<void()>& poll, F&& f) {
  const storage::Catalog& catalog = snapshot.catalog();
  for (uint32_t chunk = 0; chunk < catalog.chunk_count(table); ++chunk) {
    if (poll) poll();
    const uint64_t first = uint64_t{chunk} * catalog.chunk_rows;
    snapshot.visible(table, chunk).for_each([&](uint32_t row) { f(first + row); });
  }
}

/// Which of some texts rows have.
class TextMatches {
 public:
  explicit TextMatches(std::span<const std::string> texts) : full_(texts.size()), bare_(full_) {
    numbers_.reserve(texts.size());
    same_as_.reserve(texts.size());
    for (size_t i = 0; i < texts.size(); ++i)
      same_as_.push_back(numbers_.emplace(texts[i], i).first->second);
    with_slash_ = std::any_of(texts.begin(), texts.end(), [](const std::string& text) {
      return text.find('/') != std::string::npos;
    });
  }

  /// Whether a text may be of the form reference_id/annotation_id.
  bool with_slash() const { return with_slash_; }
  void offer_full(std::string_view text, uint64_t row) { offer(full_, text, row); }
  void offer_bare(std::string_view text, uint64_t row) { offer(bare_, text, row); }

  std::vector<FoundRow> found() const {
    std::vector<FoundRow> out;
    out.reserve(same_as_.size());
    for (const size_t i : same_as_) out.push_back(full_[i].matches != 0 ? full_[i] : bare_[i]);
    return out;
  }

 private:
  void offer(std::vector<FoundRow>& found, std::string_view text, uint64_t row) {
    const auto known = numbers_.find(text);
    if (known == numbers_.end()) return;
    FoundRow& match = found[known->second];
    match.row = ++match.matches == 1 ? std::optional(row) : std::nullopt;
  }

  std::unordered_map<std::string_view, size_t> numbers_;
  std::vector<size_t> same_as_;  ///< by text: the first one that is equal
  std::vector<FoundRow> full_, bare_;
  bool with_slash_ = false;
};

std::vector<FoundRow> look_items_up(const storage::Snapshot& snapshot,
                                    std::span<const std::string> texts) {
  std::vector<FoundRow> found;
  for (const std::string& text : texts) {
    const std::optional<uint64_t> row = snapshot.find_item(text);
    found.push_back({row, row ? 1u : 0u});
  }
  return found;
}

/// Bytes that two texts share at their ends, counted once.
size_t shared_ends(std::string_view a, std::string_view b) {
  const size_t most = std::min(a.size(), b.size());
  size_t front = 0, back = 0;
  while (front < most && a[front] == b[front]) ++front;
  while (front + back < most && a[a.size() - 1 - back] == b[b.size() - 1 - back]) ++back;
  return front + back;
}

bool similar(std::string_view text, std::string_view other) {
  const size_t longer = std::max(text.size(), other.size());
  return !other.empty() && longer - std::min(text.size(), other.size()) <= 2 &&
         shared_ends(text, other) + 2 >= longer;
}

}  // namespace

RowTexts::RowTexts(const SnapshotPtr& snapshot, TableId table)
    : table_(table),
      item_(snapshot, snapshot->catalog().find(table, "$item", Type::kInt64)),
      reference_id_(snapshot, snapshot->catalog().find(kItems, "reference_id", Type::kText)),
      annotation_id_(snapshot, snapshot->catalog().find(table, "annotation_id", Type::kText)) {}

uint64_t RowTexts::item(uint64_t row) {
  return table_ == kItems ? row : static_cast<uint64_t>(item_.integer(row).value_or(0));
}
std::string_view RowTexts::reference_id(uint64_t row) {
  return reference_id_.text(item(row)).value_or("");
}
std::string_view RowTexts::annotation_id(uint64_t row) {
  return annotation_id_.text(row).value_or("");
}
std::string RowTexts::text(uint64_t row) {
  if (table_ == kItems) return std::string(reference_id(row));
  const std::string_view id = annotation_id(row);
  return id.empty() ? std::string() : fmt::format("{}/{}", reference_id(row), id);
}

std::vector<FoundRow> find_rows(const SnapshotPtr& snapshot, TableId table,
                                std::span<const std::string> texts,
                                const std::function<void()>& poll) {
  if (table == kItems && texts.size() <= kFewTexts) return look_items_up(*snapshot, texts);
  TextMatches matches(texts);
  RowTexts rows(snapshot, table);
  std::string full;
  for_each_row(*snapshot, table, poll, [&](uint64_t row) {
    if (table == kItems) return matches.offer_full(rows.reference_id(row), row);
    const std::string_view id = rows.annotation_id(row);
    if (id.empty()) return;
    matches.offer_bare(id, row);
    if (!matches.with_slash()) return;
    full.assign(rows.reference_id(row)).append(1, '/').append(id);
    matches.offer_full(full, row);
  });
  return matches.found();
}

FoundRow find_row(const SnapshotPtr& snapshot, TableId table, std::string_view text,
                  const std::function<void()>& poll) {
  const std::string owned(text);
  return find_rows(snapshot, table, std::span(&owned, 1), poll).front();
}

std::string not_found_text(const SnapshotPtr& snapshot, TableId table, std::string_view text,
                           const FoundRow& found) {
  if (table == kItems) return fmt::format("there is no item '{}'", text);
  const std::string noun =
      table == storage::kAnnotations
          ? std::string("annotation")
          : fmt::format("prediction of run '{}'", snapshot->catalog().run(table) == nullptr
                                                      ? std::string()
                                                      : snapshot->catalog().run(table)->name);
  if (found.matches > 1)
    return fmt::format("'{}' is the id of {} objects; write reference_id/annotation_id", text,
                       found.matches);
  return fmt::format("there is no {} '{}'", noun, text);
}

std::vector<std::string> similar_texts(const SnapshotPtr& snapshot, TableId table,
                                       std::string_view text, const std::function<void()>& poll) {
  std::vector<std::string> texts;
  RowTexts rows(snapshot, table);
  for_each_row(*snapshot, table, poll, [&](uint64_t row) {
    if (texts.size() == kMostSimilar) return;
    if (table != kItems && similar(text, rows.annotation_id(row)))
      texts.emplace_back(rows.annotation_id(row));
    else if (std::string whole = rows.text(row); similar(text, whole))
      texts.push_back(std::move(whole));
  });
  return texts;
}

storage::Bitmap visible_rows(const storage::Snapshot& snapshot, TableId table,
                             const std::function<void()>& poll) {
  storage::Bitmap rows(static_cast<uint32_t>(snapshot.catalog().row_count(table)));
  for_each_row(snapshot, table, poll, [&](uint64_t row) { rows.set(static_cast<uint32_t>(row)); });
  return rows;
}

index::VectorRows vector_rows(const SnapshotPtr& snapshot, const storage::VectorSet& set) {
  index::VectorRows rows;
  rows.rows = snapshot->catalog().row_count(set.table);
  rows.width = set.width;
  rows.block_rows = set.block_rows;
  rows.block = [snapshot, id = set.id](uint32_t block) {
    return snapshot->vector_block(id, block);
  };
  return rows;
}

index::Running running(const Context& context) {
  index::Running out;
  if (context.pool != nullptr)
    out.parallel = [pool = context.pool](size_t n, const std::function<void(size_t)>& f) {
      pool->parallel_for(n, f);
    };
  out.poll = [&context] { context.poll(); };
  return out;
}

}  // namespace cupel::exec
