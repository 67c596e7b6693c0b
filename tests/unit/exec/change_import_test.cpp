#include <fmt/format.h>

#include <atomic>
#include <random>

#include "engine/exec/pool.hpp"
#include "tests/unit/exec/change_fixture.hpp"

namespace cupel::exec {
namespace {

using namespace testing;

class ChangeImport : public ChangeTest {
 protected:
  static ImportRequest request(const TemporaryFile& file, io::Want want, std::string run = {}) {
    ImportRequest request;
    request.read.file = file.path();
    request.read.want = want;
    request.read.run = std::move(run);
    return request;
  }
  ImportOutcome import(const ImportRequest& request) {
    return commit([&](auto& t, auto& c) { return import_file(t, request, c); });
  }
  std::string failure(const ImportRequest& request) {
    try {
      import(request);
    } catch (const Error& error) {
      return error.message();
    }
    ADD_FAILURE() << "nothing was thrown";
    return {};
  }
};

TEST_F(ChangeImport, LinesBecomeItems) {
  const TemporaryFile file("items.jsonl",
                           R"({"reference_id":"a","metadata":{"speed":3,"tags":["x"]}}
{"reference_id":"b","width":640,"metadata":{"speed":3.5}}
{"reference_id":"a","metadata":{"speed":4}}
)");
  const ImportOutcome outcome = import(request(file, io::Want::kItems));
  expect_counts(outcome.items, 2, 0, 1);
  const std::vector<PlainRow> expected{
      {{"reference_id", "a"}, {"metadata.speed", 3}, {"$rest", R"({"metadata":{"tags":["x"]}})"}},
      {{"reference_id", "b"}, {"width", 640}, {"metadata.speed", 3.5}}};
  EXPECT_EQ(rows(kItems), expected);

  ImportRequest update = request(file, io::Want::kItems);
  update.update = true;
  expect_counts(import(update).items, 0, 3, 0);
  const PlainRow last{{"reference_id", "a"}, {"metadata.speed", 4}};
  EXPECT_EQ(rows(kItems)[0], last) << "the list is gone with the record that had it";
}

TEST_F(ChangeImport, ItemsThatWereDeletedAndAddedAgainAreNotTakenForTheirOldRows) {
  std::vector<ItemRow> rows;
  for (int i = 0; i < 20; ++i) rows.emplace_back().reference_id = "i" + std::to_string(i);
  items(rows);
  for (const char* id : {"i5", "i9"})
    commit([&](auto& t, auto& c) {
      return delete_rows(t, rows_where(t.catalog(), kItems, "reference_id", Value(id)), c);
    });
  items({{"i5"}});
  std::string lines;
  for (int i = 0; i < 20; ++i)
    lines += R"({"reference_id":"i)" + std::to_string(i) +
             R"(","label":"night","type":"category","taxonomy":"time"})" + "\n";
  const TemporaryFile file("again.jsonl", lines);
  ImportRequest skipping = request(file, io::Want::kAnnotations);
  skipping.skip_errors = true;
  const ImportOutcome outcome = import(skipping);
  expect_counts(outcome.objects, 19, 0, 0);
  ASSERT_EQ(outcome.losses.size(), 1u);
  EXPECT_NE(outcome.losses[0].message.find("there is no item 'i9'"), std::string::npos);
  for (int i = 0; i < 20; ++i) {
    const std::string item = "i" + std::to_string(i);
    EXPECT_EQ(item_value(item, "$count:1:category:night"), i == 9 ? Value() : Value(1)) << item;
  }
}

TEST_F(ChangeImport, LinesBecomeObjects) {
  items({{"a"}, {"b"}});
  const TemporaryFile file(
      "objects.jsonl",
      R"({"reference_id":"b","label":"car","annotation_id":"1","geometry":{"x":1,"y":2,"width":3,"height":4}}
{"reference_id":"a","label":"night","type":"category","taxonomy":"time"}
{"reference_id":"b","label":"bus","annotation_id":"1","geometry":{"x":1,"y":2,"width":3,"height":4}}
)");
  expect_counts(import(request(file, io::Want::kAnnotations)).objects, 2, 0, 1);
  expect_counts(import(request(file, io::Want::kAnnotations)).objects, 0, 0, 3);
  expect_counts(import(request(file, io::Want::kPredictions, "m")).objects, 2, 0, 1);
  EXPECT_EQ(rows(kAnnotations)[0].at("area"), Value(12.0));
  EXPECT_EQ(item_value("b", "$count:1:box:car"), Value(1));
  ImportRequest update = request(file, io::Want::kAnnotations);
  update.update = true;
  expect_counts(import(update).objects, 0, 3, 0);
  EXPECT_EQ(item_value("b", "$count:1:box:car"), Value());
  EXPECT_EQ(item_value("b", "$count:1:box:bus"), Value(1));
}

