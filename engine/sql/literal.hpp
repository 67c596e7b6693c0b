#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cupel/value.hpp"

/// The one place where names and values become SQL.
namespace cupel::sql {

/// A name. Words of the schema that no database reserves stand bare, all others in double quotes.
std::string identifier(std::string_view name);
/// Always in double quotes: the name of a result column.
std::string quoted_identifier(std::string_view name);

/// Throws kUnsupported for text with a NUL, which SQL text cannot hold.
std::string text_literal(std::string_view text);
std::string integer_literal(int64_t value);
/// A literal of type DOUBLE PRECISION: always with an exponent, for databases read `0.1` as a
/// decimal. Throws kUnsupported for what is not finite.
std::string double_literal(double value);
/// The same to stand beside a DOUBLE PRECISION, which makes a short decimal one, too: `0.1`.
std::string number_beside_double(double value);
std::string timestamp_literal(Timestamp value);

/// BIGINT, DOUBLE PRECISION, …; must not be asked of kAny.
std::string_view type_name(Type type);

}  // namespace cupel::sql
