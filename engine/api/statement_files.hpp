#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cupel/error.hpp"
#include "engine/io/reach.hpp"
#include "grammar/ast.hpp"

namespace cupel::api {

/// A file or folder that a statement names.
struct NamedFile {
  std::string path;
  std::optional<Span> span;
  io::Reach::For purpose = io::Reach::For::kReading;
};

/// All files that a statement names, options of its format that are files among them. A statement
/// that this function does not know does not compile.
std::vector<NamedFile> files_of(const grammar::Statement& statement);

/// Throws Error(kIo), with its place, where a statement names a file out of reach. Every statement
/// goes through here before it runs; files that data names are judged where they are opened.
void require_reach(const io::Reach& reach, const grammar::Statement& statement);

}  // namespace cupel::api
