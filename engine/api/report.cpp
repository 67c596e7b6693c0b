#include "engine/api/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "engine/io/write.hpp"
#include "engine/report/page.hpp"
#include "grammar/print.hpp"

namespace cupel::api {
namespace {

namespace fs = std::filesystem;

/// The run whose predictions are drawn: the query's, else that of USE RUN, else the only one.
const storage::Run* drawn_run(const Call& call, const plan::Plan& plan,
                              const storage::Catalog& catalog) {
  for (const plan::Arm& arm : plan.arms)
    for (const storage::Run& run : catalog.runs())
      if (run.table == arm.table) return &run;
  if (!call.session.run.empty()) return catalog.run(call.session.run);
  return catalog.runs().size() == 1 ? &catalog.runs().front() : nullptr;
}

/// Where pictures with a relative location may lie.
std::vector<fs::path> picture_directories(const Call& call, const grammar::Report& statement) {
  if (statement.images) {
    if (!fs::is_directory(statement.images->text))
      throw Error(ErrorCode::kIo,
                  fmt::format("there is no directory '{}' of images", statement.images->text),
                  statement.images->span);
    return {statement.images->text};
  }
  std::vector<fs::path> directories{"."};
  directories.push_back(fs::path(statement.file).parent_path());
  directories.push_back(fs::path(call.session.database->dataset->path()).parent_path());
  return directories;
}

report::Bars label_bars(std::string title, const exec::ObjectCounts& counts) {
  constexpr size_t kMost = 20;
  report::Bars bars{std::move(title), {}, 0, counts.objects};
  for (const auto& [label, count] : counts.by_label) {
    bars.bars.push_back({label, count});
    bars.missing -= count;
  }
  std::stable_sort(bars.bars.begin(), bars.bars.end(),
                   [](const auto& a, const auto& b) { return a.count > b.count; });
  for (size_t i = kMost; i < bars.bars.size(); ++i) bars.others += bars.bars[i].count;
  if (bars.bars.size() > kMost) bars.bars.resize(kMost);
  return bars;
}

/// How many items have so many objects: the numbers one by one while they are few, else in equal
/// steps.
report::Bars per_item_bars(std::string title, const exec::ObjectCounts& counts) {
  constexpr uint32_t kMost = 20;
  report::Bars bars{std::move(title), {}, 0, 0};
  if (counts.items_by_objects.empty()) return bars;
  const uint32_t least = counts.items_by_objects.begin()->first;
  const uint32_t most = counts.items_by_objects.rbegin()->first;
  const uint32_t step = (most - least) / kMost + 1;
  for (uint32_t from = least; from <= most; from += step)
    bars.bars.push_back(
        {step == 1 ? std::to_string(from) : fmt::format("{} to {}", from, from + step - 1), 0});
  for (const auto& [objects, items] : counts.items_by_objects)
    bars.bars[(objects - least) / step].count += items;
  return bars;
}

/// The whole of one report, from its query to its file.
class Reporter {
 public:
  Reporter(const Call& call, const grammar::Report& statement)
      : call_(call),
        statement_(statement),
        snapshot_(call.session.view()),
        context_(call.session.context(snapshot_)) {
    auto [plan, added] =
        identified(bind(call, statement.query, snapshot_, warnings_), snapshot_->catalog());
    plan_ = std::make_shared<const plan::Plan>(std::move(plan));
    id_added_ = added;
    directories_ = picture_directories(call, statement);
  }

  Answer run() {
    io::OutputFile file(statement_.file);
    if (!plan_->grouped) chosen_ = exec::select_rows(*plan_, *context_);
    const ReportRows rows = read_report_rows(plan_, id_added_, *context_);
    file.write(report::head(page(rows)));
    if (!plan_->whole_rows) file.write(report::table(rows.columns, rows.first, rows.rows));
    if (!rows.items.empty()) write_cards(rows, file);
    file.write(report::foot());
    file.commit();
    return answer(rows);
  }

