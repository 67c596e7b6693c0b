#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cupel/error.hpp"
#include "cupel/export.h"
#include "cupel/table.hpp"
#include "cupel/value.hpp"

/// Cupel: an embedded query-language database for labelled datasets. This header is the door of
/// the library; nothing else is needed and nothing else is promised to stay.
///
/// Threads: a Database may be used from several threads; a Session and its cursors belong to one
/// thread at a time, but for Session::interrupt, which any thread may call.
/// No function throws cupel::Error: failures are Results. std::bad_alloc may pass.
namespace cupel {

/// The version of the library, "0.1.0", and the storage format it writes.
CUPEL_EXPORT std::string_view version() noexcept;
CUPEL_EXPORT uint32_t storage_format() noexcept;

struct Options {
  bool read_only = false;  ///< Also beside a writer; sees the state as of opening.
  bool create = true;      ///< Make the directory where there is none.
  bool strict = false;     ///< Warnings are errors.
  int threads = 0;         ///< Of a query; imports take up to two. 0: one a core.
  size_t memory_bytes =
      0;  ///< Budget of caches and of a statement's working memory; 0: half of RAM, at most 4 GiB.
  uint32_t chunk_rows = 65536;  ///< Rows of a column chunk, 1 to 65,536; fixed at creation.
  bool rewrite = true;          ///< False switches the plan's rewrite rules off, for comparison.
  /// Set: statements read and write no file outside this directory, which must exist; wherever `..`
  /// and links lead. Not so the database itself, and what a program opens on its own.
  std::optional<std::string> files_within;
};

/// Values for `$name` and `?`. A statement that names one that is not given fails.
struct Parameters {
  std::map<std::string, Value, std::less<>> named;
  std::vector<Value> positional;
};

/// How far a statement is, for the progress callback. `total` 0: unknown.
struct Progress {
  std::string_view what;  ///< "import", "scan", "export"
  uint64_t done = 0;
  uint64_t total = 0;
  std::string_view unit;  ///< "bytes", "rows"
};

/// What whole-row queries (no SELECT) return.
enum class RowForm {
  kFields,  ///< reference_id and the fields that the query speaks of
  kJson,  ///< one text column `row`: the whole row as a JSON object, as EXPORT … jsonl writes it
};

/// What was done to answer; for the line under a table.
struct Statistics {
  double seconds = 0;
  uint64_t columns_read = 0;  ///< columns of which something was read
  uint64_t chunks_read = 0;   ///< pieces of them
  uint64_t chunks_total = 0;  ///< with those that their smallest and largest value excluded
};

/// The rows of a statement, batch by batch. Rows are computed as they are asked for where the
/// query allows it, all from one snapshot. Must not outlive its Session.
class CUPEL_EXPORT Cursor {
 public:
  struct State;
  explicit Cursor(std::unique_ptr<State> state);
  Cursor(Cursor&&) noexcept;
  Cursor& operator=(Cursor&&) noexcept;
  ~Cursor();

  const std::vector<ColumnInfo>& columns() const;
  /// The next rows (1 to 65,536); nothing at the end.
  Result<std::optional<Batch>> next();
  const std::vector<Warning>& warnings() const;
  /// One sentence about a statement that is no query ("slice 'night' created: 12 items"). Of a
  /// query: that its rows were searched for approximately, if they were, once the first are there.
  const std::string& message() const;
  /// What a row is, in the plural: "items", "annotations", "predictions", "objects", "groups",
  /// "rows", … "bars" are rows to be drawn: the last column of numbers is a bar's length, the one
  /// before it its label, and the one before that names the distribution it belongs to.
  std::string_view noun() const;
  /// Whether the one column holds whole rows as JSON (RowForm::kJson of a query without SELECT).
  bool json_rows() const;
  Statistics statistics() const;

 private:
  std::unique_ptr<State> state_;
};

/// A whole result in memory.
struct CUPEL_EXPORT Table {
  std::vector<ColumnInfo> columns;
  std::vector<Batch> batches;
  std::vector<Warning> warnings;
  std::string message;
  std::string noun;
  Statistics statistics;

