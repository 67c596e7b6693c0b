// Times label-error analysis for tests/bench/labels.py; prints one line of JSON.
//
//   labels_bench issues PROBABILITIES.npy LABELS.npy METHOD RUNS THEIRS.npy
//   labels_bench step PROBABILITIES.npy LABELS.npy DATABASE
//
// `issues` runs the analysis alone on a mapped file that has been read once, and counts how many
// issues THEIRS.npy has too. `step` makes a database with the labels and times the statement from
// the file of probabilities to written columns.

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"
#include "engine/io/npy.hpp"
#include "engine/learn/label_issues.hpp"

namespace {

using namespace cupel;
using Clock = std::chrono::steady_clock;

template <typename T>
std::vector<T> whole(const io::NpyFile& file, io::NpyType type) {
  if (file.header().type != type)
    throw Error(ErrorCode::kType, "the array has another type than the benchmark writes");
  std::vector<T> values(file.header().rows * file.header().columns);
  std::memcpy(values.data(), file.data(), values.size() * sizeof(T));
  return values;
}

std::vector<int32_t> labels_of(const std::string& path) {
  const std::vector<int64_t> wide = whole<int64_t>(io::NpyFile(path), io::NpyType::kInt64);
  return {wide.begin(), wide.end()};
}

template <typename F>
double seconds_of(const F& f) {
  const auto begun = Clock::now();
  f();
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

int64_t peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

learn::Filter filter_of(const std::string& name) {
  if (name == "prune_by_class") return learn::Filter::kPruneByClass;
  if (name == "both") return learn::Filter::kBoth;
  if (name == "confident_learning") return learn::Filter::kConfidentLearning;
  return learn::Filter::kPruneByNoiseRate;
}

void time_issues(const std::vector<std::string>& arguments) {
  const io::NpyFile file(arguments[1]);
  const std::vector<float> numbers = whole<float>(file, io::NpyType::kFloat32);
  const std::vector<int32_t> labels = labels_of(arguments[2]);
  const learn::ArrayRows<float> matrix(numbers.data(), file.header().rows, file.header().columns);
  const int64_t before = peak_kib();
  learn::IssueOptions options;
  options.filter = filter_of(arguments[3]);
  std::vector<uint64_t> issues;
  std::vector<double> seconds;
  for (int run = std::stoi(arguments[4]); run > 0; --run)
    seconds.push_back(
        seconds_of([&] { issues = learn::find_label_issues(&matrix, labels, options).issues; }));
  const int64_t after = peak_kib();
  const std::vector<int64_t> theirs =
      whole<int64_t>(io::NpyFile(arguments[5]), io::NpyType::kInt64);
  std::vector<uint64_t> common;
  std::set_intersection(issues.begin(), issues.end(), theirs.begin(), theirs.end(),
                        std::back_inserter(common));
  fmt::print(R"({{"seconds": [{}], "issues": {}, "common": {}, "extra_kib": {}}})"
             "\n",
             fmt::join(seconds, ", "), issues.size(), common.size(), after - before);
}

template <typename T>
T must(Result<T> result) {
  if (!result) throw result.error();
  return std::move(*result);
}

/// Items `000000`, … each with its label in the taxonomy `class`; labels sort as their numbers.
void fill(Session& session, const std::vector<int32_t>& labels) {
  std::vector<ItemRow> items(labels.size());
  std::vector<ObjectRow> categories(labels.size());
  for (size_t i = 0; i < labels.size(); ++i) {
    items[i].reference_id = categories[i].reference_id = fmt::format("{:07}", i);
    categories[i].type = "category";
    categories[i].taxonomy = "class";
    categories[i].label = fmt::format("class {:05}", labels[i]);
  }
  must(session.append_items(items));
  must(session.append_annotations(categories));
}

void time_step(const std::vector<std::string>& arguments) {
  const std::filesystem::path path = arguments[3];
  std::filesystem::remove_all(path);
  const std::vector<int32_t> labels = labels_of(arguments[2]);
  const Database database = must(Database::open(path.string()));
  Session session = database.session();
  fill(session, labels);
  const Parameters none;
  const auto run = [&](const std::string& statement) { must(session.execute(statement, none)); };
  const std::string quoted = "'" + arguments[1] + "'";
  std::vector<double> seconds;
  for (int i = 0; i < 5; ++i)
    seconds.push_back(
        seconds_of([&] { run("FIND LABEL ERRORS USING PROBABILITIES FROM " + quoted); }));
  const double import = seconds_of([&] { run("IMPORT PROBABILITIES FROM " + quoted + " AS p"); });
  const double stored = seconds_of([&] { run("FIND LABEL ERRORS USING PROBABILITIES p"); });
  fmt::print(R"({{"seconds": [{}], "import_seconds": {}, "stored_seconds": {}, "examples": {}}})"
             "\n",
             fmt::join(seconds, ", "), import, stored, labels.size());
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> arguments(words + 1, words + count);
  try {
    if (arguments.size() == 6 && arguments[0] == "issues") {
      time_issues(arguments);
    } else if (arguments.size() == 4 && arguments[0] == "step") {
      time_step(arguments);
    } else {
      fmt::print(stderr, "labels_bench is run by tests/bench/labels.py\n");
      return 2;
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
