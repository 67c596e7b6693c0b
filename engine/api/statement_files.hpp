#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cupel/error.hpp"
#include "engine/io/reach.hpp"
#include "grammar/ast.hpp"

namespace cupel::api {

/// A file or folder that a statement names: a text of the statement.
struct NamedFile {
  std::string* path = nullptr;
  std::optional<Span> span;
  io::Reach::For purpose = io::Reach::For::kReading;
};

/// All files that a statement names, options of its format that are files among them. A statement
/// that this function does not know does not compile.
std::vector<NamedFile> files_of(grammar::Statement& statement);

/// Puts in place of each path the one that may be opened, without links: what lies beside it does so
/// whoever looks, and however. Throws Error(kIo), with its place, where one is out of reach. Every
/// statement goes through here before it runs; files that data names are judged where they are
/// opened.
void resolve_files(const io::Reach& reach, grammar::Statement& statement);

}  // namespace cupel::api