TEST_F(ChangeImport, AFailureNamesFileAndPlaceAndChangesNothing) {
  items({{"a"}});
  const TemporaryFile file(
      "unknown.jsonl",
      R"({"reference_id":"a","label":"car","geometry":{"x":1,"y":2,"width":3,"height":4}}
{"reference_id":"x.jpg","label":"car","geometry":{"x":1,"y":2,"width":3,"height":4}}
)");
  EXPECT_EQ(
      failure(request(file, io::Want::kAnnotations)),
      file.path().string() + ":2 (record 2): there is no item 'x.jpg'; import the items first");
  EXPECT_TRUE(rows(kAnnotations).empty());
  EXPECT_EQ(item_value("a", "$count:1"), Value());
}

TEST_F(ChangeImport, SkippedErrorsAreCollected) {
  items({{"a"}});
  const TemporaryFile file(
      "some.jsonl",
      R"({"reference_id":"x","label":"car","geometry":{"x":1,"y":2,"width":3,"height":4}}
{"reference_id":"a","label":"car","type":"blob"}
not json
{"reference_id":"a","label":"car","geometry":{"x":1,"y":2,"width":3,"height":4}}
)");
  ImportRequest skipping = request(file, io::Want::kAnnotations);
  skipping.skip_errors = true;
  skipping.read.format = "jsonl";
  const ImportOutcome outcome = import(skipping);
  EXPECT_EQ(outcome.objects.added, 1u);
  EXPECT_EQ(outcome.objects.failed, 3u);
  ASSERT_EQ(outcome.losses.size(), 3u);
  const std::string name = file.path().string();
  EXPECT_EQ(outcome.losses[0].message,
            name + ":1 (record 1): there is no item 'x'; import the items first");
  EXPECT_TRUE(outcome.losses[1].message.starts_with(
      name + ":2 (record 2): there is no object type 'blob'"));
  EXPECT_EQ(outcome.losses[2].message.rfind(name), 0u) << outcome.losses[2].message;
  EXPECT_TRUE(outcome.losses[2].message.starts_with(name + ":3")) << outcome.losses[2].message;
  EXPECT_EQ(item_value("a", "$count:1"), Value(1));
}

TEST_F(ChangeImport, FramesBringTheirItemsAlong) {
  items({{"known.jpg", "kept"}});
  const TemporaryFile file("frames.json", R"([
    {"name":"known.jpg","attributes":{"weather":"rainy"},"labels":[
      {"id":1,"category":"car","box2d":{"x1":0,"y1":0,"x2":2,"y2":3}}]},
    {"name":"new.jpg","attributes":{"weather":"clear"},"labels":[
      {"id":2,"category":"car","box2d":{"x1":0,"y1":0,"x2":2,"y2":3}},
      {"id":3,"category":"bus","box2d":{"x1":0,"y1":0,"x2":2,"y2":3}}]}])");
  const ImportOutcome outcome = import(request(file, io::Want::kAnnotations));
  expect_counts(outcome.items, 1, 0, 0);
  expect_counts(outcome.objects, 3, 0, 0);
  EXPECT_FALSE(rows(kItems)[0].contains("metadata.weather")) << "a known item is left alone";
  EXPECT_EQ(rows(kItems)[1].at("metadata.weather"), Value("clear"));
  EXPECT_EQ(item_value("new.jpg", "$count:1"), Value(2));
}

