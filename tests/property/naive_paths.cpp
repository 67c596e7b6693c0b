#include <set>
#include <stdexcept>

#include "grammar/parse.hpp"
#include "tests/property/naive.hpp"
#include "tests/property/naive_values.hpp"

namespace cupel::testing {

using namespace grammar;

namespace {

const std::set<std::string> kTypes = {"box",    "polygon",      "line",    "keypoints",
                                      "cuboid", "segmentation", "category"};
const std::set<std::string> kFunctions = {"min", "max", "avg", "sum"};
const std::set<std::string> kObjectFields = {
    "label",      "type",          "taxonomy",   "annotation_id", "position",
    "dimensions", "area",          "confidence", "class_pdf",     "outcome",
    "iou",        "matched_label", "matched_id", "metadata"};
const std::set<std::string> kObjectWordsOfCollections = {
    "metadata", "position", "dimensions",    "area", "label",    "confidence", "class_pdf",
    "iou",      "outcome",  "matched_label", "type", "taxonomy", "matched_id", "annotation_id"};
const std::set<std::string> kItemFields = {"reference_id", "ref_id", "image_location",
                                           "width",        "height", "metadata"};

std::string joined(const Path& path, size_t begin) {
  std::string result;
  for (size_t i = begin; i < path.segments.size(); ++i) {
    if (i > begin) result += '.';
    result += path.segments[i].name;
  }
  return result;
}

/// `scale_metadata.task_status` is `labeling.status`.
std::string labeling_field(std::string name) {
  static const std::map<std::string, std::string> kAliases = {
      {"project_name", "project"},
      {"task_status", "status"},
      {"task_audit_status", "audit_status"}};
  const auto alias = kAliases.find(name);
  return "labeling." + (alias == kAliases.end() ? name : alias->second);
}

Meaning field_of(Meaning::Kind kind, std::string field) {
  Meaning result;
  result.kind = kind;
  result.field = std::move(field);
  return result;
}

bool is_word_at(const Path& path, size_t at, const char* name) {
  return !path.segments[at].quoted && path.segments[at].name == name;
}

Meaning count_of(Meaning of, const Path& path, size_t at) {
  of.kind = Meaning::kCount;
  if (at + 1 < path.segments.size()) throw std::logic_error("more after a count");
  return of;
}

Meaning aggregate_of(Meaning of, const Path& path) {
  of.kind = Meaning::kAggregate;
  of.function = path.segments.back().name;
  of.argument = path.call_argument->get();
  return of;
}

}  // namespace

const Meaning& Naive::meaning(const Path& path, const Scope& scope) {
  const auto known = meanings_.find(&path);
  if (known != meanings_.end()) return known->second;
  return meanings_.emplace(&path, resolve(path, scope.object != nullptr)).first->second;
}

Meaning Naive::resolve(const Path& path, bool in_object) const {
  size_t at = 0;
  const auto& segments = path.segments;
  const bool prefixed = segments.size() > 1 && !segments[0].quoted;
  if (prefixed && segments[0].name == "item") {
    at = 1;
    in_object = false;
  } else if (prefixed && segments[0].name == "object") {
    if (!in_object) throw std::logic_error("no object here: " + joined(path, 0));
    return field_of(Meaning::kObjectField, joined(path, 1));
  }
  const std::string& word = segments[at].name;
  if (word == "annotations" || word == "predictions") return resolve_collection(path, at);
  if (in_object && kObjectFields.contains(word)) {
    return field_of(Meaning::kObjectField, joined(path, at));
  }
  if (word == "slice") return field_of(Meaning::kSlice, "");
  if (word == "autotag" && segments.size() == at + 2) return field_of(Meaning::kImageTag, "");
  if (word == "autotag" && segments[at + 1].name == "image") {
    return field_of(Meaning::kItemField, joined(path, at));
  }
  if (word == "labeling" || word == "scale_metadata") {
    return field_of(Meaning::kItemField, labeling_field(joined(path, at + 1)));
  }
  if (!kItemFields.contains(word)) throw std::logic_error("no field " + joined(path, 0));
  return field_of(Meaning::kItemField, word == "ref_id" ? "reference_id" : joined(path, at));
}

size_t Naive::collection_of(const Segment& segment) const {
  if (segment.name == "annotations") return 0;
  std::string run = segment.argument.value_or(model_.chosen_run);
  if (run.empty() && model_.collections.size() == 2) return 1;
  for (size_t i = 1; i < model_.collections.size(); ++i) {
    if (model_.collections[i].run == run) return i;
  }
  throw std::logic_error("no run " + run);
}

Meaning Naive::resolve_collection(const Path& path, size_t at) const {
  Meaning result;
  result.collection = collection_of(path.segments[at]);
  const auto take_filter = [&](const Segment& segment) {
    if (segment.filter) result.filter = segment.filter->get();
  };
  take_filter(path.segments[at]);
  const auto more = [&] { return ++at < path.segments.size(); };
  const auto word = [&](const char* name) { return is_word_at(path, at, name); };
  const auto counts = [&] { return count_of(result, path, at); };
  const auto ends = [&]() -> std::optional<Meaning> {
    if (word("count")) return counts();
    if (path.call_argument && kFunctions.contains(path.segments[at].name)) {
      return aggregate_of(result, path);
    }
    return std::nullopt;
  };
  if (!more()) {
    if (!result.filter) throw std::logic_error("a collection alone");
    result.kind = Meaning::kAny;
    return result;
  }
  // All objects that fulfil a filter count; without one category labels never do.
  if (word("count") && !result.filter) result.geometric = true;
  if (auto end = ends()) return *end;
  if (!path.segments[at].quoted && kTypes.contains(path.segments[at].name)) {
    result.type = path.segments[at].name;
    if (!more()) throw std::logic_error("a type alone");
    if (word("count")) return counts();
    result.label = path.segments[at].name;
    take_filter(path.segments[at]);
    if (!more() || word("count")) return counts();
    throw std::logic_error("a field after type and label");
  }
  if (!path.segments[at].quoted && kObjectWordsOfCollections.contains(path.segments[at].name)) {
    result.kind = Meaning::kSome;
    result.field = joined(path, at);
    return result;
  }
  const bool last = at + 1 == path.segments.size();
  if (last && model_.collections[result.collection].taxonomies.contains(path.segments[at].name)) {
    result.kind = Meaning::kTaxonomy;
    result.taxonomy = path.segments[at].name;
    return result;
  }
  result.label = path.segments[at].name;
  take_filter(path.segments[at]);
  if (!more()) {
    result.kind = result.filter ? Meaning::kAny : Meaning::kCount;
    result.geometric = true;
    return result;
  }
  if (word("count")) result.geometric = true;
  if (auto end = ends()) return *end;
  result.kind = Meaning::kSome;
  result.field = "metadata." + joined(path, at);
  return result;
}

std::vector<const Row*> Naive::members(const Meaning& meaning, const Scope& scope) {
  const auto objects = objects_[meaning.collection].find(scope.item->id);
  if (objects == objects_[meaning.collection].end()) return {};
  std::vector<const Row*> result;
  for (const Row* object : objects->second) {
    const std::string& type = object->field("type").as_text();
    if (meaning.geometric && type == "category") continue;
    if (meaning.type && type != *meaning.type) continue;
    if (meaning.label && object->field("label") != Value(*meaning.label)) continue;
    if (meaning.taxonomy &&
        (type != "category" || object->field("taxonomy") != Value(*meaning.taxonomy))) {
      continue;
    }
    if (meaning.filter && !holds(*meaning.filter, {scope.item, object})) continue;
    result.push_back(object);
  }
  return result;
}

Value Naive::path_value(const Path& path, const Scope& scope) {
  const Meaning& found = meaning(path, scope);
  switch (found.kind) {
    case Meaning::kItemField: return scope.item->field(found.field);
    case Meaning::kObjectField: return scope.object->field(found.field);
    case Meaning::kCount: return static_cast<int64_t>(members(found, scope).size());
    case Meaning::kAggregate: {
      std::vector<Value> values;
      for (const Row* object : members(found, scope)) {
        values.push_back(value(*found.argument, {scope.item, object}));
      }
      return naive::aggregate(found.function, values);
    }
    case Meaning::kSome:
      if (scope.some == nullptr) throw std::logic_error("one value for each object is no value");
      return scope.some->field(found.field);
    case Meaning::kTaxonomy: {
      const auto labels = members(found, scope);
      return labels.empty() ? Value() : labels.front()->field("label");
    }
    default: throw std::logic_error("a condition is no value");
  }
}

bool Naive::in_slice(const std::string& name, const Scope& scope) {
  const auto found = model_.slices.find(name);
  if (found == model_.slices.end()) throw std::logic_error("no slice " + name);
  const Slice& slice = found->second;
  const Row* row = slice.objects ? scope.object : scope.item;
  if (row == nullptr) throw std::logic_error("a slice of objects asked for items");
  if (slice.live.empty()) return slice.members.contains(row->id);
  auto [members, added] = live_slices_.try_emplace(name);
  if (added) {
    const Query query = parse_query(slice.live);
    for (const uint64_t id : Naive(model_).rows(query)) members->second.insert(id);
  }
  return members->second.contains(row->id);
}

void Naive::collect_some(const Expression& expression, const Scope& scope,
                         std::vector<const Meaning*>& found) {
  const auto visit = [&](const ExpressionPtr& part) { collect_some(*part, scope, found); };
  if (const auto* path = std::get_if<Path>(&expression.node)) {
    if (scope.group != nullptr) return;
    const Meaning& what = meaning(*path, scope);
    if (what.kind == Meaning::kSome) found.push_back(&what);
  } else if (const auto* sum = std::get_if<Arithmetic>(&expression.node)) {
    visit(sum->left);
    visit(sum->right);
  } else if (const auto* negate = std::get_if<Negate>(&expression.node)) {
    visit(negate->operand);
  } else if (const auto* compare = std::get_if<Compare>(&expression.node)) {
    visit(compare->left);
    visit(compare->right);
  } else if (const auto* in = std::get_if<In>(&expression.node)) {
    visit(in->operand);
  } else if (const auto* between = std::get_if<Between>(&expression.node)) {
    visit(between->operand);
    visit(between->low);
    visit(between->high);
  } else if (const auto* match = std::get_if<Match>(&expression.node)) {
    visit(match->operand);
  } else if (const auto* missing = std::get_if<IsMissing>(&expression.node)) {
    visit(missing->operand);
  }
}

}  // namespace cupel::testing
