#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "grammar/parse.hpp"
#include "grammar/print.hpp"

/// Any bytes give a statement whose printed form is a statement again, or an Error whose span lies
/// in the text.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  cupel::grammar::split_script(text);
  std::string printed;
  try {
    printed = cupel::grammar::print(cupel::grammar::parse(text));
  } catch (const cupel::Error& error) {
    if (error.code() == cupel::ErrorCode::kInternal) std::abort();
    if (error.span() && (error.span()->begin > error.span()->end || error.span()->end > size)) {
      std::abort();
    }
    return 0;
  }
  const std::string again = cupel::grammar::print(cupel::grammar::parse(printed));
  if (again != printed) std::abort();
  return 0;
}