TEST_F(ChangeImport, CocoResultsFindImagesAndLabelsByNumber) {
  const TemporaryFile truth("instances.json", R"({
    "images":[{"id":7,"file_name":"a.jpg"},{"id":9,"file_name":"b.jpg"}],
    "categories":[{"id":1,"name":"car"},{"id":2,"name":"bus"}],
    "annotations":[{"id":1,"image_id":9,"category_id":1,"bbox":[1,2,3,4],"area":5,"iscrowd":0},
                   {"id":2,"image_id":9,"category_id":2,"bbox":[1,2,3,4],"area":5,"iscrowd":0}]})");
  const ImportOutcome outcome = import(request(truth, io::Want::kAnnotations));
  expect_counts(outcome.items, 2, 0, 0);
  expect_counts(outcome.objects, 2, 0, 0);
  EXPECT_EQ(rows(kAnnotations)[0].at("area"), Value(5.0)) << "as given";
  const TemporaryFile results("results.json",
                              R"([{"image_id":9,"category_id":2,"bbox":[1,2,3,4],"score":0.5}])");
  expect_counts(import(request(results, io::Want::kPredictions, "m")).objects, 1, 0, 0);
  const PlainRow found = rows(storage::kFirstRun).at(0);
  EXPECT_EQ(found.at("$item"), Value("b.jpg"));
  EXPECT_EQ(found.at("label"), Value("bus"));
  EXPECT_EQ(found.at("confidence"), Value(0.5));
}

/// A file that is worth a thread, with a mistake in some lines.
std::string many_lines() {
  std::string lines;
  for (int i = 0; i < 4000; ++i) {
    const std::string n = std::to_string(i);
    lines += R"({"reference_id":"image-)" + n + R"(.jpg","metadata":{"n":)" +
             (i % 1000 == 999 ? "?" : n) + R"(,"scene":"highway )" + n + "\"}}\n";
  }
  return lines;
}

TEST_F(ChangeImport, ReadsOnAThreadOfItsOwnWhatItReadsWithoutOne) {
  const TemporaryFile file("many.jsonl", many_lines());
  ASSERT_GT(std::filesystem::file_size(file.path()), size_t{256} << 10);
  Pool pool(2);
  std::vector<std::vector<std::string>> found;
  for (Pool* threads : {static_cast<Pool*>(nullptr), &pool}) {
    open(":memory:", 100);
    ImportRequest skipping = request(file, io::Want::kItems);
    skipping.skip_errors = true;
    const ImportOutcome outcome = commit([&](auto& t, auto& c) {
      c.pool = threads;
      return import_file(t, skipping, c);
    });
    expect_counts(outcome.items, 3996, 0, 0);
    EXPECT_EQ(outcome.items.failed, 4u);
    found.push_back(lines(rows(kItems)));
    for (const Loss& loss : outcome.losses) found.back().push_back(loss.message);
  }
  EXPECT_EQ(found[0], found[1]);
}

TEST_F(ChangeImport, TheFirstErrorIsTheSameWithAThread) {
  const TemporaryFile file("many.jsonl", many_lines());
  Pool pool(2);
  for (Pool* threads : {static_cast<Pool*>(nullptr), &pool}) {
    const auto transaction = dataset_->begin();
    Context context;
    context.pool = threads;
    try {
      import_file(*transaction, request(file, io::Want::kItems), context);
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_NE(error.message().find("many.jsonl:1000 (record 1000)"), std::string::npos)
          << error.message();
    }
  }
}

struct Stream {
  std::string lines;
  std::vector<std::string> first;  ///< "item id" of those that are new, in order
  std::map<std::string, std::vector<std::string>> labels;  ///< of each "item id", in order
  uint64_t repeated = 0;
};

/// Objects of items in ascending order; one of `repeats` is there before in its item, one of
/// `returns` belongs to an item that was finished. 0: none.
Stream stream_of(int items, int objects_of_each, int repeats, int returns) {
  std::mt19937 random(7);
  Stream stream;
  const auto add = [&](int item, int id, const std::string& label) {
    const std::string key = "i" + std::to_string(item) + " " + std::to_string(id);
    stream.lines += R"({"reference_id":"i)" + std::to_string(item) + R"(","annotation_id":")" +
                    std::to_string(id) + R"(","label":")" + label +
                    R"(","geometry":{"x":1,"y":2,"width":3,"height":4}})" + "\n";
    std::vector<std::string>& labels = stream.labels[key];
    labels.push_back(label);
    if (labels.size() == 1)
      stream.first.push_back(key);
    else
      ++stream.repeated;
  };
  for (int item = 0; item < items; ++item) {
    for (int id = 0; id < objects_of_each; ++id) {
      add(item, id, "car");
      if (repeats != 0 && random() % repeats == 0)
        add(item, static_cast<int>(random() % (id + 1)), "bus");
      if (returns != 0 && item != 0 && random() % returns == 0)
        add(static_cast<int>(random() % item), static_cast<int>(random() % 40), "bike");
    }
  }
  return stream;
}

