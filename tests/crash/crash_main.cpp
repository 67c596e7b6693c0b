// The program that is killed, starved and deceived (workload.hpp), and the one that looks at what is
// left. Each line that it says is one fact, written at once:
//
//   crash_workload run DIRECTORY INPUTS SEED FIRST COUNT [PATIENCE]
//       leads a database through steps, closing and opening it now and then:
//         ack N            step N has returned
//         fail N CODE WHY  it has failed
//         state N DIGEST   what it says of everything after a failure, when N steps are done
//         mute N CODE WHY  it cannot even be asked
//       A step that failed is tried once more, and for PATIENCE seconds; then it ends.
//   crash_workload say DIRECTORY [FILE]
//       checks it, opens it for writing and closes it: `found WHAT`, `state DIGEST`, or
//       `error CODE WHY`; FILE gets everything that it says
//   crash_workload twin INPUTS SEED [FILES]
//       leads a database in memory through the same steps, as long as somebody listens:
//       `state N DIGEST` after N steps; FILES-N get everything
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <thread>

#include "tests/crash/workload.hpp"

namespace cupel::crash {
namespace {

constexpr uint64_t kReopenEvery = 13;
constexpr auto kPause = std::chrono::milliseconds(250);

void say(std::string line) {
  line += '\n';
  for (size_t at = 0; at < line.size();) {
    const ssize_t written = write(STDOUT_FILENO, line.data() + at, line.size() - at);
    if (written < 0) std::_Exit(3);  // nobody listens
    at += static_cast<size_t>(written);
  }
}

std::string what(const Error& error) {
  std::string text = fmt::format("{} {}", to_string(error.code()), error.message());
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// A digest of everything, and the numbers that people look at first.
Result<std::string> digest(Session& session, const std::string& file) {
  const Result<std::string> all = everything(session);
  if (!all) return all.error();
  if (!file.empty()) std::ofstream(file) << all.value();
  const std::string& text = all.value();
  std::string numbers = text.substr(0, text.find("\n>"));
  std::replace(numbers.begin(), numbers.end(), '\n', ' ');
  return fmt::format("{:016x} {}", drawn(text, 0, UINT64_MAX), numbers);
}

class Runner {
 public:
  Runner(char** words, double patience)
      : directory_(words[0]),
        inputs_(words[1]),
        seed_(std::strtoull(words[2], nullptr, 10)),
        next_(std::strtoull(words[3], nullptr, 10)),
        end_(next_ + std::strtoull(words[4], nullptr, 10)),
        patience_(patience) {}

  void run() {
    if (!open()) return;
    while (next_ < end_) {
      if (!try_step()) break;
      say(fmt::format("ack {}", next_++));
      if (next_ % kReopenEvery == 0 && !open()) return;
    }
    if (failed_) tell_state();
  }

 private:
  bool open() {
    session_.reset();
    Result<Database> opened = open_starved(directory_);
    if (!opened) {
      say("error " + what(opened.error()));
      return false;
    }
    session_.emplace(opened->session());
    return true;
  }

  Result<void> attempt() {
    try {
      return crash::run(*session_, step(*session_, inputs_, seed_, next_));
    } catch (const Error& error) {  // while looking what the step is to be
      return error;
    }
  }

  bool try_step() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(patience_);
    for (int attempts = 0;; ++attempts) {
      const Result<void> done = attempt();
      if (done) return true;
      failed_ = true;
      say(fmt::format("fail {} {}", next_, what(done.error())));
      tell_state();
      if (attempts > 0 && std::chrono::steady_clock::now() >= until) return false;
      if (patience_ > 0) std::this_thread::sleep_for(kPause);
    }
  }

  void tell_state() {
    const Result<std::string> state = digest(*session_, {});
    say(state ? fmt::format("state {} {}", next_, state.value())
              : fmt::format("mute {} {}", next_, what(state.error())));
  }

  std::string directory_, inputs_;
  uint64_t seed_, next_, end_;
  double patience_;
  std::optional<Session> session_;
  bool failed_ = false;
};

int look(const std::string& directory, const std::string& file) {
  const Result<std::vector<std::string>> findings = check(directory);
  if (findings) {
    for (const std::string& finding : findings.value()) say("found " + finding);
  } else {
    say("unchecked " + what(findings.error()));
  }
  Result<Database> database = open_starved(directory);
  if (!database) {
    say("error " + what(database.error()));
    return 0;
  }
  Session session = database->session();
  const Result<std::string> state = digest(session, file);
  say(state ? "state " + state.value() : "error " + what(state.error()));
  return 0;
}

int lead_twin(const std::string& inputs, uint64_t seed, const std::string& files) {
  Session session = Database::open(":memory:", small_options())->session();
  for (uint64_t n = 0;; ++n) {
    const std::string file = files.empty() ? "" : fmt::format("{}-{}", files, n);
    say(fmt::format("state {} {}", n, digest(session, file).value()));
    const Result<void> done = run(session, step(session, inputs, seed, n));
    if (done) continue;
    fmt::print(stderr, "the twin failed at {}: {}\n", n, done.error().message());
    return 1;
  }
}

int act(int argc, char** argv) {
  const std::string_view action = argc > 1 ? argv[1] : "";
  if (action == "run" && (argc == 7 || argc == 8)) {
    Runner(argv + 2, argc == 8 ? std::strtod(argv[7], nullptr) : 0).run();
    return 0;
  }
  if (action == "say" && (argc == 3 || argc == 4)) return look(argv[2], argc == 4 ? argv[3] : "");
  if (action == "twin" && (argc == 4 || argc == 5))
    return lead_twin(argv[2], std::strtoull(argv[3], nullptr, 10), argc == 5 ? argv[4] : "");
  fmt::print(stderr, "crash_workload run | say | twin: see crash_main.cpp\n");
  return 2;
}

}  // namespace
}  // namespace cupel::crash

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  return cupel::crash::act(argc, argv);
}
