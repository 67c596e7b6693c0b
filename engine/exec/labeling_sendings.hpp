#pragma once

#include <functional>
#include <string>

#include "engine/exec/labeling.hpp"

/// Which sendings there were: how a directory that a crash left is told from one in use.
namespace cupel::exec {

/// Names a sending: the database's uuid, the generation it is sent from, the project. The same for
/// a repetition from the same state of the same database, so that no clock and no chance is in it.
std::string send_id(const SendRequest& request, uint64_t generation);

/// Whether a directory that is marked as unfinished is of a sending of this database that was never
/// committed. `database`: the uuid; empty for one in memory, which knows no leftovers.
std::function<bool(const std::string& send_id)> leftovers(const storage::Catalog& catalog,
                                                          const std::string& database);

/// Stores the project with its new sending, and the sending's id among those that were committed.
void remember_sending(storage::Transaction& transaction, const labeling::Project& project);

/// Takes the mark from the directories of committed sendings that a crash kept from doing it.
/// Failures are passed over, and so are directories out of reach.
void finish_sendings(const Context& context);

}  // namespace cupel::exec
