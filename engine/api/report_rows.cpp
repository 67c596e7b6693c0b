#include <unordered_set>

#include "engine/api/report.hpp"

namespace cupel::api {
namespace {

constexpr size_t kMostBars = 50;

/// What identifies a row is no distribution.
bool is_identity(const std::string& name) {
  return name == "reference_id" || name == "annotation_id" || name == "image_location" ||
         name == "row";
}

/// The first `rows` rows and `columns` columns of a batch.
Batch beginning(const Batch& batch, size_t rows, size_t columns) {
  Batch out;
  out.rows = std::min(rows, batch.rows);
  for (size_t i = 0; i < columns; ++i) {
    ColumnData& column = out.columns.emplace_back(batch.columns[i].type);
    for (size_t row = 0; row < out.rows; ++row) column.append_from(batch.columns[i], row);
  }
  return out;
}

class Reader {
 public:
  Reader(const plan::Plan& plan, std::vector<ColumnInfo> columns, bool id_added,
         const exec::Context& context)
      : context_(context), of_items_(plan.noun == "items") {
    for (size_t i = 0; i < columns.size(); ++i)
      if (columns[i].name == "reference_id") id_ = i;
    if (id_added) {
      id_ = columns.size() - 1;
      columns.pop_back();
    }
    if (plan.grouped) id_.reset();
    result.columns = std::move(columns);
    for (const ColumnInfo& column : result.columns) {
      names_.push_back(column.name);
      distributions_.emplace_back(column);
    }
    // Groups are a distribution already.
    grouped_ = plan.grouped;
  }

  void add(const Batch& batch) {
    const size_t seen = std::min<uint64_t>(result.rows, kReportRows);
    if (seen < kReportRows)
      result.first.push_back(beginning(batch, kReportRows - seen, result.columns.size()));
    result.rows += batch.rows;
    for (size_t row = 0; id_ && row < batch.rows && result.items.size() < kReportCards; ++row)
      add_item(batch, row);
    if (grouped_) return;
    size_t held = 0;
    for (size_t i = 0; i < distributions_.size(); ++i) {
      if (!is_identity(names_[i])) distributions_[i].add(batch.columns[i]);
      held += distributions_[i].bytes();
    }
    if (held > reserved_) context_.reserve(held - reserved_);
    reserved_ = std::max(reserved_, held);
  }

  void finish() {
    if (grouped_) return add_group_bars();
    for (report::Distribution& distribution : distributions_) {
      report::Bars bars = distribution.finish();
      if (bars.bars.size() > 1 || bars.missing + bars.others > 0)
        result.bars.push_back(std::move(bars));
    }
  }

  ReportRows result;

 private:
  /// The last column's counts, by the first column's values.
  void add_group_bars() {
    const size_t columns = result.columns.size();
    if (columns < 2 || result.columns.back().type != Type::kInt64) return;
    report::Bars bars{result.columns.back().name + " by " + names_.front(), {}, 0, 0};
    for (const Batch& batch : result.first) {
      for (size_t row = 0; row < batch.rows && bars.bars.size() < kMostBars; ++row) {
        std::string name;
        for (size_t i = 0; i + 1 < columns; ++i)
          name += (i == 0 ? "" : ", ") + to_text(batch.columns[i].value(row));
        const int64_t count = batch.columns.back().integers[row];
        if (count < 0) return;
        bars.bars.push_back({std::move(name), static_cast<uint64_t>(count)});
      }
    }
    if (bars.bars.size() > 1) result.bars.push_back(std::move(bars));
  }

  void add_item(const Batch& batch, size_t row) {
    const ColumnData& ids = batch.columns[*id_];
    if (ids.type != Type::kText || ids.is_missing(row)) return;
    ReportRows::Item item;
    item.reference_id = ids.text(row);
    if (!seen_.insert(item.reference_id).second) return;
    const std::optional<uint64_t> found = context_.snapshot->find_item(item.reference_id);
    if (!found) return;
    item.row = *found;
    for (size_t i = 0; of_items_ && i < names_.size(); ++i)
      if (i != *id_ && !batch.columns[i].is_missing(row))
        item.facts.emplace_back(names_[i], to_text(batch.columns[i].value(row)));
    result.items.push_back(std::move(item));
  }

  const exec::Context& context_;
  bool of_items_;
  bool grouped_ = false;
  std::optional<size_t> id_;
  std::vector<std::string> names_;
  std::vector<report::Distribution> distributions_;
  std::unordered_set<std::string> seen_;
  size_t reserved_ = 0;
};

}  // namespace

ReportRows read_report_rows(const std::shared_ptr<const plan::Plan>& plan, bool id_added,
                            const exec::Context& context) {
  const auto stream = exec::run(plan, RowForm::kFields, context);
  Reader reader(*plan, stream->columns(), id_added, context);
  while (const std::optional<Batch> batch = stream->next()) {
    reader.add(*batch);
    if (context.progress) context.progress({"report", reader.result.rows, 0, "rows"});
  }
  reader.finish();
  return std::move(reader.result);
}

std::pair<plan::Plan, bool> identified(plan::Plan plan, const storage::Catalog& catalog) {
  for (const plan::Output& output : plan.outputs)
    if (plan.grouped || output.name == "reference_id") return {std::move(plan), false};
  plan::Field field{"reference_id", {}};
  if (const auto* column = catalog.find(storage::kItems, field.name, Type::kText))
    field.columns.push_back(column->id);
  const plan::ExpressionPtr id = plan::make_expression(std::move(field), Type::kText);
  plan.outputs.push_back({"reference_id", Type::kText});
  for (plan::Arm& arm : plan.arms)
    arm.outputs.push_back(
        arm.table == storage::kItems ? id : plan::make_expression(plan::OfItem{id}, Type::kText));
  return {std::move(plan), true};
}

}  // namespace cupel::api
