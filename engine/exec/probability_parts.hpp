#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/exec/execute.hpp"
#include "engine/exec/probabilities.hpp"
#include "engine/io/npy.hpp"

/// What the rows and columns of a file of probabilities are.
namespace cupel::exec {

/// Throws kType for what is no matrix of binary floating-point numbers, kConstraint without rows or
/// columns.
void require_probabilities(const io::NpyFile& file);
storage::Element element_of(io::NpyType type);

/// The labels of `columns` columns.
std::vector<std::string> class_names(const ProbabilityFile& file, uint64_t columns,
                                     const Context& context);
/// The items of `rows` rows.
std::vector<uint64_t> row_items(const ProbabilityFile& file, uint64_t rows, const Context& context);

/// Throws kConstraint, naming row and column, unless all numbers of the row lie between 0 and 1 (or
/// 1e-6 beside).
template <typename T>
void check_probabilities(const std::string& file, uint64_t row, const T* numbers, size_t columns);

}  // namespace cupel::exec
