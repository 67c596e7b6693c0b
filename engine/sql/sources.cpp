#include "engine/sql/sources.hpp"

#include <algorithm>

#include "engine/sql/literal.hpp"

namespace cupel::sql {
namespace {

constexpr const char* kAlias = "o";

/// What stands for a value in the outer statement: a column for each type that some source has.
Typed outer_value(const std::vector<Source>& sources, size_t index, size_t& columns) {
  Typed out;
  for (const Type type : kTypesInOrder) {
    Term term{.nullable = false, .most = 0};
    bool any = false;
    for (const Source& source : sources) {
      const auto& one = source.values[index].get(type);
      any = any || one.has_value();
      term.nullable = term.nullable || !one || one->nullable;
      if (one) term.most = std::max(term.most, one->most);
    }
    if (!any) continue;
    term.text = std::string(kAlias) + ".c" + std::to_string(++columns);
    out.set(type, std::move(term));
  }
  return out;
}

/// A database chooses the type of a literal, and not always this one.
Term sure(const Term& term, Type type) { return term.untyped ? cast(term, type) : term; }

std::string own_term(const Typed& value, Type type) {
  const auto& term = value.get(type);
  return term ? sure(*term, type).text : cast({.text = "NULL"}, type).text;
}

}  // namespace

Term as_type(const Typed& value, Type type) {
  if (const auto& term = value.get(type)) return sure(*term, type);
  if (type == Type::kFloat64)
    if (const auto number = as_double(value)) return *number;
  return cast({.text = "NULL"}, type);
}

Source joined(std::vector<Source> sources) {
  Source out;
  size_t columns = 0;
  std::vector<Select> selects;
  for (Source& source : sources) {
    source.select.columns.push_back(source.ordinal.text);
    selects.push_back(std::move(source.select));
  }
  const size_t values = sources.front().values.size();
  for (size_t i = 0; i < values; ++i) {
    const size_t before = columns;
    out.values.push_back(outer_value(sources, i, columns));
    for (size_t s = 0; s < sources.size(); ++s) {
      size_t number = before;
      for (const Type type : kTypesInOrder)
        if (out.values.back().has(type))
          selects[s].columns.push_back(own_term(sources[s].values[i], type) + " AS c" +
                                       std::to_string(++number));
    }
  }
  out.select.from = union_of(selects, kAlias);
  out.ordinal = {.text = std::string(kAlias) + ".ordinal", .nullable = false};
  return out;
}

}  // namespace cupel::sql
