/// Makes a dataset of the shape of BDD100K, for benchmarks:
///
///     street_data DIRECTORY [IMAGES [SEED [frames]]]
///
/// writes items.jsonl, annotations.jsonl and predictions.jsonl, and with `frames` the images and
/// boxes once more as frames.json, laid out as BDD100K's own files are. Per 100,000 images: about
/// 1.84 M boxes of 10 classes (over half of them cars), a fifth of the images without any,
/// attributes, metadata with missing values, and one run of about 2.2 M predictions with
/// confidences. The same arguments give the same bytes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
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

struct Object {
  int number = 0;
  size_t label = 0;
  Box box;
  bool occluded = false, truncated = false;
  std::optional<size_t> color;
};

struct Item {
  std::string name;
  uint64_t number = 0;
  std::optional<size_t> weather, scene, time;
};

/// Images with their boxes, one large array in BDD100K's layout.
class Frames {
 public:
  explicit Frames(const std::filesystem::path& file) : file_(file) { file_.add("["); }
  ~Frames() { file_.add("\n]\n"); }

  void begin(const Item& item) {
    file_.add("{}\n    {{\n        \"name\": \"{}\",\n        \"attributes\": {{\n", between_,
              item.name);
    between_ = ",";
    if (item.weather)
      file_.add(R"(            "weather": "{}",{})", kWeathers[*item.weather], '\n');
    if (item.scene) file_.add(R"(            "scene": "{}",{})", kScenes[*item.scene], '\n');
    file_.add("            \"timeofday\": \"{}\"\n        }},\n",
              item.time ? kTimes[*item.time] : "undefined");
    file_.add("        \"timestamp\": 10000,\n        \"labels\": [");
    between_labels_ = "";
  }
  void add(const Object& object) {
    constexpr std::string_view kDeep = "\n                    ";
    const Box& box = object.box;
    file_.add("{}\n            {{\n                \"category\": \"{}\",\n", between_labels_,
              kLabels[object.label]);
    between_labels_ = ",";
    file_.add("                \"attributes\": {{{}\"occluded\": {},{}\"truncated\": {},", kDeep,
              object.occluded, kDeep, object.truncated);
    file_.add("{}\"trafficLightColor\": \"{}\"\n                }},\n", kDeep,
              kColors[object.color.value_or(3)]);
    file_.add(
        "                \"manualShape\": true,\n                \"manualAttributes\": true,\n");
    file_.add("                \"box2d\": {{{}\"x1\": {:.6f},{}\"y1\": {:.6f},", kDeep, box.x,
              kDeep, box.y);
    file_.add("{}\"x2\": {:.6f},{}\"y2\": {:.6f}\n                }},\n", kDeep, box.x + box.width,
              kDeep, box.y + box.height);
    file_.add("                \"id\": {}\n            }}", object.number);
  }
  void end() {
    file_.add("\n        ]\n    }}");
    file_.flush_when_large();
  }

 private:
  Output file_;
  std::string_view between_, between_labels_;
};

class Street {
 public:
  Street(const std::filesystem::path& directory, uint64_t seed, bool frames)
      : random_(seed),
        items_(directory / "items.jsonl"),
        annotations_(directory / "annotations.jsonl"),
        predictions_(directory / "predictions.jsonl") {
    if (frames) frames_.emplace(directory / "frames.json");
  }

  void image(uint64_t number) {
    item_ = {};
    item_.name = fmt::format("{:08x}-{:08x}.jpg", random_.bits() >> 32, number);
    item_.number = number;
    add_item();
    if (frames_) frames_->begin(item_);
    const bool empty = random_.chance(0.21);
    if (!empty) {
      const double mean = std::exp(2.93 + 0.7 * random_.normal());
      const auto boxes = static_cast<int>(std::min(mean, 120.0));
      for (int i = 0; i < boxes; ++i) add_object(i);
    }
    if (frames_) frames_->end();
    const int imagined = static_cast<int>(20 * low());
    for (int i = 0; i < imagined; ++i)
      add_prediction(random_.pick(kLabelShares), place(), 0.05 + 0.6 * low());
    for (Output* output : {&items_, &annotations_, &predictions_}) output->flush_when_large();
  }

