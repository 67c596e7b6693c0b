#pragma once

#include "engine/api/state.hpp"
#include "engine/bind/bind.hpp"

namespace cupel::api {

/// What a statement is bound against: the snapshot, the session's run, the statement's parameters.
bind::Scope scope_of(const Call& call, storage::SnapshotPtr snapshot);
/// The same with parameters of one's own. They must outlive the scope.
bind::Scope scope_of(const Call& call, storage::SnapshotPtr snapshot, const Parameters& parameters);

}  // namespace cupel::api
