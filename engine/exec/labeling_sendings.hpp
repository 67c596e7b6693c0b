#pragma once

#include <functional>
#include <string>

#include "engine/exec/labeling.hpp"

/// Which sendings there were: how a directory that a crash left is told from one in use.
namespace cupel::exec {

/// Names a sending: the same for a repetition from the same state of the same database, so that no
/// clock and no chance is in it.
std::string send_id(const SendRequest& request, uint64_t generation);

/// Whether a directory is of a sending of this database that was never committed.
std::function<bool(const std::string& send_id)> leftovers(const storage::Catalog& catalog,
                                                          const std::string& database);

/// Stores the project with its new sending, and the sending's id among those that were committed.
void remember_sending(storage::Transaction& transaction, const labeling::Project& project);

}  // namespace cupel::exec
