#include "engine/exec/label_errors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "engine/exec/category_labels.hpp"
#include "engine/exec/probability_import.hpp"
#include "tests/unit/exec/change_fixture.hpp"

namespace cupel::exec::testing {
namespace {

namespace fs = std::filesystem;
using storage::Element;

constexpr size_t kItemCount = 300;
constexpr size_t kClasses = 1000;  // several blocks of every element type
constexpr size_t kUsed = 6;        // classes that occur
constexpr uint64_t kDeleted = 17;
constexpr uint64_t kUnlabelled = 40;

/// A folder that goes away with the test.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("cupel-errors-" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  fs::path write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return path_ / name;
  }

 private:
  fs::path path_;
};

std::string numbered(const char* prefix, size_t i) {
  const std::string digits = std::to_string(i);
  return prefix + std::string(4 - digits.size(), '0') + digits;
}

template <typename T>
constexpr const char* kDescr = "<f8";
template <>
constexpr const char* kDescr<float> = "<f4";
template <>
constexpr const char* kDescr<learn::Half> = "<f2";

template <typename T>
T to_element(double number) {
  return static_cast<T>(number);
}
template <>
learn::Half to_element<learn::Half>(double number) {
  return learn::to_half(static_cast<float>(number));
}

/// Some hundred examples, their labels and a matrix, as plain arrays.
template <typename T>
struct World {
  std::vector<T> numbers;       ///< by item
  std::vector<int32_t> labels;  ///< by item; kNoLabel where it is no example
  std::vector<size_t> order;    ///< a permutation of the items that are left

  World() {
    std::mt19937 random(11);
    std::uniform_real_distribution<double> share(0, 1);
    for (size_t i = 0; i < kItemCount; ++i) {
      const size_t truth = random() % kUsed;
      labels.push_back(static_cast<int32_t>(random() % 8 == 0 ? random() % kUsed : truth));
      std::vector<double> row(kClasses);
      double sum = 0;
      for (size_t k = 0; k < kClasses; ++k)
        sum += row[k] = share(random) * (k == truth ? 3 : k < kUsed ? 0.7 : 0.001);
      // Few digits, so that there are ties.
      for (const double p : row) numbers.push_back(to_element<T>(std::round(64 * p / sum) / 64));
      if (i != kDeleted) order.push_back(i);
    }
    labels[kDeleted] = labels[kUnlabelled] = learn::kNoLabel;
    std::shuffle(order.begin(), order.end(), random);
  }

  std::string npy() const {
    std::string header = std::string("{'descr': '") + kDescr<T> +
                         "', 'fortran_order': False, 'shape': (" + std::to_string(order.size()) +
                         ", " + std::to_string(kClasses) + "), }";
    header.append(63 - (10 + header.size()) % 64, ' ');
    header += '\n';
    std::string bytes("\x93NUMPY\1\0", 8);
    bytes += static_cast<char>(header.size());
    bytes += '\0';
    bytes += header;
    for (const size_t item : order)
      bytes.append(reinterpret_cast<const char*>(&numbers[item * kClasses]), kClasses * sizeof(T));
    return bytes;
  }
  std::string ids() const {
    std::string lines;
    for (const size_t item : order) lines += numbered("i", item) + "\n";
    return lines;
  }
};

std::string class_lines() {
  std::string lines;
  for (size_t k = 0; k < kClasses; ++k) lines += numbered("c", k) + "\n";
  return lines;
}

class LabelErrorsTest : public ChangeTest {
 protected:
  void add_rows(const std::vector<int32_t>& labels) {
    std::vector<ItemRow> added(kItemCount);
    for (size_t i = 0; i < kItemCount; ++i) added[i].reference_id = numbered("i", i);
    items(added);
    std::vector<ObjectRow> objects_of;
    for (size_t i = 0; i < kItemCount; ++i) {
      // Objects come in another order than their items, boxes among them.
      const size_t item = (i * 7) % kItemCount;
      if (i % 3 == 0) objects_of.push_back(box(numbered("i", item), "c0001", "b"));
      if (item == kUnlabelled) continue;
      ObjectRow row;
      row.reference_id = numbered("i", item);
      row.type = "category";
      row.taxonomy = "kind";
      row.label = numbered("c", static_cast<size_t>(std::max(labels[item], 0)));
      objects_of.push_back(row);
    }
    objects(objects_of);
    commit([&](auto& transaction, auto& context) {
      return delete_rows(
          transaction,
          rows_where(transaction.catalog(), kItems, "reference_id", numbered("i", kDeleted)),
          context);
    });
  }