 private:
  report::Page page(const ReportRows& rows) {
    report::Page page;
    page.title = "Cupel report";
    page.query = grammar::print(statement_.query);
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const std::chrono::microseconds instant = now.time_since_epoch();
    page.made = fmt::format("cupel {}, {}", version(), format_timestamp({instant.count()}));
    page.figures.emplace_back(plan_->noun, grouped(rows.rows));
    if (!plan_->grouped) add_objects(page);
    page.bars.insert(page.bars.end(), rows.bars.begin(), rows.bars.end());
    for (const Warning& warning : warnings_) page.notes.push_back(warning.message);
    const std::string note = search_note(*context_);
    if (!note.empty()) page.notes.push_back(note);
    return page;
  }

  /// The figures and distributions of the objects of all items in the result.
  void add_objects(report::Page& page) {
    const exec::ItemSet items = exec::items_of(chosen_, *context_);
    if (plan_->noun != "items")
      page.figures.emplace_back("items they are on", grouped(exec::count(items)));
    const auto add = [&](storage::TableId table, const std::string& name) {
      const exec::ObjectCounts counts = exec::count_objects(items, table, *context_);
      page.figures.emplace_back(name + " on these items", grouped(counts.objects));
      if (counts.objects == 0) return;
      page.bars.push_back(label_bars(name + " by label", counts));
      page.bars.push_back(per_item_bars("items by number of " + name, counts));
    };
    add(storage::kAnnotations, "annotations");
    const storage::Run* run = drawn_run(call_, *plan_, snapshot_->catalog());
    if (run != nullptr) add(run->table, fmt::format("predictions of {}", run->name));
  }

  void write_cards(const ReportRows& rows, io::OutputFile& file) {
    const storage::Run* run = drawn_run(call_, *plan_, snapshot_->catalog());
    const ReportCards cards(rows.items, run, chosen_, *context_);
    const std::string legend = report::legend(run != nullptr, cards.evaluated());
    const uint64_t items = exec::count(exec::items_of(chosen_, *context_));
    const std::string title =
        rows.items.size() < items
            ? fmt::format("The first {} of {} images", rows.items.size(), grouped(items))
            : "Images";
    file.write(report::sheet_begin(title, legend));
    ReportPictures pictures(directories_, context_->reach);
    for (size_t i = 0; i < rows.items.size(); ++i) {
      context_->poll();
      report::Card card = cards.card(i);
      pictures.add(card);
      file.write(report::draw(card));
      if (context_->progress) context_->progress({"report", i + 1, rows.items.size(), "images"});
    }
    file.write(report::sheet_end());
    shown_ = rows.items.size();
    found_ = pictures.found();
  }

  Answer answer(const ReportRows& rows) {
    RowBuilder result({{"file", Type::kText}, {"rows", Type::kInt64}, {"images", Type::kInt64}});
    result.add({statement_.file, static_cast<int64_t>(rows.rows), static_cast<int64_t>(found_)});
    std::string message = fmt::format("{}: {}", statement_.file, counted(rows.rows, plan_->noun));
    if (!plan_->grouped) message += fmt::format(", {} drawn", counted(found_, "images"));
    Answer answer = result.finish(std::move(message));
    answer->warnings = std::move(warnings_);
    if (found_ < shown_)
      answer->warnings.push_back(
          {fmt::format("{} of {} images could not be drawn: the page says why at each; relative "
                       "locations are looked for in the current directory, beside the report "
                       "and beside the database, or in the directory of IMAGES 'directory'",
                       shown_ - found_, shown_),
           std::nullopt,
           {}});
    return answer;
  }

  const Call& call_;
  const grammar::Report& statement_;
  storage::SnapshotPtr snapshot_;
  std::unique_ptr<exec::Context> context_;
  std::vector<Warning> warnings_;
  std::shared_ptr<const plan::Plan> plan_;
  bool id_added_ = false;
  std::vector<fs::path> directories_;
  exec::RowSet chosen_;
  uint64_t shown_ = 0;
  uint64_t found_ = 0;
};

}  // namespace

Answer run_report(const Call& call, const grammar::Report& statement) {
  return Reporter(call, statement).run();
}

}  // namespace cupel::api
