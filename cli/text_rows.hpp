#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"
#include "cupel/cupel.hpp"

namespace cupel::cli {

/// A result as text for files and pipes, piece by piece. Must not outlive the cursor.
class TextRows {
 public:
  TextRows(Format format, const Cursor& cursor);
  std::string header() const;
  std::string batch(const Batch& batch);
  std::string footer() const;

 private:
  void write_raw(std::string& out, const Batch& batch) const;

  bool array_;
  bool json_;
  bool raw_;  ///< the one column holds rows that are JSON already
  TextFormat text_;
  const std::vector<ColumnInfo>& columns_;
  bool first_ = true;
};

}  // namespace cupel::cli
