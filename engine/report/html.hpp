#pragma once

#include <string>
#include <string_view>

/// Pages for people: one HTML file that needs nothing but itself. This room turns what was found
/// into text; it reads no files and knows no tables.
namespace cupel::report {

/// Text as it may stand between tags and in quoted attributes: the five characters of markup are
/// references, and what could steer a reader's eye (control characters, invalid bytes,
/// bidirectional controls) is shown as `\x1b`, `\u202e`.
std::string escaped(std::string_view text);

/// A link to where an image lies, for a quoted `href`: http and https addresses, and paths as
/// `file:` or relative ones, with every byte that could end an attribute or begin a scheme
/// percent-encoded. Empty for other schemes (`javascript:`, `s3:`) and for empty text.
std::string link_to(std::string_view location);

/// `data:TYPE;base64,…`
std::string data_link(std::string_view media_type, std::string_view bytes);

/// A coordinate or size in SVG: two decimals at most; what is not finite is 0.
std::string coordinate(double number);

}  // namespace cupel::report
