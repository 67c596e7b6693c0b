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

/// Writes each of `tables` (keys ascending, none empty) into a file `path`-N, beside those of the
/// database, two at a time, and makes them tables of it, all at once. After an error none of these
/// files is left.
rocksdb::Status add_table_files(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family,
                                const rocksdb::Options& options, const std::string& path,
                                const std::vector<Store::TableValues>& tables);

}  // namespace cupel::storage
