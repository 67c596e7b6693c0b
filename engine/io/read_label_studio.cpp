#include <fmt/format.h>

#include "engine/io/json_records.hpp"
#include "engine/io/label_studio_item.hpp"
#include "engine/io/label_studio_objects.hpp"
#include "engine/io/label_studio_results.hpp"
#include "engine/io/lossless.hpp"

namespace cupel::io {
namespace {

constexpr std::string_view kOtherAnnotators = "other annotators' annotations";

const JsonNode* present(const JsonNode& object, std::string_view key) {
  const JsonNode* found = object.find(key);
  return found == nullptr || found->is_null() ? nullptr : found;
}

const JsonNode* list_or_nothing(Members& members, std::string_view key) {
  const JsonNode* list = members.take(key);
  return list == nullptr ? nullptr : &list_of(*list);
}

bool is_true(const JsonNode& node, std::string_view key) {
  const JsonNode* flag = node.find(key);
  return flag != nullptr && flag->kind == JsonKind::kBool && flag->boolean;
}

/// The number of who annotated stands in every kind of export, the address only in some.
const JsonNode* author_of(const JsonNode* author) {
  if (author == nullptr || !author->is_object()) {
    if (author != nullptr) identifier_of(*author);
    return author;
  }
  const JsonNode* id = present(*author, "id");
  if (id == nullptr) id = present(*author, "email");
  if (id != nullptr) identifier_of(*id, "completed_by.");
  return id;
}

/// One annotation or prediction, of which the results are read.
struct Work {
  const JsonNode* node = nullptr;
  std::string where;  ///< in the task: `annotations[0]`; empty: a record of JSON-MIN
  StudioResults results;
};

class LabelStudioReader {
 public:
  explicit LabelStudioReader(Reading& reading)
      : reading_(reading),
        annotator_(reading.request.options.text("annotator", "all")),
        model_(reading.request.options.text("model")),
        run_a_model_(reading.request.options.text("runs") == "model_version"),
        items_(reading.names, reading.request.options),
        objects_(reading) {}

  void read(const JsonNode& record, const Place& place) {
    place_ = place;
    base_ = record.raw.data();
    const JsonNode* data = record.find("data");
    if (data != nullptr && !data->is_null()) return read_task(record, *data);
    if (record.find("annotation_id") == nullptr && record.find("annotator") == nullptr) {
      missing("data");
    }
    read_minimal(record);
  }

 private:
  bool wants(Want want) const { return reading_.request.want == want; }

  /// Only what is asked for can be lost.
  void lose(Want part, std::string_view what) const {
    if (wants(part)) reading_.sink.lost(what);
  }

  Place place_of(const JsonNode& node) {
    Place place{place_.line, 0, ++object_count_};
    if (place_.line == 0) place.byte = place_.byte + static_cast<uint64_t>(node.raw.data() - base_);
    return place;
  }

  void read_task(const JsonNode& record, const JsonNode& data) {
    Members task(record, Members::Nulls::kDrop);
    task.take("data");
    const JsonNode* annotations = list_or_nothing(task, "annotations");
    if (annotations == nullptr) annotations = list_or_nothing(task, "completions");
    const JsonNode* predictions = list_or_nothing(task, "predictions");
    const JsonNode* drafts = list_or_nothing(task, "drafts");
    const JsonNode* id = task.take("id");
    works_.clear();
    if (annotations != nullptr) keep_annotations(*annotations);
    size_.reset();
    find_size(annotations);
    find_size(predictions);
    items_.begin(object_of(data), false, size_, "data.");
    add_answers();
    if (id != nullptr) add_task_id(*id);
    task.for_each_other([&](const JsonNode& member) { items_.metadata().keep(member); });
    hand_over_item();
    if (drafts != nullptr) {
      for (const JsonNode& draft : *drafts) {
        if (!draft.is_null()) lose(Want::kAnnotations, "drafts");
      }
    }
    if (wants(Want::kPredictions)) {
      works_.clear();
      if (predictions != nullptr) keep_predictions(*predictions);
    }
    if (!wants(Want::kItems)) hand_over_objects();
  }

