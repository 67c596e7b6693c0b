#include "tests/bench/floor_loops.hpp"

namespace bench {
namespace {

using Names = std::vector<std::string_view>;

/// Items of which some object passes.
template <typename Condition>
Answer names_with(const Images& images, const Boxes& boxes, Condition&& condition) {
  std::vector<uint8_t> marked(images.size(), 0);
  for (size_t i = 0; i < boxes.size(); ++i) marked[boxes.item[i]] |= condition(i) ? 1 : 0;
  return names_where(images, [&](size_t i) { return marked[i] != 0; });
}

Answer hidden_cars(const Street& street) {
  const Boxes& boxes = street.boxes;
  const uint8_t car = boxes.label.code("car");
  return names_with(street.images, boxes, [&](size_t i) {
    return (boxes.label.codes[i] == car) & (boxes.occluded[i] != 0) &
           (boxes.width[i] * boxes.height[i] < 1000);
  });
}

Answer flagged(const Street& street) {
  return names_with(street.images, street.boxes,
                    [&](size_t i) { return street.boxes.flagged[i] != 0; });
}

Answer unsure(const Street& street) {
  const Boxes& found = street.predictions;
  const uint8_t pedestrian = found.label.code("pedestrian");
  return names_with(street.images, found, [&](size_t i) {
    return (found.label.codes[i] == pedestrian) & (found.confidence[i] >= 0.3) &
           (found.confidence[i] < 0.5);
  });
}

Answer more_cars(const Street& street) {
  const Boxes& found = street.predictions;
  const uint8_t car = found.label.code("car");
  return names_where(street.images, [&](size_t item) {
    uint32_t cars = 0;
    for (size_t i = found.first[item]; i < found.first[item + 1]; ++i)
      cars += (found.label.codes[i] == car) & (found.confidence[i] >= 0.5) ? 1 : 0;
    return cars > street.images.cars[item];
  });
}

Answer counted(const std::vector<std::string>& names, const std::vector<int64_t>& counts) {
  Names labels;
  std::vector<int64_t> numbers;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    labels.emplace_back(names[i]);
    numbers.push_back(counts[i]);
  }
  return {std::move(labels), std::move(numbers)};
}

Answer classes(const Street& street) {
  const auto& label = street.boxes.label;
  std::vector<int64_t> counts(label.names.size(), 0);
  for (const uint8_t code : label.codes) ++counts[code];
  return counted(label.names, counts);
}

Answer classes_of_slice(const Street& street) {
  const Boxes& boxes = street.boxes;
  std::vector<int64_t> counts(boxes.label.names.size(), 0);
  for (size_t item = 0; item < street.images.size(); ++item) {
    if (street.images.overcast[item] == 0) continue;
    for (size_t i = boxes.first[item]; i < boxes.first[item + 1]; ++i)
      ++counts[boxes.label.codes[i]];
  }
  return counted(boxes.label.names, counts);
}

/// Keys that are a step apart, with how often each occurs.
Answer histogram(const std::vector<int64_t>& counts, int64_t step) {
  std::vector<int64_t> keys, numbers;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    keys.push_back(static_cast<int64_t>(i) * step);
    numbers.push_back(counts[i]);
  }
  return {std::move(keys), std::move(numbers)};
}

Answer per_image(const Street& street) {
  std::vector<int64_t> counts(65536, 0);
  for (const uint16_t boxes : street.images.boxes) ++counts[boxes];
  return histogram(counts, 1);
}

Answer car_areas(const Street& street) {
  const Boxes& boxes = street.boxes;
  const uint8_t car = boxes.label.code("car");
  std::vector<int64_t> counts(1024, 0);
  for (size_t i = 0; i < boxes.size(); ++i)
    if (boxes.label.codes[i] == car)
      ++counts[static_cast<size_t>(boxes.width[i] * boxes.height[i] / 1000)];
  return histogram(counts, 1000);
}

Answer label_and_flags(const Street& street) {
  const Boxes& boxes = street.boxes;
  std::vector<int64_t> counts(1024, 0);
  for (size_t i = 0; i < boxes.size(); ++i)
    ++counts[boxes.label.codes[i] * 4U + boxes.occluded[i] * 2U + boxes.truncated[i]];
  Names labels;
  std::vector<int64_t> occluded, truncated, numbers;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    labels.emplace_back(boxes.label.names[i / 4]);
    occluded.push_back(static_cast<int64_t>(i / 2 % 2));
    truncated.push_back(static_cast<int64_t>(i % 2));
    numbers.push_back(counts[i]);
  }
  return {std::move(labels), std::move(occluded), std::move(truncated), std::move(numbers)};
}

Answer weather_and_time(const Street& street) {
  struct Group {
    int64_t items = 0, boxes = 0;
    double fastest = -1;
  };
  const Images& images = street.images;
  std::vector<Group> groups(256);
  for (size_t i = 0; i < images.size(); ++i) {
    Group& group = groups[images.weather.codes[i] * 16U + images.time.codes[i]];
    ++group.items;
    group.boxes += images.boxes[i];
    if (images.speed[i] > group.fastest) group.fastest = images.speed[i];
  }
  Names weathers, times;
  std::vector<int64_t> items, boxes;
  std::vector<double> fastest;
  for (size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].items == 0) continue;
    const auto view = [](const std::string& text) {
      return text.empty() ? std::string_view() : std::string_view(text);
    };
    weathers.push_back(view(images.weather.names[i / 16]));
    times.push_back(view(images.time.names[i % 16]));
    items.push_back(groups[i].items);
    boxes.push_back(groups[i].boxes);
    fastest.push_back(groups[i].fastest);
  }
  return {std::move(weathers), std::move(times), std::move(items), std::move(boxes),
          std::move(fastest)};
}

Answer boxes_of_slice(const Street& street) {
  const Boxes& boxes = street.boxes;
  Names names, labels;
  std::vector<double> x, y, width, height;
  std::vector<int64_t> occluded, truncated;
  for (size_t item = 0; item < street.images.size(); ++item) {
    if (street.images.overcast[item] == 0) continue;
    const std::string_view name = street.images.name(item);
    for (size_t i = boxes.first[item]; i < boxes.first[item + 1]; ++i) {
      names.push_back(name);
      labels.emplace_back(boxes.label.names[boxes.label.codes[i]]);
      x.push_back(boxes.x[i]);
      y.push_back(boxes.y[i]);
      width.push_back(boxes.width[i]);
      height.push_back(boxes.height[i]);
      occluded.push_back(boxes.occluded[i]);
      truncated.push_back(boxes.truncated[i]);
    }
  }
  return {std::move(names), std::move(labels), std::move(x),        std::move(y),
          std::move(width), std::move(height), std::move(occluded), std::move(truncated)};
}

}  // namespace

const Loops& object_loops() {
  static const Loops all = {
      {"hidden_cars", hidden_cars},
      {"flagged", flagged},
      {"unsure", unsure},
      {"more_cars", more_cars},
      {"classes", classes},
      {"classes_of_slice", classes_of_slice},
      {"per_image", per_image},
      {"car_areas", car_areas},
      {"label_and_flags", label_and_flags},
      {"weather_and_time", weather_and_time},
      {"boxes_of_slice", boxes_of_slice},
  };
  return all;
}

}  // namespace bench
