#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <random>

#include "engine/learn/rows.hpp"
#include "source_dir.hpp"
#include "storage/dataset.hpp"
#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

using Vector = std::vector<float>;
/// By reference_id.
using Vectors = std::map<std::string, Vector>;

/// Hands vectors over, in the order given.
Result<AppendCounts> append(Session& session, std::string_view name,
                            const std::vector<std::pair<std::string, Vector>>& rows,
                            bool update = false, std::string_view source = "items",
                            std::string_view run = {}) {
  std::vector<std::string_view> ids;
  std::vector<float> numbers;
  for (const auto& [id, vector] : rows) {
    ids.push_back(id);
    numbers.insert(numbers.end(), vector.begin(), vector.end());
  }
  const auto width = static_cast<uint32_t>(rows.front().second.size());
  return session.append_embeddings(name, ids, width, numbers, source, run, update);
}

void expect_counts(const Result<AppendCounts>& done, uint64_t added, uint64_t updated,
                   uint64_t ignored, uint64_t repeated = 0) {
  ASSERT_TRUE(done.ok()) << done.error().message();
  EXPECT_EQ(done.value().added, added);
  EXPECT_EQ(done.value().updated, updated);
  EXPECT_EQ(done.value().ignored, ignored);
  EXPECT_EQ(done.value().repeated, repeated);
}

/// What is stored, read around the language.
Vectors stored(const std::string& path, std::string_view name) {
  Vectors vectors;
  const auto dataset = storage::Dataset::open(path, {.read_only = true});
  const storage::SnapshotPtr view = dataset->snapshot();
  const auto* set = view->catalog().vectors(storage::VectorUse::kEmbedding, name);
  const auto* ids = view->catalog().find(storage::kItems, "reference_id", Type::kText);
  for (uint32_t b = 0; set != nullptr && b < storage::block_count(view->catalog(), *set); ++b) {
    const storage::VectorBlockPtr block = view->vector_block(set->id, b);
    for (uint32_t row = 0; block && row < block->rows; ++row) {
      if (!block->has(row)) continue;
      Vector vector(set->width);
      for (uint32_t i = 0; i < set->width; ++i) {
        if (set->element == storage::Element::kFloat16) {
          learn::Half half;
          std::memcpy(&half, block->row(row) + i * sizeof(half), sizeof(half));
          vector[i] = learn::to_float(half);
        } else {
          std::memcpy(&vector[i], block->row(row) + i * sizeof(float), sizeof(float));
        }
      }
      vectors[view->value(ids->id, uint64_t{b} * set->block_rows + row).as_text()] = vector;
    }
  }
  return vectors;
}

class Embeddings : public ::testing::Test {
 protected:
  Session items(size_t count, uint32_t chunk_rows = 64) {
    Options options;
    options.chunk_rows = chunk_rows;
    Session session = open(directory_.path(), options).session();
    EXPECT_TRUE(session.append_items(numbered_items(count)).ok());
    return session;
  }
  Directory directory_;
};

TEST_F(Embeddings, VectorsFromMemoryAreStored) {
  {
    Session session = items(5);
    expect_counts(append(session, "e", {{"i3", {1, 2}}, {"i0", {3, 4}}}), 2, 0, 0);
    expect_counts(append(session, "e", {{"i3", {5, 6}}, {"i1", {0, 0}}}), 1, 0, 1);
    expect_counts(append(session, "e", {{"i0", {7, 8}}, {"i4", {9, 9}}}, true), 1, 1, 0);
    expect_counts(append(session, "e", {{"i2", {1, 1}}, {"i2", {2, 2}}}), 1, 0, 1, 1);
    expect_counts(append(session, "last", {{"i2", {1, 1}}, {"i2", {2, 2}}}, true), 1, 1, 0, 1);
  }
  EXPECT_EQ(
      stored(directory_.path(), "e"),
      (Vectors{{"i0", {7, 8}}, {"i1", {0, 0}}, {"i2", {1, 1}}, {"i3", {1, 2}}, {"i4", {9, 9}}}));
  EXPECT_EQ(stored(directory_.path(), "last"), (Vectors{{"i2", {2, 2}}}));
}

TEST_F(Embeddings, WithoutIdsTheRowsAreInOrder) {
  {
    Session session = items(4);
    run(session, "DELETE FROM items WHERE metadata.n = 1");
    const Vector numbers{1, 2, 3, 4, 5, 6};
    EXPECT_TRUE(session.append_embeddings("e", {}, 2, numbers).ok());
    EXPECT_EQ(session.append_embeddings("e", {}, 3, numbers).error().code(), ErrorCode::kConflict);
    EXPECT_EQ(session.append_embeddings("f", {}, 3, numbers).error().code(),
              ErrorCode::kConstraint);
  }
  EXPECT_EQ(stored(directory_.path(), "e"),
            (Vectors{{"i0", {1, 2}}, {"i2", {3, 4}}, {"i3", {5, 6}}}));
}

