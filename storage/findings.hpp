#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "cupel/error.hpp"
#include "storage/dataset.hpp"

namespace cupel::storage {

/// Collects what check() finds, each part on its own: what one finds does not stop the others.
class Findings {
 public:
  void report(std::string what) { found_.push_back({std::move(what)}); }

  /// Calls `f`; that something is damaged or cannot be read is a finding.
  template <typename F>
  void guarded(F&& f) {
    try {
      f();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kCorruption && error.code() != ErrorCode::kIo) throw;
      report(error.message());
    }
  }

  void append(std::vector<Finding> findings) {
    std::move(findings.begin(), findings.end(), std::back_inserter(found_));
  }
  std::vector<Finding> take() { return std::move(found_); }

 private:
  std::vector<Finding> found_;
};

}  // namespace cupel::storage
