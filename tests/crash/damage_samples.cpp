#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <stdexcept>
#include <utility>

#include "tests/crash/damage.hpp"
#include "tests/crash/workload.hpp"

namespace cupel::crash {
namespace {

namespace fs = std::filesystem;

/// Of the mix: until the database is closed, and until it dies.
constexpr uint64_t kClosedAt = 22, kDiesAt = 34;

/// Just enough vectors for lists.
constexpr size_t kVectors = 50'000;
constexpr uint32_t kWidth = 4;

/// Marks a digest among the facts.
constexpr std::string_view kDigest = "digest ";

void lead(Session& session, const std::string& inputs, uint64_t seed, uint64_t from, uint64_t to,
          std::set<std::string>& known) {
  for (uint64_t n = from;; ++n) {
    known.merge(facts(session));
    if (from != 0) known.insert(std::string(kDigest) + digest(ask({}, session).value()));
    if (n == to) return;
    const Result<void> done = run(session, step(session, inputs, seed, n));
    if (!done) throw done.error();
  }
}

/// Makes `place`/closed and `place`/died; returns the facts, a line each.
std::string lead_mix(const fs::path& place, uint64_t seed) {
  const std::string inputs = place / "inputs";
  fs::create_directories(inputs);
  std::set<std::string> known;
  {
    Session session = open_starved(place / "closed").value().session();
    lead(session, inputs, seed, 0, kClosedAt, known);
  }
  fs::copy(place / "closed", place / "died", fs::copy_options::recursive);
  // Not closed: the process ends.
  auto* session = new Session(open_starved(place / "died").value().session());
  lead(*session, inputs, seed, kClosedAt, kDiesAt, known);
  std::string lines;
  for (const std::string& fact : known) lines += fact + "\n";
  return lines;
}

std::string lead_near(const fs::path& place, uint64_t seed) {
  Session session = Database::open(place / "near").value().session();
  std::vector<ItemRow> items(kVectors);
  for (size_t i = 0; i < kVectors; ++i) items[i].reference_id = fmt::format("i{}", i);
  std::vector<float> vectors;
  for (size_t i = 0; i < kVectors * kWidth; ++i)
    vectors.push_back(static_cast<float>(drawn("near", seed * kVectors * kWidth + i, 2001)) - 1000);
  const Result<AppendCounts> appended = session.append_items(items);
  if (!appended) throw appended.error();
  const Result<AppendCounts> stored = session.append_embeddings("e", {}, kWidth, vectors);
  if (!stored) throw stored.error();
  const Result<Table> searched =
      session.execute("SELECT reference_id ORDER BY similarity(\"i77\") DESC LIMIT 5");
  return searched ? "" : searched.error().message();
}

std::set<std::string> lines_of(const std::string& text) {
  std::set<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    lines.insert(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string truth_of(const Sample& sample) {
  return in_child([&] {
    Session session = open_starved(sample.directory, true).value().session();
    return ask(sample, session).value();
  });
}

}  // namespace

std::vector<Sample> make_samples(const fs::path& place, uint64_t seed) {
  const fs::path mine = place / "mine";
  const fs::path strange = place / "strange";
  std::set<std::string> known;
  for (const auto& [where, with] : {std::pair(mine, seed), std::pair(strange, seed + 1)}) {
    fs::create_directories(where);
    const std::string lines = in_child([&] { return lead_mix(where, with); });
    const std::string wrong = in_child([&] { return lead_near(where, with); });
    if (lines.starts_with('<') || !wrong.empty())
      throw std::runtime_error("the samples cannot be made: " + lines.substr(0, 99) + wrong);
    if (where == mine) known = lines_of(lines);
  }
  std::vector<Sample> samples;
  for (const char* const name : {"closed", "died", "near"}) {
    samples.push_back({name, mine / name, strange / name, {}, {}, {}});
    samples.back().truth = truth_of(samples.back());
    if (samples.back().name == "near") continue;
    for (const std::string& line : known)
      if (line.starts_with(kDigest))
        samples.back().before.insert(line.substr(kDigest.size()));
      else
        samples.back().facts.insert(line);
  }
  return samples;
}

}  // namespace cupel::crash
