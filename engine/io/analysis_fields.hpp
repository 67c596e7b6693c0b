#pragma once

#include <array>
#include <string_view>

namespace cupel::io {

/// Fields that analyses write beside metadata. The lossless form carries them at the top of an
/// item or object, so that an export keeps what was found.
inline constexpr std::array<std::string_view, 4> kItemAnalyses = {"autotag", "autotag_training",
                                                                  "labeling", "evaluation"};
inline constexpr std::array<std::string_view, 6> kObjectAnalyses = {
    "autotag", "outcome", "iou", "matched_label", "matched_id", "error"};

}  // namespace cupel::io
