#include "engine/exec/embedding_import.hpp"

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <vector>

#include "engine/exec/embedding_rows.hpp"
#include "engine/exec/labeling_rows.hpp"
#include "engine/io/float_spool.hpp"
#include "engine/io/npy.hpp"
#include "engine/io/read_embeddings.hpp"
#include "engine/io/text_list.hpp"
#include "engine/plan/embedding_sets.hpp"

namespace cupel::exec {
namespace {

using storage::kItems;

constexpr size_t kNamedIds = 5;
constexpr auto kProgressInterval = std::chrono::milliseconds(100);

/// Ids in the order of a matrix' rows; `place(i)` begins a sentence about one: "ids.txt:3".
struct Ids {
  std::vector<std::string> texts;
  std::function<std::string(size_t)> place;
};

std::string_view id_in_words(storage::TableId table) {
  return table == kItems ? "reference_id" : "annotation_id or reference_id/annotation_id";
}

[[noreturn]] void refuse_unknown(const Ids& ids, const std::vector<FoundRow>& found,
                                 const EmbeddingTarget& target, const Context& context) {
  std::optional<size_t> first;
  uint64_t others = 0;
  std::string named;
  for (size_t i = 0; i < found.size(); ++i) {
    if (found[i].row) continue;
    if (!first) {
      first = i;
      continue;
    }
    if (++others < kNamedIds) named += fmt::format("{}'{}'", others == 1 ? "" : ", ", ids.texts[i]);
  }
  std::string message =
      ids.place(*first) + ": " +
      not_found_text(context.snapshot, target.table, ids.texts[*first], found[*first]);
  if (others != 0)
    message += fmt::format(", and {} more of the file name no row: {}{}", others, named,
                           others < kNamedIds ? "" : ", …");
  if (found[*first].matches == 0)
    message += fmt::format("; import the {} first, or leave {} out",
                           target.table == kItems ? "items" : "objects",
                           others == 0 ? "the vector" : "these vectors");
  throw Error(ErrorCode::kName, message);
}

std::vector<uint64_t> named_rows(const Ids& ids, const EmbeddingTarget& target,
                                 const Context& context) {
  context.reserve(ids.texts.size() * 100);  // a look-up of all of them
  const std::vector<FoundRow> found =
      find_rows(context.snapshot, target.table, ids.texts, [&] { context.poll(); });
  std::vector<uint64_t> rows;
  rows.reserve(found.size());
  for (const FoundRow& match : found) {
    if (!match.row) refuse_unknown(ids, found, target, context);
    rows.push_back(*match.row);
  }
  return rows;
}

/// The live rows of the table, which must be as many as the matrix has.
std::vector<uint64_t> rows_in_order(const VectorMatrix& matrix, const EmbeddingTarget& target,
                                    std::string_view how, const Context& context) {
  const storage::Catalog& catalog = context.snapshot->catalog();
  const uint64_t live = catalog.live_rows(target.table);
  if (live != matrix.rows)
    throw Error(ErrorCode::kConstraint,
                fmt::format("{}: {} rows, but there are {} {}; {}", matrix.name, matrix.rows, live,
                            plan::source_text(catalog, target.table), how));
  context.reserve(live * sizeof(uint64_t));
  std::vector<uint64_t> rows;
  rows.reserve(live);
  for_each_visible(*context.snapshot, target.table, context,
                   [&](uint64_t row) { rows.push_back(row); });
  return rows;
}

void require_matrix(const io::NpyFile& npy) {
  const io::NpyHeader& header = npy.header();
  const std::string& path = npy.file().path();
  if (header.dimensions != 2)
    throw Error(ErrorCode::kType,
                fmt::format("{} is a list of {} numbers; embeddings are a matrix with a vector in "
                            "each row",
                            path, header.rows));
  if (header.type > io::NpyType::kFloat64)
    throw Error(ErrorCode::kType,
                fmt::format("{} holds {}; embeddings are float16, float32 or float64", path,
                            io::to_string(header.type)));
  if (header.rows == 0 || header.columns == 0)
    throw Error(ErrorCode::kConstraint,
                fmt::format("{} has {} rows and {} columns; there is nothing in it", path,
                            header.rows, header.columns));
  if (header.columns > plan::kMaxEmbeddingWidth)
    throw Error(ErrorCode::kLimit,
                fmt::format("{} has {} columns; an embedding has at most {} numbers", path,
                            header.columns, plan::kMaxEmbeddingWidth));
}

VectorMatrix matrix_of(const io::NpyFile& npy) {
  const io::NpyHeader& header = npy.header();
  const storage::Element element = header.type == io::NpyType::kFloat16 ? storage::Element::kFloat16
                                   : header.type == io::NpyType::kFloat32
                                       ? storage::Element::kFloat32
                                       : storage::Element::kFloat64;
  return {element, static_cast<uint32_t>(header.columns), header.rows, npy.data(),
          npy.file().path()};
}

EmbeddingImport import_npy(storage::Transaction& transaction, const EmbeddingFile& file,
                           const EmbeddingTarget& target, const Context& context) {
  const io::NpyFile npy(file.file);
  require_matrix(npy);
  const VectorMatrix matrix = matrix_of(npy);
  require_storable(transaction.catalog(), matrix, target, context);
  std::vector<uint64_t> rows;
  if (file.ids) {
    Ids ids{io::read_text_list(*file.ids, [&] { context.poll(); }),
            [&](size_t i) { return fmt::format("{}:{}", file.ids->string(), i + 1); }};
    if (ids.texts.size() != matrix.rows)
      throw Error(ErrorCode::kConstraint,
                  fmt::format("{} names {} rows, but {} has {}", file.ids->string(),
                              ids.texts.size(), matrix.name, matrix.rows));
    rows = named_rows(ids, target, context);
  } else {
    rows = rows_in_order(matrix, target,
                         fmt::format("IDS FROM 'ids.txt' says whose they are, one {} a line",
                                     id_in_words(target.table)),
                         context);
  }
  const WrittenEmbeddings written = write_embeddings(transaction, matrix, rows, target, context);
  npy.file().require_unchanged();
  return {written, matrix.width};
}

/// Collects the vectors of a file of JSON and whose they are.
class JsonVectors : public io::EmbeddingSink {
 public:
  explicit JsonVectors(const Context& context) : context_(context) {}