  size_t rows() const noexcept;
  Value value(size_t row, size_t column) const;
};

/// An item to append. `metadata` keys are single names (dots in them are kept as part of the name).
struct ItemRow {
  std::string reference_id;
  std::optional<std::string> image_location;
  std::optional<int64_t> width, height;
  std::vector<std::pair<std::string, Value>> metadata;
};

/// An annotation or prediction to append. Pixels, origin top left; x and y of the top left corner.
struct ObjectRow {
  std::string reference_id;  ///< of its item, which must exist
  std::string label;
  std::string type = "box";   ///< box polygon line keypoints cuboid segmentation category
  std::string annotation_id;  ///< empty: made from the content
  std::string taxonomy;       ///< of a category
  std::optional<double> x, y, z, width, height, depth, area;
  std::optional<double> confidence;                       ///< predictions; usually 0 to 1
  std::vector<std::pair<std::string, double>> class_pdf;  ///< predictions: label, probability
  std::vector<std::pair<std::string, Value>> metadata;
};

/// What an append or import did.
struct AppendCounts {
  uint64_t added = 0;
  uint64_t updated = 0;
  uint64_t ignored = 0;  ///< known key, no update asked
  uint64_t failed = 0;   ///< only where errors are skipped
  /// Of the ignored and updated: rows whose key an earlier row of the same call has.
  uint64_t repeated = 0;
  /// Of text: things that no row can carry (relations, drafts), of whatever kind.
  uint64_t lost = 0;
};

/// One typed column of an append, as views of the caller's arrays (all of one length). `name` is a
/// field: `reference_id`, `label`, `position.x`, `metadata.speed`, … Exactly one array is set.
struct ColumnView {
  std::string name;
  std::span<const int64_t> integers;
  std::span<const double> numbers;  ///< NaN is missing
  std::span<const float> floats;    ///< NaN is missing
  std::span<const uint8_t> bools;
  std::span<const std::string_view> texts;
  std::span<const uint8_t> valid;  ///< Empty, or one byte a row
};

class Database;

/// Stored vectors: `ids.size()` × `width` numbers, row-major.
struct Embeddings {
  /// An item's reference_id, an object's reference_id/annotation_id ("" where it has none).
  std::vector<std::string> ids;
  uint32_t width = 0;
  std::vector<float> vectors;
};

/// What can stand at the end of an unfinished text, for a prompt.
struct Completion {
  std::string text;    ///< to stand in place of the unfinished word; quoted where it must be
  std::string detail;  ///< "5,362 annotations", "text", …; may be empty
};
struct Completions {
  size_t begin = 0;                    ///< byte of the text where the unfinished word begins
  std::vector<Completion> candidates;  ///< best first; at most 100
  bool file = false;  ///< a file is to be named, in quotes; which there are the caller finds
};

/// A conversation with a database: the chosen run, an open transaction, callbacks.
class CUPEL_EXPORT Session {
 public:
  struct State;
  explicit Session(std::shared_ptr<State> state);
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();  ///< rolls an open transaction back

  /// Runs one statement. The cursor must be read before the next statement of the session.
  Result<Cursor> run(std::string_view statement, const Parameters& parameters = {},
                     RowForm form = RowForm::kFields);
  /// Runs one statement and collects its rows.
  Result<Table> execute(std::string_view statement, const Parameters& parameters = {},
                        RowForm form = RowForm::kFields);

