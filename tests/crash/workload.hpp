#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"

/// What the crash tests run: a mix of all statements that change something. Step n is a function of
/// the seed, of n and of what the database holds, so that two databases that are led through the
/// same steps are the same after each of them. One of them is in memory, where nothing can happen to
/// it.
namespace cupel::crash {

inline constexpr uint32_t kChunkRows = 64;  ///< Small, so that tables have several.

Options small_options();

/// As Database::open, but for how much a transaction keeps in memory before it writes ahead: so
/// little that small statements do.
Result<Database> open_starved(const std::string& directory, bool read_only = false);

struct Step {
  std::vector<std::string> statements;  ///< Several are one transaction.
  bool rolled_back = false;             ///< It ends with ROLLBACK instead of COMMIT.
};

/// Step `n` of the mix. Writes the files that its statements read into `inputs`.
Step step(Session& session, const std::string& inputs, uint64_t seed, uint64_t n);

/// Whether a database that is well may say that, as of a slice that is there already.
bool is_answer(const Error& error);

/// Runs a step. The result is an error when the database failed.
Result<void> run(Session& session, const Step& step);

/// All that a database says, but for what the clock did, where its files are, and how it will
/// search: rows with all their fields and objects, slices with their members, vectors, tags,
/// evaluations, findings, projects, counts, and the generation.
Result<std::string> everything(Session& session);

// Input files of a step, by their contents: each is written and its path returned.

/// Text that names itself by its content, from 0 to `below`.
uint64_t drawn(std::string_view name, uint64_t number, uint64_t below);
std::string write_lines(const std::string& inputs, std::string_view name,
                        const std::vector<std::string>& lines);
/// A file of vectors (`ids.size()` × `width`), and one of ids beside it, named as the first is with
/// `.txt` behind it. Numbers are probabilities (each row adds up to 1), or around the ids' kind.
std::string write_vectors(const std::string& inputs, std::string_view name,
                          const std::vector<std::string>& ids, uint32_t width, uint64_t number,
                          bool probabilities);

}  // namespace cupel::crash