TEST_F(ChangeImport, RepeatedObjectsAreFoundWhateverTheOrderAndInBoundedMemory) {
  struct {
    int items, repeats, returns;
    bool update;
  } const cases[] = {{5000, 60'000, 0, false},
                     {5000, 100, 0, true},
                     {24'000, 0, 100'000, false},
                     {24'000, 500, 500, true}};
  for (const auto& [items, repeats, returns, update] : cases) {
    SCOPED_TRACE(fmt::format("{} {} {}", items, repeats, returns));
    open(":memory:", 4096);
    std::string lines;
    for (int i = 0; i < items; ++i)
      lines += fmt::format(R"({{"reference_id":"i{}"}})"
                           "\n",
                           i);
    const TemporaryFile items_file("items.jsonl", lines);
    import(request(items_file, io::Want::kItems));
    const Stream stream = stream_of(items, 20, repeats, returns);
    const TemporaryFile file("objects.jsonl", stream.lines);
    ImportRequest objects = request(file, io::Want::kAnnotations);
    objects.update = update;
    const ImportOutcome outcome = commit([&](auto& t, auto& c) {
      c.memory_bytes = size_t{12} << 20;  // a table of the keys of 24,000 items takes 16
      return import_file(t, objects, c);
    });
    expect_counts(outcome.objects, stream.first.size(), update ? stream.repeated : 0,
                  update ? 0 : stream.repeated);
    const auto stored = rows(kAnnotations);
    ASSERT_EQ(stored.size(), stream.first.size());
    for (size_t i = 0; i < stored.size(); ++i) {
      const std::string key =
          stored[i].at("$item").as_text() + " " + stored[i].at("annotation_id").as_text();
      ASSERT_EQ(key, stream.first[i]);
      const std::vector<std::string>& labels = stream.labels.at(key);
      ASSERT_EQ(stored[i].at("label").as_text(), update ? labels.back() : labels.front()) << key;
    }
  }
}

TEST_F(ChangeImport, IsInterrupted) {
  std::string lines;
  for (int i = 0; i < 5000; ++i) lines += R"({"reference_id":")" + std::to_string(i) + "\"}\n";
  const TemporaryFile file("many.jsonl", lines);
  const std::atomic<bool> interrupt = true;
  const auto transaction = dataset_->begin();
  Context context;
  context.interrupt = &interrupt;
  try {
    import_file(*transaction, request(file, io::Want::kItems), context);
    ADD_FAILURE() << "not interrupted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInterrupted);
  }
}

TEST_F(ChangeImport, SeveralStatementsShareATransaction) {
  const TemporaryFile file("more.jsonl", R"({"reference_id":"a"}
{"reference_id":"b"}
)");
  const auto transaction = dataset_->begin();
  Context context;
  append_items(*transaction, std::vector<ItemRow>{{"a", {}, 5}}, false, context);
  expect_counts(import_file(*transaction, request(file, io::Want::kItems), context).items, 1, 0, 1);
  append_objects(*transaction, kAnnotations, std::vector<ObjectRow>{box("b", "car", "1")}, false,
                 context);
  expect_counts(append_objects(*transaction, kAnnotations,
                               std::vector<ObjectRow>{box("b", "bus", "1"), box("b", "car", "2")},
                               true, context),
                1, 1, 0);
  EXPECT_TRUE(rows(kItems).empty()) << "not committed yet";
  transaction->commit();
  expect_sound();
  EXPECT_EQ(rows(kItems).size(), 2u);
  EXPECT_EQ(rows(kAnnotations)[0].at("label"), Value("bus"));
  EXPECT_EQ(item_value("b", "$count:1"), Value(2));
}

}  // namespace
}  // namespace cupel::exec
