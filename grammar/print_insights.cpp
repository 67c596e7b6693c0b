#include "grammar/print_insights.hpp"

#include "grammar/print.hpp"

namespace cupel::grammar {

std::string print(const Assert& s) { return "ASSERT " + print(*s.condition); }

std::string print(const ShowInsights& s) {
  std::string text = "SHOW INSIGHTS";
  if (s.slice) text += " OF SLICE " + print_name(s.slice->text);
  if (s.run) text += " OF RUN " + quote_text(s.run->text);
  if (s.where) text += " WHERE " + print(*s.where);
  return text;
}

}  // namespace cupel::grammar
