#pragma once

#include <memory>
#include <string_view>

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace cupel::storage {

/// How the names of files begin that are about to be added as tables (store_table.hpp). Not *.sst:
/// they are none yet.
inline constexpr std::string_view kAddedTable = "added-table";

/// The disk as RocksDB (7.8) is to see it, so that what fails is not lost. One for each opening:
/// - RocksDB does not ask whether reading the first and last key of a table succeeded that is to be
///   added, and would add it with wrong bounds, behind which keys are never found. Here, a table of
///   which a read failed cannot be linked into the database.
/// - After a failed sync of the MANIFEST, the disk may hold what was written nevertheless, but
///   RocksDB deletes the tables that it names. Here, nothing is deleted from then on: the next
///   opening deletes what is in no use.
/// - Where NAME.sst does not open, RocksDB tries NAME.ldb, the name of old times, and says only
/// that
///   this is missing. Here, both are one.
std::unique_ptr<rocksdb::Env> make_disk();

}  // namespace cupel::storage
