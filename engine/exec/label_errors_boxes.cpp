#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include "engine/exec/boxes_by_image.hpp"
#include "engine/exec/category_labels.hpp"
#include "engine/exec/column_reader.hpp"
#include "engine/exec/field_rewrite.hpp"
#include "engine/exec/known_rows.hpp"
#include "engine/exec/label_errors.hpp"
#include "engine/exec/label_errors_record.hpp"
#include "engine/exec/label_errors_stale.hpp"
#include "engine/exec/text_classes.hpp"
#include "engine/learn/object_issues.hpp"

// Boxes against the boxes that a run predicts.

namespace cupel::exec {
namespace {

using storage::kAnnotations;
using storage::SnapshotPtr;
using storage::TableId;

constexpr uint32_t kNoImage = std::numeric_limits<uint32_t>::max();
/// What is found of a box, and what precision needs of a prediction.
constexpr size_t kBytesOfIssue = 24;

struct BoxRow {
  uint32_t row = 0;  ///< in its chunk
  uint64_t item = 0;
  std::string_view label;
  learn::ObjectBox box;
  double confidence = 1;  ///< a prediction without one counts as certain
};

/// The visible boxes of a table, chunk by chunk; those without a whole geometry are left out.
class Boxes {
 public:
  Boxes(const SnapshotPtr& snapshot, TableId table)
      : snapshot_(snapshot),
        table_(table),
        types_(snapshot, snapshot->catalog().find(table, "type", Type::kText), {"box"}),
        labels_(snapshot, snapshot->catalog().find(table, "label", Type::kText), {}) {
    if (const auto* item = snapshot->catalog().find(table, "$item", Type::kInt64)) item_ = item->id;
    constexpr std::array<std::string_view, 5> names{"position.x", "position.y", "dimensions.x",
                                                    "dimensions.y", "confidence"};
    for (size_t i = 0; i < names.size(); ++i)
      if (const auto* column = snapshot->catalog().find(table, names[i], Type::kFloat64))
        numbers_[i] = column->id;
  }

  uint32_t chunks() const { return snapshot_->catalog().chunk_count(table_); }

  /// Valid until the next call.
  const std::vector<BoxRow>& chunk(uint32_t number) {
    rows_.clear();
    const storage::ChunkPtr items = item_ ? snapshot_->chunk(*item_, number) : nullptr;
    if (!items) return rows_;
    types_.seek(number);
    labels_.seek(number);
    std::array<storage::ChunkPtr, 5> numbers;
    for (size_t i = 0; i < numbers.size(); ++i)
      if (numbers_[i]) numbers[i] = snapshot_->chunk(*numbers_[i], number);
    snapshot_->visible(table_, number).for_each([&](uint32_t row) {
      if (types_.at(row) != 0 || items->is_missing(row)) return;
      if (labels_.at(row) == TextClasses::kMissing) return;
      std::array<double, 5> at{};
      for (size_t i = 0; i < at.size(); ++i) {
        const bool there = numbers[i] && !numbers[i]->is_missing(row);
        if (!there && i < 4) return;
        at[i] = there ? numbers[i]->number_at(row) : 1;
      }
      rows_.push_back({row, static_cast<uint64_t>(items->integer_at(row)), labels_.text(row),
                       corners(at[0], at[1], at[2], at[3]), at[4]});
    });
    return rows_;
  }

 private:
  static learn::ObjectBox corners(double x, double y, double width, double height) {
    return {std::min(x, x + width), std::min(y, y + height), std::max(x, x + width),
            std::max(y, y + height)};
  }

  SnapshotPtr snapshot_;
  TableId table_;
  TextClasses types_, labels_;
  std::optional<storage::ColumnId> item_;
  std::array<std::optional<storage::ColumnId>, 5> numbers_;
  std::vector<BoxRow> rows_;
};

/// Calls `f(chunk, boxes)` for each chunk.
template <typename F>
void for_each_chunk(TableId table, const Context& context, F&& f) {
  Boxes boxes(context.snapshot, table);
  for (uint32_t chunk = 0; chunk < boxes.chunks(); ++chunk) {
    context.poll();
    f(chunk, boxes.chunk(chunk));
  }
}

class BoxAnalysis {
 public:
  BoxAnalysis(storage::Transaction& transaction, const storage::Run& run,
              const FindRequest& request, const Context& context)
      : transaction_(transaction), run_(run), request_(request), context_(context) {}

  void gather() {
    find_images();
    labels_.emplace(images_.size());
    predictions_.emplace(images_.size());
    count_boxes();
    for_each_box(kAnnotations, [&](uint32_t image, const BoxRow& box) {
      labels_->add(image, {box.box, class_of(box)});
    });
    for_each_box(run_.table, [&](uint32_t image, const BoxRow& box) {
      predictions_->add(image, {box.box, class_of(box), box.confidence});
    });
    for (size_t i = 0; i < images_.size(); ++i) {
      images_[i].labels = labels_->of(i);
      images_[i].predictions = predictions_->of(i);
    }
  }

