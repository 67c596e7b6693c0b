#pragma once

#include <functional>
#include <map>
#include <string>

#include "tests/bench/floor_data.hpp"

namespace bench {

/// What answers one question, hard-coded.
using Loop = std::function<Answer(const Street&)>;
using Loops = std::map<std::string, Loop, std::less<>>;

/// By the name that compare_questions.py has for it.
const Loops& item_loops();
const Loops& object_loops();

/// The names of the items for which it holds.
template <typename Condition>
Answer names_where(const Images& images, Condition&& condition) {
  std::vector<std::string_view> out;
  for (size_t i = 0; i < images.size(); ++i)
    if (condition(i)) out.push_back(images.name(i));
  return {std::move(out)};
}

}  // namespace bench
