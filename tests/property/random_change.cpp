#include <fmt/format.h>

#include "grammar/print.hpp"
#include "tests/property/twins.hpp"

namespace cupel::testing {

using namespace grammar;

namespace {

class Changes {
 public:
  Changes(std::mt19937_64& random, Vocabulary& words) : random_(random), words_(words) {}

  std::string statement() {
    switch (below(10)) {
      case 0:
      case 1: return create();
      case 2: return words_.slices.empty() ? create() : resize();
      case 3: return words_.slices.size() < 4 ? create() : drop_or_rename();
      case 4: return remove();
      default: return update();
    }
  }

 private:
  size_t below(size_t bound) {
    return std::uniform_int_distribution<size_t>(0, bound - 1)(random_);
  }
  template <typename T>
  const T& pick(const std::vector<T>& values) {
    return values[below(values.size())];
  }

  std::string condition(SourceKind kind) {
    QueryKnobs knobs;
    knobs.depth = 2;
    return print(*RandomQuery(random_, words_, knobs).condition(kind));
  }

  /// A source and a condition on it that holds for few rows or many.
  std::string where(SourceKind kind) { return " WHERE " + condition(kind); }

  std::string source(SourceKind& kind) {
    kind = static_cast<SourceKind>(below(words_.runs.empty() ? 2 : 3));
    if (kind == SourceKind::kItems) return "items";
    if (kind == SourceKind::kAnnotations) return "annotations";
    return fmt::format("predictions(\"{}\")", pick(words_.runs));
  }

  std::string create() {
    const std::string name = fmt::format("slice {}", random_() % 1000000);
    const size_t form = below(10);
    if (form < 2) {
      SourceKind kind;
      std::string from;
      do from = source(kind);
      while (kind == SourceKind::kItems);
      const std::string text =
          fmt::format("CREATE SLICE \"{}\" AS FROM {}{}", name, from, where(kind));
      words_.object_slices.push_back(name);
      return text;
    }
    // A live slice may be dropped under a live slice that names it, and an example deleted: it
    // names none.
    Vocabulary words = words_;
    words.slices.clear();
    words.examples.clear();
    QueryKnobs knobs;
    knobs.depth = 2;
    const std::string text = print(
        *RandomQuery(random_, form < 6 ? words : words_, knobs).condition(SourceKind::kItems));
    words_.slices.push_back(name);
    if (form < 6) return fmt::format("CREATE LIVE SLICE \"{}\" AS {}", name, text);
    return fmt::format("CREATE SLICE \"{}\" AS {}", name, text);
  }

  std::string resize() {
    // Only static slices can be changed; which they are is seen by the name.
    const std::string name = fmt::format("grown {}", random_() % 1000000);
    const std::string text = condition(SourceKind::kItems);
    words_.slices.push_back(name);
    return fmt::format("CREATE SLICE \"{}\" AS {} ORDER BY width DESC LIMIT {}", name, text,
                       below(9));
  }

  std::string drop_or_rename() {
    const size_t at = below(words_.slices.size());
    const std::string name = words_.slices[at];
    if (name.starts_with("grown") && below(3) > 0) {
      const char* verb = below(2) == 0 ? "INSERT INTO SLICE" : "DELETE FROM SLICE";
      return fmt::format("{} \"{}\" {}", verb, name, condition(SourceKind::kItems));
    }
    words_.slices.erase(words_.slices.begin() + static_cast<std::ptrdiff_t>(at));
    if (below(2) == 0) return fmt::format("DROP SLICE \"{}\"", name);
    words_.slices.push_back(name + "!");
    return fmt::format("RENAME SLICE \"{}\" TO \"{}!\"", name, name);
  }

  std::string remove() {
    SourceKind kind;
    const std::string from = source(kind);
    // Few rows at a time, so that something is left to ask for.
    const char* few = kind == SourceKind::kItems ? "width % 640 = 1 AND (" : "area > 120 AND (";
    return fmt::format("DELETE FROM {} WHERE {}{})", from, few, condition(kind));
  }

  std::string update() {
    SourceKind kind;
    const std::string from = source(kind);
    static const std::vector<std::string> kItemSets = {
        "metadata.speed = item.width * 2 - 1",
        "metadata.score = item.width / 256",
        "metadata.weather = 'storm'",
        "metadata.night = MISSING",
        "metadata.\"mixed key\" = annotations.count, metadata.speed = metadata.speed + 1",
        "metadata.\"mixed key\" = item.reference_id",
        "metadata.weather = MISSING, metadata.night = false",
        "metadata.day = 2021-06-01T12:30:00Z",
        "metadata.score = metadata.missing + 1"};
    static const std::vector<std::string> kObjectSets = {
        "label = car",
        "label = \"traffic light\", metadata.color = object.label",
        "metadata.color = MISSING",
        "metadata.distance = object.area + 0.5",
        "metadata.grade = position.x",
        "label = truck",
        "metadata.occluded = true, metadata.distance = -metadata.distance",
        "metadata.color = 'red'"};
    const std::string& sets = pick(kind == SourceKind::kItems ? kItemSets : kObjectSets);
    return fmt::format("UPDATE {} SET {}{}", from, sets, where(kind));
  }

  std::mt19937_64& random_;
  Vocabulary& words_;
};

}  // namespace

std::string random_change(std::mt19937_64& random, Vocabulary& vocabulary) {
  return Changes(random, vocabulary).statement();
}

}  // namespace cupel::testing