  void judge() {
    learn::ObjectOptions options;
    options.relative_distances = request_.errors.relative;
    options.ties = request_.options.ties;
    uint64_t judged = 0;
    options.poll = [&] {
      context_.poll();
      if (context_.progress) context_.progress({"label errors", ++judged, 0, "images"});
    };
    issues_ = learn::find_object_issues(images_, static_cast<int32_t>(classes_.size()), options);
  }

  void write() {
    write_labels();
    write_predictions();
    write_items();
  }

  void record(LabelErrors& errors) const {
    errors.of = ErrorsOf::kBoxes;
    errors.classes = classes_;
    errors.examples = images_.size();
    errors.labels.assign(classes_.size(), 0);
    errors.suspected.assign(classes_.size(), 0);
    std::vector<uint64_t> overlooked(classes_.size());
    for (size_t i = 0; i < images_.size(); ++i) {
      errors.errors += issues_.images[i].issue ? 1 : 0;
      for (size_t b = 0; b < images_[i].labels.size(); ++b) {
        const auto k = static_cast<size_t>(images_[i].labels[b].label);
        ++errors.labels[k];
        if (is_suspected(issues_.images[i], b)) ++errors.suspected[k];
      }
      for (size_t b = 0; b < images_[i].predictions.size(); ++b)
        if (issues_.images[i].is_overlooked[b] != 0)
          ++overlooked[static_cast<size_t>(images_[i].predictions[b].label)];
    }
    for (size_t k = 0; k < classes_.size(); ++k)
      if (overlooked[k] != 0) errors.pairs.push_back({-1, static_cast<int32_t>(k), overlooked[k]});
    errors.noise_share =
        images_.empty() ? 0
                        : static_cast<double>(errors.errors) / static_cast<double>(images_.size());
  }

 private:
  void find_images() {
    const storage::Catalog& catalog = context_.snapshot->catalog();
    ColumnReader width(context_.snapshot, catalog.find(storage::kItems, "width", Type::kInt64));
    ColumnReader height(context_.snapshot, catalog.find(storage::kItems, "height", Type::kInt64));
    image_numbers_.assign(catalog.row_count(storage::kItems), kNoImage);
    context_.reserve(image_numbers_.size() *
                     (sizeof(uint32_t) + sizeof(learn::ObjectImage) + sizeof(learn::ImageIssues)));
    for (uint32_t chunk = 0; chunk < catalog.chunk_count(storage::kItems); ++chunk) {
      context_.poll();
      context_.snapshot->visible(storage::kItems, chunk).for_each([&](uint32_t row) {
        const uint64_t item = uint64_t{chunk} * catalog.chunk_rows + row;
        if (request_.members && !request_.members->test(item)) return;
        image_numbers_[item] = static_cast<uint32_t>(images_.size());
        learn::ObjectImage& image = images_.emplace_back();
        image.width = width.number(item).value_or(0);
        image.height = height.number(item).value_or(0);
      });
    }
  }

  /// Calls `f(image, box)` for each box of an image that is judged.
  template <typename F>
  void for_each_box(TableId table, F&& f) {
    for_each_chunk(table, context_, [&](uint32_t, const std::vector<BoxRow>& boxes) {
      for (const BoxRow& box : boxes)
        if (const uint32_t image = image_number(box); image != kNoImage) f(image, box);
    });
  }

  /// Those of each image; and the classes of all boxes, whether their images are judged or not.
  void count_boxes() {
    std::set<std::string, std::less<>> labels;
    const auto count = [&](TableId table, auto& by_image, size_t bytes) {
      for_each_chunk(table, context_, [&](uint32_t, const std::vector<BoxRow>& boxes) {
        context_.reserve(boxes.size() * bytes);
        for (const BoxRow& box : boxes) {
          if (!labels.contains(box.label)) labels.emplace(box.label);
          if (const uint32_t image = image_number(box); image != kNoImage) by_image.count(image);
        }
      });
      by_image.make_room();
    };
    count(kAnnotations, *labels_, sizeof(learn::LabelledBox) + kBytesOfIssue);
    count(run_.table, *predictions_, sizeof(learn::PredictedBox) + kBytesOfIssue);
    classes_.assign(labels.begin(), labels.end());
  }

  int32_t class_of(const BoxRow& box) const {
    const auto found = std::lower_bound(classes_.begin(), classes_.end(), box.label);
    return static_cast<int32_t>(found - classes_.begin());
  }
  uint32_t image_number(const BoxRow& box) const {
    return box.item < image_numbers_.size() ? image_numbers_[box.item] : kNoImage;
  }
  static bool is_suspected(const learn::ImageIssues& image, size_t label) {
    return image.is_badloc[label] != 0 || image.is_swap[label] != 0;
  }

