#include "engine/exec/autotag.hpp"

#include <atomic>
#include <set>

#include "engine/exec/autotag_stale.hpp"
#include "tests/unit/exec/autotag_fixture.hpp"

namespace cupel::exec::testing {
namespace {

std::string message_of(const std::function<void()>& f, ErrorCode code) {
  try {
    f();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.message();
    return error.message();
  }
  return "nothing was thrown";
}

TEST_F(AutotagTest, ScoresEveryRowThatHasADirection) {
  erase_item(20);
  const TagOutcome outcome = create(examples({0, 3, 6, 9}, {1}));
  expect_scores();
  uint64_t scored = 0, above = 0, right = 0;
  for (uint64_t row = 0; row < kItemCount; ++row) {
    const Value value = score(row);
    scored += !value.is_missing();
    if (value.is_missing() || value.as_double() <= 0) continue;
    ++above;
    right += is_near(row);
  }
  EXPECT_EQ(outcome.scores.scored, scored);
  EXPECT_EQ(outcome.scores.above, above);
  EXPECT_EQ(scored, kItemCount - 9 - 1 - 1);  // without a vector, of zeros, deleted
  EXPECT_GE(right, 8U);                       // of 10
  EXPECT_EQ(right, above);
  EXPECT_TRUE(score(10).is_missing());
  EXPECT_TRUE(score(kZero).is_missing());
}

TEST_F(AutotagTest, RemembersItsExamples) {
  create(examples({6, 0, 3}, {1, 2}));
  for (uint64_t row = 0; row < kItemCount; ++row) {
    const Value expected = row == 0 || row == 3 || row == 6 ? Value(1)
                           : row == 1 || row == 2           ? Value(-1)
                                                            : Value();
    EXPECT_EQ(side(row), expected) << row;
  }
  const Tag known = tag();
  EXPECT_EQ(known.embedding, "clip");
  EXPECT_EQ(known.set, set_);
  EXPECT_EQ(known.table, kItems);
  EXPECT_EQ(known.seed, 1U);
  ASSERT_EQ(known.examples.size(), 5U);
  EXPECT_EQ(known.examples[0].row, 6U);
  EXPECT_EQ(known.examples[0].text, "i0006");
  EXPECT_EQ(known.examples[4].side, -1);
  EXPECT_EQ(known.background, kItemCount - 9 - 1 - 5);
  EXPECT_EQ(known.learned.quality.folds, 3U);
}

TEST_F(AutotagTest, TheOrderOfExamplesTeachesNothing) {
  create(examples({6, 0, 3}, {1}), "a");
  create(examples({0, 3, 6}, {1}), "b");
  EXPECT_EQ(tag("a").learned.weights, tag("b").learned.weights);
  EXPECT_EQ(tag("a").learned.offset, tag("b").learned.offset);
}

TEST_F(AutotagTest, AnExampleWithoutAVectorTeachesNothing) {
  const TagOutcome outcome = create(examples({0, 3, 10, kZero}), "a");
  EXPECT_EQ(outcome.without_vector, 2U);
  EXPECT_EQ(side(10, "a"), Value(1));
  create(examples({0, 3}), "b");
  EXPECT_EQ(tag("a").learned.weights, tag("b").learned.weights);
  EXPECT_EQ(message_of([&] { create(examples({10}), "c"); }, ErrorCode::kConstraint),
            "autotag 'c' needs an example of what it is for that has a vector in embeddings "
            "'clip'");
  EXPECT_EQ(dataset_->snapshot()->catalog().document(kAutotag, "c"), nullptr);
}

TEST_F(AutotagTest, NamesAreTakenOnce) {
  create(examples({0}));
  EXPECT_EQ(message_of([&] { create(examples({3})); }, ErrorCode::kConflict),
            "there is an autotag 'rain' already; REFINE AUTOTAG it, DROP AUTOTAG it first, or "
            "choose another name");
  commit([&](auto& transaction, auto&) {
    transaction.set(transaction.column(kItems, "autotag.image.snow", Type::kFloat64), 1, 0.5);
    return 0;
  });
  EXPECT_EQ(message_of([&] { create(examples({3}), "snow"); }, ErrorCode::kConflict),
            "there are values autotag.image.snow already, which were imported; choose another "
            "name, or DROP AUTOTAG first");
}

TEST_F(AutotagTest, RetrainingIsCreatingAgain) {
  create(examples({0, 3}));
  retrain(examples({0, 6, 9}, {3, 4}));
  expect_scores();
  EXPECT_EQ(side(3), Value(-1));
  EXPECT_EQ(side(6), Value(1));
  retrain(examples({6, 9}, {4}));
  EXPECT_EQ(side(0), Value());
  EXPECT_EQ(side(3), Value());
  create(examples({6, 9}, {4}), "again");
  EXPECT_EQ(tag("again").learned.weights, tag().learned.weights);
  for (uint64_t row = 0; row < kItemCount; ++row) EXPECT_EQ(score(row), score(row, "again"));
}

TEST_F(AutotagTest, DeletedExamplesAreFoundByTheirTexts) {
  create(examples({0, 3, 6}, {1}));
  erase_item(3);
  erase_item(6);
  add_items(6, 1);  // the same name, a new row, without a vector
  vectors_.emplace_back();
  const TagOutcome outcome = retrain(tag().examples);
  EXPECT_EQ(outcome.gone, 1U);
  EXPECT_EQ(outcome.without_vector, 1U);
  const Tag known = tag();
  ASSERT_EQ(known.examples.size(), 3U);
  EXPECT_EQ(known.examples[1].row, kItemCount);
  EXPECT_EQ(side(6), Value(1));
}

TEST_F(AutotagTest, DropsWhatItWrote) {
  create(examples({0, 3}));
  const Tag before = tag();
  std::set<std::string> names;
  const auto drop = [&](const std::string& name) {
    return commit([&](auto& transaction, auto&) { return drop_tag(transaction, name); });
  };
  EXPECT_TRUE(drop("rain"));
  EXPECT_FALSE(drop("rain"));
  const auto& catalog = dataset_->snapshot()->catalog();
  EXPECT_EQ(catalog.document(kAutotag, "rain"), nullptr);
  for (const storage::ColumnId column : catalog.columns(kItems))
    EXPECT_FALSE(catalog.column(column).name.starts_with("autotag"));
  create(examples({0, 3}));
  EXPECT_EQ(tag().learned.weights, before.learned.weights);
  expect_scores();
}

TEST_F(AutotagTest, KnowsWhenItIsStale) {
  create(examples({0, 3}, {1}));
  EXPECT_EQ(stale(), std::nullopt);
  const auto change = [&](uint64_t row, bool tell) {
    vectors_[row] = drawn(row);
    commit([&](auto& transaction, auto& context) {
      write_vectors(transaction, set_, {row});
      if (tell) rescore_tags(transaction, set_, bits({row}), context);
      return 0;
    });
  };
  change(50, true);
  EXPECT_EQ(stale(), std::nullopt);
  change(51, false);
  EXPECT_EQ(stale(), std::nullopt);
  const auto before = vectors_[3];
  const std::string reason = "vectors of its examples have changed; REFRESH AUTOTAG";
  change(3, false);
  EXPECT_EQ(stale(), reason);
  change(52, true);
  EXPECT_EQ(stale(), reason);
  retrain(tag().examples);
  EXPECT_EQ(stale(), std::nullopt);
  change(3, true);
  EXPECT_EQ(stale(), reason);

  const auto use = storage::VectorUse::kEmbedding;
  commit([&](auto& transaction, auto&) {
    transaction.remove_vectors(use, "clip");
    return 0;
  });
  EXPECT_EQ(stale(),
            "the embeddings 'clip' were dropped; import them again and REFRESH it, or DROP "
            "AUTOTAG");
  set_ = commit([&](auto& transaction, auto&) {
    storage::VectorSet set;
    set.name = "clip";
    set.width = kWidth;
    const uint32_t added = transaction.add_vectors(set);
    write_vectors(transaction, added, {0, 40, 70, 99});
    return added;
  });
  EXPECT_EQ(stale(), "the embeddings 'clip' were dropped and imported anew; REFRESH AUTOTAG");
  retrain(tag().examples);
  EXPECT_EQ(stale(), std::nullopt);
  expect_scores();
}

TEST_F(AutotagTest, AnItemThatIsReplacedKeepsWhatIsKnownOfIt) {
  create(examples({0, 3}, {1}));
  const Value before = score(3);
  ItemRow row;
  row.reference_id = id(3);
  row.image_location = "moved.png";
  expect_counts(items({row}, true), 0, 1, 0);
  EXPECT_EQ(score(3), before);
  EXPECT_EQ(side(3), Value(1));
}

TEST_F(AutotagTest, CheckingSaysWhatIsDamaged) {
  create(examples({0, 3}, {1}));
  create(examples({0, 3}, {1}), "snow");
  EXPECT_TRUE(check_tags(dataset_->snapshot()->catalog()).empty());
  commit([&](auto& transaction, auto&) {
    const std::string text = *transaction.catalog().document(kAutotag, "snow");
    transaction.set_document(kAutotag, "snow", text.substr(0, text.size() / 2));
    transaction.remove_column(
        transaction.catalog().find(kItems, "autotag.image.rain", Type::kFloat64)->id);
    return 0;
  });
  const auto findings = check_tags(dataset_->snapshot()->catalog());
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0], "autotag 'rain' has no column autotag.image.rain");
  EXPECT_TRUE(findings[1].starts_with("autotag 'snow' is damaged: ")) << findings[1];
  // What is damaged can be dropped, and made again.
  commit([&](auto& transaction, auto&) { return drop_tag(transaction, "snow"); });
  create(examples({0, 3}, {1}), "snow");
  expect_scores("snow");
}

