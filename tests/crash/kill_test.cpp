// Kills a writing process at random moments and looks at what is left: every statement that was
// acknowledged is there, the one in flight is there whole or not at all, and `check` finds nothing.
//
// The program runs itself as the writer (`crash_tests writer DIR SEED FIRST`): it says `n\n` on
// standard output after statement n has returned. CUPEL_CRASH_CYCLES and CUPEL_SEED change the run.

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "tests/crash/workload.hpp"

namespace fs = std::filesystem;

namespace cupel::crash {
namespace {

constexpr uint32_t kChunkRows = 64;  // small chunks, so that appends write ahead

uint64_t from_environment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

int write_until_killed(const std::string& directory, uint64_t seed, uint64_t first) {
  Options options;
  options.chunk_rows = kChunkRows;
  Result<Database> database = Database::open(directory + "/database", options);
  if (!database) {
    fmt::print(stderr, "open: {}\n", database.error().message());
    return 1;
  }
  Session session = database->session();
  for (uint64_t n = first;; ++n) {
    const Result<void> done = execute(session, directory, seed, n);
    if (!done) {
      fmt::print(stderr, "statement {}: {}\n", n, done.error().message());
      return 1;
    }
    const std::string acknowledged = fmt::format("{}\n", n);
    if (write(STDOUT_FILENO, acknowledged.data(), acknowledged.size()) < 0) return 1;
  }
}

/// The writer as a child process.
class Writer {
 public:
  Writer(const std::string& directory, uint64_t seed, uint64_t first) {
    int pipe_ends[2];
    if (pipe(pipe_ends) != 0) throw std::runtime_error("no pipe");
    const std::string self = fs::read_symlink("/proc/self/exe").string();
    const std::string seed_text = std::to_string(seed);
    const std::string first_text = std::to_string(first);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(pipe_ends[1], STDOUT_FILENO);
      close(pipe_ends[0]);
      close(pipe_ends[1]);
      execl(self.c_str(), self.c_str(), "writer", directory.c_str(), seed_text.c_str(),
            first_text.c_str(), nullptr);
      _exit(127);
    }
    close(pipe_ends[1]);
    output_ = pipe_ends[0];
  }

  /// Waits (ten seconds at most) until the first statement has returned.
  void await_first() {
    pollfd ready{output_, POLLIN, 0};
    poll(&ready, 1, 10'000);
  }

  /// Kills after `milliseconds` and returns how many statements were acknowledged; nothing when
  /// the writer ended by itself, which it must not.
  std::optional<uint64_t> kill_after(int milliseconds) {
    usleep(static_cast<useconds_t>(milliseconds) * 1000);
    kill(pid_, SIGKILL);
    int status = 0;
    waitpid(pid_, &status, 0);
    uint64_t lines = 0;
    char buffer[4096];
    for (ssize_t got = 0; (got = read(output_, buffer, sizeof buffer)) > 0;)
      for (ssize_t i = 0; i < got; ++i) lines += buffer[i] == '\n' ? 1 : 0;
    close(output_);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) return std::nullopt;
    return lines;
  }

 private:
  pid_t pid_ = 0;
  int output_ = -1;
};

std::string counts_of(const Model& model) {
  std::string text = fmt::format("{} items, {} annotations, {} slices", model.items.size(),
                                 model.annotations.size(), model.slices.size());
  for (const auto& [name, vectors] : model.embeddings)
    text += fmt::format(", {} vectors in {}", vectors.size(), name);
  return text;
}

/// Compares what is left with both states that are allowed; returns the number of the next
/// statement. Reading is tried read-only first, then the database is opened as a writer would.
uint64_t verify(const std::string& directory, uint64_t seed, Model& model, uint64_t next) {
  Result<std::vector<std::string>> findings = check(directory + "/database");
  // Killed while the directory was being made, or before anything was in it: opening it as a writer
  // begins afresh.
  std::error_code error;
  const bool never_made =
      next == 0 && !findings.ok() &&
      (fs::is_empty(directory + "/database", error) ||
       findings.error().message().ends_with("making it has not come to its end"));
  EXPECT_TRUE(findings.ok() || never_made) << findings.error().message();
  if (findings.ok()) {
    EXPECT_EQ(findings.value(), std::vector<std::string>{});
  }
  Result<Database> database = Database::open(directory + "/database");
  EXPECT_TRUE(database.ok()) << database.error().message();
  if (!database.ok()) return next;
  Session session = database->session();
  const Model found = read_back(session, directory + "/database");
  if (found == model) return next;
  Model after = model;
  after.apply(seed, next);
  EXPECT_TRUE(found == after) << "statement " << next
                              << " is half done or an acknowledged one is lost: found "
                              << counts_of(found) << "; before it " << counts_of(model)
                              << "; after it " << counts_of(after);
  model = after;
  return next + 1;
}

TEST(Kill, LosesNothingAcknowledgedAndLeavesNothingHalf) {
  const uint64_t cycles = from_environment("CUPEL_CRASH_CYCLES", 100);
  const uint64_t seed = from_environment("CUPEL_SEED", 20'240'607);
  std::mt19937_64 random(seed);
  const std::string directory =
      (fs::temp_directory_path() / fmt::format("cupel-crash-{}", getpid())).string();
  uint64_t statements = 0;
  Model model;
  uint64_t next = 0;
  for (uint64_t cycle = 0; cycle < cycles && !::testing::Test::HasFailure(); ++cycle) {
    if (cycle % 20 == 0) {  // start afresh, so that the dataset stays small
      fs::remove_all(directory);
      fs::create_directories(directory);
      model = {};
      next = 0;
    }
    Writer writer(directory, seed + cycle / 20, next);
    // One in four dies while it opens or makes the database, the others while they write.
    if (cycle % 4 != 0) writer.await_first();
    const std::optional<uint64_t> acknowledged =
        writer.kill_after(static_cast<int>(5 + random() % 160));
    ASSERT_TRUE(acknowledged) << "the writer ended by itself in cycle " << cycle;
    statements += *acknowledged;
    for (uint64_t i = 0; i < *acknowledged; ++i) model.apply(seed + cycle / 20, next++);
    if (!fs::exists(directory + "/database")) continue;
    next = verify(directory, seed + cycle / 20, model, next);
  }
  fs::remove_all(directory);
  RecordProperty("cycles", static_cast<int>(cycles));
  RecordProperty("statements", static_cast<int>(statements));
  fmt::print("{} kills, {} statements acknowledged, seed {}\n", cycles, statements, seed);
  EXPECT_GT(statements, cycles) << "too few statements ran between kills to show anything";
}

}  // namespace

int run(int argc, char** argv) {
  if (argc == 5 && std::string_view(argv[1]) == "writer")
    return write_until_killed(argv[2], std::strtoull(argv[3], nullptr, 10),
                              std::strtoull(argv[4], nullptr, 10));
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

}  // namespace cupel::crash

int main(int argc, char** argv) { return cupel::crash::run(argc, argv); }
