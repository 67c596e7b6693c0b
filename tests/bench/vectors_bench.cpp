// Times vector search beside FAISS and plain loops:
//
//   vectors_bench [--rows=100000] [--width=512] [--benchmark_filter=…]
//
// Needs AVX2. Numbers mean something as ratios within one run. `recall` is of the true 100 nearest,
// over 64 queries.

#include <benchmark/benchmark.h>
#include <faiss/IndexFlat.h>
#include <faiss/IndexIVFFlat.h>
#include <faiss/impl/IDSelector.h>
#include <omp.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <random>
#include <set>
#include <string>

#include "engine/learn/autotag.hpp"
#include "index/clusters.hpp"
#include "index/neighbours.hpp"
#include "tests/bench/vectors_data.hpp"

namespace {

using namespace cupel;
using bench::VectorData;

constexpr size_t kNearest = 100;

size_t rows_wanted = 100'000;
uint32_t width_wanted = 512;

const VectorData& data() {
  static const VectorData data(rows_wanted, width_wanted, 1);
  return data;
}

index::Probe probe(size_t query) {
  const float* from = data().query(query);
  return index::cosine_to(std::vector<double>(from, from + data().width));
}

index::Running cores() { return {bench::all_cores(), {}}; }

const storage::Bitmap& share(int percent) {
  static std::vector<std::optional<storage::Bitmap>> made(101);
  auto& bits = made[static_cast<size_t>(percent)];
  if (bits) return *bits;
  std::mt19937_64 random(static_cast<uint64_t>(percent));
  bits.emplace(static_cast<uint32_t>(data().rows));
  for (uint32_t i = 0; i < data().rows; ++i)
    if (static_cast<int>(random() % 100) < percent) bits->set(i);
  return *bits;
}

double recall_of(const std::vector<index::Hit>& truth, const std::set<uint64_t>& found) {
  size_t hits = 0;
  for (const index::Hit& hit : truth) hits += found.contains(hit.row);
  return static_cast<double>(hits) / static_cast<double>(truth.size());
}

const std::vector<std::vector<index::Hit>>& truths() {
  static const auto truths = [] {
    std::vector<std::vector<index::Hit>> all;
    for (size_t q = 0; q < VectorData::kQueries; ++q)
      all.push_back(index::nearest(data().source(), probe(q), kNearest, nullptr, cores()));
    return all;
  }();
  return truths;
}

void plain_loop(benchmark::State& state) {
  std::vector<float> out(data().rows);
  size_t q = 0;
  for (auto _ : state)
    bench::plain_products(data().values.data(), data().rows, data().width, data().query(q++),
                          out.data());
}

void ours_scores(benchmark::State& state) {
  std::vector<double> out(data().rows);
  size_t q = 0;
  for (auto _ : state) index::score_all(data().source(), probe(q++), nullptr, out, {});
}

void ours_exact(benchmark::State& state) {
  const index::Running running = state.range(0) == 1 ? index::Running{} : cores();
  size_t q = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(
        index::nearest(data().source(), probe(q++), kNearest, nullptr, running));
}

void faiss_exact(benchmark::State& state) {
  faiss::IndexFlatIP flat(data().width);
  flat.add(static_cast<faiss::Index::idx_t>(data().rows), data().values.data());
  std::vector<float> scores(kNearest);
  std::vector<faiss::Index::idx_t> rows(kNearest);
  size_t q = 0;
  for (auto _ : state) flat.search(1, data().query(q++), kNearest, scores.data(), rows.data());
}

void plain_gathered(benchmark::State& state) {
  std::vector<uint32_t> rows;
  share(static_cast<int>(state.range(0))).for_each([&](uint32_t row) { rows.push_back(row); });
  std::vector<float> out(rows.size());
  size_t q = 0;
  for (auto _ : state)
    bench::gathered_products(data().values.data(), rows, data().width, data().query(q++),
                             out.data());
}

void ours_filtered(benchmark::State& state) {
  const auto& among = share(static_cast<int>(state.range(0)));
  size_t q = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(index::nearest(data().source(), probe(q++), kNearest, &among, {}));
}

void faiss_filtered(benchmark::State& state) {
  faiss::IndexFlatIP flat(data().width);
  flat.add(static_cast<faiss::Index::idx_t>(data().rows), data().values.data());
  const auto& among = share(static_cast<int>(state.range(0)));
  faiss::IDSelectorBitmap selector(among.words().size() * 8,
                                   reinterpret_cast<const uint8_t*>(among.words().data()));
  faiss::SearchParameters parameters;
  parameters.sel = &selector;
  std::vector<float> scores(kNearest);
  std::vector<faiss::Index::idx_t> rows(kNearest);
  size_t q = 0;
  for (auto _ : state)
    flat.search(1, data().query(q++), kNearest, scores.data(), rows.data(), &parameters);
}

std::optional<index::Clusters>& clusters() {
  static std::optional<index::Clusters> clusters;
  return clusters;
}

void ours_build(benchmark::State& state) {
  for (auto _ : state) clusters() = index::build_clusters(data().source(), {}, cores());
  state.counters["lists"] = clusters()->lists();
}

void ours_approximate(benchmark::State& state) {
  if (!clusters()) clusters() = index::build_clusters(data().source(), {}, cores());
  const double wanted = static_cast<double>(state.range(0)) / 1000;
  const storage::Bitmap* among =
      state.range(1) == 100 ? nullptr : &share(static_cast<int>(state.range(1)));
  double recall = 0;
  index::ApproximateHits hits;
  for (size_t q = 0; q < VectorData::kQueries; ++q) {
    hits = index::nearest_approximate(data().source(), *clusters(), probe(q), kNearest, wanted,
                                      among, {});
    std::set<uint64_t> found;
    for (const index::Hit& hit : hits.hits) found.insert(hit.row);
    const auto truth = among == nullptr
                           ? truths()[q]
                           : index::nearest(data().source(), probe(q), kNearest, among, cores());
    recall += recall_of(truth, found) / VectorData::kQueries;
  }
  size_t q = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(index::nearest_approximate(data().source(), *clusters(), probe(q++),
                                                        kNearest, wanted, among, {}));
  state.counters["recall"] = recall;
  state.counters["expected"] = hits.expected_recall;
  state.counters["lists"] = hits.lists;
  state.counters["compared"] = static_cast<double>(hits.compared);
}

struct FaissLists {
  faiss::IndexFlatIP quantizer;
  faiss::IndexIVFFlat lists;

