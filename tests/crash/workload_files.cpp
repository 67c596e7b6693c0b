#include <fmt/format.h>

#include <fstream>

#include "tests/crash/workload.hpp"

namespace cupel::crash {

uint64_t drawn(std::string_view name, uint64_t number, uint64_t below) {
  uint64_t hash = 0xCBF29CE484222325u ^ (number * 0x9E3779B97F4A7C15u);
  for (const char c : name) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001B3u;
  hash ^= hash >> 29;
  hash *= 0xBF58476D1CE4E5B9u;
  return (hash ^ (hash >> 32)) % below;
}

std::string write_lines(const std::string& inputs, std::string_view name,
                        const std::vector<std::string>& lines) {
  const std::string path = fmt::format("{}/{}", inputs, name);
  std::ofstream file(path);
  for (const std::string& line : lines) file << line << "\n";
  return path;
}

std::string write_vectors(const std::string& inputs, std::string_view name,
                          const std::vector<std::string>& ids, uint32_t width, uint64_t number,
                          bool probabilities) {
  const std::string path = fmt::format("{}/{}", inputs, name);
  std::string header =
      fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", ids.size(),
                  width);
  header.resize(118, ' ');
  std::ofstream file(path, std::ios::binary);
  file.write("\x93NUMPY\x01\x00\x76\x00", 10);
  file << header;
  std::vector<float> row(width);
  for (const std::string& id : ids) {
    const uint64_t kind = drawn(id, 1, probabilities ? width : 2);
    for (uint32_t i = 0; i < width; ++i) {
      if (probabilities) {
        const bool likely = i == (kind + (drawn(id, number, 8) == 0 ? 1 : 0)) % width;
        row[i] = likely ? 0.7F : 0.3F / static_cast<float>(width - 1);
      } else {
        row[i] = static_cast<float>(kind) - 0.5F +
                 static_cast<float>(drawn(id, number * width + i, 1000)) / 1000.0F;
      }
    }
    file.write(reinterpret_cast<const char*>(row.data()),
               static_cast<std::streamsize>(width * sizeof(float)));
  }
  write_lines(inputs, fmt::format("{}.txt", name), ids);
  return path;
}

}  // namespace cupel::crash