TEST_F(Embeddings, ObjectsAreNamedByTheirIds) {
  Session session = items(3);
  ASSERT_TRUE(session
                  .append_annotations(std::vector{box("i0", "car", "a"), box("i1", "car", "a"),
                                                  box("i1", "car", "b")})
                  .ok());
  ASSERT_TRUE(session.append_predictions("m", std::vector{box("i2", "car", "p")}).ok());
  expect_counts(append(session, "e", {{"i0/a", {1}}, {"b", {2}}}, false, "annotations"), 2, 0, 0);
  expect_counts(append(session, "e", {{"i1/b", {1}}}, false, "annotations"), 0, 0, 1);
  expect_counts(append(session, "p", {{"p", {1}}}, false, "predictions", "m"), 1, 0, 0);
  const Error shared = append(session, "e", {{"a", {1}}}, false, "annotations").error();
  EXPECT_EQ(shared.message(),
            "row 0: 'a' is the id of 2 objects; write reference_id/annotation_id");
  EXPECT_EQ(append(session, "q", {{"p", {1}}}, false, "predictions", "n").error().code(),
            ErrorCode::kName);
  EXPECT_EQ(append(session, "q", {{"p", {1}}}, false, "objects").error().code(), ErrorCode::kName);
  EXPECT_EQ(texts(run(session, "SHOW EMBEDDINGS")), (std::vector<std::string>{"e", "p"}));
  EXPECT_EQ(texts(run(session, "SHOW EMBEDDINGS"), 1),
            (std::vector<std::string>{"annotations", "predictions(\"m\")"}));
}

TEST_F(Embeddings, RefusedVectorsChangeNothing) {
  {
    Session session = items(3);
    expect_counts(append(session, "e", {{"i0", {1, 2}}}), 1, 0, 0);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinite = std::numeric_limits<float>::infinity();
    EXPECT_EQ(append(session, "e", {{"i1", {1, 2}}, {"i2", {1, nan}}, {"i0", {infinite, 1}}})
                  .error()
                  .message(),
              "the vectors: NaN or infinities in rows 1 and 2 (from 0); repair these rows or leave "
              "them out");
    EXPECT_EQ(append(session, "e", {{"i1", {1, 2}}, {"i9", {1, 2}}}).error().code(),
              ErrorCode::kName);
    EXPECT_EQ(append(session, "e", {{"i1", {1, 2, 3}}}).error().code(), ErrorCode::kConflict);
    EXPECT_EQ(append(session, "", {{"i1", {1}}}).error().code(), ErrorCode::kConstraint);
    EXPECT_EQ(append(session, "wide", {{"i1", Vector(8193, 1.0F)}}).error().code(),
              ErrorCode::kLimit);
    const std::vector<std::string_view> one{"i1"};
    EXPECT_FALSE(session.append_embeddings("e", one, 2, Vector{1, 2, 3}).ok());
    EXPECT_FALSE(session.append_embeddings("e", one, 2, Vector{1, 2, 3, 4}).ok());
    EXPECT_FALSE(session.append_embeddings("e", one, 0, {}).ok());
    run(session, "BEGIN");
    expect_counts(append(session, "e", {{"i1", {1, 2}}}), 1, 0, 0);
    EXPECT_FALSE(append(session, "e", {{"i9", {1, 2}}}).ok());
    run(session, "ROLLBACK");
  }
  EXPECT_EQ(stored(directory_.path(), "e"), (Vectors{{"i0", {1, 2}}}));
}

/// Whatever file it comes from, it is the same vector.
TEST_F(Embeddings, FilesOfAllShapesSayTheSame) {
  const std::string folder = std::string(CUPEL_SOURCE_DIR) + "/tests/data/embeddings/";
  const std::vector<std::string> files{"clip.npy",   "clip16.npy",     "clip64.npy",
                                       "clip.jsonl", "clip_list.json", "clip_map.json"};
  {
    Session session = open(directory_.path()).session();
    run(session, "IMPORT ITEMS FROM '" + folder + "items.jsonl'");
    for (const std::string& file : files)
      run(session, "IMPORT EMBEDDINGS FROM '" + folder + file + "' AS \"" + file + "\"");
    // Numbers are rounded to what the set holds.
    run(session, "IMPORT EMBEDDINGS FROM '" + folder + "clip16.npy' AS rounded");
    expect_counts(append(session, "rounded", {{"i00.png", {1.0001F, 2049, 1e-9F, 3}}}, true), 0, 1,
                  0);
  }
  const Vectors expected = stored(directory_.path(), files.front());
  ASSERT_EQ(expected.size(), 12U);
  EXPECT_EQ(expected.at("i05.png"), (Vector{0, 1, 0.3125F, 0}));
  for (const std::string& file : files)
    EXPECT_EQ(stored(directory_.path(), file), expected) << file;
  EXPECT_EQ(stored(directory_.path(), "rounded").at("i00.png"), (Vector{1, 2048, 0, 3}));
}

