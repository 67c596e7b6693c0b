#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cupel/value.hpp"

namespace cupel::storage {

/// A kind of rows. 0 is items, 1 annotations, 2 and up one per prediction run or hidden table.
using TableId = uint32_t;
inline constexpr TableId kItems = 0;
inline constexpr TableId kAnnotations = 1;
inline constexpr TableId kFirstRun = 2;

/// Columns are numbered over the whole database and never reused.
using ColumnId = uint32_t;

/// Names of columns are canonical paths: `reference_id`, `metadata.speed`, `metadata.a.b`. A
/// segment that contains a dot, a double quote or nothing is quoted (`metadata."a.b"`, quotes
/// doubled), so that a path and its segments determine each other. Names with `$` in front are
/// the program's own and invisible to users:
///   `$deleted`            bool, true for deleted rows (every table)
///   `$rest`               text, JSON of what columns cannot hold: lists, nulls, empty objects
///   `$item`               int64, the ordinal of the object's item (objects)
///   `$count:T`            int64 of items: geometric objects of table T; missing means 0
///   `$count:T:TYPE`       int64 of items: objects of that type
///   `$count:T:TYPE:LABEL` int64 of items: objects of that type and label
///   `$slice:N`            bool, true for members of the static slice with id N
struct Column {
  ColumnId id = 0;
  TableId table = 0;
  std::string name;
  Type type = Type::kInt64;
  /// Text only: values are dictionary-coded while the dictionary has room. False for columns
  /// that are distinct by nature (`reference_id`) or have proved to be.
  bool coded = false;
};

struct Run {
  TableId table = 0;
  std::string name;
};

/// A named slice. Static: members are columns `$slice:ID` of the tables concerned. Live: `query`
/// is evaluated at each use and there are no columns.
struct Slice {
  uint32_t id = 0;
  std::string name;
  bool live = false;
  bool objects = false;        ///< Members are objects, else items.
  std::string query;           ///< The query it was made from, empty for a list of references.
  int64_t created_micros = 0;  ///< Timestamp of creation, UTC.
  uint64_t generation = 0;     ///< Of the snapshot it was evaluated in.
};

/// How a component of a vector is held.
enum class Element : uint8_t { kFloat16, kFloat32, kFloat64 };
/// What the vectors of a set are.
enum class VectorUse : uint8_t { kEmbedding, kProbabilities };

/// A named set of vectors for rows of one table.
struct VectorSet {
  uint32_t id = 0;  ///< Over the whole database, never reused.
  VectorUse use = VectorUse::kEmbedding;
  std::string name;  ///< Unique among the sets of its use.
  TableId table = kItems;
  uint32_t width = 0;  ///< Components, 1 to 65,536.
  Element element = Element::kFloat32;
  uint32_t block_rows = 1;           ///< Rows of a block (vectors.hpp).
  uint64_t vectors = 0;              ///< How many rows have one.
  std::vector<std::string> classes;  ///< kProbabilities: the label of each component, else empty.
  std::string source;                ///< Where they came from, in words.
  int64_t created_micros = 0;
  uint64_t generation = 0;  ///< In which it was last written.
};

/// The most bytes of a name that users give: of a run, a slice, a set of vectors, a tag, a project,
/// a label, a metadata key.
inline constexpr size_t kMaxNameBytes = 256;
/// "a label of 300 bytes is too long: at most 256 are allowed"; nothing for a name that is not.
std::optional<std::string> too_long(std::string_view what, std::string_view name);

/// The most bytes of a document. The catalog holds them all, and every change of it is rewritten.
inline constexpr size_t kMaxDocumentBytes = size_t{64} << 20;

/// What there is, as of one generation. Immutable once published (shared by readers); a
/// transaction changes its own copy. Copying is cheap enough to do per statement.
class Catalog {
 public:
  uint64_t generation = 0;
  uint32_t chunk_rows = 65536;  ///< Fixed when the database is created.
  uint32_t next_column = 0;
  uint32_t next_slice = 1;
  uint32_t next_vectors = 1;
  TableId next_table = kFirstRun;
  std::vector<uint64_t> rows;     ///< By table: ordinals handed out (deleted ones included).
  std::vector<uint64_t> deleted;  ///< By table: how many of them are deleted.
  /// Columns whose changes are counted, and the counts so far: two moments with the same count hold
  /// the same values in the rows that both have. (New rows may count or not.)
  std::map<ColumnId, uint64_t> watched;