  template <typename F>
  FindOutcome find(const learn::IssueOptions& options, F open) {
    return commit([&](auto& transaction, auto& context) {
      FindRequest request;
      request.errors.taxonomy = "kind";
      request.options = options;
      const std::unique_ptr<Probabilities> probabilities = open(context);
      return find_label_errors(transaction, *probabilities, request, context);
    });
  }

  /// The columns say of every item what `found` says of its row.
  void expect_written(const learn::LabelIssues& found, const std::vector<size_t>& items_of_rows,
                      const std::vector<int32_t>& labels) const {
    std::map<std::string, PlainRow> annotations;
    for (const PlainRow& row : rows(kAnnotations))
      if (row.at("type") == Value("category")) annotations[row.at("$item").as_text()] = row;
    std::map<std::string, PlainRow> items_now;
    for (const PlainRow& row : rows(kItems)) items_now[row.at("reference_id").as_text()] = row;
    std::vector<bool> flagged(items_of_rows.size());
    for (const uint64_t row : found.issues) flagged[row] = true;
    for (size_t row = 0; row < items_of_rows.size(); ++row) {
      const size_t item = items_of_rows[row];
      if (labels[item] == learn::kNoLabel) continue;
      const std::string reference = numbered("i", item);
      const PlainRow& annotation = annotations.at(reference);
      ASSERT_EQ(annotation.at("metadata.potential_mislabel"), Value(int64_t{flagged[row]}))
          << reference;
      ASSERT_EQ(annotation.at("metadata.label_quality"), Value(found.scores[row])) << reference;
      ASSERT_EQ(annotation.at("metadata.predicted_label"),
                Value(numbered("c", static_cast<size_t>(found.predicted[row]))));
      ASSERT_EQ(items_now.at(reference).at("metadata.mislabel_score"),
                Value(flagged[row] ? std::max(1 - found.scores[row], 1e-9) : 0.0));
    }
    EXPECT_FALSE(items_now.at(numbered("i", kUnlabelled)).contains("metadata.mislabel_score"));
  }

  template <typename T>
  void expect_as_learned() {
    const World<T> world;
    add_rows(world.labels);
    const Folder folder;
    ProbabilityFile file;
    file.file = folder.write("x.npy", world.npy());
    file.ids = folder.write("ids.txt", world.ids());
    file.classes = folder.write("classes.txt", class_lines());
    const ProbabilityImport imported = commit([&](auto& transaction, auto& context) {
      return import_probabilities(transaction, file, {"set", false, 0}, context);
    });
    EXPECT_EQ(imported.rows, kItemCount - 1);
    EXPECT_EQ(imported.without, 0U);

    std::vector<size_t> in_order(kItemCount);
    for (size_t i = 0; i < kItemCount; ++i) in_order[i] = i;
    std::vector<T> permuted;
    std::vector<int32_t> permuted_labels;
    for (const size_t item : world.order) {
      permuted.insert(permuted.end(), &world.numbers[item * kClasses],
                      &world.numbers[item * kClasses] + kClasses);
      permuted_labels.push_back(world.labels[item]);
    }
    const learn::ArrayRows<T> stored_rows(world.numbers.data(), kItemCount, kClasses);
    const learn::ArrayRows<T> file_rows(permuted.data(), world.order.size(), kClasses);
    for (const learn::Filter filter :
         {learn::Filter::kPruneByNoiseRate, learn::Filter::kConfidentLearning,
          learn::Filter::kLowNormalizedMargin}) {
      learn::IssueOptions options;
      options.filter = filter;
      options.score = learn::Score::kNormalizedMargin;
      options.ties = learn::Ties::kNumpy;
      const learn::LabelIssues stored =
          learn::find_label_issues(&stored_rows, world.labels, options);
      ASSERT_GT(stored.issues.size(), 3U);
      const FindOutcome outcome = find(options, [](const Context& context) {
        const auto* set =
            context.snapshot->catalog().vectors(storage::VectorUse::kProbabilities, "set");
        EXPECT_GT(kItemCount, set->block_rows);
        return open_probabilities(*set, context);
      });
      EXPECT_EQ(outcome.errors.errors, stored.issues.size());
      EXPECT_EQ(outcome.errors.examples, kItemCount - 2);
      EXPECT_EQ(outcome.without_label, 1U);
      expect_written(stored, in_order, world.labels);

      const learn::LabelIssues mapped =
          learn::find_label_issues(&file_rows, permuted_labels, options);
      find(options, [&](const Context& context) { return open_probabilities(file, context); });
      expect_written(mapped, world.order, world.labels);
    }
  }
};