  /// One annotation, with what its controls were answered beside the data of the task.
  void read_minimal(const JsonNode& record) {
    works_.clear();
    Work& work = works_.emplace_back();
    work.node = &record;
    work.results.take_minimal(record, failures_of(Want::kAnnotations, {}));
    size_.reset();
    for (const StudioResult& result : work.results.top()) take_size(*result.node);
    items_.begin(record, true, size_, {});
    const JsonNode* id = record.find("id");
    if (id != nullptr && !id->is_null()) add_task_id(*id);
    hand_over_item();
    const bool again = id != nullptr && last_task_ == id->raw;
    last_task_ = id == nullptr ? std::string_view() : id->raw;
    if (!wants(Want::kAnnotations)) return;
    const JsonNode* annotator = record.find("annotator");
    if (annotator_ == "first" ? again : !is_wanted(annotator)) {
      return reading_.sink.lost(kOtherAnnotators);
    }
    hand_over_objects();
  }

  /// Whether the option `annotator` lets an annotation of this author in.
  bool is_wanted(const JsonNode* author) const {
    if (annotator_ == "all" || annotator_ == "first") return true;
    if (author == nullptr || author->is_null()) return false;
    if (!author->is_object()) return identifier_of(*author) == annotator_;
    for (const char* key : {"id", "email"}) {
      const JsonNode* name = author->find(key);
      if (name != nullptr && !name->is_null() && identifier_of(*name) == annotator_) return true;
    }
    return false;
  }

  StudioResults::Failed failures_of(Want part, const std::string& where) {
    return [this, part, where](const JsonNode& node, const RecordError& error) {
      if (!wants(part)) return;  // told when they are imported
      reading_.failed(place_of(node), where.empty() ? error : error.below(where));
    };
  }

  void sort(Work& work, Want part) {
    const JsonNode* results = work.node->find("result");
    if (results == nullptr) missing("result");
    if (results->is_null()) return;
    work.results.sort(
        list_of(*results), [&](std::string_view what) { lose(part, what); },
        failures_of(part, work.where));
  }

  void keep_annotations(const JsonNode& list) {
    size_t index = 0;
    for (const JsonNode& node : list) {
      const std::string where = fmt::format("{}[{}]", list.key, index++);
      try {
        keep_annotation(node, where);
      } catch (const RecordError& error) {
        if (wants(Want::kAnnotations)) reading_.failed(place_of(node), error.below(where));
      }
    }
  }

  void keep_annotation(const JsonNode& node, const std::string& where) {
    if (node.kind == JsonKind::kInteger) {
      throw RecordError{{}, "must be an object, but is a number only: export annotations in full"};
    }
    if (!node.is_object()) throw RecordError{{}, "must be an object, but is " + node.in_words()};
    if (is_true(node, "was_cancelled") || is_true(node, "skipped")) {
      return lose(Want::kAnnotations, "cancelled annotations");
    }
    if (!is_wanted(node.find("completed_by")) || (annotator_ == "first" && !works_.empty())) {
      return lose(Want::kAnnotations, kOtherAnnotators);
    }
    Work work{&node, where, {}};
    sort(work, Want::kAnnotations);
    works_.push_back(std::move(work));
  }

  void keep_predictions(const JsonNode& list) {
    size_t index = 0;
    for (const JsonNode& node : list) {
      const std::string where = fmt::format("{}[{}]", list.key, index++);
      try {
        if (!node.is_object()) {
          throw RecordError{{}, "must be an object, but is " + node.in_words()};
        }
        const JsonNode* version = node.find("model_version");
        const bool named = version != nullptr && !version->is_null();
        if (!model_.empty() && (!named || text_of(*version) != model_)) {
          lose(Want::kPredictions, "other models' predictions");
          continue;
        }
        Work work{&node, where, {}};
        sort(work, Want::kPredictions);
        works_.push_back(std::move(work));
      } catch (const RecordError& error) {
        reading_.failed(place_of(node), error.below(where));
      }
    }
  }

