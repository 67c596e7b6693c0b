#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"

/// Databases whose files are damaged, and what is asked of them afterwards.
namespace cupel::crash {

/// A database, and what is true of it.
struct Sample {
  std::string name;                 ///< "closed", "died", "near"
  std::filesystem::path directory;  ///< Never changed.
  std::filesystem::path stranger;   ///< A database that came about in the same way from other data.
  std::string truth;                ///< What ask() answers.
  std::set<std::string> facts;      ///< All that was true at some time; none of "near".
  std::set<std::string> before;  ///< digest() of what ask() answered earlier, since it was opened.
};

/// closed: led through the mix of statements and closed. died: the same, led on, and ended in the
/// middle, so that its log is full. near: with enough vectors for an approximate search.
std::vector<Sample> make_samples(const std::filesystem::path& place, uint64_t seed);

/// Runs `f` in a process of its own, which ends without closing anything that is still open; what
/// it returns, or in angle brackets how else the process ended.
std::string in_child(const std::function<std::string()>& f);

enum class How { kFlip, kCut, kZeros, kSwap };

/// Damages a file; returns what was done, in words. `other` is what it is swapped with.
std::string damage(const std::filesystem::path& file, How how, const std::filesystem::path& other,
                   std::mt19937_64& random);

std::string digest(const std::string& answers);

/// A fixed set of questions.
Result<std::string> ask(const Sample& sample, Session& session);

/// Each value of each row, member of each slice, and vector: one text that names it.
std::set<std::string> facts(Session& session);

/// What a damaged copy of a sample says. "same": its answers are those of the sample, and check()
/// finds nothing; "found": the same, but check() finds something; "told …": an error that names the
/// directory; "before": the answers of an earlier moment, in a database that fits, as a power loss
/// leaves one that was not closed; everything else is wrong.
std::string look(const Sample& sample, const std::string& directory, bool read_only);

/// Salvages a damaged copy into `fresh`. "saved", or "refused …"; everything else is wrong.
std::string look_at_salvage(const Sample& sample, const std::string& directory,
                            const std::string& fresh);

}  // namespace cupel::crash