TEST_F(Embeddings, AWidestVectorIsTaken) {
  const Vector wide(8192, 0.5F);
  {
    Session session = items(2);
    expect_counts(append(session, "wide", {{"i1", wide}}), 1, 0, 0);
  }
  EXPECT_EQ(stored(directory_.path(), "wide"), (Vectors{{"i1", wide}}));
}

/// In whatever pieces and order vectors come, with items that come between: what is stored is what
/// a map would hold.
TEST_F(Embeddings, InPiecesAsAtOnce) {
  std::mt19937 random(11);
  constexpr size_t kItems = 700;
  Vectors model;
  std::vector<std::pair<std::string, Vector>> all;
  {
    Session session = items(kItems / 2, 16);
    for (int round = 0; round < 40; ++round) {
      if (round == 20) {
        std::vector<ItemRow> more = numbered_items(kItems);
        more.erase(more.begin(), more.begin() + kItems / 2);
        ASSERT_TRUE(session.append_items(more).ok());
      }
      const bool update = random() % 2 == 0;
      std::vector<std::pair<std::string, Vector>> piece;
      for (size_t i = 0; i < 1 + random() % 60; ++i) {
        const std::string id = "i" + std::to_string(random() % (round < 20 ? kItems / 2 : kItems));
        piece.push_back({id, {static_cast<float>(round), static_cast<float>(i), 1}});
      }
      ASSERT_TRUE(append(session, "pieces", piece, update).ok());
      for (const auto& [id, vector] : piece)
        update ? (void)(model[id] = vector) : (void)model.emplace(id, vector);
      if (round % 10 == 9) {
        run(session, "BEGIN");
        ASSERT_TRUE(append(session, "pieces", {{"i0", {-1, -1, -1}}}, true).ok());
        run(session, "ROLLBACK");
      }
    }
    for (const auto& entry : model) all.emplace_back(entry);
    std::shuffle(all.begin(), all.end(), random);
    expect_counts(append(session, "once", all), model.size(), 0, 0);
    EXPECT_EQ(run(session, "SHOW EMBEDDINGS").value(1, 2).as_int(),
              static_cast<int64_t>(model.size()));
  }
  EXPECT_EQ(stored(directory_.path(), "pieces"), model);
  EXPECT_EQ(stored(directory_.path(), "once"), model);
  EXPECT_EQ(check(directory_.path()).value(), std::vector<std::string>());
}

/// Enough vectors for lists: IMPORT leaves them in a file, which answers need not.
class ManyEmbeddings : public Embeddings {
 protected:
  static constexpr size_t kMany = 50'000;

  std::string npy(uint32_t seed = 3) const {
    std::string header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(kMany) + ", 4), }";
    header.append(63 - (10 + header.size()) % 64, ' ');
    header += '\n';
    std::string bytes("\x93NUMPY\1\0", 8);
    bytes += static_cast<char>(header.size());
    bytes += '\0';
    bytes += header;
    std::mt19937 random(seed);
    for (size_t i = 0; i < kMany * 4; ++i) {
      const float number = static_cast<float>(random() % 1000) / 1000 - 0.5F;
      bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
    }
    return bytes;
  }
  std::vector<std::filesystem::path> index_files() const {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (const auto& entry :
         std::filesystem::directory_iterator(directory_.path() + "/index", error))
      files.push_back(entry.path());
    return files;
  }
};

TEST_F(ManyEmbeddings, ListsAreACache) {
  const std::string file = directory_.file("many.npy", npy());
  {
    Session session = items(kMany, 65536);
    run(session, "BEGIN");
    run(session, "IMPORT EMBEDDINGS FROM '" + file + "' AS undone");
    run(session, "ROLLBACK");
    EXPECT_TRUE(index_files().empty());
    const Table imported = run(session, "IMPORT EMBEDDINGS FROM '" + file + "' AS e");
    EXPECT_TRUE(imported.warnings.empty());
    EXPECT_EQ(run(session, "SHOW EMBEDDINGS").value(0, 5).as_text(), "lists (512)");
    ASSERT_EQ(index_files().size(), 1U);
  }
  const std::filesystem::path lists = index_files().front();
  std::vector<std::string> notes;
  EXPECT_EQ(check(directory_.path(), &notes).value(), std::vector<std::string>());
  EXPECT_EQ(notes, std::vector<std::string>());
  std::filesystem::resize_file(lists, std::filesystem::file_size(lists) - 1);
  EXPECT_EQ(check(directory_.path(), &notes).value(), std::vector<std::string>());
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_NE(notes.front().find("is damaged or not of embeddings 'e'"), std::string::npos);

  Session session = open(directory_.path()).session();
  EXPECT_EQ(run(session, "SHOW EMBEDDINGS").value(0, 5).as_text(), "exact");
  // An import looks whether lists are to be built, also one that adds nothing.
  run(session, "IMPORT EMBEDDINGS FROM '" + file + "' AS e");
  EXPECT_EQ(run(session, "SHOW EMBEDDINGS").value(0, 5).as_text(), "lists (512)");
  run(session, "DROP EMBEDDINGS e");
  EXPECT_TRUE(index_files().empty());
}

