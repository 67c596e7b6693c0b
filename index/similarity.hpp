#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "index/vector_rows.hpp"

/// The similarity of stored vectors to a given one, and the scores of linear classifiers. Both see
/// the direction of a vector only: its length, whatever it is, does not matter.
///
/// Numbers are computed in double, in one order of additions that every machine and every way to
/// ask keeps (row_products.hpp), so a score is one number to the last bit: the same for one row as
/// in a scan of all, with any number of threads, on any processor.
namespace cupel::index {

/// What rows are scored with. Made by cosine_to or linear_score; immutable then.
struct Probe {
  uint32_t width = 0;
  std::vector<double> components;  ///< padded with zeros to a multiple of kLanes
  double square = 0;               ///< of its length; 0: the score is not divided by the length
  double offset = 0;               ///< is added to the score
};

/// Scores are cosines: in [-1, 1], exactly 1 for the vector itself. Throws Error(kConstraint)
/// when a component is not finite, all are zero, or there are none.
Probe cosine_to(std::span<const double> vector);
/// Scores are offset + the product of the weights and the row's vector, brought to length 1.
/// Throws Error(kConstraint) when a number is not finite or there are no weights.
Probe linear_score(std::span<const double> weights, double offset);

/// The components of a row of the block as doubles; empty when it has no vector, or one whose
/// length is zero or not finite.
std::vector<double> direction_components(const storage::VectorBlock& block, uint32_t row);
/// The mean of vectors brought to length 1. Rows are all of one width, not empty. Vectors of
/// length zero are left out; empty when none is left or the mean is zero.
std::vector<double> mean_direction(std::span<const std::vector<double>> vectors);

/// Squared lengths between these are exact enough, and leave room for one more product. Only
/// vectors of doubles can have others; those are scaled.
inline constexpr double kLeastSquare = 1e-250, kMostSquare = 1e250;

/// The power of two that brings the largest component to [0.5, 1): scaling by it loses nothing.
/// 0 when all components are zero, or one is not finite.
double power_of_two_for(std::span<const double> components);

/// Writes a score for each of the rows of a block, which need not have a vector: NaN stands for a
/// row without one, or with one whose length is zero or not finite. Widths must be equal.
void score_rows(const Probe& probe, const storage::VectorBlock& block,
                std::span<const uint32_t> rows, double* scores);
/// The same for the rows [begin, end).
void score_range(const Probe& probe, const storage::VectorBlock& block, uint32_t begin,
                 uint32_t end, double* scores);

/// scores[r] for each row r of the set, NaN where score_rows gives NaN and for rows that are not
/// among `among` (null: all). `scores` has vectors.rows places, `among` at least as many bits.
void score_all(const VectorRows& vectors, const Probe& probe, const storage::Bitmap* among,
               std::span<double> scores, const Running& running);

}  // namespace cupel::index
