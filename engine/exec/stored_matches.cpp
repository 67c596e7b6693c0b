#include "engine/exec/stored_matches.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/exec/outcome_columns.hpp"
#include "engine/exec/waves.hpp"
#include "engine/plan/evaluation_record.hpp"

namespace cupel::exec {
namespace {

using evaluate::ErrorKind;
using evaluate::Outcome;
using storage::Column;
using storage::TableId;

template <typename Word>
Word word_from(std::string_view text, Word last) {
  for (int w = 1; w <= static_cast<int>(last); ++w)
    if (text == word_of(static_cast<Word>(w))) return static_cast<Word>(w);
  return {};
}

/// Texts as the words of an enumeration, whose first value stands for none.
template <typename Word>
std::vector<Word> words_of(const Vector& texts, Word last) {
  std::vector<Word> by_code;
  if (texts.dictionary)
    for (uint32_t code = 0; code < texts.dictionary->size(); ++code)
      by_code.push_back(word_from(texts.dictionary->text(code), last));
  std::vector<Word> out(texts.size);
  for (size_t i = 0; i < texts.size; ++i)
    if (texts.present(i))
      out[i] = texts.dictionary ? by_code[texts.codes[i]] : word_from(texts.texts[i], last);
  return out;
}

template <typename T, typename From>
std::vector<T> values_of(const Vector& vector, const std::vector<From>& values, T missing) {
  std::vector<T> out(vector.size, missing);
  for (size_t i = 0; i < vector.size; ++i)
    if (vector.present(i)) out[i] = static_cast<T>(values[i]);
  return out;
}
std::vector<int64_t> integers_of(const Vector& vector, int64_t missing) {
  return values_of(vector, vector.integers, missing);
}
std::vector<double> reals_of(const Vector& vector, double missing) {
  return values_of(vector, vector.numbers, missing);
}

/// The rows of a chunk that belong to the groups' items.
struct Rows {
  std::vector<uint32_t> rows, group;
  std::vector<uint64_t> item;
};

class ChunkReader {
 public:
  ChunkReader(TableId table, const ItemGroups& groups, const Context& context)
      : table_(table), groups_(groups), context_(context) {
    item_ = context.snapshot->catalog().find(table, "$item", Type::kInt64);
  }

  Rows choose(uint32_t chunk) const {
    Rows chosen;
    const storage::ChunkPtr items =
        item_ == nullptr ? nullptr : context_.snapshot->chunk(item_->id, chunk);
    if (!items || !items->has_range || !groups_.items.any(items->min_integer, items->max_integer))
      return chosen;
    context_.chunks_read.fetch_add(1, std::memory_order_relaxed);
    const std::vector<uint32_t> visible = rows_of(context_.snapshot->visible(table_, chunk));
    const Vector ordinals = gather_column(*context_.snapshot, *item_, items, visible);
    for (size_t i = 0; i < visible.size(); ++i) {
      if (!ordinals.present(i)) continue;
      const auto item = static_cast<uint64_t>(ordinals.integers[i]);
      const uint32_t group = groups_.of(item);
      if (group == ItemGroups::kNoGroup) continue;
      chosen.rows.push_back(visible[i]);
      chosen.group.push_back(group);
      chosen.item.push_back(item);
    }
    return chosen;
  }

  Vector gather(const std::string& name, Type type, uint32_t chunk, const Rows& rows) const {
    const Column* column = context_.snapshot->catalog().find(table_, name, type);
    if (column == nullptr) return Vector::missing(type, rows.rows.size());
    return gather_column(*context_.snapshot, *column, context_.snapshot->chunk(column->id, chunk),
                         rows.rows);
  }

