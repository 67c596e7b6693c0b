#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/catalog.hpp"
#include "storage/store.hpp"

namespace cupel::storage {

/// A damaged database as far as it opens, to be read only.
struct DamagedStore {
  std::string uuid;  ///< A new one, where nothing says what it was.
  std::unique_ptr<Store> store;
  Catalog catalog;
  std::vector<std::string> notes;  ///< What was done to open it, in sentences.
};

/// Opens it where it is, if its MANIFEST can be trusted and leads to a catalog; else a copy of its
/// files in `aside`, repaired. Throws as salvage() does.
DamagedStore open_damaged(const std::filesystem::path& directory,
                          const std::filesystem::path& aside);

}  // namespace cupel::storage
