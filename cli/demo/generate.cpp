#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <system_error>

#include "cli/demo/demo.hpp"
#include "cli/demo/embedding.hpp"
#include "cli/demo/file.hpp"
#include "cli/demo/lines.hpp"
#include "cli/demo/planted.hpp"
#include "cli/demo/png.hpp"
#include "cupel/error.hpp"

namespace cupel::demo {
namespace {

namespace fs = std::filesystem;

enum Purpose : uint64_t { kItemPurpose = 10, kLabelPurpose, kLargePurpose, kSmallPurpose };

constexpr uint32_t kMostImages = 1000000;
/// Stands in every directory made here, from the first moment.
constexpr std::string_view kMarker = ".cupel-demo";
constexpr std::string_view kPlantedFile = "planted.json";

/// Makes the directory ready; what an earlier call wrote is taken away, so that nothing of a
/// larger data set stays behind.
void prepare(const fs::path& directory) {
  const bool there = fs::exists(directory);
  if (there && !fs::is_directory(directory)) {
    throw Error(ErrorCode::kIo, fmt::format("{} is a file: name a directory", directory.string()));
  }
  if (there && !fs::is_empty(directory) && !fs::exists(directory / kMarker)) {
    throw Error(ErrorCode::kIo,
                fmt::format("{} is not empty and holds no sample dataset: name another directory",
                            directory.string()));
  }
  fs::create_directories(directory / "images");
  File marker(directory / kMarker);
  marker.write("cupel demo made this directory and may write it anew\n");
  marker.close();
  fs::remove(directory / kPlantedFile);
  for (const fs::directory_entry& entry : fs::directory_iterator(directory / "images")) {
    const std::string name = entry.path().filename().string();
    const bool numbered =
        name.size() == 10 && name.ends_with(".png") &&
        std::all_of(name.begin(), name.begin() + 6, [](char c) { return c >= '0' && c <= '9'; });
    if (numbered) fs::remove(entry.path());
  }
}

class Generator {
 public:
  explicit Generator(const DemoOptions& options)
      : options_(options),
        faults_(plan_faults(options.images, options.seed)),
        items_(options.directory / "items.jsonl"),
        annotations_(options.directory / "annotations.jsonl"),
        predictions_(options.directory / "predictions.jsonl"),
        small_predictions_(options.directory / "predictions-small.jsonl"),
        ids_(options.directory / "embeddings-ids.txt"),
        object_ids_(options.directory / "object-embeddings-ids.txt") {}

  void make_image(uint64_t image) {
    const ImageFault fault = faults_[image];
    const uint64_t original = fault == ImageFault::kNearDuplicate ? image - 1 : image;
    const Drive drive = make_drive(options_.seed, image / kFramesOfDrive);
    const Scene scene = make_scene(drive, options_.seed, original);
    const Picture picture = draw(scene, options_.seed * kMostImages + image);
    write_png(options_.directory / "images" / reference_of(image), picture.image);
    embeddings_.push_back(embed(picture.image));
    ids_.write(reference_of(image) + "\n");

    Random item_random = random(kItemPurpose, image);
    items_.write(item_line(scene, image, item_random));
    Random label_random = random(kLabelPurpose, image);
    const Labels labels = label(scene, picture.sights, fault, label_random);
    write_annotations(image, scene, labels);
    const std::vector<Detection> detections = write_predictions(image, labels, picture.image);
    write_small_predictions(image, labels);
    planted_.add_image(image, labels, detections);
    ++summary_.images;
  }

  DemoSummary finish() {
    write_whole("embeddings.npy", to_npy(embeddings_));
    write_whole("object-embeddings.npy", to_npy(object_embeddings_));
    for (File* file :
         {&items_, &annotations_, &predictions_, &small_predictions_, &ids_, &object_ids_}) {
      file->close();
    }
    write_whole(kPlantedFile, planted_.json(options_));
    planted_.count(summary_);
    return summary_;
  }

 private:
  void write_whole(std::string_view name, const std::string& bytes) const {
    File file(options_.directory / name);
    file.write(bytes);
    file.close();
  }

  Random random(Purpose purpose, uint64_t image) const { return {options_.seed, purpose, image}; }

  void write_annotations(uint64_t image, const Scene& scene, const Labels& labels) {
    const auto write = [this](const std::string& line) {
      annotations_.write(line);
      ++summary_.annotations;
    };
    for (size_t i = 0; i < labels.objects.size(); ++i) {
      if (labels.objects[i].given) write(box_line(image, i, labels.objects[i]));
    }
    if (labels.drivable) write(drivable_line(image, scene));
    if (labels.road) write(category_line(image, *labels.road));
  }

  std::vector<Detection> write_predictions(uint64_t image, const Labels& labels,
                                           const Image& picture) {
    Random numbers = random(kLargePurpose, image);
    const bool plant = labels.fault != ImageFault::kUnlabelled;
    std::vector<Detection> detections = detect(labels, kLargeModel, plant, numbers);
    for (size_t i = 0; i < detections.size(); ++i) {
      predictions_.write(prediction_line("p-", image, i, detections[i]));
      object_embeddings_.push_back(embed(picture, detections[i].box));
      object_ids_.write(object_id("p-", image, i) + "\n");
    }
    const bool sure = labels.fault == ImageFault::kMislabelled;
    const RoadGuess guess = guess_road(labels.true_road, kLargeModel, sure, numbers);
    predictions_.write(category_prediction_line(image, guess));
    summary_.predictions += detections.size() + 1;
    return detections;
  }

  void write_small_predictions(uint64_t image, const Labels& labels) {
    Random numbers = random(kSmallPurpose, image);
    const std::vector<Detection> detections = detect(labels, kSmallModel, false, numbers);
    for (size_t i = 0; i < detections.size(); ++i) {
      small_predictions_.write(prediction_line("s-", image, i, detections[i]));
    }
    const RoadGuess guess = guess_road(labels.true_road, kSmallModel, false, numbers);
    small_predictions_.write(category_prediction_line(image, guess));
    summary_.small_predictions += detections.size() + 1;
  }

  const DemoOptions& options_;
  std::vector<ImageFault> faults_;
  File items_, annotations_, predictions_, small_predictions_, ids_, object_ids_;
  std::vector<Embedding> embeddings_;
  std::vector<ObjectEmbedding> object_embeddings_;
  Planted planted_;
  DemoSummary summary_;
};

}  // namespace

DemoSummary generate(const DemoOptions& options, const DemoProgress& progress) {
  if (options.images == 0) {
    throw Error(ErrorCode::kConstraint, "a sample dataset needs at least 1 image");
  }
  if (options.images > kMostImages) {
    throw Error(ErrorCode::kLimit,
                fmt::format("a sample dataset has at most {} images", kMostImages));
  }
  try {
    prepare(options.directory);
    Generator generator(options);
    for (uint64_t image = 0; image < options.images; ++image) {
      generator.make_image(image);
      if (progress) progress(image + 1, options.images);
    }
    return generator.finish();
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorCode::kIo,
                fmt::format("cannot write {}: {}", error.path1().string(), error.code().message()));
  }
}

}  // namespace cupel::demo