  uint64_t row_count(TableId table) const { return table < rows.size() ? rows[table] : 0; }
  uint64_t live_rows(TableId table) const {
    return row_count(table) - (table < deleted.size() ? deleted[table] : 0);
  }
  uint32_t chunk_count(TableId table) const {
    return static_cast<uint32_t>((row_count(table) + chunk_rows - 1) / chunk_rows);
  }

  const std::vector<Run>& runs() const { return runs_; }
  const Run* run(std::string_view name) const;
  const Run* run(TableId table) const;
  Run& add_run(std::string name);

  /// Columns of a table in order of creation.
  const std::vector<ColumnId>& columns(TableId table) const;
  const Column& column(ColumnId id) const;
  bool has(ColumnId id) const { return columns_.contains(id); }
  const Column* find(TableId table, std::string_view name, Type type) const;
  /// Every column of that name (one per type).
  std::vector<const Column*> find(TableId table, std::string_view name) const;
  Column& add_column(TableId table, std::string name, Type type, bool coded);
  Column& mutable_column(ColumnId id);
  void remove_column(ColumnId id);
  /// Every column of every table, ascending.
  std::vector<ColumnId> column_ids() const;

  const std::map<std::string, Slice>& slices() const { return slices_; }
  const Slice* slice(std::string_view name) const;
  Slice& add_slice(Slice slice);  ///< gives it an id
  void remove_slice(std::string_view name);
  void rename_slice(std::string_view from, std::string to);

  const std::map<std::pair<VectorUse, std::string>, VectorSet>& vector_sets() const {
    return vector_sets_;
  }
  const VectorSet* vectors(VectorUse use, std::string_view name) const;
  const VectorSet* vectors(uint32_t id) const;
  /// Gives it an id and its block_rows. Throws kConflict (the name is taken), kLimit (the width),
  /// kInternal (parts that do not agree).
  VectorSet& add_vectors(VectorSet set);
  VectorSet& mutable_vectors(uint32_t id);
  void remove_vectors(VectorUse use, std::string_view name);

  // Documents: texts that analyses keep under a kind and a name ("labeling_project", "p"): what
  // they were asked and what they found besides columns. Storage does not look into them.
  const std::string* document(std::string_view kind, std::string_view name) const;  ///< null: none
  std::vector<std::string> documents(std::string_view kind) const;  ///< names, sorted
  /// Throws kLimit over kMaxDocumentBytes.
  void set_document(std::string_view kind, std::string_view name, std::string text);
  void remove_document(std::string_view kind, std::string_view name);  ///< none is no error

  /// Tables of the program's own (labeling tasks, answers): like runs, but no query sees them.
  const std::vector<Run>& hidden_tables() const { return hidden_tables_; }
  std::optional<TableId> hidden_table(std::string_view name) const;
  bool is_hidden(TableId table) const;
  TableId add_hidden_table(std::string name);

  /// The catalog as bytes (checksummed) and back. decode throws Error(kCorruption).
  std::string encode() const;
  static Catalog decode(std::string_view bytes);

 private:
  std::map<ColumnId, Column> columns_;
  std::vector<std::vector<ColumnId>> by_table_;
  std::unordered_multimap<std::string, ColumnId> by_name_;  ///< key: table '\0' name
  std::vector<Run> runs_;
  std::map<std::string, Slice> slices_;
  std::vector<Run> hidden_tables_;
  std::map<std::pair<VectorUse, std::string>, VectorSet> vector_sets_;
  /// By kind and name. Shared, so that copying a catalog copies no text.
  std::map<std::pair<std::string, std::string>, std::shared_ptr<const std::string>> documents_;
};

using CatalogPtr = std::shared_ptr<const Catalog>;

/// Splits a canonical path into its segments, and joins segments into one.
std::vector<std::string> split_path(std::string_view path);
std::string join_path(const std::vector<std::string>& segments);
std::string quote_segment(std::string_view segment);

}  // namespace cupel::storage
