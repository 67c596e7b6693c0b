#include <algorithm>

#include "engine/bind/binder.hpp"
#include "grammar/words.hpp"
#include "storage/count_names.hpp"

namespace cupel::bind {

void Binder::warn(const std::string& message, Span span, std::string suggestion) {
  if (!warned_.insert(message).second) return;
  Warning warning{message, span, std::move(suggestion)};
  if (!open_slices_.empty()) {  // the span lies in the live slice's text, not in the statement's
    warning.message = "in live slice '" + open_slices_.back() + "': " + message;
    warning.span = std::nullopt;
    warning.suggestion.clear();
  }
  warnings_.push_back(std::move(warning));
}

std::string Binder::near(const std::string& word,
                         const std::vector<std::string>& candidates) const {
  const std::vector<std::string> found = grammar::near_words(word, candidates, 1);
  return found.empty() ? std::string() : found.front();
}

void Binder::unknown(const std::string& what, const std::string& name, Span span,
                     const std::vector<std::string>& candidates, const std::string& none) const {
  constexpr size_t kShown = 5;
  std::string message = "there is no " + what + " '" + name + "'";
  if (candidates.empty()) {
    message += "; " + none;
  } else {
    message += candidates.size() == 1 ? "; there is " : "; there are ";
    for (size_t i = 0; i < candidates.size() && i < kShown; ++i)
      message += (i == 0 ? "'" : ", '") + candidates[i] + "'";
    if (candidates.size() > kShown)
      message += " and " + std::to_string(candidates.size() - kShown) + " more";
  }
  const std::string nearest = near(name, candidates);
  throw Error(ErrorCode::kName, message, span, nearest.empty() ? nearest : dotted_name(nearest));
}

std::vector<std::string> Binder::column_names(TableId table, std::string_view prefix) const {
  std::vector<std::string> names;
  for (const ColumnId id : catalog_.columns(table)) {
    const std::string& name = catalog_.column(id).name;
    if (name.starts_with(prefix)) names.push_back(name.substr(prefix.size()));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<std::string> Binder::labels_of(TableId table) const {
  std::vector<std::string> labels;
  for (const storage::CountedLabel& counted : storage::counted_labels(catalog_, table))
    labels.push_back(counted.label);
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  return labels;
}

bool Binder::has_taxonomy(TableId table, std::string_view name) const {
  const storage::Column* column = catalog_.find(table, "taxonomy", Type::kText);
  return column != nullptr && scope_.snapshot->dictionary(column->id)->find(name).has_value();
}

void Binder::count_term(Span span) {
  if (++terms_ > kMaxTerms)
    throw Error(ErrorCode::kLimit,
                "a condition has at most 10,000 comparisons; use IN (…) or a slice for more", span);
}

}  // namespace cupel::bind
