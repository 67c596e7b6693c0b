#include "engine/exec/probability_parts.hpp"

#include <fmt/format.h>

#include <unordered_map>

#include "engine/exec/category_labels.hpp"
#include "engine/io/text_list.hpp"
#include "storage/vectors.hpp"

namespace cupel::exec {
namespace {

using storage::SnapshotPtr;

constexpr double kSlack = 1e-6;  // a softmax in float32 may say 1.0000001

double number(learn::Half value) { return learn::to_float(value); }
double number(double value) { return value; }

[[noreturn]] void refuse(const std::string& what) { throw Error(ErrorCode::kConstraint, what); }

std::vector<uint64_t> visible_items(const Context& context) {
  const storage::Snapshot& snapshot = *context.snapshot;
  const storage::Catalog& catalog = snapshot.catalog();
  std::vector<uint64_t> items;
  items.reserve(catalog.live_rows(storage::kItems));
  for (uint32_t chunk = 0; chunk < catalog.chunk_count(storage::kItems); ++chunk) {
    context.poll();
    const uint64_t first = uint64_t{chunk} * catalog.chunk_rows;
    snapshot.visible(storage::kItems, chunk).for_each([&](uint32_t row) {
      items.push_back(first + row);
    });
  }
  return items;
}

/// Calls `f(reference_id, item)` for each visible item.
template <typename F>
void for_each_reference(const Context& context, F&& f) {
  const SnapshotPtr& snapshot = context.snapshot;
  const storage::Catalog& catalog = snapshot->catalog();
  TextClasses references(snapshot, catalog.find(storage::kItems, "reference_id", Type::kText), {});
  for (uint32_t chunk = 0; chunk < catalog.chunk_count(storage::kItems); ++chunk) {
    context.poll();
    references.seek(chunk);
    snapshot->visible(storage::kItems, chunk).for_each([&](uint32_t row) {
      if (references.at(row) != TextClasses::kMissing)
        f(references.text(row), uint64_t{chunk} * catalog.chunk_rows + row);
    });
  }
}

/// The items that a list names, in its order. The list is hashed, not the items: it is no longer
/// than they are.
std::vector<uint64_t> named_items(const std::string& path, const std::vector<std::string>& ids,
                                  const Context& context) {
  std::unordered_map<std::string_view, size_t> lines;
  context.reserve(ids.size() * 64);
  lines.reserve(ids.size());
  for (size_t line = 0; line < ids.size(); ++line) {
    const auto [known, is_new] = lines.emplace(ids[line], line);
    if (!is_new)
      refuse(fmt::format("{}:{}: '{}' stands in line {} already; a row belongs to one item", path,
                         line + 1, ids[line], known->second + 1));
  }
  std::vector<uint64_t> items(ids.size(), kNoItem);
  for_each_reference(context, [&](std::string_view reference, uint64_t item) {
    const auto found = lines.find(reference);
    if (found != lines.end()) items[found->second] = item;
  });
  for (size_t line = 0; line < ids.size(); ++line)
    if (items[line] == kNoItem)
      throw Error(ErrorCode::kName,
                  fmt::format("{}:{}: there is no item '{}'; import the items first, or leave the "
                              "row out",
                              path, line + 1, ids[line]));
  return items;
}

void check_classes(const std::string& path, const std::vector<std::string>& classes) {
  std::unordered_map<std::string_view, size_t> lines;
  for (size_t line = 0; line < classes.size(); ++line) {
    const auto [known, is_new] = lines.emplace(classes[line], line);
    if (!is_new)
      refuse(
          fmt::format("{}:{}: class '{}' stands in line {} already; each column has a label of "
                      "its own",
                      path, line + 1, classes[line], known->second + 1));
  }
}

}  // namespace

void require_probabilities(const io::NpyFile& file) {
  const io::NpyHeader& header = file.header();
  const std::string& path = file.file().path();
  if (header.dimensions != 2)
    throw Error(ErrorCode::kType,
                fmt::format("{} is a list of {} numbers; probabilities are a matrix with a row for "
                            "each item and a column for each class",
                            path, header.rows));
  if (header.type > io::NpyType::kFloat64)
    throw Error(ErrorCode::kType,
                fmt::format("{} holds {}; probabilities are float16, float32 or float64", path,
                            io::to_string(header.type)));
  if (header.rows == 0 || header.columns == 0)
    refuse(fmt::format("{} has {} rows and {} columns; there is nothing in it", path, header.rows,
                       header.columns));
  if (header.columns > storage::kMaxVectorWidth)
    throw Error(ErrorCode::kLimit, fmt::format("{} has {} columns; at most {} classes can be held",
                                               path, header.columns, storage::kMaxVectorWidth));
}

storage::Element element_of(io::NpyType type) {
  switch (type) {
    case io::NpyType::kFloat16: return storage::Element::kFloat16;
    case io::NpyType::kFloat32: return storage::Element::kFloat32;
    default: return storage::Element::kFloat64;
  }
}

std::vector<std::string> class_names(const ProbabilityFile& file, uint64_t columns,
                                     const Context& context) {
  if (file.classes) {
    std::vector<std::string> classes = io::read_text_list(*file.classes, [&] { context.poll(); });
    if (classes.size() != columns)
      refuse(fmt::format("{} names {} classes, but {} has {} columns", file.classes->string(),
                         classes.size(), file.file.string(), columns));
    check_classes(file.classes->string(), classes);
    return classes;
  }
  const bool all = file.taxonomy.empty();
  std::vector<std::string> classes =
      all ? labels_of_annotations(context.snapshot, context)
          : labels_in_taxonomy(context.snapshot, file.taxonomy, context);
  if (classes.size() != columns)
    refuse(fmt::format(
        "{} has {} columns, but {} {} labels: CLASSES FROM 'classes.txt' names the "
        "columns, one label a line",
        file.file.string(), columns,
        all ? std::string("the annotations have") : fmt::format("taxonomy '{}' has", file.taxonomy),
        classes.size()));
  return classes;
}

std::vector<uint64_t> row_items(const ProbabilityFile& file, uint64_t rows,
                                const Context& context) {
  context.reserve(rows * sizeof(uint64_t));
  if (file.ids) {
    const std::vector<std::string> ids = io::read_text_list(*file.ids, [&] { context.poll(); });
    if (ids.size() != rows)
      refuse(fmt::format("{} names {} items, but {} has {} rows", file.ids->string(), ids.size(),
                         file.file.string(), rows));
    return named_items(file.ids->string(), ids, context);
  }
  const uint64_t items = context.snapshot->catalog().live_rows(storage::kItems);
  if (items != rows)
    refuse(
        fmt::format("{} has {} rows, but there are {} items: IDS FROM 'ids.txt' says whose they "
                    "are, one reference_id a line",
                    file.file.string(), rows, items));
  return visible_items(context);
}

template <typename T>
void check_probabilities(const std::string& file, uint64_t row, const T* numbers, size_t columns) {
  bool sound = true;
  for (size_t j = 0; j < columns; ++j) {
    const double p = number(numbers[j]);
    sound &= p >= -kSlack && p <= 1 + kSlack;  // false for NaN
  }
  if (sound) return;
  for (size_t j = 0; j < columns; ++j) {
    const double p = number(numbers[j]);
    if (p >= -kSlack && p <= 1 + kSlack) continue;
    refuse(
        fmt::format("row {}, column {} of {} (from 0) holds {}, which is no probability between "
                    "0 and 1",
                    row, j, file, p));
  }
}
template void check_probabilities(const std::string&, uint64_t, const learn::Half*, size_t);
template void check_probabilities(const std::string&, uint64_t, const float*, size_t);
template void check_probabilities(const std::string&, uint64_t, const double*, size_t);

}  // namespace cupel::exec
