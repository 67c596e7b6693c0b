#include <fmt/format.h>

#include <string>

#include "engine/plan/search.hpp"

namespace cupel::plan {
namespace {

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string source_name(TableId table, const storage::Catalog& catalog) {
  if (table == storage::kItems) return "items";
  if (table == storage::kAnnotations) return "annotations";
  const storage::Run* run = catalog.run(table);
  return "predictions(" + quote(run == nullptr ? std::string() : run->name) + ")";
}

/// A condition, with one line for each operand of an AND at its top.
void add_condition(std::string& out, const char* clause, const ConditionPtr& condition,
                   const Plan& plan) {
  if (condition == nullptr) return;
  out += std::string("  ") + clause + " ";
  const auto* chain = std::get_if<And>(&condition->node);
  if (chain == nullptr) {
    out += print(*condition, plan) + "\n";
    return;
  }
  bool first = true;
  for (const ConditionPtr& operand : chain->operands) {
    const bool any = std::holds_alternative<Or>(operand->node);
    if (!first) out += "    AND ";
    out += (any ? "(" : "") + print(*operand, plan) + (any ? ")\n" : "\n");
    first = false;
  }
}

void add_list(std::string& out, const char* clause, const std::vector<ExpressionPtr>& list,
              const std::vector<bool>* descending, const Plan& plan) {
  if (list.empty()) return;
  out += std::string("  ") + clause + " ";
  for (size_t i = 0; i < list.size(); ++i) {
    out += (i == 0 ? "" : ", ") + print(*list[i], plan);
    if (descending != nullptr && i < descending->size() && (*descending)[i]) out += " DESC";
  }
  out += "\n";
}

void add_select(std::string& out, const std::vector<ExpressionPtr>& values, const Plan& plan) {
  if (values.empty()) return;
  out += "  SELECT ";
  for (size_t i = 0; i < values.size(); ++i) {
    const std::string value = print(*values[i], plan);
    const std::string& name = plan.outputs[i].name;
    out += (i == 0 ? "" : ", ") + value + (name == value ? "" : " AS " + name);
  }
  out += "\n";
}

/// How the nearest rows will be found, where the plan asks for them.
void add_search(std::string& out, const Plan& plan, const storage::Catalog& catalog) {
  const std::optional<uint32_t> probe = searched_probe(plan);
  if (!probe) return;
  out += "  SEARCH ";
  if (!may_approximate(plan, *probe, catalog)) {
    out += "exact\n";
    return;
  }
  const char* where = plan.arms.front().where == nullptr ? "" : " where many rows match";
  const storage::VectorSet* set = catalog.vectors(plan.probes[*probe].set);
  out += fmt::format("approximate{}, expected recall {} or more\n", where,
                     wanted_recall(set->vectors));
}

}  // namespace

std::string explain(const Plan& plan, const storage::Catalog& catalog) {
  std::string out;
  for (const Arm& arm : plan.arms) {
    out += "FROM " + source_name(arm.table, catalog) + "\n";
    add_condition(out, "WHERE", arm.where, plan);
    if (plan.grouped)
      add_list(out, "GROUP BY", arm.keys, nullptr, plan);
    else
      add_select(out, arm.outputs, plan);
  }
  if (plan.sample)
    out += "  SAMPLE " + std::to_string(*plan.sample) + " SEED " + std::to_string(plan.seed) + "\n";
  if (plan.grouped) {
    add_select(out, plan.group_outputs, plan);
    add_condition(out, "HAVING", plan.having, plan);
    add_list(out, "ORDER BY", plan.group_order, &plan.descending, plan);
  } else if (!plan.arms.empty()) {
    add_list(out, "ORDER BY", plan.arms.front().order, &plan.descending, plan);
  }
  if (plan.limit) {
    out += "  LIMIT " + std::to_string(*plan.limit);
    if (plan.offset != 0) out += " OFFSET " + std::to_string(plan.offset);
    if (plan.exact) out += " EXACT";
    out += "\n";
  }
  add_search(out, plan, catalog);
  return out;
}

}  // namespace cupel::plan