/// Whatever becomes of the file, an answer that goes by lists is the same.
TEST_F(ManyEmbeddings, DamagedAndForeignListsChangeNoAnswer) {
  const std::string file = directory_.file("many.npy", npy());
  const auto answer = [&] {
    Session session = open(directory_.path()).session();
    std::vector<std::string> out{run(session, "FIND NEAR DUPLICATES WITHIN 0.0001").message};
    EXPECT_NE(out.front().find("approximate, expected recall"), std::string::npos);
    for (const char* figure : {"sum(metadata.duplicate_distance)", "max(metadata.duplicate_group)",
                               "count(metadata.duplicate_group > 7)"})
      out.push_back(texts(run(session, std::string("SELECT ") + figure + " FROM items")).front());
    return out;
  };
  {
    Session session = items(kMany, 65536);
    run(session, "IMPORT EMBEDDINGS FROM '" + file + "' AS e");
  }
  const std::vector<std::string> expected = answer();
  const std::filesystem::path lists = index_files().front();
  const std::filesystem::path whole = directory_.path("whole");
  std::filesystem::copy_file(lists, whole);
  const auto put_back = [&] {
    std::filesystem::copy_file(whole, lists, std::filesystem::copy_options::overwrite_existing);
  };
  std::filesystem::remove(lists);
  EXPECT_EQ(answer(), expected);
  put_back();
  std::filesystem::resize_file(lists, std::filesystem::file_size(lists) / 2);
  EXPECT_EQ(answer(), expected);
  put_back();
  {
    std::fstream stream(lists, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(std::filesystem::file_size(lists) / 3));
    stream.put('!');
  }
  EXPECT_EQ(answer(), expected);
  {
    Session other = open(directory_.path("other")).session();
    ASSERT_TRUE(other.append_items(numbered_items(kMany)).ok());
    run(other, "IMPORT EMBEDDINGS FROM '" + directory_.file("others.npy", npy(9)) + "' AS e");
  }
  std::filesystem::copy_file(directory_.path("other") + "/index/" + lists.filename().string(),
                             lists, std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(answer(), expected);
  // It was made again.
  std::vector<std::string> notes;
  EXPECT_EQ(check(directory_.path(), &notes).value(), std::vector<std::string>());
  EXPECT_EQ(notes, std::vector<std::string>());
}

TEST_F(ManyEmbeddings, AnInterruptedImportLeavesNothing) {
  const std::string file = directory_.file("many.npy", npy());
  Session session = items(kMany, 65536);
  session.on_progress([&](const Progress& progress) {
    if (progress.what == "import") session.interrupt();
  });
  const Error error = error_of(session, "IMPORT EMBEDDINGS FROM '" + file + "' AS e");
  EXPECT_EQ(error.code(), ErrorCode::kInterrupted);
  EXPECT_EQ(run(session, "SHOW EMBEDDINGS").rows(), 0U);
}

/// What is committed stays, and the lists come later.
TEST_F(ManyEmbeddings, AnInterruptWhileListsAreBuiltIsAWarning) {
  const std::string file = directory_.file("many.npy", npy());
  Session session = items(kMany, 65536);
  session.on_progress([&](const Progress& progress) {
    if (progress.what == "index") session.interrupt();
  });
  const Table imported = run(session, "IMPORT EMBEDDINGS FROM '" + file + "' AS e");
  ASSERT_EQ(imported.warnings.size(), 1U);
  EXPECT_NE(imported.warnings.front().message.find("the embeddings are stored, but"),
            std::string::npos);
  EXPECT_EQ(run(session, "SHOW EMBEDDINGS").value(0, 5).as_text(), "exact");
  EXPECT_EQ(run(session, "SHOW EMBEDDINGS").value(0, 2).as_int(), int64_t{kMany});
  session.on_progress({});
  run(session, "IMPORT EMBEDDINGS FROM '" + file + "' AS e");
  EXPECT_EQ(run(session, "SHOW EMBEDDINGS").value(0, 5).as_text(), "lists (512)");
}

}  // namespace
}  // namespace cupel::testing
