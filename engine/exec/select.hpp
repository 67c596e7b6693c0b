#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/exec/evaluation.hpp"

namespace cupel::exec {

/// A chunk of an arm's table.
struct Place {
  uint32_t arm = 0;
  uint32_t chunk = 0;
};

/// A row of an arm's table.
struct RowAt {
  uint32_t arm = 0;
  uint32_t chunk = 0;
  uint32_t row = 0;  ///< in the chunk
  friend auto operator<=>(const RowAt&, const RowAt&) = default;
};

/// The rows that the conditions and the sample of a plan leave, chunk by chunk: arms in their
/// order, chunks by number. Making one prepares the conditions, on one thread; `rows` may be
/// called from several.
class Selection {
 public:
  explicit Selection(Evaluation& evaluation);

  Evaluation& evaluation() const noexcept { return evaluation_; }
  const plan::Arm& arm(const Place& place) const { return evaluation_.plan().arms[place.arm]; }
  const std::vector<Place>& places() const noexcept { return places_; }
  storage::Bitmap rows(size_t place) const;

 private:
  struct ArmWhere {
    std::vector<storage::Bitmap> begun;  ///< by chunk: what the first operands left; or empty
    ConditionNodePtr where;              ///< null: every row
  };
  void begin_and(const plan::And& conditions, const plan::Arm& arm, ArmWhere& out);
  void take_sample(uint64_t size);

  Evaluation& evaluation_;
  std::vector<Place> places_;
  std::vector<ArmWhere> arms_;
  std::vector<storage::Bitmap> sampled_;  ///< by place, when there is a sample
};

/// Tells the caller how far a scan is, ten times a second at most.
class ScanProgress {
 public:
  ScanProgress(const Context& context, uint64_t total_rows);
  void add(uint64_t rows);

 private:
  const Context& context_;
  uint64_t done_ = 0;
  uint64_t total_;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace cupel::exec
