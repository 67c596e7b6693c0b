#pragma once

#include <string>

#include "storage/catalog.hpp"

/// The dataset as the tables of docs/sql.md.
namespace cupel::sql {

/// items, annotations, predictions.
std::string table_name(storage::TableId table);
/// What a row is called in a statement: i, a, p; `depth` (from 1) tells nested ones apart.
std::string alias(storage::TableId table, unsigned depth);
/// The name of the column that holds a column of the dataset: its own, with the type behind it
/// where the table has columns of several types by that name. Throws kUnsupported for columns that
/// the schema has not.
std::string column_name(const storage::Catalog& catalog, const storage::Column& column);

}  // namespace cupel::sql
