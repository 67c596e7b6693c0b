#include "tests/crash/workload.hpp"

#include <fmt/format.h>

#include <cstring>
#include <fstream>
#include <random>
#include <vector>

#include "storage/dataset.hpp"

namespace cupel::crash {
namespace {

constexpr int64_t kGroups = 5;
constexpr uint64_t kSliceNames = 3;
constexpr uint64_t kEmbeddingNames = 2;
constexpr uint32_t kWidth = 1500;  // few rows a block, so that a statement writes several

enum class Kind {
  kImportItems,
  kImportAnnotations,
  kUpdateItems,
  kUpdateLabels,
  kDeleteItems,
  kDeleteAnnotations,
  kCreateSlice,
  kDropSlice,
  kImportEmbeddings,
  kDropEmbeddings
};

/// One statement, decided by its number.
struct Step {
  Kind kind = Kind::kImportItems;
  uint64_t number = 0;
  int64_t group = 0;
  uint64_t rows = 0;
  std::string slice;
  std::string embeddings;
};

Step step_of(uint64_t seed, uint64_t n) {
  std::mt19937_64 random(seed * 1'000'003 + n);
  static constexpr Kind kMix[] = {
      Kind::kImportItems,       Kind::kImportItems,       Kind::kImportAnnotations,
      Kind::kImportAnnotations, Kind::kImportAnnotations, Kind::kUpdateItems,
      Kind::kUpdateItems,       Kind::kUpdateLabels,      Kind::kDeleteItems,
      Kind::kDeleteAnnotations, Kind::kCreateSlice,       Kind::kDropSlice,
      Kind::kImportEmbeddings,  Kind::kImportEmbeddings,  Kind::kImportEmbeddings,
      Kind::kDropEmbeddings};
  Step step;
  step.kind = n == 0 ? Kind::kImportItems : kMix[random() % std::size(kMix)];
  step.number = n;
  step.group = static_cast<int64_t>(random() % kGroups);
  step.rows = 1 + random() % 400;
  step.slice = fmt::format("s{}", random() % kSliceNames);
  step.embeddings = fmt::format("e{}", random() % kEmbeddingNames);
  return step;
}

std::string item_name(uint64_t n, uint64_t k) { return fmt::format("i{}_{}", n, k); }

/// Annotations go to items of the last imports; those that are gone are skipped as failures.
std::string target_item(uint64_t n, uint64_t k) { return item_name(n - n % 4, k % 37); }

std::string label_of(uint64_t k) {
  return k % 3 == 0 ? "car" : k % 3 == 1 ? "truck" : "traffic light";
}

std::string write_items(const std::string& directory, const Step& step) {
  const std::string path = fmt::format("{}/items{}.jsonl", directory, step.number);
  std::ofstream file(path);
  for (uint64_t k = 0; k < step.rows; ++k)
    file << fmt::format(R"({{"reference_id":"{}","metadata":{{"group":{},"version":{}}}}})",
                        item_name(step.number, k), k % kGroups, step.number)
         << "\n";
  return path;
}

std::string write_annotations(const std::string& directory, const Step& step) {
  const std::string path = fmt::format("{}/annotations{}.jsonl", directory, step.number);
  std::ofstream file(path);
  for (uint64_t k = 0; k < step.rows; ++k)
    file << fmt::format(R"({{"reference_id":"{}","annotation_id":"a{}_{}","label":"{}",)"
                        R"("geometry":{{"x":{},"y":1,"width":10,"height":20}}}})",
                        target_item(step.number, k), step.number, k, label_of(k), k)
         << "\n";
  return path;
}

bool replaces_vectors(const Step& step) { return step.number % 2 == 0; }

/// Vectors for the items of the step's group, which there must be: the number of the statement,
/// then ones.
std::string write_vectors(Session& session, const std::string& directory, const Step& step) {
  const Table items =
      session.execute(fmt::format("SELECT reference_id WHERE metadata.group = {}", step.group))
          .value();
  const std::string path = fmt::format("{}/vectors{}.npy", directory, step.number);
  std::string header = fmt::format(
      "{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", items.rows(), kWidth);
  header.resize(118, ' ');
  std::ofstream file(path, std::ios::binary);
  std::ofstream ids(path + ".txt");
  file.write("\x93NUMPY\x01\x00\x76\x00", 10);
  file << header;
  std::vector<float> vector(kWidth, 1.0F);
  vector[0] = static_cast<float>(step.number);
  for (size_t row = 0; row < items.rows(); ++row) {
    file.write(reinterpret_cast<const char*>(vector.data()), kWidth * sizeof(float));
    ids << items.value(row, 0).as_text() << "\n";
  }
  return path;
}

std::string statement_of(Session& session, const std::string& directory, const Step& step) {
  switch (step.kind) {
    case Kind::kImportItems:
      return fmt::format("IMPORT ITEMS FROM '{}'", write_items(directory, step));
    case Kind::kImportAnnotations:
      return fmt::format("IMPORT ANNOTATIONS FROM '{}' ON ERROR SKIP",
                         write_annotations(directory, step));
    case Kind::kUpdateItems:
      return fmt::format("UPDATE items SET metadata.version = {} WHERE metadata.group = {}",
                         step.number, step.group);
    case Kind::kUpdateLabels:
      return fmt::format(
          "UPDATE annotations SET label = bus WHERE label = car AND item.metadata.group = {}",
          step.group);
    case Kind::kDeleteItems:
      return fmt::format("DELETE FROM items WHERE metadata.group = {} AND annotations.truck > 2",
                         step.group);
    case Kind::kDeleteAnnotations:
      return fmt::format("DELETE FROM annotations WHERE label = bus AND item.metadata.group = {}",
                         step.group);
    case Kind::kCreateSlice:
      return fmt::format("CREATE SLICE {} AS metadata.group = {}", step.slice, step.group);
    case Kind::kDropSlice: return fmt::format("DROP SLICE {}", step.slice);
    case Kind::kImportEmbeddings: {
      const std::string path = write_vectors(session, directory, step);
      return fmt::format("IMPORT EMBEDDINGS FROM '{0}' AS {1} IDS FROM '{0}.txt'{2}", path,
                         step.embeddings, replaces_vectors(step) ? " UPDATE" : "");
    }
    case Kind::kDropEmbeddings: return fmt::format("DROP EMBEDDINGS {}", step.embeddings);
  }
  return {};
}

}  // namespace

void Model::apply(uint64_t seed, uint64_t n) {
  const Step step = step_of(seed, n);
  const auto in_group = [&](const std::string& item) { return items.at(item).group == step.group; };
  switch (step.kind) {
    case Kind::kImportItems:
      for (uint64_t k = 0; k < step.rows; ++k)
        items[item_name(n, k)] = {static_cast<int64_t>(k % kGroups), static_cast<int64_t>(n)};
      return;
    case Kind::kImportAnnotations:
      for (uint64_t k = 0; k < step.rows; ++k)
        if (items.contains(target_item(n, k)))
          annotations[fmt::format("a{}_{}", n, k)] = {target_item(n, k), label_of(k)};
      return;
    case Kind::kUpdateItems:
      for (auto& [name, item] : items)
        if (item.group == step.group) item.version = static_cast<int64_t>(n);
      return;
    case Kind::kUpdateLabels:
      for (auto& [id, annotation] : annotations)
        if (annotation.label == "car" && in_group(annotation.item)) annotation.label = "bus";
      return;
    case Kind::kDeleteItems: {
      std::map<std::string, int> trucks;
      for (const auto& [id, annotation] : annotations)
        if (annotation.label == "truck") ++trucks[annotation.item];
      for (const auto& [name, count] : trucks) {
        if (count <= 2 || !in_group(name)) continue;
        const std::string& gone = name;
        items.erase(gone);
        std::erase_if(annotations, [&](const auto& entry) { return entry.second.item == gone; });
        for (auto& [slice, members] : slices) members.erase(gone);
        for (auto& [set, vectors] : embeddings) vectors.erase(gone);
      }
      return;
    }
    case Kind::kDeleteAnnotations:
      std::erase_if(annotations, [&](const auto& entry) {
        return entry.second.label == "bus" && in_group(entry.second.item);
      });
      return;
    case Kind::kCreateSlice:
      if (slices.contains(step.slice)) return;
      slices[step.slice];
      for (const auto& [name, item] : items)
        if (item.group == step.group) slices[step.slice].insert(name);
      return;
    case Kind::kDropSlice: slices.erase(step.slice); return;
    case Kind::kImportEmbeddings:
      for (const auto& [name, item] : items) {
        if (item.group != step.group) continue;
        const auto [vector, is_new] =
            embeddings[step.embeddings].emplace(name, static_cast<int64_t>(n));
        if (!is_new && replaces_vectors(step)) vector->second = static_cast<int64_t>(n);
      }
      return;
    case Kind::kDropEmbeddings: embeddings.erase(step.embeddings); return;
  }
}

Result<void> execute(Session& session, const std::string& directory, uint64_t seed, uint64_t n) {
  const Step step = step_of(seed, n);
  const Result<Table> done = session.execute(statement_of(session, directory, step));
  if (done) return {};
  // A slice that is there already, embeddings that are not, a group without items: these are
  // answers, not failures.
  const ErrorCode code = done.error().code();
  const bool about_names = step.kind == Kind::kCreateSlice || step.kind == Kind::kDropSlice ||
                           step.kind == Kind::kDropEmbeddings;
  if (about_names && (code == ErrorCode::kConflict || code == ErrorCode::kName)) return {};
  if (step.kind == Kind::kImportEmbeddings && code == ErrorCode::kConstraint) return {};
  return done.error();
}

namespace {

/// The first number of each vector of the set whose row is live, around the language.
std::map<std::string, int64_t> vectors_of(const storage::Snapshot& view,
                                          const storage::VectorSet& set) {
  std::map<std::string, int64_t> vectors;
  const storage::Catalog& catalog = view.catalog();
  const auto* ids = catalog.find(storage::kItems, "reference_id", Type::kText);
  for (uint32_t chunk = 0; chunk < catalog.chunk_count(storage::kItems); ++chunk)
    view.visible(storage::kItems, chunk).for_each([&](uint32_t in_chunk) {
      const uint64_t row = uint64_t{chunk} * catalog.chunk_rows + in_chunk;
      const auto block = view.vector_block(set.id, static_cast<uint32_t>(row / set.block_rows));
      const auto in_block = static_cast<uint32_t>(row % set.block_rows);
      if (!block || !block->has(in_block)) return;
      float number = 0;
      std::memcpy(&number, block->row(in_block), sizeof(number));
      vectors[view.value(ids->id, row).as_text()] = static_cast<int64_t>(number);
    });
  return vectors;
}

}  // namespace

Model read_back(Session& session, const std::string& database) {
  Model model;
  const auto dataset = storage::Dataset::open(database, {.read_only = true});
  const storage::SnapshotPtr view = dataset->snapshot();
  for (const auto& [key, set] : view->catalog().vector_sets())
    model.embeddings[set.name] = vectors_of(*view, set);
  const Table items =
      session.execute("SELECT reference_id, metadata.group, metadata.version").value();
  for (size_t row = 0; row < items.rows(); ++row)
    model.items[items.value(row, 0).as_text()] = {items.value(row, 1).as_int(),
                                                  items.value(row, 2).as_int()};
  const Table annotations =
      session.execute("SELECT annotation_id, item.reference_id, label FROM annotations").value();
  for (size_t row = 0; row < annotations.rows(); ++row)
    model.annotations[annotations.value(row, 0).as_text()] = {annotations.value(row, 1).as_text(),
                                                              annotations.value(row, 2).as_text()};
  const Table slices = session.execute("SHOW SLICES").value();
  for (size_t slice = 0; slice < slices.rows(); ++slice) {
    const std::string name = slices.value(slice, 0).as_text();
    auto& members = model.slices[name];
    const Table found = session.execute("SELECT reference_id WHERE slice = " + name).value();
    for (size_t row = 0; row < found.rows(); ++row) members.insert(found.value(row, 0).as_text());
  }
  return model;
}

}  // namespace cupel::crash
