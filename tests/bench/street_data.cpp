/// Makes a dataset of the shape of BDD100K, for benchmarks:
///
///     street_data DIRECTORY [IMAGES [SEED]]
///
/// writes items.jsonl, annotations.jsonl and predictions.jsonl. Per 100,000 images: about 1.84 M
/// boxes of 10 classes (over half of them cars), a fifth of the images without any, attributes,
/// metadata with missing values, and one run of about 2.2 M predictions with confidences. The same
/// arguments give the same bytes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

/// SplitMix64 (Steele, Lea, Flood 2014).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t bits() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  bool chance(double share) { return uniform() < share; }
  /// Standard normal, as twelve uniform numbers have it: near enough, and the same everywhere.
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }
  template <size_t N>
  size_t pick(const double (&shares)[N]) {
    double at = uniform();
    for (size_t i = 0; i + 1 < N; ++i)
      if ((at -= shares[i]) < 0) return i;
    return N - 1;
  }

 private:
  uint64_t state_;
};

constexpr std::string_view kLabels[] = {"car",        "traffic sign", "traffic light", "pedestrian",
                                        "truck",      "bus",          "bicycle",       "rider",
                                        "motorcycle", "train"};
constexpr double kLabelShares[] = {0.554,  0.186,  0.145,  0.071,  0.0233,
                                   0.0091, 0.0056, 0.0035, 0.0024, 0.0001};
constexpr std::string_view kWeathers[] = {"clear", "overcast",      "snowy",
                                          "rainy", "partly cloudy", "foggy"};
constexpr double kWeatherShares[] = {0.61, 0.14, 0.09, 0.08, 0.078, 0.002};
constexpr std::string_view kScenes[] = {"city street", "highway",      "residential",
                                        "parking lot", "gas stations", "tunnel"};
constexpr double kSceneShares[] = {0.62, 0.25, 0.118, 0.008, 0.0005, 0.0035};
constexpr std::string_view kTimes[] = {"daytime", "night", "dawn/dusk"};
constexpr double kTimeShares[] = {0.53, 0.395, 0.075};
constexpr std::string_view kColors[] = {"green", "red", "yellow", "none"};
constexpr double kColorShares[] = {0.45, 0.28, 0.02, 0.25};

constexpr double kWidth = 1280, kHeight = 720;

struct Box {
  double x = 0, y = 0, width = 0, height = 0;
};

/// Keeps a box inside the image.
Box inside(Box box) {
  box.width = std::clamp(box.width, 2.0, kWidth);
  box.height = std::clamp(box.height, 2.0, kHeight);
  box.x = std::clamp(box.x, 0.0, kWidth - box.width);
  box.y = std::clamp(box.y, 0.0, kHeight - box.height);
  return box;
}

class Output {
 public:
  explicit Output(const std::filesystem::path& file) : file_(file, std::ios::binary) {
    if (!file_) throw std::runtime_error("cannot write " + file.string());
  }
  ~Output() { flush(); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  template <typename... Arguments>
  void add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(buffer_), format, std::forward<Arguments>(arguments)...);
  }
  void flush_when_large() {
    if (buffer_.size() > size_t{1} << 20) flush();
  }

 private:
  void flush() {
    file_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    buffer_.clear();
  }
  std::ofstream file_;
  std::string buffer_;
};

class Street {
 public:
  Street(const std::filesystem::path& directory, uint64_t seed)
      : random_(seed),
        items_(directory / "items.jsonl"),
        annotations_(directory / "annotations.jsonl"),
        predictions_(directory / "predictions.jsonl") {}

  void image(uint64_t number) {
    name_ = fmt::format("{:08x}-{:08x}.jpg", random_.bits() >> 32, number);
    add_item(number);
    const bool empty = random_.chance(0.21);
    if (!empty) {
      const double mean = std::exp(2.93 + 0.7 * random_.normal());
      const auto boxes = static_cast<int>(std::min(mean, 120.0));
      for (int i = 0; i < boxes; ++i) add_object(random_.pick(kLabelShares), i);
    }
    const int imagined = static_cast<int>(20 * low());
    for (int i = 0; i < imagined; ++i)
      add_prediction(random_.pick(kLabelShares), place(), 0.05 + 0.6 * low());
    for (Output* output : {&items_, &annotations_, &predictions_}) output->flush_when_large();
  }

