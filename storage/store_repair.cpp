#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include "cupel/error.hpp"
#include "storage/store_options.hpp"

namespace cupel::storage {

void Store::repair(const std::filesystem::path& directory) {
  StoreOptions options;
  options.directory = directory;
  options.create = true;
  options.tolerant = true;
  const rocksdb::Status status =
      rocksdb::RepairDB(directory.string(), database_options(options, rocksdb::Env::Default()),
                        named_families(options));
  if (!status.ok())
    throw Error(ErrorCode::kCorruption,
                fmt::format("the tables and logs in {} cannot be put together again: {}",
                            directory.string(), status.ToString()));
  Store::open(options)->close();  // makes the families of which there was no table
}

}  // namespace cupel::storage
