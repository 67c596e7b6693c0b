// Writes the inputs of storage and documents to start from, which nobody can write by hand:
//
//   fuzz_seeds DIRECTORY     (tests/data/fuzz; after a change of a format)

#include <cstdio>
#include <fstream>

#include "engine/exec/autotag_document.hpp"
#include "engine/exec/label_errors_document.hpp"
#include "engine/exec/labeling_tasks.hpp"
#include "engine/plan/evaluation_record.hpp"
#include "index/clusters_file.hpp"
#include "storage/codec.hpp"
#include "storage/codec_bytes.hpp"
#include "storage/dataset.hpp"
#include "storage/seal.hpp"
#include "storage/state.hpp"
#include "tests/fuzz/world.hpp"
#include "tests/unit/storage/random_block.hpp"
#include "tests/unit/storage/random_chunk.hpp"

namespace {

using namespace cupel::storage;           // NOLINT: a program of one file
using namespace cupel::storage::testing;  // NOLINT
namespace fs = std::filesystem;

void write(const fs::path& file, const std::string& bytes) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

std::string patch_of(Random& random, Form form) {
  std::vector<Patch> patches;
  for (uint16_t row = 0; row < 12; row = static_cast<uint16_t>(row + 1 + below(random, 5))) {
    Patch patch{row, below(random, 4) != 0};
    if (patch.present) {
      const cupel::Value value = random_value(random, form, Spread{7});
      if (form == Form::kNumber)
        patch.number = value.as_double();
      else if (form == Form::kText)
        patch.text = value.as_text();
      else if (form == Form::kCode)
        patch.text = "text", patch.code = 3;
      else
        patch.integer = value.as_int();
    }
    patches.push_back(patch);
  }
  return encode_patch(type_of(form), patches);
}

void write_columns(const fs::path& directory) {
  Random random(1);
  for (size_t i = 0; i < std::size(kForms); ++i) {
    const Form form = kForms[i];
    const std::string name = std::to_string(i);
    std::string chunk;
    for (const char* spread : {"a", "b", "c"}) {
      chunk = encode_chunk(build(form, random_twin(random, form, 40, random_spread(random))));
      write(directory / ("chunk_" + name + spread + ".in"), "c!" + chunk);
    }
    const std::string older = patch_of(random, form), newer = patch_of(random, form);
    write(directory / ("patch_" + name + ".in"), "p!" + older);
    std::string folded = "f ";
    put(folded, static_cast<uint16_t>(chunk.size()));
    put(folded, static_cast<uint16_t>(older.size()));
    write(directory / ("fold_" + name + ".in"), folded + chunk + older + newer);
  }
  std::mt19937 plain(1);
  for (int i = 0, left = 4; left > 0; ++i) {
    const std::string block = encode_block(random_block(plain));
    if (block.size() > 2000) continue;
    write(directory / ("block_" + std::to_string(i) + ".in"), "v!" + block);
    --left;
  }
}

void write_clusters_and_seal(const fs::path& directory) {
  cupel::index::Clusters clusters;
  clusters.width = 2;
  clusters.rows = 6;
  clusters.options.lists = 2;
  clusters.centroids = {1, 0, 0, 1};
  clusters.begins = {0, 3, 5};
  clusters.listed = {0, 2, 5, 1, 3};
  clusters.unlisted = {4};
  clusters.recall_at = 10;
  clusters.recall = {{1, 0.75}, {2, 1}};
  write(directory / "clusters.in", "i!" + cupel::index::encode_clusters(clusters, {7, 1, 3}));
  Seal seal;
  seal.uuid = "0123abcd-0000-4000-8000-000000000000";
  seal.state = SealState::kClean;
  seal.generation = 12;
  seal.manifest = {"MANIFEST-000005", 1234, 0x1234};
  seal.tables = {{"000007.sst", 4711, 0}, {"000009.sst", 17, 0}};
  seal.logs = {{"000008.log", 99, 0x99}};
  write(directory / "seal.in", "l!" + encode_seal(seal));
}

void write_catalog(const fs::path& directory, const cupel::fuzz::Place& place) {
  const std::string path = place.path() / "database";
  cupel::fuzz::make_database(path, place);
  DatasetOptions options;
  options.read_only = true;
  const auto dataset = Dataset::open(path, options);
  const auto snapshot = dataset->snapshot();
  Catalog catalog = snapshot->catalog();
  write(directory / "storage/state.in",
        "s!" + encode_state({catalog.generation, catalog.rows, catalog.deleted, catalog.watched}));
  const auto documents = [&](char letter, std::string_view kind) {
    for (const std::string& name : catalog.documents(kind)) {
      write(directory / "document" / (std::string(kind) + "_" + name + ".in"),
            letter + *catalog.document(kind, name));
    }
  };
  documents('a', cupel::exec::kAutotag);
  documents('l', cupel::exec::kLabelErrors);
  documents('e', cupel::plan::kEvaluation);
  documents('p', cupel::exec::kProjectDocument);
  write(directory / "storage/catalog.in", "t!" + catalog.encode());
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) return std::puts("fuzz_seeds DIRECTORY"), 2;
  const fs::path directory = fs::absolute(words[1]);
  const cupel::fuzz::Place place;
  write_columns(directory / "storage");
  write_clusters_and_seal(directory / "storage");
  write_catalog(directory, place);
  return 0;
}
