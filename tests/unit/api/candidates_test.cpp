#include "engine/api/candidates.hpp"

#include <gtest/gtest.h>

namespace cupel::api {
namespace {

using Clock = std::chrono::steady_clock;

/// Two labels and a text that is too varied for a dictionary.
class CandidatesTest : public ::testing::Test {
 protected:
  CandidatesTest() {
    auto database = std::make_shared<Database::State>();
    database->options.threads = 1;
    database->options.memory_bytes = size_t{64} << 20;
    database->dataset = storage::Dataset::open(":memory:", {});
    database->pool = std::make_unique<exec::Pool>(1);
    state_->database = std::move(database);
    Session session(state_);
    session.append_text("items", "{\"reference_id\":\"a\"}\n{\"reference_id\":\"Bee\"}").value();
    std::string boxes;
    for (const char* label : {"car", "bus", "bus"})
      boxes += std::string(R"({"reference_id":"a","annotation_id":")") +
               std::to_string(boxes.size()) + R"(","label":")" + label +
               R"(","geometry":{"x":1,"y":2,"width":3,"height":4}})" + "\n";
    session.append_text("annotations", boxes).value();
  }

  std::vector<std::string> values(Clock::time_point deadline, const std::string& path,
                                  const std::string& source, std::string_view part = {}) {
    Candidates candidates(*state_, deadline);
    candidates.values(path, source, part);
    std::vector<std::string> texts;
    for (const Completion& found : candidates.take())
      texts.push_back(found.text + (found.detail.empty() ? "" : ": " + found.detail));
    return texts;
  }

  std::shared_ptr<Session::State> state_ = std::make_shared<Session::State>();
};

using Texts = std::vector<std::string>;

TEST_F(CandidatesTest, WithTimeTheyAreCounted) {
  const auto never = Clock::now() + std::chrono::hours(1);
  EXPECT_EQ(values(never, "label", "annotations"), (Texts{"bus: 2 annotations", "car: 1 annotation"}));
  EXPECT_EQ(values(never, "no_such_field", "annotations"), Texts{});
}

TEST_F(CandidatesTest, WithoutTheyAreNamesInTheOrderOfTheirArrival) {
  const auto past = Clock::now() - std::chrono::hours(1);
  EXPECT_EQ(values(past, "label", "annotations"), (Texts{"car", "bus"}));
  EXPECT_EQ(values(past, "label", "annotations", "BU"), Texts{"bus"});
  EXPECT_EQ(values(past, "reference_id", "items"), (Texts{"a", "Bee"}));
  EXPECT_EQ(values(past, "reference_id", "items", "e"), Texts{"Bee"});
  EXPECT_EQ(values(past, "width", "items"), Texts{});
  EXPECT_EQ(state_->time_limit, 0);
}

TEST_F(CandidatesTest, NamesByTheirKind) {
  Session session(state_);
  session.execute("CREATE SLICE s AS reference_id = a").value();
  Candidates candidates(*state_, Clock::now());
  EXPECT_TRUE(candidates.names("SLICE"));
  EXPECT_TRUE(candidates.names("RUN"));
  EXPECT_FALSE(candidates.names("LABEL"));
  const auto found = candidates.take();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].text, "s");
}

}  // namespace
}  // namespace cupel::api
