#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "grammar/ast_evaluation.hpp"
#include "grammar/name.hpp"
#include "grammar/source.hpp"

/// The statements of embeddings and autotags. Options that were not given are empty.
namespace cupel::grammar {

struct Query;

/// `IMPORT EMBEDDINGS FROM 'x.npy' AS clip [FOR annotations] [IDS FROM 'ids.txt'] [UPDATE]`
struct ImportEmbeddings {
  Name file;
  Name name;
  std::optional<Source> rows;  ///< FOR; nothing: items
  std::optional<Name> ids;     ///< IDS FROM: a file
  bool update = false;
};
struct DropEmbeddings {
  Name name;
};

/// `FIND NEAR DUPLICATES …`, `FIND OUTLIERS …`; FIND may be left out.
enum class NearWhat { kDuplicates, kOutliers };
struct FindNear {
  NearWhat what = NearWhat::kDuplicates;
  std::optional<Name> slice;
  std::optional<GivenNumber> within;  ///< WITHIN: a cosine distance
  std::optional<Name> embedding;
};

/// `CREATE AUTOTAG name FROM … [NOT (…)] [FOR objects] [USING e] [SEED n]`. One of the three ways
/// to name examples.
struct CreateAutotag {
  Name name;
  std::vector<Name> examples;    ///< FROM ("ref", …)
  std::optional<Name> slice;     ///< FROM SLICE s
  std::unique_ptr<Query> query;  ///< FROM query; may be null
  std::vector<Name> rejected;    ///< NOT ("ref", …); not beside a query
  std::optional<Source> rows;    ///< FOR; nothing: what the embedding is of
  std::optional<Name> embedding;
  std::optional<uint64_t> seed;
};
/// `REFINE AUTOTAG name ADD (…) REJECT (…) REMOVE (…)`
struct RefineAutotag {
  Name name;
  std::vector<Name> added, rejected, removed;
};
enum class AutotagVerb { kRefresh, kDescribe, kDrop };
/// `REFRESH AUTOTAG name` and its like.
struct NamedAutotag {
  AutotagVerb verb = AutotagVerb::kDescribe;
  Name name;
};
struct SuggestForAutotag {
  Name name;
  std::optional<uint64_t> limit;
};

}  // namespace cupel::grammar
