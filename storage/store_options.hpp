#pragma once

#include <memory>
#include <vector>

#include "storage/store.hpp"

namespace rocksdb {
struct ColumnFamilyDescriptor;
struct ColumnFamilyOptions;
struct DBOptions;
class Env;
class MergeOperator;
}  // namespace rocksdb

namespace cupel::storage {

/// The one place where RocksDB's options are set, with the reason beside each.
rocksdb::DBOptions database_options(const StoreOptions& options, rocksdb::Env* env);
/// By family, sharing one block cache.
std::array<rocksdb::ColumnFamilyOptions, kFamilyNames.size()> family_options(
    const StoreOptions& options);
/// The same by name; the first is the one that every database of RocksDB has, and stays empty.
std::vector<rocksdb::ColumnFamilyDescriptor> named_families(const StoreOptions& options);

/// Folds patches into chunks (codec.hpp). Bytes that do not fold make the read fail as corrupt.
std::shared_ptr<rocksdb::MergeOperator> make_fold_operator();

}  // namespace cupel::storage