  void embedding(const io::Place& place, std::string_view id,
                 std::span<const double> values) override {
    context_.reserve(id.size() + sizeof(std::string) + sizeof(io::Place));
    ids_.emplace_back(id);
    places_.push_back(place);
    width_ = static_cast<uint32_t>(values.size());
    spool_.append(values);
  }
  void failed(const io::Place&, const std::string& sentence) override {
    throw Error(ErrorCode::kConstraint, sentence);
  }
  void progress(uint64_t done, uint64_t all) override {
    context_.poll();
    const auto now = std::chrono::steady_clock::now();
    if (!context_.progress || now < next_progress_) return;
    next_progress_ = now + kProgressInterval;
    context_.progress({"import", done, all, "bytes"});
  }

  VectorMatrix matrix(const std::string& file) {
    if (ids_.empty())
      throw Error(ErrorCode::kConstraint, fmt::format("{} holds no embeddings", file));
    return {storage::Element::kFloat32, width_, ids_.size(),
            reinterpret_cast<const std::byte*>(spool_.finish()), file};
  }
  Ids ids(const std::string& file) {
    return {std::move(ids_), [this, file](size_t i) { return io::describe(file, places_[i]); }};
  }

 private:
  const Context& context_;
  io::FloatSpool spool_;
  std::vector<std::string> ids_;
  std::vector<io::Place> places_;
  uint32_t width_ = 0;
  std::chrono::steady_clock::time_point next_progress_{};
};

EmbeddingImport import_json(storage::Transaction& transaction, const EmbeddingFile& file,
                            const EmbeddingTarget& target, const Context& context) {
  if (file.ids)
    throw Error(ErrorCode::kUnsupported,
                fmt::format("{} says itself whose its vectors are; IDS FROM goes with an npy file",
                            file.file.string()));
  JsonVectors vectors(context);
  io::read_embeddings(
      file.file,
      target.table == kItems ? io::EmbeddingKey::kReferenceId : io::EmbeddingKey::kAnnotationId, {},
      vectors);
  const VectorMatrix matrix = vectors.matrix(file.file.string());
  require_storable(transaction.catalog(), matrix, target, context);
  const std::vector<uint64_t> rows = named_rows(vectors.ids(matrix.name), target, context);
  return {write_embeddings(transaction, matrix, rows, target, context), matrix.width};
}

bool is_npy(const std::filesystem::path& file) {
  if (file.extension() == ".npy") return true;
  const io::MappedFile mapped(file);
  return mapped.bytes().starts_with("\x93NUMPY");
}

}  // namespace

EmbeddingImport import_embeddings(storage::Transaction& transaction, const EmbeddingFile& file,
                                  const EmbeddingTarget& target, const Context& context) {
  return is_npy(file.file) ? import_npy(transaction, file, target, context)
                           : import_json(transaction, file, target, context);
}

EmbeddingImport append_embeddings(storage::Transaction& transaction,
                                  std::span<const std::string_view> ids, uint32_t width,
                                  std::span<const float> vectors, const EmbeddingTarget& target,
                                  const Context& context) {
  if (width == 0 || vectors.size() % width != 0)
    throw Error(ErrorCode::kConstraint,
                fmt::format("{} numbers are no vectors of {} each", vectors.size(), width));
  const VectorMatrix matrix{storage::Element::kFloat32, width, vectors.size() / width,
                            reinterpret_cast<const std::byte*>(vectors.data()), "the vectors"};
  require_storable(transaction.catalog(), matrix, target, context);
  std::vector<uint64_t> rows;
  if (ids.empty() && matrix.rows != 0) {
    rows = rows_in_order(matrix, target, "give their ids", context);
  } else {
    if (ids.size() != matrix.rows)
      throw Error(ErrorCode::kConstraint,
                  fmt::format("{} ids for {} vectors", ids.size(), matrix.rows));
    const Ids named{{ids.begin(), ids.end()}, [](size_t i) { return fmt::format("row {}", i); }};
    rows = named_rows(named, target, context);
  }
  return {write_embeddings(transaction, matrix, rows, target, context), width};
}

}  // namespace cupel::exec
