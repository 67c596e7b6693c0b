// The program around an entry point: runs the inputs of its directories, then changes of them.
//
//   fuzz_TARGET PATH… [--seconds N | --runs N] [--seed S] [--findings DIRECTORY] [--keep DIRECTORY]
//
// A crash, an uncaught exception, an input of more than a second or too much memory end it with a
// failure, the input left as a file in the directory of findings (here, unless named). Where the
// code was compiled to tell what it reaches (preset fuzz), inputs that reach something new are
// started from again, and kept as files where `--keep` says so.

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/mutate.hpp"
#include "tests/fuzz/reached.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

namespace fs = std::filesystem;
namespace fuzz = cupel::fuzz;

constexpr double kMaxSeconds = 1;         // of the processor, for one input
constexpr unsigned kMaxHangSeconds = 60;  // of the clock
#ifdef __SANITIZE_ADDRESS__
constexpr long kMaxMegabytes = 1024;
#else
constexpr long kMaxMegabytes = 512;
#endif

// What a signal handler may touch.
const char* current_data = nullptr;
size_t current_size = 0;
char finding_path[4096];

void store_finding() {
  const int file = ::open(finding_path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0) return;
  [[maybe_unused]] const auto written = ::write(file, current_data, current_size);
  ::close(file);
}

void on_signal(int signal) {
  static const char kText[] = "the input is stored among the findings\n";
  store_finding();
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kText, sizeof kText - 1);
  std::signal(signal, SIG_DFL);
  ::raise(signal);
}

[[noreturn]] void fail(const std::string& why) {
  store_finding();
  std::printf("%s; the input is %s\n", why.c_str(), finding_path);
  std::fflush(stdout);
  ::_exit(1);
}

void catch_signals() {
#ifdef __SANITIZE_ADDRESS__
  const std::vector<int> signals{SIGABRT, SIGALRM};  // it has its own for the others, and aborts
#else
  static std::array<char, 1 << 16> stack;
  stack_t alternative{};
  alternative.ss_sp = stack.data();
  alternative.ss_size = stack.size();
  ::sigaltstack(&alternative, nullptr);
  const std::vector<int> signals{SIGABRT, SIGALRM, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
#endif
  for (const int signal : signals) {
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_ONSTACK;
    ::sigaction(signal, &action, nullptr);
  }
}

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Whether the input reached what none before it did.
bool run(const std::string& input) {
  current_data = input.data();
  current_size = input.size();
  fuzz::forget_reached();
  const double begin = processor_seconds();
  ::alarm(kMaxHangSeconds);
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
  ::alarm(0);
  const double seconds = processor_seconds() - begin;
  if (seconds > kMaxSeconds) fail("an input took " + std::to_string(seconds) + " s");
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  if (usage.ru_maxrss / 1024 > kMaxMegabytes) {
    fail(std::to_string(usage.ru_maxrss / 1024) + " MiB of memory were used");
  }
  return fuzz::reached_new();
}

struct Arguments {
  std::vector<fs::path> inputs;
  double seconds = 0;
  uint64_t runs = 0, seed = 1;
  fs::path findings = ".", keep;
};

Arguments parse(int count, char** words) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const char* value = i + 1 < count ? words[i + 1] : "";
    if (!word.starts_with("--")) {
      arguments.inputs.emplace_back(fs::absolute(word));
      continue;
    }
    ++i;
    if (word == "--seconds")
      arguments.seconds = std::strtod(value, nullptr);
    else if (word == "--runs")
      arguments.runs = std::strtoull(value, nullptr, 10);
    else if (word == "--seed")
      arguments.seed = std::strtoull(value, nullptr, 10);
    else if (word == "--findings")
      arguments.findings = value;
    else if (word == "--keep")
      arguments.keep = fs::absolute(value);
    else
      std::printf("%s is unknown\n", word.c_str()), std::exit(2);
  }
  return arguments;
}

std::vector<fs::path> files_of(const std::vector<fs::path>& paths) {
  std::vector<fs::path> files;
  for (const fs::path& path : paths) {
    if (!fs::is_directory(path))
      files.push_back(path);
    else
      for (const auto& entry : fs::recursive_directory_iterator(path))
        if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

// The runtime of the sanitizers asks for these before it can bear to be called itself.
#define ASKED_EARLY                                                                  \
  extern "C" __attribute__((visibility("default"), no_sanitize("address,undefined"), \
                            no_sanitize_coverage))
ASKED_EARLY const char* __asan_default_options() {
  return "abort_on_error=1:max_allocation_size_mb=1024:quarantine_size_mb=32";
}
ASKED_EARLY const char* __ubsan_default_options() {
  return "halt_on_error=1:abort_on_error=1:print_stacktrace=1";
}

int main(int count, char** words) {
  const Arguments arguments = parse(count, words);
  fs::create_directories(arguments.findings);
  const std::string name =
      fs::path(words[0]).filename().string() + "-" + std::to_string(arguments.seed) + ".in";
  std::snprintf(finding_path, sizeof finding_path, "%s",
                fs::absolute(arguments.findings / name).c_str());
  catch_signals();
  fuzz::Mutator mutator(arguments.seed);
  for (const fs::path& path : files_of(arguments.inputs)) {
    std::ifstream file(path, std::ios::binary);
    std::string input{std::istreambuf_iterator<char>(file), {}};
    run(input);
    mutator.add(std::move(input));
  }
  const size_t given = mutator.inputs().size();
  if (given == 0) return std::printf("there is no input to start from\n"), 2;
  const auto begin = std::chrono::steady_clock::now();
  const auto passed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  uint64_t runs = 0;
  while (runs < arguments.runs || passed() < arguments.seconds) {
    std::string input = mutator.next();
    ++runs;
    if (!run(input)) continue;
    if (!arguments.keep.empty()) {
      fs::create_directories(arguments.keep);
      std::ofstream(arguments.keep / (std::to_string(runs) + ".in"), std::ios::binary) << input;
    }
    mutator.add(std::move(input));
  }
  std::printf("%zu inputs, %llu changed ones in %.0f s (seed %llu), %zu of them reached new code\n",
              given, static_cast<unsigned long long>(runs), passed(),
              static_cast<unsigned long long>(arguments.seed), mutator.inputs().size() - given);
  return 0;
}
