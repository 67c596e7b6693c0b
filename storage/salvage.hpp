#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace cupel::storage {

/// Makes the directory `to` (which is not there) a database with what can be read of the database
/// `from`, which is not changed. Every value is read by itself, so that a damaged one costs no
/// other. Tables, columns, numbers of rows and the generation are the same. Rows of which the
/// essential (salvaged_table.hpp) cannot be read are deleted ones, objects of such items too; other
/// values and vectors that cannot be read are missing, and what was found out from them
/// (Catalog::watched) is outdated. Look-ups are made anew. Counts of objects are left out.
///
/// What cannot be opened as it is gets repaired in a copy, the directory `aside`, which is not
/// there before and gone afterwards.
///
/// Returns what was kept and what was lost, in sentences. Throws Error: kConflict (a writer has it
/// open), kIo, kUnsupported (no database, or of another format), kCorruption (the catalog cannot be
/// read: nothing can be got out). What it leaves then in `to` is of no use.
std::vector<std::string> salvage(const std::filesystem::path& from, const std::filesystem::path& to,
                                 const std::filesystem::path& aside);

}  // namespace cupel::storage