  /// Appends rows, atomically. Items are keyed by reference_id, objects by item and annotation_id
  /// (categories by item and taxonomy); a known key is ignored, with `update` replaced.
  Result<AppendCounts> append_items(std::span<const ItemRow> rows, bool update = false);
  Result<AppendCounts> append_annotations(std::span<const ObjectRow> rows, bool update = false);
  Result<AppendCounts> append_predictions(std::string_view run, std::span<const ObjectRow> rows,
                                          bool update = false);
  /// The same from typed columns. `source`: "items", "annotations" or "predictions"; `run` for
  /// the last.
  Result<AppendCounts> append_columns(std::string_view source, std::span<const ColumnView> columns,
                                      std::string_view run = {}, bool update = false);
  /// The same from text in a format that IMPORT reads (docs: import-export), "jsonl" above all: for
  /// rows with nested metadata, vertices, probabilities. With `skip_errors` a record that cannot be
  /// taken is counted as failed and left out.
  Result<AppendCounts> append_text(std::string_view source, std::string_view text,
                                   std::string_view format = "jsonl", std::string_view run = {},
                                   bool update = false, bool skip_errors = false);
  /// Stores vectors (ids.size() × width numbers, row-major; read, not kept) as the embeddings
  /// `name`, atomically: a new name makes a set, a known one adds to it. An id is an item's
  /// reference_id, or an object's annotation_id or reference_id/annotation_id; no ids at all: the
  /// rows of the source in their order, as many as there are. `source` and `run` as for columns. A
  /// row that has a vector is ignored, with `update` its vector is replaced.
  Result<AppendCounts> append_embeddings(std::string_view name,
                                         std::span<const std::string_view> ids, uint32_t width,
                                         std::span<const float> vectors,
                                         std::string_view source = "items",
                                         std::string_view run = {}, bool update = false);

  /// The vectors of the embeddings `name`, of rows that are there, in row order; numbers that were
  /// stored as float64 are rounded to float.
  Result<Embeddings> embeddings(std::string_view name);

  /// What may follow `text` (a statement up to the cursor; of a script its last one counts), from
  /// the grammar and the data: keywords, fields, labels and values by frequency, runs, slices,
  /// tags. Nothing where the text is broken already. Takes no longer than a person notices: values
  /// of large data that cannot be counted in that time come without counts.
  Result<Completions> complete(std::string_view text);

  /// Makes the running statement end with kInterrupted, soon. Any thread; also signal handlers.
  void interrupt() noexcept;
  /// Called from the session's thread at most ten times a second during long statements.
  void on_progress(std::function<void(const Progress&)> callback);
  /// Seconds a statement may take (0: no limit); past it, it ends with kLimit.
  void set_time_limit(double seconds);
  bool in_transaction() const noexcept;

 private:
  std::shared_ptr<State> state_;
};

/// An open database directory (or ":memory:").
class CUPEL_EXPORT Database {
 public:
  struct State;
  explicit Database(std::shared_ptr<State> state);

  static Result<Database> open(const std::string& path, const Options& options = {});
  Session session() const;
  /// For programs that open files on behalf of those who write statements: the path as it may be
  /// opened, or kIo where Options::files_within forbids it.
  Result<std::string> reachable(const std::string& path, bool to_write = false) const;

 private:
  std::shared_ptr<State> state_;
};

/// What does not fit in a database, in sentences; empty when all is well. Opens it read-only.
/// `notes`, where given, gets what is no damage of the data: files of structures for searches that
/// cannot be used, and are built again.
CUPEL_EXPORT Result<std::vector<std::string>> check(const std::string& path,
                                                    std::vector<std::string>* notes = nullptr);

/// Gets out of a damaged database what can be read, into a new one at `to`, where nothing is yet. The
/// damaged one is not changed. Returns what was kept and what was lost, in sentences. kConflict where
/// something is at `to`, or a writer has the damaged one open; kCorruption where nothing can be got
/// out.
CUPEL_EXPORT Result<std::vector<std::string>> salvage(const std::string& from,
                                                      const std::string& to);

/// One statement of a script.
struct ScriptStatement {
  std::string_view text;  ///< a view of the script
  uint32_t line = 1;      ///< where it begins
  bool complete = true;   ///< false: no `;` at the end of the last one
  std::string open;       ///< what is open at the end of that: "", "'", "\"", "(", "[", "/*"
};
CUPEL_EXPORT std::vector<ScriptStatement> split_script(std::string_view script);

/// The error as shown to people: `error: message`, the line of the statement, a caret under the
/// place, the suggestion. `statement` is the text that was run. Widths as a terminal shows them.
CUPEL_EXPORT std::string describe(const Error& error, std::string_view statement);
CUPEL_EXPORT std::string describe(const Warning& warning, std::string_view statement);

}  // namespace cupel