  FaissLists()
      : quantizer(data().width),
        lists(&quantizer, data().width, index::usual_lists(data().rows),
              faiss::METRIC_INNER_PRODUCT) {
    const auto count = static_cast<faiss::Index::idx_t>(data().rows);
    lists.train(count, data().values.data());
    lists.add(count, data().values.data());
  }
};
std::optional<FaissLists>& faiss_lists() {
  static std::optional<FaissLists> lists;
  return lists;
}

void faiss_build(benchmark::State& state) {
  for (auto _ : state) faiss_lists().emplace();
}

void faiss_approximate(benchmark::State& state) {
  if (!faiss_lists()) faiss_lists().emplace();
  faiss_lists()->lists.nprobe = static_cast<size_t>(state.range(0));
  std::vector<float> scores(kNearest);
  std::vector<faiss::Index::idx_t> rows(kNearest);
  double recall = 0;
  for (size_t q = 0; q < VectorData::kQueries; ++q) {
    faiss_lists()->lists.search(1, data().query(q), kNearest, scores.data(), rows.data());
    recall += recall_of(truths()[q], {rows.begin(), rows.end()}) / VectorData::kQueries;
  }
  size_t q = 0;
  for (auto _ : state)
    faiss_lists()->lists.search(1, data().query(q++), kNearest, scores.data(), rows.data());
  state.counters["recall"] = recall;
}

/// From five positives and a thousand background rows to a score for every row.
void autotag(benchmark::State& state) {
  const auto background = learn::draw_background(data().rows, learn::kUsualBackground, {}, 1);
  std::vector<double> scores(data().rows);
  const index::Running running = cores();
  for (auto _ : state) {
    std::vector<double> rows, positives;
    for (const uint64_t row : background)
      rows.insert(rows.end(), &data().values[row * data().width],
                  &data().values[(row + 1) * data().width]);
    positives.assign(&data().values[0], &data().values[5 * data().width]);
    const auto tag =
        learn::train_autotag({data().width, positives, {}, rows}, {}, {running.parallel, {}});
    if (state.range(0) == 0) continue;
    index::score_all(data().source(), index::linear_score(tag.weights, tag.offset), nullptr, scores,
                     running);
    for (double& score : scores) score = learn::autotag_score(tag, score);
  }
}

void duplicates(benchmark::State& state) {
  if (!clusters()) clusters() = index::build_clusters(data().source(), {}, cores());
  index::DuplicateGroups groups;
  for (auto _ : state)
    groups = index::duplicate_groups(data().source(), 0.02, nullptr, &*clusters(), {}, cores());
  state.counters["recall"] = groups.recall;
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with("--rows=")) rows_wanted = std::stoul(argument.substr(7));
    if (argument.starts_with("--width="))
      width_wanted = static_cast<uint32_t>(std::stoul(argument.substr(8)));
  }
  // More threads of OpenMP over those of BLAS make FAISS slower.
  omp_set_num_threads(1);
  using benchmark::RegisterBenchmark;
  const auto milliseconds = [](benchmark::internal::Benchmark* b) {
    return b->Unit(benchmark::kMillisecond)->UseRealTime();
  };
  milliseconds(RegisterBenchmark("plain_loop", plain_loop));
  milliseconds(RegisterBenchmark("ours_scores", ours_scores));
  milliseconds(RegisterBenchmark("ours_exact/threads", ours_exact))->Arg(1)->Arg(2);
  milliseconds(RegisterBenchmark("faiss_exact", faiss_exact));
  milliseconds(RegisterBenchmark("plain_gathered/percent", plain_gathered))->Arg(3)->Arg(52);
  milliseconds(RegisterBenchmark("ours_filtered/percent", ours_filtered))->Arg(3)->Arg(52);
  milliseconds(RegisterBenchmark("faiss_filtered/percent", faiss_filtered))->Arg(3)->Arg(52);
  milliseconds(RegisterBenchmark("ours_build", ours_build))->Iterations(1);
  milliseconds(RegisterBenchmark("faiss_build", faiss_build))->Iterations(1);
  for (const int recall : {950, 980, 999})
    milliseconds(RegisterBenchmark("ours_approximate/recall/percent", ours_approximate))
        ->Args({recall, 100});
  milliseconds(RegisterBenchmark("ours_approximate/recall/percent", ours_approximate))
      ->Args({980, 52});
  milliseconds(RegisterBenchmark("faiss_approximate/lists", faiss_approximate))
      ->Arg(1)
      ->Arg(2)
      ->Arg(4)
      ->Arg(8)
      ->Arg(32);
  milliseconds(RegisterBenchmark("autotag/scored", autotag))->Arg(0)->Arg(1);
  milliseconds(RegisterBenchmark("duplicates", duplicates))->Iterations(1);
  benchmark::RunSpecifiedBenchmarks();
}
