#include "engine/io/csv_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "cupel/error.hpp"
#include "engine/io/analysis_fields.hpp"
#include "storage/catalog.hpp"

namespace cupel::io {
namespace {

/// Whether quotes stand only around whole segments, as in `metadata."a.b".c`.
bool is_path(std::string_view name) {
  size_t at = 0;
  for (;;) {
    if (at < name.size() && name[at] == '"') {
      size_t end = name.find('"', at + 1);
      while (end != std::string_view::npos && end + 1 < name.size() && name[end + 1] == '"')
        end = name.find('"', end + 2);
      if (end == std::string_view::npos) return false;
      at = end + 1;
      if (at < name.size() && name[at] != '.') return false;
    } else {
      const size_t end = std::min(name.find('.', at), name.size());
      if (name.substr(at, end - at).find('"') != std::string_view::npos) return false;
      at = end;
    }
    if (at == name.size()) return true;
    ++at;
  }
}

template <typename List, typename Element>
bool contains(const List& list, const Element& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

std::string path_of(const std::string& name, bool objects) {
  if (!is_path(name)) return "metadata." + storage::quote_segment(name);
  const std::vector<std::string> segments = storage::split_path(name);
  const std::string& root = segments.front();
  const bool nested = segments.size() > 1;
  const bool own = (nested && root == "metadata") ||
                   (objects && nested && root == "class_pdf") ||
                   (objects ? contains(kObjectAnalyses, root)
                            : nested && contains(kItemAnalyses, root));
  const std::string path = storage::join_path(segments);
  return own ? path : "metadata." + path;
}

}  // namespace

CsvFields::CsvFields(const CsvHeader& header, const std::vector<size_t>& taken, bool objects,
                     const std::string& file, FieldNames& names) {
  std::unordered_map<uint32_t, std::string> known;
  for (size_t i = 0; i < header.size(); ++i) {
    if (contains(taken, i)) continue;
    const std::string& name = header.name(i);
    if (name.empty()) {
      ++nameless_;
      continue;
    }
    const std::string path = path_of(name, objects);
    const uint32_t id = names.id(path);
    const auto [first, is_new] = known.emplace(id, name);
    if (!is_new) {
      throw Error(ErrorCode::kConstraint,
                  fmt::format("{}:1: the columns \"{}\" and \"{}\" are both {}", file,
                              first->second, name, path));
    }
    columns_.push_back({i, name, id, objects && path.starts_with("class_pdf."), {}});
  }
}

void CsvFields::count(const CsvRecord& record) {
  for (Column& column : columns_) column.counts.count(record.cells[column.index], record.line);
}

void CsvFields::settle_types() {
  for (Column& column : columns_) column.type = column.counts.type();
}

std::vector<std::string> CsvFields::surprises() const {
  std::vector<std::string> sentences;
  for (const Column& column : columns_) {
    const std::string why = column.counts.surprise();
    if (!why.empty()) sentences.push_back(fmt::format("the column \"{}\" {}", column.name, why));
  }
  return sentences;
}

void CsvFields::collect(const CsvRecord& record, bool guard, std::vector<Field>& fields) const {
  fields.clear();
  for (const Column& column : columns_) {
    const CsvCell& cell = record.cells[column.index];
    if (column.number) {
      if (const auto number = number_of(cell, column.name)) fields.push_back({column.path, *number});
      continue;
    }
    const std::optional<Scalar> value = CsvColumnType::value(column.type, cell);
    if (!value) continue;
    const auto* text = std::get_if<std::string_view>(&*value);
    fields.push_back({column.path, text != nullptr && guard ? Scalar(unguarded(*text)) : *value});
  }
}

}  // namespace cupel::io
