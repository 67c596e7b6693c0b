#include "engine/exec/labeling_choices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "engine/exec/label_errors_document.hpp"
#include "engine/learn/rows.hpp"

namespace cupel::exec {
namespace {

template <typename T>
T component(const std::byte* row, uint32_t index) {
  T value;
  std::memcpy(&value, row + size_t{index} * sizeof(T), sizeof(T));
  return value;
}

}  // namespace

ProbableLabels::ProbableLabels(storage::SnapshotPtr snapshot, const storage::VectorSet& set,
                               uint64_t count)
    : snapshot_(std::move(snapshot)), set_(set), count_(count), order_(set.classes.size()) {}

double ProbableLabels::number(const std::byte* row, uint32_t index) const {
  switch (set_.element) {
    case storage::Element::kFloat16:
      return learn::to_float(learn::Half{component<uint16_t>(row, index)});
    case storage::Element::kFloat32: return component<float>(row, index);
    case storage::Element::kFloat64: break;
  }
  return component<double>(row, index);
}

std::vector<std::string> ProbableLabels::of(uint64_t item, const std::string& given) {
  const auto number = static_cast<uint32_t>(item / set_.block_rows);
  if (block_number_ != number) {
    block_ = snapshot_->vector_block(set_.id, number);
    block_number_ = number;
  }
  const auto in_block = static_cast<uint32_t>(item % set_.block_rows);
  if (!block_ || !block_->has(in_block)) return {};
  const std::byte* row = block_->row(in_block);
  std::iota(order_.begin(), order_.end(), 0);
  std::stable_sort(order_.begin(), order_.end(), [&](uint32_t a, uint32_t b) {
    return this->number(row, a) > this->number(row, b);
  });
  std::vector<std::string> labels;
  for (size_t i = 0; i < order_.size() && i < count_; ++i)
    labels.push_back(set_.classes[order_[i]]);
  const bool offered = std::find(labels.begin(), labels.end(), given) != labels.end();
  if (given.empty() || offered) return labels;
  if (labels.size() == count_) labels.pop_back();
  labels.push_back(given);
  return labels;
}

const storage::VectorSet& probabilities_of(const storage::Catalog& catalog,
                                           const std::string& taxonomy) {
  const std::optional<LabelErrors> found = label_errors_of(catalog, taxonomy);
  if (!found)
    throw Error(ErrorCode::kUnsupported,
                fmt::format("the most probable labels are those of the last FIND LABEL ERRORS IN "
                            "TAXONOMY '{}', and there was none; run it first, or say CHOICES ALL",
                            taxonomy));
  const storage::VectorSet* set =
      catalog.vectors(storage::VectorUse::kProbabilities, found->probabilities);
  if (set == nullptr)
    throw Error(ErrorCode::kUnsupported,
                fmt::format("the probabilities by which the label errors of '{}' were found are "
                            "not in the database; IMPORT PROBABILITIES and FIND LABEL ERRORS with "
                            "them, or say CHOICES ALL",
                            taxonomy));
  if (set->id != found->set_id)
    throw Error(ErrorCode::kConflict,
                fmt::format("the probabilities '{}' were imported again since label errors were "
                            "looked for in taxonomy '{}', so that they are others; run FIND LABEL "
                            "ERRORS again, or say CHOICES ALL",
                            set->name, taxonomy));
  return *set;
}

std::optional<std::string> last_found_taxonomy(const storage::Catalog& catalog) {
  const std::optional<LabelErrors> last = last_label_errors(catalog);
  if (!last || last->of != ErrorsOf::kCategories) return std::nullopt;
  return last->taxonomy;
}

}  // namespace cupel::exec
