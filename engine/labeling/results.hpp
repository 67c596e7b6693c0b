#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/io/json_document.hpp"
#include "engine/labeling/files.hpp"

/// What the readers of results have in common. They take records (parsed JSON objects) and throw
/// RecordError; for_each_record adds the place.
namespace cupel::labeling {

/// Calls `read` for each record of a file: the elements of a list; else the lines of it (`lines`),
/// or the values that follow each other, each of any length in lines. A RecordError becomes
/// Error(kConstraint) with file and place.
void for_each_record(const ResultsRequest& request, bool lines,
                     const std::function<void(const io::JsonNode& record)>& read);
/// Calls `read` for the first record only; false where the file holds none.
bool first_record(const ResultsRequest& request,
                  const std::function<void(const io::JsonNode& record)>& read);

/// The member of that name; null where there is none, or it is null.
const io::JsonNode* member(const io::JsonNode& object, std::string_view key);
/// The same; throws where there is none.
const io::JsonNode& need(const io::JsonNode& object, std::string_view key);
/// Text or integer; empty where there is none.
std::string identifier(const io::JsonNode& object, std::string_view key);
/// An instant; nothing where there is none.
std::optional<Timestamp> instant(const io::JsonNode& object, std::string_view key);

/// A label that a worker chose: not empty, at most 256 bytes, printable.
std::string checked_label(const io::JsonNode& node, std::string_view prefix = {});
/// One text, or a list of texts.
std::vector<std::string> choices_of(const io::JsonNode& node);
/// Turns what was chosen into kind and label: one label, "none of these", or several.
void set_choices(Answer& answer, std::vector<std::string> choices);

// One record each.
void read_jsonl_record(const io::JsonNode& record, const AnswerSink& sink);
void read_label_studio_record(const io::JsonNode& record, const AnswerSink& sink);
void read_scale_record(const io::JsonNode& record, const AnswerSink& sink);
void read_votes_record(const io::JsonNode& record, const AnswerSink& sink);

}  // namespace cupel::labeling
