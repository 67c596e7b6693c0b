#include <chrono>

#include "engine/exec/change.hpp"
#include "engine/exec/import_checks.hpp"
#include "engine/exec/pool.hpp"
#include "engine/exec/row_import.hpp"
#include "engine/io/read_ahead.hpp"

namespace cupel::exec {
namespace {

constexpr size_t kMaxLosses = 20;
constexpr size_t kMaxLostKinds = 100;  ///< a file may name kinds of its own
constexpr auto kProgressInterval = std::chrono::milliseconds(100);
/// A file of so many bytes, or a folder, is worth a thread that reads it.
constexpr uint64_t kWorthThread = uint64_t{256} << 10;

bool worth_thread(const io::ReadRequest& request) {
  if (request.text) return request.text->size() >= kWorthThread;
  std::error_code unknown;
  const uint64_t bytes = std::filesystem::file_size(request.file, unknown);
  return unknown || bytes >= kWorthThread;
}

/// Takes the records of one file.
class FileImport : public io::RecordSink {
 public:
  FileImport(storage::Transaction& transaction, const ImportRequest& request,
             const Context& context)
      : transaction_(transaction),
        request_(request),
        context_(context),
        rows_(transaction, context, request.update),
        checks_(request.read.file.string(), rows_.base()) {}

  ImportOutcome run() {
    read();
    rows_.finish();
    transaction_.flush();
    for (std::string& finding : checks_.findings(*transaction_.view()))
      remarks_.push_back(std::move(finding));
    ImportOutcome outcome;
    outcome.items = rows_.items();
    outcome.objects = rows_.objects();
    (request_.read.want == io::Want::kItems ? outcome.items : outcome.objects).failed = failed_;
    outcome.losses = std::move(losses_);
    outcome.lost = std::move(lost_);
    outcome.remarks = std::move(remarks_);
    return outcome;
  }

  void item(const io::ItemRecord& item) override { judge(item.place, rows_.add_item(item)); }
  void mention(const io::ItemRecord& item) override { judge(item.place, rows_.mention(item)); }

  void object(const io::ObjectTarget& target, const io::ObjectRecord& object) override {
    const storage::TableId table =
        target.prediction ? run_table(target.run) : storage::kAnnotations;
    uint64_t item = 0;
    Complaint complaint = rows_.find_item(object, item);
    if (!complaint) complaint = rows_.add_object(table, item, object);
    if (!complaint) checks_.object(table, target.prediction, object, rows_.size(item));
    judge(object.place, complaint);
  }

  io::ImageSize size_of(const io::ObjectRecord& object) override { return rows_.size_of(object); }

  void failed(const io::Place&, const Error& error) override {
    const bool skip = request_.skip_errors;
    lose(error.code(), error.message() + (skip ? "" : "; ON ERROR SKIP leaves such records out"));
  }

  void lost(std::string_view what) override {
    const auto known = lost_.find(what);
    if (known != lost_.end()) {
      ++known->second;
    } else if (lost_.size() < kMaxLostKinds) {
      lost_.emplace(what, 1);
    } else {
      ++lost_["other things"];
    }
  }

  void remark(std::string sentence) override { remarks_.push_back(std::move(sentence)); }

  void progress(uint64_t done, uint64_t total) override {
    context_.poll();
    if (!context_.progress) return;
    const auto now = std::chrono::steady_clock::now();
    if (now < next_progress_) return;
    next_progress_ = now + kProgressInterval;
    context_.progress({"import", done, total, unit_});
  }
  void progress_in(std::string_view unit) override { unit_ = unit; }

 private:
  void read() {
    const auto read = [this](io::FieldNames& names, io::RecordSink& sink) {
      io::read(request_.read, names, sink);
    };
    if (context_.pool == nullptr || context_.pool->threads() == 1 || !worth_thread(request_.read))
      return read(rows_.names(), *this);
    io::read_ahead(read, rows_.names(), *this, [this] { context_.poll(); });
  }

  void judge(const io::Place& place, const Complaint& complaint) {
    if (complaint) {
      lose(ErrorCode::kConstraint,
           io::describe(request_.read.file.string(), place) + ": " + *complaint);
    }
    if (++records_ % 1024 == 0) context_.poll();
  }

  void lose(ErrorCode code, std::string message) {
    if (!request_.skip_errors) throw Error(code, std::move(message));
    ++failed_;
    if (losses_.size() < kMaxLosses) losses_.push_back({std::move(message)});
  }

  storage::TableId run_table(std::string_view run) {
    if (!run_table_ || run != run_) {
      run_ = run;
      run_table_ = transaction_.run(run);
    }
    return *run_table_;
  }

  storage::Transaction& transaction_;
  const ImportRequest& request_;
  const Context& context_;
  RowImport rows_;
  ImportChecks checks_;
  std::string run_;  ///< of the last prediction
  std::optional<storage::TableId> run_table_;
  uint64_t records_ = 0;
  uint64_t failed_ = 0;
  std::vector<Loss> losses_;
  std::vector<std::string> remarks_;
  std::map<std::string, uint64_t, std::less<>> lost_;
  std::chrono::steady_clock::time_point next_progress_{};
  std::string unit_ = "bytes";
};

}  // namespace

ImportOutcome import_file(storage::Transaction& transaction, const ImportRequest& request,
                          const Context& context) {
  return FileImport(transaction, request, context).run();
}

}  // namespace cupel::exec
