#include "engine/exec/import_aliases.hpp"

#include "engine/exec/column_reader.hpp"

namespace cupel::exec {
namespace {

using storage::Column;
using storage::Snapshot;
using storage::TableId;

template <typename F>
void for_each_row(const Snapshot& snapshot, TableId table, F&& f) {
  const auto& catalog = snapshot.catalog();
  for (uint32_t chunk = 0; chunk < catalog.chunk_count(table); ++chunk)
    snapshot.visible(table, chunk).for_each([&](uint32_t row) {
      f(uint64_t{chunk} * catalog.chunk_rows + row);
    });
}

template <typename Map, typename Key>
void note(Map& map, Key&& key, uint64_t row) {
  const auto [at, is_new] =
      map.try_emplace(std::forward<Key>(key), ImportAliases::Item{row, false});
  if (!is_new) at->second.ambiguous = true;
}

}  // namespace

void ImportAliases::read_items() {
  if (items_read_) return;
  items_read_ = true;
  const auto& catalog = base_->catalog();
  const Column* numbers = catalog.find(storage::kItems, "metadata.coco_id", Type::kInt64);
  const Column* texts = catalog.find(storage::kItems, "metadata.coco_id", Type::kText);
  if (!numbers && !texts) return;
  ColumnReader number(base_, numbers);
  ColumnReader text(base_, texts);
  for_each_row(*base_, storage::kItems, [&](uint64_t row) {
    if (const auto id = number.integer(row)) note(by_number_, *id, row);
    if (const auto id = text.text(row)) note(by_text_, std::string(*id), row);
  });
}

std::optional<ImportAliases::Item> ImportAliases::item_by_number(int64_t coco_id) {
  read_items();
  const auto found = by_number_.find(coco_id);
  return found == by_number_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<ImportAliases::Item> ImportAliases::item_by_text(std::string_view coco_id) {
  read_items();
  if (by_text_.empty()) return std::nullopt;
  const auto found = by_text_.find(std::string(coco_id));
  return found == by_text_.end() ? std::nullopt : std::optional(found->second);
}

namespace {

/// `train/a` of `train/a.jpg`, and `a`.
std::string_view stem_of(std::string_view reference) {
  const size_t slash = reference.rfind('/');
  const size_t dot = reference.rfind('.');
  const bool extension = dot != std::string_view::npos && dot != 0 &&
                         (slash == std::string_view::npos || dot > slash + 1);
  return extension ? reference.substr(0, dot) : reference;
}

std::string name_of(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));  // npos + 1 is 0
}

}  // namespace

void ImportAliases::read_stems() {
  if (references_) return;
  const auto& catalog = base_->catalog();
  references_ = std::make_unique<ColumnReader>(
      base_, catalog.find(storage::kItems, "reference_id", Type::kText));
  for_each_row(*base_, storage::kItems, [&](uint64_t row) {
    if (const auto id = references_->text(row)) by_stem_.emplace(name_of(stem_of(*id)), row);
  });
}

std::optional<ImportAliases::Item> ImportAliases::item_by_stem(std::string_view stem) {
  read_stems();
  std::optional<Item> equal, ends_so;
  const auto [first, last] = by_stem_.equal_range(name_of(stem));
  for (auto at = first; at != last; ++at) {
    const std::string_view known = stem_of(*references_->text(at->second));
    if (!known.ends_with(stem)) continue;
    if (known.size() == stem.size())
      equal = Item{at->second, equal.has_value()};
    else if (known[known.size() - stem.size() - 1] == '/')
      ends_so = Item{at->second, ends_so.has_value()};
  }
  return equal ? equal : ends_so;
}

void ImportAliases::read_labels() {
  if (labels_read_) return;
  labels_read_ = true;
  const auto& catalog = base_->catalog();
  const Column* ids = catalog.find(storage::kAnnotations, "metadata.category_id", Type::kInt64);
  const Column* labels = catalog.find(storage::kAnnotations, "label", Type::kText);
  if (!ids || !labels) return;
  ColumnReader id(base_, ids);
  ColumnReader label(base_, labels);
  std::unordered_map<int64_t, std::map<std::string, uint64_t, std::less<>>> votes;
  for_each_row(*base_, storage::kAnnotations, [&](uint64_t row) {
    const auto category = id.integer(row);
    const auto text = label.text(row);
    if (!category || !text) return;
    auto& of_category = votes[*category];
    const auto known = of_category.find(*text);
    if (known != of_category.end())
      ++known->second;
    else
      of_category.emplace(*text, 1);
  });
  for (const auto& [category, counts] : votes) {
    uint64_t most = 0;
    for (const auto& [text, count] : counts) {
      if (count <= most) continue;
      most = count;
      labels_[category] = text;
    }
  }
}

std::optional<std::string_view> ImportAliases::label(int64_t category_id) {
  read_labels();
  const auto found = labels_.find(category_id);
  if (found == labels_.end()) return std::nullopt;
  return found->second;
}

}  // namespace cupel::exec