TEST_F(AutotagTest, SuggestsWhatIsNotKnown) {
  create(examples({0, 3}, {1}));
  erase_item(30);
  Context context;
  context.snapshot = dataset_->snapshot();
  const Tag known = tag();
  const auto all = suggest_rows(known, set_of(context), 1000, context);
  std::set<uint64_t> rows;
  for (const Suggestion& suggestion : all) {
    rows.insert(suggestion.row);
    EXPECT_EQ(Value(suggestion.score), score(suggestion.row));
  }
  EXPECT_EQ(rows.size(), all.size());
  EXPECT_EQ(rows.size(), kItemCount - 9 - 1 - 1 - 3);
  for (const uint64_t row : {0, 1, 3, 30}) EXPECT_FALSE(rows.contains(row));
  EXPECT_EQ(suggest_rows(known, set_of(context), 12, context).size(), 12U);
}

TEST_F(AutotagTest, KeepsToItsMemoryAndEndsWhenAsked) {
  const auto attempt = [&](size_t memory, const std::atomic<bool>* interrupt) {
    const auto transaction = dataset_->begin();
    Context context;
    context.snapshot = transaction->view();
    context.memory_bytes = memory;
    context.interrupt = interrupt;
    Tag tag;
    tag.name = "rain";
    tag.examples = examples({0, 3});
    create_tag(*transaction, tag, set_of(context), context);
  };
  const std::atomic<bool> yes{true};
  message_of([&] { attempt(size_t{1} << 20, nullptr); }, ErrorCode::kLimit);
  message_of([&] { attempt(size_t{1} << 30, &yes); }, ErrorCode::kInterrupted);
  EXPECT_EQ(dataset_->snapshot()->catalog().document(kAutotag, "rain"), nullptr);
  attempt(size_t{1} << 30, nullptr);  // enough, but for the commit
  EXPECT_TRUE(dataset_->snapshot()->catalog().find(kItems, "autotag.image.rain").empty());
}