TEST_F(LabelErrorsTest, AreThoseOfTheMatrixInFloat16) { expect_as_learned<learn::Half>(); }
TEST_F(LabelErrorsTest, AreThoseOfTheMatrixInFloat32) { expect_as_learned<float>(); }
TEST_F(LabelErrorsTest, AreThoseOfTheMatrixInFloat64) { expect_as_learned<double>(); }

TEST_F(LabelErrorsTest, FingerprintsFollowLabels) {
  const World<float> world;
  add_rows(world.labels);
  const auto now = [&] {
    Context context;
    context.snapshot = dataset_->snapshot();
    return label_fingerprint(context.snapshot, "kind", context);
  };
  const uint64_t before = now();
  EXPECT_EQ(now(), before);
  const auto relabel = [&](const std::string& from, const std::string& to) {
    commit([&](auto& transaction, auto& context) {
      return update_rows(transaction,
                         rows_where(transaction.catalog(), kAnnotations, "label", from),
                         {{"label", {constant(to)}}}, context);
    });
  };
  relabel("c0002", "other");
  EXPECT_NE(now(), before);
  relabel("other", "c0002");
  EXPECT_EQ(now(), before);
}

LabelErrors full_document() {
  LabelErrors errors;
  errors.of = ErrorsOf::kLabelSets;
  errors.taxonomy = "a \"b\"";
  errors.statement = "FIND LABEL ERRORS";
  errors.probabilities = "p";
  errors.method = "both";
  errors.fraction = 0.25;
  errors.adjusted = true;
  errors.removals = {{"x", 3}};
  errors.classes = {"x", "y\n"};
  errors.examples = 10;
  errors.errors = 2;
  errors.labels = {4, 6};
  errors.suspected = {2, 0};
  errors.thresholds = {0.5, 2};
  errors.wrong = {0.1, std::numeric_limits<double>::quiet_NaN()};
  errors.pairs = {{0, 1, 2}, {-1, 0, 1}};
  errors.generation = 7;
  errors.number = 3;
  errors.fingerprint = 0xfedcba9876543210U;
  return errors;
}

TEST(LabelErrorsDocument, IsReadAsItWasWritten) {
  const LabelErrors errors = full_document();
  const LabelErrors read = decode_label_errors(encode(errors));
  EXPECT_EQ(encode(read), encode(errors));
  EXPECT_EQ(read.of, errors.of);
  EXPECT_EQ(read.taxonomy, errors.taxonomy);
  EXPECT_EQ(read.removals, errors.removals);
  EXPECT_EQ(read.classes, errors.classes);
  EXPECT_EQ(read.thresholds, errors.thresholds);
  EXPECT_TRUE(std::isnan(read.wrong.at(1)));
  EXPECT_EQ(read.pairs.at(1).given, -1);
  EXPECT_EQ(read.fingerprint, errors.fingerprint);
}

TEST(LabelErrorsDocument, SurvivesDamage) {
  const std::string sound = encode(full_document());
  std::mt19937 random(3);
  size_t refused = 0;
  for (int round = 0; round < 5'000; ++round) {
    std::string text = sound;
    for (int i = 0; i < 3; ++i) text[random() % text.size()] = static_cast<char>(random() % 128);
    try {
      const LabelErrors errors = decode_label_errors(text);
      for (const SuspectedPair& pair : errors.pairs)
        ASSERT_LT(pair.given, static_cast<int64_t>(errors.classes.size()));
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), ErrorCode::kCorruption);
      ++refused;
    }
  }
  EXPECT_GT(refused, 2'000U);
}

}  // namespace
}  // namespace cupel::exec::testing
