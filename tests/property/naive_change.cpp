#include "tests/property/naive_change.hpp"

#include <stdexcept>
#include <unordered_map>

#include "grammar/print.hpp"
#include "tests/property/naive.hpp"

namespace cupel::testing {

using namespace grammar;

namespace {

std::set<uint64_t> members(const Model& model, const Query& query) {
  const std::vector<uint64_t> rows = Naive(model).rows(query);
  return {rows.begin(), rows.end()};
}

bool of_objects(const Query& query) {
  return query.source && query.source->kind != SourceKind::kItems;
}

std::unordered_map<uint64_t, Row*> rows_by_id(Model& model) {
  std::unordered_map<uint64_t, Row*> result;
  for (Row& item : model.items) result[item.id] = &item;
  for (Collection& collection : model.collections) {
    for (Row& object : collection.rows) result[object.id] = &object;
  }
  return result;
}

std::string field_name(const Path& path) {
  std::string name;
  for (const Segment& segment : path.segments) {
    if (!name.empty()) name += '.';
    name += segment.name;
  }
  return name;
}

void update(Model& model, const Update& statement) {
  struct NewValue {
    uint64_t row;
    std::string field;
    Value value;
  };
  std::vector<NewValue> values;
  Naive naive(model);
  // Every value is computed from the rows as they were before.
  for (const Scope& scope : naive.found(statement.source, statement.where.get())) {
    const Row& row = scope.object != nullptr ? *scope.object : *scope.item;
    for (const Assignment& assignment : statement.assignments) {
      Value value = assignment.value ? naive.value(*assignment.value, scope) : Value();
      values.push_back({row.id, field_name(assignment.path), std::move(value)});
    }
  }
  const auto rows = rows_by_id(model);
  for (NewValue& change : values) rows.at(change.row)->set(change.field, std::move(change.value));
}

void remove(Model& model, const Delete& statement) {
  std::set<uint64_t> ids;
  Naive naive(model);
  for (const Scope& scope : naive.found(statement.source, statement.where.get())) {
    ids.insert(scope.object != nullptr ? scope.object->id : scope.item->id);
  }
  model.remove(ids);
}

void create(Model& model, const CreateSlice& statement) {
  Slice slice;
  if (!statement.query) {
    for (const Name& name : statement.references) {
      slice.members.insert(model.find_item(name.text)->id);
    }
  } else if (statement.live) {
    slice.objects = of_objects(*statement.query);
    slice.live = print(*statement.query);
  } else {
    slice.objects = of_objects(*statement.query);
    slice.members = members(model, *statement.query);
  }
  model.slices[statement.name.text] = std::move(slice);
}

}  // namespace

void apply(Model& model, const Statement& statement) {
  const auto& node = statement.node;
  if (const auto* change = std::get_if<Update>(&node)) return update(model, *change);
  if (const auto* deletion = std::get_if<Delete>(&node)) return remove(model, *deletion);
  if (const auto* creation = std::get_if<CreateSlice>(&node)) return create(model, *creation);
  if (const auto* insertion = std::get_if<InsertIntoSlice>(&node)) {
    const auto added = members(model, insertion->query);
    model.slices.at(insertion->name.text).members.insert(added.begin(), added.end());
  } else if (const auto* removal = std::get_if<DeleteFromSlice>(&node)) {
    const auto removed = members(model, removal->query);
    std::erase_if(model.slices.at(removal->name.text).members,
                  [&](uint64_t id) { return removed.contains(id); });
  } else if (const auto* rename = std::get_if<RenameSlice>(&node)) {
    auto entry = model.slices.extract(rename->from.text);
    entry.key() = rename->to.text;
    model.slices.insert(std::move(entry));
  } else if (const auto* drop = std::get_if<DropSlice>(&node)) {
    model.slices.erase(drop->name.text);
  } else if (const auto* use = std::get_if<UseRun>(&node)) {
    model.chosen_run = use->name.text;
  } else {
    throw std::logic_error("a statement that the model does not know");
  }
}

}  // namespace cupel::testing
