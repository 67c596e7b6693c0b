#pragma once

#include <string>
#include <vector>

#include "storage/store.hpp"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
struct Options;
class Status;
}  // namespace rocksdb

namespace cupel::storage {

/// Writes `values` (keys ascending) into a table file at `path`, beside those of the database, and
/// makes it one of them. After an error no file of that name is left.
rocksdb::Status add_table_file(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family,
                               const rocksdb::Options& options, const std::string& path,
                               const std::vector<Store::KeyValue>& values);

}  // namespace cupel::storage
