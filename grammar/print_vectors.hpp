#pragma once

#include <string>

#include "grammar/ast_vectors.hpp"

/// Embeddings and autotags as text (print.hpp).
namespace cupel::grammar {

std::string print(const ImportEmbeddings& s);
std::string print(const DropEmbeddings& s);
std::string print(const FindNear& s);
std::string print(const CreateAutotag& s);
std::string print(const RefineAutotag& s);
std::string print(const NamedAutotag& s);
std::string print(const SuggestForAutotag& s);

}  // namespace cupel::grammar
