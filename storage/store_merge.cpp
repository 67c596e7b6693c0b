#include <rocksdb/merge_operator.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/codec.hpp"
#include "storage/store_options.hpp"

namespace cupel::storage {
namespace {

std::string_view view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

class FoldOperator : public rocksdb::MergeOperator {
 public:
  const char* Name() const override { return "cupel.fold.1"; }

  // Nothing may be thrown through RocksDB: a fold that fails makes the read fail as corrupt.
  bool FullMergeV2(const MergeOperationInput& in, MergeOperationOutput* out) const override {
    try {
      std::optional<std::string_view> base;
      if (in.existing_value != nullptr) base = view(*in.existing_value);
      std::vector<std::string_view> operands;
      operands.reserve(in.operand_list.size());
      for (const rocksdb::Slice& operand : in.operand_list) operands.push_back(view(operand));
      out->new_value = fold(base, operands);
      return true;
    } catch (...) {
      return false;
    }
  }

  // false leaves the operands as they are; a damaged one is then noticed by the full merge.
  bool PartialMerge(const rocksdb::Slice& /*key*/, const rocksdb::Slice& left,
                    const rocksdb::Slice& right, std::string* combined,
                    rocksdb::Logger* /*logger*/) const override {
    try {
      *combined = combine_patches(view(left), view(right));
      return true;
    } catch (...) {
      return false;
    }
  }
};

}  // namespace

std::shared_ptr<rocksdb::MergeOperator> make_fold_operator() {
  return std::make_shared<FoldOperator>();
}

}  // namespace cupel::storage
