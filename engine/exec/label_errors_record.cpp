#include "engine/exec/label_errors_record.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "engine/exec/field_rewrite.hpp"
#include "engine/exec/label_errors.hpp"
#include "engine/learn/class_noise.hpp"

namespace cupel::exec {
namespace {

using PairCounts = std::map<std::pair<int32_t, int32_t>, uint64_t>;

void put_pairs(LabelErrors& errors, const PairCounts& counts) {
  for (const auto& [pair, count] : counts) errors.pairs.push_back({pair.first, pair.second, count});
}

/// The share of a joint of counts that lies off the diagonal.
double wrong_share(const learn::ClassMatrix& joint) {
  double wrong = 0;
  double total = 0;
  for (size_t i = 0; i < joint.classes; ++i)
    for (size_t j = 0; j < joint.classes; ++j) {
      total += joint.at(i, j);
      if (i != j) wrong += joint.at(i, j);
    }
  return total > 0 ? wrong / total : 0;
}

/// The same of the row of a class; of one without labels nothing is known.
double wrong_share(const learn::ClassMatrix& joint, size_t given) {
  double wrong = 0;
  for (size_t j = 0; j < joint.classes; ++j)
    if (j != given) wrong += joint.at(given, j);
  const double total = wrong + joint.at(given, given);
  return total > 0 ? wrong / total : std::numeric_limits<double>::quiet_NaN();
}

/// What a joint of all classes says of each.
void record_joint(LabelErrors& errors, const learn::ClassEstimates& found) {
  errors.thresholds = found.thresholds;
  errors.noise_share = wrong_share(found.calibrated);
  const learn::ClassNoise noise = learn::estimate_class_noise(found.calibrated, found.examples);
  errors.prior = noise.prior;
  for (size_t k = 0; k < found.examples.size(); ++k) {
    errors.noise.push_back(1 - noise.noise.at(k, k));
    errors.wrong.push_back(wrong_share(found.calibrated, k));
  }
}

}  // namespace

void write_item_scores(storage::Transaction& transaction, const ItemSet& touched,
                       const std::vector<double>& scores, const Context& context) {
  FieldRewrite field(transaction, context.snapshot, storage::kItems);
  field.add(kMislabelScore, Type::kFloat64);
  const storage::Catalog& catalog = context.snapshot->catalog();
  ChunkCells out(1);
  for (uint32_t chunk = 0; chunk < catalog.chunk_count(storage::kItems); ++chunk) {
    context.poll();
    out.clear();
    const uint64_t first = uint64_t{chunk} * catalog.chunk_rows;
    const uint32_t size = context.snapshot->rows_in_chunk(storage::kItems, chunk);
    touched.chunk(first, size).for_each([&](uint32_t row) {
      const double score = scores[first + row];
      out.rows.push_back(row);
      out.cells[0].push_back(score == score ? Cell(score) : Cell());
    });
    field.write(chunk, out.rows, out.cells);
  }
}

void store(storage::Transaction& transaction, LabelErrors& errors) {
  const std::optional<LabelErrors> last = last_label_errors(transaction.catalog());
  errors.number = last ? last->number + 1 : 1;
  errors.generation = transaction.catalog().generation + 1;
  transaction.set_document(kLabelErrors, errors.taxonomy, encode(errors));
}

void record_categories(LabelErrors& errors, const std::vector<std::string>& classes,
                       const learn::LabelIssues& found, const std::vector<int32_t>& labels) {
  errors.classes = classes;
  errors.labels = found.classes.examples;
  errors.errors = found.issues.size();
  errors.suspected.assign(classes.size(), 0);
  for (const uint64_t count : errors.labels) errors.examples += count;
  PairCounts counts;
  for (const uint64_t row : found.issues) {
    ++errors.suspected[static_cast<size_t>(labels[row])];
    ++counts[{labels[row], found.predicted[row]}];
  }
  put_pairs(errors, counts);
  record_joint(errors, found.classes);
}

void record_label_sets(LabelErrors& errors, const std::vector<std::string>& classes,
                       const learn::MultiLabelIssues& found, const learn::LabelSets& labels) {
  errors.classes = classes;
  errors.errors = found.issues.size();
  errors.examples = static_cast<uint64_t>(
      std::count(labels.is_example.begin(), labels.is_example.end(), uint8_t{1}));
  errors.labels.assign(classes.size(), 0);
  errors.suspected.assign(classes.size(), 0);
  std::vector<uint64_t> lacking(classes.size());  // suspected where the class is not given
  for (size_t row = 0; row < labels.is_example.size(); ++row) {
    if (labels.is_example[row] == 0) continue;
    for (size_t k = 0; k < classes.size(); ++k) {
      const size_t at = row * classes.size() + k;
      errors.labels[k] += labels.given[at];
      if (found.suspected[at] == 0) continue;
      ++(labels.given[at] != 0 ? errors.suspected : lacking)[k];
    }
  }
  if (found.classes.empty()) return record_joint(errors, found.joint);
  double wrong = 0;
  for (size_t k = 0; k < classes.size(); ++k) {
    if (lacking[k] != 0) errors.pairs.push_back({-1, static_cast<int32_t>(k), lacking[k]});
    const learn::ClassEstimates& of_class = found.classes[k];
    errors.thresholds.push_back(of_class.thresholds.at(1));
    wrong += wrong_share(of_class.calibrated);
    const learn::ClassNoise noise =
        learn::estimate_class_noise(of_class.calibrated, of_class.examples);
    errors.prior.push_back(noise.prior.at(1));
    errors.noise.push_back(1 - noise.noise.at(1, 1));
    errors.wrong.push_back(wrong_share(of_class.calibrated, 1));
  }
  errors.noise_share = wrong / static_cast<double>(classes.size());
}

}  // namespace cupel::exec
