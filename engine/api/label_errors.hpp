#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/state.hpp"
#include "engine/exec/label_errors.hpp"

/// What the statements of probabilities and label errors share.
namespace cupel::api {

/// Whether an error without a place in the text is about what the statement names, so that the name
/// is its place.
inline bool is_of_a_name(const Error& error) {
  return !error.span() && error.code() != ErrorCode::kInterrupted &&
         error.code() != ErrorCode::kLimit && error.code() != ErrorCode::kCorruption &&
         error.code() != ErrorCode::kInternal;
}

/// Calls `f`; an error about it gets the place of `name`.
template <typename F>
auto at(const grammar::Name& name, F&& f) -> decltype(f()) {
  try {
    return f();
  } catch (const Error& error) {
    if (!is_of_a_name(error)) throw;
    throw Error(error.code(), error.message(), name.span, error.suggestion());
  }
}

/// The same for three files: sentences begin with the file that they speak of.
template <typename F>
auto at_file(const grammar::Name& file, const std::optional<grammar::Name>& ids,
             const std::optional<grammar::Name>& classes, F&& f) -> decltype(f()) {
  try {
    return f();
  } catch (const Error& error) {
    if (!is_of_a_name(error)) throw;
    Span span = file.span;
    for (const auto* other : {&ids, &classes})
      if (*other && error.message().find((*other)->text) < error.message().find(file.text))
        span = (*other)->span;
    throw Error(error.code(), error.message(), span, error.suggestion());
  }
}

/// The taxonomy in which rows of a table have category labels: the named one, or the only one.
/// `hint` ends the sentence that says what to do.
std::string choose_taxonomy(const std::optional<grammar::Name>& name, storage::TableId table,
                            const exec::Context& context,
                            std::string_view hint = "say which with IN TAXONOMY");

const storage::Run& named_run(const storage::Catalog& catalog, const grammar::Name& name);
const storage::VectorSet& named_probabilities(const storage::Catalog& catalog,
                                              const grammar::Name& name);

/// The analysis of a named taxonomy, or the latest. Throws kName when there was none.
exec::LabelErrors existing_label_errors(const storage::Catalog& catalog,
                                        const std::optional<grammar::Name>& taxonomy);

}  // namespace cupel::api