  /// Boxes are met in the order in which they were gathered: a count an image finds them again.
  void write_labels() {
    FieldRewrite fields(transaction_, context_.snapshot, kAnnotations);
    fields.add(kPotentialMislabel, Type::kInt64);
    fields.add(kLabelQuality, Type::kFloat64);
    fields.add(kLabelIssue, Type::kText);
    std::vector<uint32_t> next(images_.size());
    ChunkCells out(3);
    for_each_chunk(kAnnotations, context_, [&](uint32_t chunk, const std::vector<BoxRow>& boxes) {
      out.clear();
      for (const BoxRow& box : boxes) {
        const uint32_t number = image_number(box);
        if (number == kNoImage) continue;
        const learn::ImageIssues& image = issues_.images[number];
        const size_t label = next[number]++;
        const double badloc = image.badloc[label];
        const double swap = image.swap[label];
        out.rows.push_back(box.row);
        out.cells[0].emplace_back(int64_t{is_suspected(image, label)});
        out.cells[1].push_back(number_cell(std::fmin(badloc, swap)));
        out.cells[2].push_back(issue_cell(image, label));
      }
      fields.write(chunk, out.rows, out.cells);
    });
  }

  static Cell number_cell(double number) { return number == number ? Cell(number) : Cell(); }
  /// Of two issues the worse one.
  static Cell issue_cell(const learn::ImageIssues& image, size_t label) {
    const bool badloc = image.is_badloc[label] != 0;
    const bool swap = image.is_swap[label] != 0;
    if (badloc && !(swap && image.swap[label] < image.badloc[label]))
      return std::string_view("badloc");
    return swap ? Cell(std::string_view("swapped")) : Cell();
  }

  void write_predictions() {
    FieldRewrite fields(transaction_, context_.snapshot, run_.table);
    fields.add(kLabelIssue, Type::kText);
    fields.add(kOverlookedScore, Type::kFloat64);
    std::vector<uint32_t> next(images_.size());
    ChunkCells out(2);
    for_each_chunk(run_.table, context_, [&](uint32_t chunk, const std::vector<BoxRow>& boxes) {
      out.clear();
      for (const BoxRow& box : boxes) {
        const uint32_t number = image_number(box);
        if (number == kNoImage) continue;
        const learn::ImageIssues& image = issues_.images[number];
        const size_t prediction = next[number]++;
        out.rows.push_back(box.row);
        out.cells[0].push_back(
            image.is_overlooked[prediction] != 0 ? Cell(std::string_view("overlooked")) : Cell());
        out.cells[1].push_back(number_cell(image.overlooked[prediction]));
      }
      fields.write(chunk, out.rows, out.cells);
    });
  }

  void write_items() {
    ItemSet touched(image_numbers_.size());
    std::vector<double> scores(image_numbers_.size());
    for (size_t item = 0; item < image_numbers_.size(); ++item) {
      if (image_numbers_[item] == kNoImage) continue;
      const learn::ImageIssues& image = issues_.images[image_numbers_[item]];
      touched.set(item);
      scores[item] = image.issue ? mislabel_score(image.score) : 0;
    }
    write_item_scores(transaction_, touched, scores, context_);
  }

  storage::Transaction& transaction_;
  const storage::Run& run_;
  const FindRequest& request_;
  const Context& context_;
  std::vector<uint32_t> image_numbers_;  ///< by item
  std::vector<learn::ObjectImage> images_;
  std::optional<BoxesByImage<learn::LabelledBox>> labels_;
  std::optional<BoxesByImage<learn::PredictedBox>> predictions_;
  std::vector<std::string> classes_;
  learn::ObjectIssues issues_;
};

}  // namespace

uint64_t box_fingerprint(TableId table, const Context& context) {
  uint64_t sum = 0;
  for_each_chunk(table, context, [&](uint32_t, const std::vector<BoxRow>& boxes) {
    for (const BoxRow& row : boxes) {
      uint64_t hash = mix(row.item + 1, text_hash(row.label));
      for (const double side : {row.box.x1, row.box.y1, row.box.x2, row.box.y2, row.confidence})
        hash = mix(hash, std::bit_cast<uint64_t>(side));
      sum += hash;
    }
  });
  return sum;
}

FindOutcome find_box_errors(storage::Transaction& transaction, const storage::Run& run,
                            FindRequest request, const Context& context) {
  BoxAnalysis analysis(transaction, run, request, context);
  analysis.gather();
  analysis.judge();
  analysis.write();
  FindOutcome outcome;
  outcome.errors = std::move(request.errors);
  analysis.record(outcome.errors);
  record_labels(outcome.errors, context);
  store(transaction, outcome.errors);
  return outcome;
}

}  // namespace cupel::exec
