#include <algorithm>
#include <cctype>

#include "cli/shell.hpp"

namespace cupel::cli {
namespace {

bool is_name_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// The places of a lone `_` outside of quotes.
std::vector<size_t> places_of_last(std::string_view text) {
  std::vector<size_t> places;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (quote != 0) {
      if (text[i] == quote) quote = 0;
    } else if (text[i] == '\'' || text[i] == '"') {
      quote = text[i];
    } else if (text.substr(i, 2) == "--") {
      i = std::min(text.find('\n', i), text.size());
    } else if (text[i] == '_' && (i == 0 || !is_name_byte(text[i - 1])) &&
               (i + 1 == text.size() || !is_name_byte(text[i + 1]))) {
      places.push_back(i);
    }
  }
  return places;
}

bool begins_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) {
           return a == std::toupper(static_cast<unsigned char>(b));
         });
}

}  // namespace

std::string Shell::expanded(std::string_view statement) const {
  const std::vector<size_t> places = places_of_last(statement);
  if (places.empty()) return std::string(statement);
  if (last_query_.empty())
    throw Error(ErrorCode::kName, "there is no last query that _ could stand for; run one first",
                Span{static_cast<uint32_t>(places[0]), static_cast<uint32_t>(places[0] + 1)});
  std::string out(statement.substr(0, places[0]));
  // CREATE SLICE s FROM _: a query stands behind AS, a list of ids behind FROM.
  const size_t from = out.find_last_not_of(" \t\n");
  if (begins_with_word(statement, "CREATE") && from != std::string::npos && from >= 3 &&
      begins_with_word(std::string_view(out).substr(from - 3), "FROM") &&
      !is_name_byte(out[from - 4]))
    out.replace(from - 3, 4, "AS");
  return out + last_query_ + std::string(statement.substr(places[0] + 1));
}

}  // namespace cupel::cli
