#include "engine/exec/embedding_rows.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "engine/plan/embedding_sets.hpp"
#include "tests/unit/exec/change_fixture.hpp"

namespace cupel::exec {
namespace {

using testing::box;
using testing::kAnnotations;
using testing::kItems;

ItemRow item(std::string reference_id) {
  ItemRow row;
  row.reference_id = std::move(reference_id);
  return row;
}

class EmbeddingRows : public testing::ChangeTest {
 protected:
  void SetUp() override {
    items({item("a"), item("a/b"), item("c"), item("gone")});
    objects({box("a", "car", "1"), box("a", "car", "b/1", 5), box("a/b", "car", "1", 6),
             box("c", "car", "2"), box("c", "car", "", 9), box("gone", "car", "3")});
    plan::Plan plan =
        testing::rows_where(dataset_->snapshot()->catalog(), kItems, "reference_id", Value("gone"));
    commit([&](auto& t, auto& c) { return delete_rows(t, plan, c); });
  }
  FoundRow find(storage::TableId table, std::string_view text) {
    return find_row(dataset_->snapshot(), table, text);
  }
  void expect_row(storage::TableId table, std::string_view text, uint64_t row) {
    const FoundRow found = find(table, text);
    EXPECT_EQ(found.row, row) << text;
    EXPECT_EQ(found.matches, 1U) << text;
  }
};

TEST_F(EmbeddingRows, ItemsAreNamedByReferenceId) {
  expect_row(kItems, "a", 0);
  expect_row(kItems, "a/b", 1);
  EXPECT_EQ(find(kItems, "gone").matches, 0U);
  EXPECT_EQ(find(kItems, "").matches, 0U);
  EXPECT_EQ(not_found_text(dataset_->snapshot(), kItems, "x", {}), "there is no item 'x'");
}

TEST_F(EmbeddingRows, ObjectsAreNamedByBothIdsOrOneThatIsTheOnlyOne) {
  expect_row(kAnnotations, "a/1", 0);
  expect_row(kAnnotations, "c/2", 3);
  expect_row(kAnnotations, "2", 3);
  expect_row(kAnnotations, "b/1", 1);  // the id of one object, which is in a
  const FoundRow shared = find(kAnnotations, "1");
  EXPECT_FALSE(shared.row.has_value());
  EXPECT_EQ(shared.matches, 2U);
  EXPECT_EQ(not_found_text(dataset_->snapshot(), kAnnotations, "1", shared),
            "'1' is the id of 2 objects; write reference_id/annotation_id");
  // "a" and "b/1", or "a/b" and "1"
  EXPECT_EQ(find(kAnnotations, "a/b/1").matches, 2U);
  EXPECT_EQ(find(kAnnotations, "3").matches, 0U);
  EXPECT_EQ(find(kAnnotations, "c").matches, 0U);
  EXPECT_EQ(find(kAnnotations, "c/").matches, 0U);
  EXPECT_EQ(not_found_text(dataset_->snapshot(), kAnnotations, "x", {}),
            "there is no annotation 'x'");
}

TEST_F(EmbeddingRows, TextsSayWhichRowItIs) {
  RowTexts annotations(dataset_->snapshot(), kAnnotations);
  EXPECT_EQ(annotations.text(3), "c/2");
  EXPECT_EQ(annotations.item(3), 2U);
  EXPECT_EQ(annotations.text(4), "");
  RowTexts items(dataset_->snapshot(), kItems);
  EXPECT_EQ(items.text(1), "a/b");
  const storage::Bitmap visible = visible_rows(*dataset_->snapshot(), kItems);
  EXPECT_EQ(visible.size(), 4U);
  EXPECT_EQ(visible.count(), 3U);
  EXPECT_FALSE(visible.test(3));
}

TEST_F(EmbeddingRows, ManyTextsAreFoundAsFewAre) {
  std::mt19937 random(1);
  std::vector<ItemRow> more;
  std::vector<ObjectRow> boxes;
  for (int i = 0; i < 400; ++i) more.push_back(item("m" + std::to_string(i)));
  for (int i = 0; i < 400; ++i)
    boxes.push_back(box("m" + std::to_string(i % 90), "car", std::to_string(i % 350), i));
  items(more);
  objects(boxes);
  for (const storage::TableId table : {kItems, kAnnotations}) {
    std::vector<std::string> texts;
    for (int i = 0; i < 600; ++i) {
      const size_t k = random() % 450;
      const std::string object = std::to_string(k % 400);
      texts.push_back(table == kItems ? "m" + std::to_string(k)
                      : i % 2 == 0    ? object
                                      : "m" + std::to_string(k % 90) + "/" + object);
    }
    const std::vector<FoundRow> all = find_rows(dataset_->snapshot(), table, texts);
    ASSERT_EQ(all.size(), texts.size());
    size_t found = 0;
    for (size_t i = 0; i < texts.size(); ++i) {
      const FoundRow one = find(table, texts[i]);
      ASSERT_EQ(all[i].row, one.row) << texts[i];
      ASSERT_EQ(all[i].matches, one.matches) << texts[i];
      if (!one.row) continue;
      ++found;
      const std::string text = RowTexts(dataset_->snapshot(), table).text(*one.row);
      ASSERT_TRUE(text == texts[i] || text.ends_with("/" + texts[i])) << text;
    }
    EXPECT_GT(found, 20U);
    EXPECT_LT(found, texts.size());
  }
}

TEST_F(EmbeddingRows, SimilarTextsDifferInOnePlace) {
  items({item("street_000123.png"), item("street_000124.png"), item("street_999999.png"),
         item("treet_000123.png"), item("other")});
  EXPECT_EQ(similar_texts(dataset_->snapshot(), kItems, "street_00012.png"),
            (std::vector<std::string>{"street_000123.png", "street_000124.png"}));
  EXPECT_EQ(similar_texts(dataset_->snapshot(), kItems, "nothing like it"),
            std::vector<std::string>());
  objects({box("c", "car", "wheel-1"), box("c", "car", "wheel-2", 4)});
  EXPECT_EQ(similar_texts(dataset_->snapshot(), kAnnotations, "weel-1"),
            std::vector<std::string>{"wheel-1"});
  EXPECT_EQ(similar_texts(dataset_->snapshot(), kAnnotations, "c/wheel-12"),
            (std::vector<std::string>{"c/wheel-1", "c/wheel-2"}));
}

TEST_F(EmbeddingRows, TheOnlyFittingSetIsChosen) {
  const auto only = [&](std::vector<storage::TableId> tables) {
    const storage::SnapshotPtr view = dataset_->snapshot();
    try {
      return plan::only_embedding(view->catalog(), tables, "say which").name;
    } catch (const Error& error) {
      return error.message();
    }
  };
  const auto add = [&](const std::string& name, storage::TableId table) {
    commit([&](auto& t, auto&) {
      storage::VectorSet set;
      set.name = name;
      set.table = table;
      set.width = 2;
      return t.add_vectors(set);
    });
  };
  EXPECT_EQ(only({kItems}),
            "there are no embeddings yet; IMPORT EMBEDDINGS FROM 'file' AS name adds some");
  EXPECT_EQ(only({kAnnotations}),
            "there are no embeddings yet; IMPORT EMBEDDINGS FROM 'file' AS name FOR annotations "
            "adds some");
  add("clip", kItems);
  EXPECT_EQ(only({kItems}), "clip");
  EXPECT_EQ(only({}), "clip");
  EXPECT_EQ(only({kAnnotations, kItems}), "clip");
  EXPECT_EQ(only({kAnnotations}),
            "there are no embeddings of annotations, only 'clip' (items); say which");
  add("crops", kAnnotations);
  EXPECT_EQ(only({kAnnotations}), "crops");
  EXPECT_EQ(only({kAnnotations, kItems}),
            "there are several embeddings of annotations or items: 'clip' (items), 'crops' "
            "(annotations); say which");
}

}  // namespace
}  // namespace cupel::exec