  /// What was answered about the image, but for its categories, is metadata of the item.
  void add_answers() {
    texts_.clear();
    for (const Work& work : works_) {
      for (const StudioResult& result : work.results.top()) {
        if (!result.shape.empty() || is_choice(result.type)) continue;
        try {
          const bool added = items_.metadata().add(result.name, values_of(result, texts_));
          if (!added && !wants(Want::kPredictions)) {
            reading_.sink.lost("answers; an item has one value of a name");
          }
        } catch (const RecordError& error) {
          if (wants(Want::kPredictions)) continue;
          reading_.failed(place_of(*result.node), error.below(work.where + "." + result.where));
        }
      }
    }
  }

  void add_task_id(const JsonNode& id) {
    identifier_of(id);
    const bool number = id.kind == JsonKind::kInteger;
    const Scalar value = number ? Scalar(id.integer) : Scalar(id.text);
    if (!items_.metadata().add("label_studio_id", {value})) items_.metadata().keep(id);
  }

  void find_size(const JsonNode* list) {
    if (list == nullptr) return;
    for (const JsonNode& node : *list) {
      const JsonNode* results = node.is_object() ? node.find("result") : nullptr;
      if (results == nullptr || !results->is_array()) continue;
      for (const JsonNode& result : *results) take_size(result);
    }
  }

  /// The first region that tells the size of the image counts.
  void take_size(const JsonNode& result) {
    if (size_ || !result.is_object()) return;
    size_ = size_in(result, "original_width", "original_height");
  }

  void hand_over_item() {
    const ItemRecord& item = items_.finish(place_);
    objects_.begin_task(item.reference_id, item.alternative_reference);
    if (wants(Want::kItems)) {
      reading_.sink.item(item);
    } else {
      reading_.sink.mention(item);
    }
  }

  void hand_over_objects() {
    for (const Work& work : works_) {
      try {
        objects_.begin_source(source_of(work));
      } catch (const RecordError& error) {
        reading_.failed(place_of(*work.node), error.below(work.where));
        continue;
      }
      for (const StudioResult& result : work.results.top()) hand_over_result(work, result);
    }
  }

  void hand_over_result(const Work& work, const StudioResult& result) {
    const Place place = place_of(*result.node);
    try {
      if (!result.shape.empty()) {
        objects_.add_region(result, work.results, place);
      } else if (is_choice(result.type)) {
        objects_.add_choices(result, place);
      } else {
        lose(Want::kPredictions, "predicted answers");  // a run has no row for an item
      }
    } catch (const RecordError& error) {
      const RecordError inside = error.below(result.where);
      reading_.failed(place, work.where.empty() ? inside : inside.below(work.where));
    }
  }

  StudioSource source_of(const Work& work) const {
    StudioSource source;
    const bool minimal = work.where.empty();
    const JsonNode* id = present(*work.node, minimal ? "annotation_id" : "id");
    source.id = id == nullptr ? work.where : std::string(identifier_of(*id));
    source.annotator = author_of(present(*work.node, minimal ? "annotator" : "completed_by"));
    if (!minimal && is_true(*work.node, "ground_truth")) {
      source.ground_truth = work.node->find("ground_truth");
    }
    source.target = {wants(Want::kPredictions), {}};
    if (!source.target.prediction) return source;
    source.model_version = present(*work.node, "model_version");
    const JsonNode* score = present(*work.node, "score");
    if (score != nullptr) source.score = number_of(*score);
    source.target.run = reading_.request.run;
    if (source.model_version != nullptr) {
      const std::string_view version = text_of(*source.model_version);
      if (run_a_model_ && !version.empty()) source.target.run = version;
    }
    check_run(source.target.run);
    return source;
  }

  Reading& reading_;
  std::string_view annotator_;  ///< all, first, or who
  std::string_view model_;      ///< empty: every one
  bool run_a_model_;
  StudioItemReader items_;
  StudioObjects objects_;
  std::vector<Work> works_;
  std::deque<std::string> texts_;  ///< of the item
  std::optional<ItemSize> size_;   ///< of the item, as regions tell it
  std::string last_task_;
  Place place_;
  const char* base_ = nullptr;
  uint64_t object_count_ = 0;
};

}  // namespace

void read_label_studio(Reading& reading) {
  LabelStudioReader reader(reading);
  read_json_records(reading, "is no file of Label Studio",
                    [&](const JsonNode& record, Place& place) { reader.read(record, place); });
}

}  // namespace cupel::io