 private:
  /// Between 0 and 1, mostly low.
  double low() { return random_.uniform() * random_.uniform(); }

  void add_item() {
    items_.add(R"({{"reference_id":"{}","image_location":"images/{}","width":1280,"height":720,)",
               item_.name, item_.name);
    items_.add(R"("metadata":{{"sequence":{},"frame_number":{})", item_.number / 40,
               item_.number % 40);
    if (random_.chance(0.88)) item_.weather = random_.pick(kWeatherShares);
    if (random_.chance(0.95)) item_.scene = random_.pick(kSceneShares);
    if (random_.chance(0.98)) item_.time = random_.pick(kTimeShares);
    if (item_.weather) items_.add(R"(,"weather":"{}")", kWeathers[*item_.weather]);
    if (item_.scene) items_.add(R"(,"scene":"{}")", kScenes[*item_.scene]);
    if (item_.time) items_.add(R"(,"timeofday":"{}")", kTimes[*item_.time]);
    if (random_.chance(0.7)) items_.add(R"(,"speed":{:.2f})", 35 * random_.uniform());
    items_.add(R"(,"timestamp":{})", 1'500'000'000 + item_.number * 7);
    const double score = random_.chance(0.05) ? random_.uniform() : 0;
    items_.add(R"(,"mislabel_score":{:.9f}}}}})"
               "\n",
               score);
  }

  Box place() {
    const double size = std::exp(3.55 + 0.95 * random_.normal());
    const double shape = std::exp(0.25 * random_.normal());
    return inside(
        {kWidth * random_.uniform(), 150 + 420 * random_.uniform(), size * shape, size / shape});
  }

  void add_object(int number) {
    Object object{
        number, random_.pick(kLabelShares), place(), random_.chance(0.47), random_.chance(0.07),
        {}};
    const Box& box = object.box;
    if (object.label == 2) object.color = random_.pick(kColorShares);
    annotations_.add(
        R"({{"reference_id":"{}","label":"{}","annotation_id":"{}","geometry":{{"x":{:.2f},"y":{:.2f},"width":{:.2f},"height":{:.2f}}},)",
        item_.name, kLabels[object.label], number, box.x, box.y, box.width, box.height);
    annotations_.add(R"("metadata":{{"occluded":{},"truncated":{})", object.occluded,
                     object.truncated);
    if (object.color) annotations_.add(R"(,"trafficLightColor":"{}")", kColors[*object.color]);
    if (random_.chance(0.01)) annotations_.add(R"(,"potential_mislabel":1)");
    annotations_.add("}}}}\n");
    if (frames_) frames_->add(object);

    if (!random_.chance(0.86)) return;
    const size_t seen = random_.chance(0.95) ? object.label : random_.pick(kLabelShares);
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
        item_.name, kLabels[label], confidence, box.x, box.y, box.width, box.height);
  }

  Random random_;
  Output items_, annotations_, predictions_;
  std::optional<Frames> frames_;
  Item item_;
};

}  // namespace

int main(int count, char** arguments) {
  const bool frames = count == 5 && std::string_view(arguments[4]) == "frames";
  if (count < 2 || count > 5 || (count == 5 && !frames)) {
    fmt::print(stderr, "usage: street_data DIRECTORY [IMAGES [SEED [frames]]]\n");
    return 2;
  }
  const std::filesystem::path directory = arguments[1];
  const uint64_t images = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 100'000;
  const uint64_t seed = count > 3 ? std::strtoull(arguments[3], nullptr, 10) : 1;
  try {
    std::filesystem::create_directories(directory);
    Street street(directory, seed, frames);
    for (uint64_t image = 0; image < images; ++image) street.image(image);
  } catch (const std::exception& error) {
    fmt::print(stderr, "street_data: {}\n", error.what());
    return 1;
  }
  return 0;
}