 private:
  /// Between 0 and 1, mostly low.
  double low() { return random_.uniform() * random_.uniform(); }

  void add_item(uint64_t number) {
    items_.add(R"({{"reference_id":"{}","image_location":"images/{}","width":1280,"height":720,)",
               name_, name_);
    items_.add(R"("metadata":{{"sequence":{},"frame_number":{})", number / 40, number % 40);
    if (random_.chance(0.88))
      items_.add(R"(,"weather":"{}")", kWeathers[random_.pick(kWeatherShares)]);
    if (random_.chance(0.95)) items_.add(R"(,"scene":"{}")", kScenes[random_.pick(kSceneShares)]);
    if (random_.chance(0.98)) items_.add(R"(,"timeofday":"{}")", kTimes[random_.pick(kTimeShares)]);
    if (random_.chance(0.7)) items_.add(R"(,"speed":{:.2f})", 35 * random_.uniform());
    items_.add(R"(,"timestamp":{})", 1'500'000'000 + number * 7);
    const double score = random_.chance(0.05) ? random_.uniform() : 0;
    items_.add(R"(,"mislabel_score":{:.4f}}}}})"
               "\n",
               score);
  }

  Box place() {
    const double size = std::exp(3.55 + 0.95 * random_.normal());
    const double shape = std::exp(0.25 * random_.normal());
    return inside(
        {kWidth * random_.uniform(), 150 + 420 * random_.uniform(), size * shape, size / shape});
  }

  void add_object(size_t label, int number) {
    const Box box = place();
    annotations_.add(
        R"({{"reference_id":"{}","label":"{}","annotation_id":"{}","geometry":{{"x":{:.2f},"y":{:.2f},"width":{:.2f},"height":{:.2f}}},)",
        name_, kLabels[label], number, box.x, box.y, box.width, box.height);
    annotations_.add(R"("metadata":{{"occluded":{},"truncated":{})", random_.chance(0.47),
                     random_.chance(0.07));
    if (label == 2)
      annotations_.add(R"(,"trafficLightColor":"{}")", kColors[random_.pick(kColorShares)]);
    if (random_.chance(0.01)) annotations_.add(R"(,"potential_mislabel":1)");
    annotations_.add("}}}}\n");

    if (!random_.chance(0.86)) return;
    const size_t seen = random_.chance(0.95) ? label : random_.pick(kLabelShares);
    add_prediction(seen, moved(box, 0.06), 1 - 0.9 * low());
    if (random_.chance(0.09)) add_prediction(seen, moved(box, 0.2), 0.6 * low());
  }

  Box moved(const Box& box, double by) {
    return inside({box.x + by * box.width * random_.normal(),
                   box.y + by * box.height * random_.normal(),
                   box.width * std::exp(by * random_.normal()),
                   box.height * std::exp(by * random_.normal())});
  }

  void add_prediction(size_t label, const Box& box, double confidence) {
    predictions_.add(
        R"({{"reference_id":"{}","label":"{}","confidence":{:.5f},"geometry":{{"x":{:.2f},"y":{:.2f},"width":{:.2f},"height":{:.2f}}}}})"
        "\n",
        name_, kLabels[label], confidence, box.x, box.y, box.width, box.height);
  }

  Random random_;
  Output items_, annotations_, predictions_;
  std::string name_;
};

}  // namespace

int main(int count, char** arguments) {
  if (count < 2 || count > 4) {
    fmt::print(stderr, "usage: street_data DIRECTORY [IMAGES [SEED]]\n");
    return 2;
  }
  const std::filesystem::path directory = arguments[1];
  const uint64_t images = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 100'000;
  const uint64_t seed = count > 3 ? std::strtoull(arguments[3], nullptr, 10) : 1;
  try {
    std::filesystem::create_directories(directory);
    Street street(directory, seed);
    for (uint64_t image = 0; image < images; ++image) street.image(image);
  } catch (const std::exception& error) {
    fmt::print(stderr, "street_data: {}\n", error.what());
    return 1;
  }
  return 0;
}
