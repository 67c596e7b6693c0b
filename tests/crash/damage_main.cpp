// Damages files of databases, one at a time: a bit flipped, an end cut off, a page of zeros, the
// file of another database in its place. Whatever it is, opening the database, asking it and
// checking it give an error that names it, or the answers of the undamaged one. And what can be
// salvaged fits, and holds nothing that was never true.
//
//   crash_damage [--trials N] [--seed S] [--kind KIND]
//       N trials a kind of file
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <map>

#include "tests/crash/damage.hpp"

namespace cupel::crash {
namespace {

namespace fs = std::filesystem;

/// One in so many damaged databases is salvaged.
constexpr uint64_t kSalvageEvery = 3;

struct Kind {
  const char* name;
  const char* folder;
  const char* part;  ///< of the names of its files
  bool matters;      ///< Some damage must be noticed.
  /// Without its end, or a page, it may be as a power loss leaves it.
  bool may_be_torn = false;
};
constexpr Kind kKinds[] = {{"table", "rows", ".sst", true},
                           {"manifest", "rows", "MANIFEST", true},
                           {"log", "rows", ".log", true, true},
                           {"current", "rows", "CURRENT", true},
                           {"options", "rows", "OPTIONS", false},
                           {"identity", "rows", "IDENTITY", false},
                           {"seal", "", "seal", true},
                           {"name", "", "CUPEL", true},
                           {"lock", "", "LOCK", false},
                           {"lists", "index", ".cki", false}};

std::vector<fs::path> files_of(const fs::path& directory, const Kind& kind) {
  std::vector<fs::path> files;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(directory / kind.folder, none))
    if (entry.path().filename().string().find(kind.part) != std::string::npos &&
        entry.file_size() != 0)
      files.push_back(entry.path().lexically_relative(directory));
  std::sort(files.begin(), files.end());
  return files;
}

class Trials {
 public:
  Trials(fs::path place, uint64_t seed)
      : place_(std::move(place)), seed_(seed), samples_(make_samples(place_, seed)) {}

  /// Whether nothing was wrong.
  bool run(const Kind& kind, uint64_t trials) {
    std::map<std::string, uint64_t> tally;
    std::mt19937_64 random(seed_);
    for (uint64_t trial = 0; trial < trials; ++trial) run_one(kind, trial, random, tally);
    std::string said;
    for (const auto& [word, count] : tally)
      said += fmt::format("{}{} {}", said.empty() ? "" : ", ", count, word);
    fmt::print("{}: {}\n", kind.name, said);
    std::fflush(stdout);
    done_ += trials;
    const bool noticed = tally.contains("told") || tally.contains("found");
    if (kind.matters && !noticed) fmt::print("{}: no damage was noticed\n", kind.name);
    return !tally.contains("WRONG") && (noticed || !kind.matters);
  }
  uint64_t done() const { return done_; }

 private:
  void run_one(const Kind& kind, uint64_t trial, std::mt19937_64& random,
               std::map<std::string, uint64_t>& tally) {
    const auto [sample, file] = choose(kind, random);
    const fs::path copy = place_ / "copy";
    fs::remove_all(copy);
    fs::copy(sample->directory, copy, fs::copy_options::recursive);
    const auto how = static_cast<How>(random() % 4);
    const auto others = files_of(sample->stranger, kind);
    const std::string done =
        damage(copy / file, how, sample->stranger / others[random() % others.size()], random);
    const auto note = [&](const std::string& said, const std::string& word) {
      const bool right = said == word || said.starts_with(word + " ");
      ++tally[right ? word : "WRONG"];
      if (!right)
        fmt::print("seed {}, trial {}, {} of '{}', {}: {}\n", seed_, trial, file.string(),
                   sample->name, done, said);
    };
    const bool salvages = trial % kSalvageEvery == 0;
    const fs::path fresh = place_ / "fresh";
    fs::remove_all(fresh);
    const std::string saved =
        salvages ? in_child([&] { return look_at_salvage(*sample, copy, fresh); }) : "";
    const std::string said = in_child([&] { return look(*sample, copy, trial % 2 == 0); });
    const bool torn = kind.may_be_torn && (how == How::kCut || how == How::kZeros);
    for (const char* const word : {"same", "found", "told", "before"})
      if (said.starts_with(word) && (torn || said != "before"))
        return note_both(said, word, saved, note);
    note_both(said, "same", saved, note);
  }

  template <typename F>
  static void note_both(const std::string& said, const std::string& word, const std::string& saved,
                        const F& note) {
    note(said, word);
    if (!saved.empty()) note(saved, saved.starts_with("refused") ? "refused" : "saved");
  }

  /// One of the files of the kind, of one of the samples that have some.
  std::pair<const Sample*, fs::path> choose(const Kind& kind, std::mt19937_64& random) const {
    for (;;) {
      const Sample& sample = samples_[random() % samples_.size()];
      const auto files = files_of(sample.directory, kind);
      // The large sample is there for its lists.
      if (files.empty() || (sample.name == "near" && std::strcmp(kind.name, "lists") != 0))
        continue;
      return {&sample, files[random() % files.size()]};
    }
  }

  const fs::path place_;
  const uint64_t seed_;
  const std::vector<Sample> samples_;
  uint64_t done_ = 0;
};

int act(int argc, char** argv) {
  uint64_t trials = 30;
  uint64_t seed = 20240711;
  std::string only;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--trials") == 0) trials = std::strtoull(argv[i + 1], nullptr, 10);
    if (std::strcmp(argv[i], "--seed") == 0) seed = std::strtoull(argv[i + 1], nullptr, 10);
    if (std::strcmp(argv[i], "--kind") == 0) only = argv[i + 1];
  }
  // Nothing here depends on a disk, and memory does not wait for one.
  const fs::path memory = "/dev/shm";
  std::string place = (::access(memory.c_str(), W_OK) == 0 ? memory : fs::temp_directory_path()) /
                      "cupel-damage-XXXXXX";
  if (::mkdtemp(place.data()) == nullptr) return 2;
  bool right = true;
  uint64_t done = 0;
  try {
    Trials all(place, seed);
    for (const Kind& kind : kKinds)
      if (only.empty() || only == kind.name) right = all.run(kind, trials) && right;
    done = all.done();
  } catch (const std::exception& error) {
    fmt::print("{}\n", error.what());
    right = false;
  }
  fs::remove_all(place);
  fmt::print("{} files damaged, {}, seed {}\n", done,
             right ? "none with a wrong answer" : "SOMETHING IS WRONG", seed);
  return right && done != 0 ? 0 : 1;
}

}  // namespace
}  // namespace cupel::crash

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  return cupel::crash::act(argc, argv);
}