 private:
  TableId table_;
  const ItemGroups& groups_;
  const Context& context_;
  const Column* item_ = nullptr;
};

template <typename T>
void keep(std::vector<T>& values, const std::vector<uint8_t>& kept) {
  if (values.empty()) return;
  size_t to = 0;
  for (size_t i = 0; i < kept.size(); ++i)
    if (kept[i] != 0) values[to++] = std::move(values[i]);
  values.resize(to);
}

template <typename T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

/// The order that puts entries group by group; empty when there is nothing to do.
std::vector<uint64_t> order_by_group(const std::vector<uint32_t>& group, size_t groups,
                                     std::vector<uint64_t>& first) {
  first.assign(groups + 1, 0);
  for (const uint32_t g : group) ++first[g + 1];
  std::partial_sum(first.begin(), first.end(), first.begin());
  if (std::is_sorted(group.begin(), group.end())) return {};
  std::vector<uint64_t> next(first.begin(), first.end() - 1);
  std::vector<uint64_t> order(group.size());
  for (size_t i = 0; i < group.size(); ++i) order[next[group[i]]++] = i;
  return order;
}

template <typename T>
void arrange(std::vector<T>& values, const std::vector<uint64_t>& order) {
  if (values.empty() || order.empty()) return;
  std::vector<T> arranged(values.size());
  for (size_t i = 0; i < order.size(); ++i) arranged[i] = values[order[i]];
  values.swap(arranged);
}

struct PredictionPart {
  std::vector<uint32_t> group;
  StoredPredictions values;
  Vector label, matched_label;
  std::vector<uint8_t> kept;
};

PredictionPart read_part(const ChunkReader& reader, uint32_t chunk, const MatchParts& parts) {
  PredictionPart part;
  Rows rows = reader.choose(chunk);
  if (rows.rows.empty()) return part;
  StoredPredictions& values = part.values;
  const auto texts = [&](const char* name) {
    return reader.gather(name, Type::kText, chunk, rows);
  };
  const auto integers = [&](const char* name, int64_t missing) {
    return integers_of(reader.gather(name, Type::kInt64, chunk, rows), missing);
  };
  const auto reals = [&](const char* name, double missing) {
    return reals_of(reader.gather(name, Type::kFloat64, chunk, rows), missing);
  };
  values.outcome = words_of(texts(plan::kOutcome), Outcome::kIgnored);
  values.confidence = reals("confidence", 1);
  part.label = texts("label");
  if (parts.partners) part.matched_label = texts(plan::kMatchedLabel);
  if (parts.errors) values.error = words_of(texts(plan::kErrorKind), ErrorKind::kMissed);
  if (parts.items) values.item = std::move(rows.item);
  if (parts.pairs) {
    values.iou = reals(plan::kIou, -1);
    values.paired.resize(rows.rows.size());
    const std::vector<int64_t> paired = integers(plan::kPaired, 0);
    for (size_t i = 0; i < paired.size(); ++i) values.paired[i] = paired[i] == 1 ? 1 : 0;
  }
  if (parts.bits) {
    values.matched = integers(plan::kCocoMatched, 0);
    values.ignored = integers(plan::kCocoIgnored, 0);
    values.rank = integers(plan::kCocoRank, -1);
  }
  part.group = std::move(rows.group);
  part.kept.resize(part.group.size());
  for (size_t i = 0; i < part.kept.size(); ++i)
    part.kept[i] =
        values.outcome[i] != Outcome::kNone || (parts.bits && values.rank[i] >= 0) ? 1 : 0;
  return part;
}

template <typename Values, typename F>
void for_each_array(Values& values, F&& f) {
  f(values.item);
  f(values.label);
  f(values.outcome);
  f(values.error);
  if constexpr (requires { values.rank; }) {
    f(values.matched_label);
    f(values.confidence);
    f(values.iou);
    f(values.paired);
    f(values.matched);
    f(values.ignored);
    f(values.rank);
  } else {
    f(values.row);
    f(values.area);
  }
}

/// Appends the kept entries of a part to what is there.
template <typename Values>
void add(Values& to, std::vector<uint32_t>& to_group, Values from, std::vector<uint32_t> group,
         const std::vector<uint8_t>& kept) {
  keep(group, kept);
  append(to_group, group);
  std::vector<const void*> sources;
  for_each_array(from, [&](auto& array) {
    keep(array, kept);
    sources.push_back(&array);
  });
  size_t next = 0;
  for_each_array(to, [&](auto& array) {
    append(array, *static_cast<const std::decay_t<decltype(array)>*>(sources[next++]));
  });
}

template <typename Values>
void group_values(Values& values, const std::vector<uint32_t>& group, size_t groups) {
  const std::vector<uint64_t> order = order_by_group(group, groups, values.first);
  for_each_array(values, [&](auto& array) { arrange(array, order); });
}

}  // namespace

StoredPredictions read_predictions(const storage::Run& run, const ItemGroups& groups,
                                   const MatchParts& parts, TextNumbers& labels,
                                   const Context& context) {
  const ChunkReader reader(run.table, groups, context);
  StoredPredictions out;
  std::vector<uint32_t> group;
  NumberedTexts label(labels);
  NumberedTexts matched(labels);
  in_order(
      context, context.snapshot->catalog().chunk_count(run.table),
      [&](size_t chunk) { return read_part(reader, static_cast<uint32_t>(chunk), parts); },
      [&](size_t, PredictionPart part) {
        context.reserve(part.group.size() * (parts.bits ? 64 : 32));
        label.append(part.label, part.values.label);
        if (parts.partners) matched.append(part.matched_label, part.values.matched_label);
        add(out, group, std::move(part.values), std::move(part.group), part.kept);
      });
  group_values(out, group, groups.size());
  return out;
}

StoredTruth read_truth(const storage::Run& run, const ItemGroups& groups, const MatchParts& parts,
                       TextNumbers& labels, const Context& context) {
  struct Part {
    std::vector<uint32_t> group;
    StoredTruth values;
    Vector label;
    std::vector<uint8_t> kept;
  };
  const ChunkReader reader(storage::kAnnotations, groups, context);
  const auto column = [&](const char* field) { return plan::annotation_column(field, run.name); };
  const auto read = [&](size_t number) {
    const auto chunk = static_cast<uint32_t>(number);
    Part part;
    Rows rows = reader.choose(chunk);
    if (rows.rows.empty()) return part;
    const auto texts = [&](const std::string& name) {
      return reader.gather(name, Type::kText, chunk, rows);
    };
    part.values.outcome = words_of(texts(column(plan::kOutcome)), Outcome::kIgnored);
    part.label = texts("label");
    if (parts.errors)
      part.values.error = words_of(texts(column(plan::kErrorKind)), ErrorKind::kMissed);
    if (parts.items) part.values.item = std::move(rows.item);
    if (parts.rows)
      for (const uint32_t row : rows.rows)
        part.values.row.push_back(number * context.snapshot->catalog().chunk_rows + row);
    if (parts.bits) {
      const Vector areas = reader.gather(column(plan::kCocoArea), Type::kInt64, chunk, rows);
      part.values.area = values_of(areas, areas.integers, StoredTruth::kNoArea);
    }
    part.group = std::move(rows.group);
    for (const Outcome outcome : part.values.outcome)
      part.kept.push_back(outcome != Outcome::kNone ? 1 : 0);
    return part;
  };
  StoredTruth out;
  std::vector<uint32_t> group;
  NumberedTexts label(labels);
  in_order(context, context.snapshot->catalog().chunk_count(storage::kAnnotations), read,
           [&](size_t, Part part) {
             context.reserve(part.group.size() * 16);
             label.append(part.label, part.values.label);
             add(out, group, std::move(part.values), std::move(part.group), part.kept);
           });
  group_values(out, group, groups.size());
  return out;
}

}  // namespace cupel::exec
