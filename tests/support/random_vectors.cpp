#include "tests/support/random_query.hpp"

// Random statements of embeddings and autotags.

namespace cupel::testing {

using namespace grammar;

std::vector<Name> RandomSyntax::some_names(size_t least) {
  std::vector<Name> names;
  for (size_t i = least + below(3); i > 0; --i) names.push_back(name());
  return names;
}

std::optional<Source> RandomSyntax::maybe_source() {
  return chance(30) ? std::optional<Source>(source()) : std::nullopt;
}

CreateAutotag RandomSyntax::create_autotag() {
  CreateAutotag result;
  result.name = name();
  switch (below(3)) {
    case 0: result.examples = some_names(1); break;
    case 1: result.slice = name(); break;
    default: result.query = std::make_unique<Query>(query());
  }
  if (!result.query) result.rejected = some_names(0);
  result.rows = maybe_source();
  result.embedding = maybe_name();
  result.seed = maybe_count();
  return result;
}

void RandomSyntax::vectors_statement(Statement& result) {
  switch (below(7)) {
    case 0:
      result.node =
          ImportEmbeddings{Name{any_text(), {}}, name(), maybe_source(), maybe_text(), chance(30)};
      break;
    case 1: result.node = DropEmbeddings{name()}; break;
    case 2: {
      FindNear find{static_cast<NearWhat>(below(2)), maybe_name(), std::nullopt, maybe_name()};
      if (find.what == NearWhat::kDuplicates) find.within = maybe_number();
      result.node = std::move(find);
      break;
    }
    case 3: result.node = create_autotag(); break;
    case 4: result.node = RefineAutotag{name(), some_names(1), some_names(0), some_names(0)}; break;
    case 5: result.node = NamedAutotag{static_cast<AutotagVerb>(below(3)), name()}; break;
    default: result.node = SuggestForAutotag{name(), maybe_count()};
  }
}

}  // namespace cupel::testing