/// Chunks of which single rows are patched.
class AutotagRescoreTest : public AutotagTest, public ::testing::WithParamInterface<uint32_t> {
 protected:
  AutotagRescoreTest() : AutotagTest(GetParam()) {}
};

TEST_P(AutotagRescoreTest, IncrementalScoresAreThoseOfARebuild) {
  create(examples({0, 3}, {1}));
  create(examples({6, 9}), "snow");
  std::mt19937 random(GetParam());
  for (int round = 0; round < 12; ++round) {
    if (round % 3 == 2) {
      add_items(vectors_.size(), 5);
      vectors_.resize(vectors_.size() + 5);
    }
    std::set<uint64_t> rows;
    const size_t count = round % 2 == 0 ? 1 + random() % 3 : 1 + random() % vectors_.size();
    while (rows.size() < count) rows.insert(random() % vectors_.size());
    for (const uint64_t row : rows) {
      const auto kind = random() % 8;
      vectors_[row] = drawn(row);
      if (kind == 0) vectors_[row].reset();
      if (kind == 1) vectors_[row] = Vector(kWidth, 0);
    }
    const std::vector<uint64_t> changed(rows.begin(), rows.end());
    commit([&](auto& transaction, auto& context) {
      write_vectors(transaction, set_, changed);
      rescore_tags(transaction, set_, bits(changed), context);
      return 0;
    });
    expect_scores();
    expect_scores("snow");
  }
}

INSTANTIATE_TEST_SUITE_P(ChunkRows, AutotagRescoreTest, ::testing::Values(1, 7, 64, 65536));

}  // namespace
}  // namespace cupel::exec::testing
