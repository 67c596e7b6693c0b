#include <random>

#include "recording.hpp"

namespace cupel::io {
namespace {

const std::vector<std::pair<std::string, std::string>>& valid_files() {
  static const std::vector<std::pair<std::string, std::string>> files = {
      {"jsonl",
       R"({"reference_id":"a","width":3,"metadata":{"x":[1,{"y":"\u00e9\ud83d\ude00"}],"z":1e5},)"
       R"("annotations":[{"label":"c","geometry":{"x":1,"y":2,"width":3,"height":4}}],)"
       R"("predictions":{"r":[{"label":"d","type":"polygon","geometry":{"vertices":[{"x":1}]},"class_pdf":{"d":1}}]}})"
       "\n{\"reference_id\":\"b\"}\n"},
      {"bdd100k",
       R"([{"name":"a.jpg","attributes":{"w":"x"},"labels":[{"category":"c","box2d":{"x1":1,"y1":2,"x2":3,"y2":4}},)"
       R"({"category":"l","poly2d":[{"vertices":[[1,2]],"closed":true}]}]},{"name":"b","bbox":[1,2,3,4],"category":"k"}])"},
      {"bdd100k",
       R"({"name":"a","attributes":{},"frames":[{"timestamp":1,"objects":[{"category":"c","poly2d":[[1,2,"L"]]}]}]})"},
      {"bdd100k", R"({"frames":[{"name":"a","labels":null}],"config":{}})"},
      {"coco",
       R"({"images":[{"id":1,"file_name":"a"}],"annotations":[{"image_id":1,"category_id":2,"bbox":[1,2,3,4]}],)"
       R"("categories":[{"id":2,"name":"n"}]})"},
      {"coco", R"([{"image_id":1,"category_id":2,"bbox":[1,2,3,4],"score":0.5}])"},
      {"nucleus",
       R"([{"reference_id":"a","image_url":"u","metadata":{"x":1},"embedding_info":{"embedding_vector":[1]}},)"
       R"({"label":"c","type":"category","taxonomy_name":"t","ref_id":"a","confidence":1},)"
       R"({"type":"mask","mask_url":"m","annotations":[{"label":"s","index":1}],"reference_id":"a"}])"},
      {"nucleus",
       R"({"item":{"reference_id":"a"},"annotations":{"box":[{"label":"c","geometry":{"x":1,"y":2,"width":3,"height":4}}],)"
       R"("segmentation":{"mask_url":"m","annotations":[]},"multicategory":[{"labels":["d"]}]},)"
       R"("predictions":{"category":[{"label":"e"}]}})"
       "\n{\"item\":\n{\"reference_id\":\"b\"}}"},
      {"label_studio",
       R"([{"id":1,"data":{"image":"a.jpg","k":[1]},"annotations":[{"id":2,"completed_by":{"id":3},"result":[)"
       R"({"id":"r","type":"rectanglelabels","from_name":"f","original_width":10,"original_height":10,)"
       R"("value":{"x":1,"y":2,"width":3,"height":4,"rectanglelabels":["c","d"]}},)"
       R"({"id":"r","type":"rating","value":{"rating":4}},{"type":"relation"},)"
       R"({"id":"p","type":"polygon","original_width":10,"original_height":10,"value":{"points":[[1,2],[3,4]]}},)"
       R"({"id":"p","type":"labels","value":{"x":1,"labels":["e"]}}]}],"predictions":[{"model_version":"v",)"
       R"("score":0.5,"result":[{"id":"t","type":"taxonomy","from_name":"t","value":{"taxonomy":[["a","b"]]}},)"
       R"({"id":"e","type":"ellipselabels","original_width":10,"original_height":10,)"
       R"("value":{"x":1,"y":2,"radiusX":3,"radiusY":4,"ellipselabels":["o"]}}]}]}])"},
      {"label_studio",
       R"([{"image":"a.jpg","annotation_id":1,"annotator":2,"label":[{"x":1,"y":2,"width":3,"height":4,)"
       R"("rectanglelabels":["c"],"original_width":10,"original_height":10}],"w":{"choices":["a","b"]}}])"},
            {"names", "a\nb\r\nc"},
      {"csv",
       "reference_id,label,x,y,width,height,confidence,geometry,n\r\na,car,1,2,3,4,0.5,,1\r\n"
       "\"b\",\"a \"\"c\"\"\nd\",,,,,,\"{\"\"z\"\":[1]}\",x\r\n"},
      {"openimages",
       "ImageID,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded\na,/m/1,1,0,0.5,0,1,-1\n"},
      {"openimages", "ImageID,LabelName,Confidence\na,/m/1,0\nb,/m/2,1\n"}};
  return files;
}

std::string mutated(std::string text, std::mt19937& random) {
  const auto below = [&](size_t n) {
    return std::uniform_int_distribution<size_t>(0, n - 1)(random);
  };
  static constexpr std::string_view kBytes = "{}[]\",:\\0-9.eEtn \n\xff\xc3u";
  const size_t changes = 1 + below(3);
  for (size_t i = 0; i < changes && !text.empty(); ++i) {
    const size_t at = below(text.size());
    switch (below(5)) {
      case 0: text[at] = kBytes[below(kBytes.size())]; break;
      case 1: text.erase(at, 1 + below(8)); break;
      case 2: text.insert(at, 1, kBytes[below(kBytes.size())]); break;
      case 3: text.resize(at); break;
      default: text.insert(at, text.substr(below(text.size()), 1 + below(20))); break;
    }
  }
  return text;
}

/// Whatever the bytes, reading ends with records, failures or an error in words; and the size of
/// the window changes nothing of it.
TEST(Robustness, MutatedFilesNeverBreakIt) {
  std::mt19937 random(20240607);
  size_t bad = 0;
  for (int round = 0; round < 120; ++round) {
    for (const auto& [format, text] : valid_files()) {
      const std::string content = mutated(text, random);
      const auto want = static_cast<Want>(round % 3);
      const auto whole = read_text(content, want, {.format = format, .run = "r"});
      const auto pieces =
          read_text(content, want, {.format = format, .run = "r", .window_bytes = 5});
      ASSERT_EQ(whole.lines, pieces.lines) << content;
      ASSERT_EQ(whole.failures, pieces.failures) << content;
      ASSERT_EQ(whole.lost, pieces.lost) << content;
      ASSERT_EQ(whole.error, pieces.error) << content;
      bad += static_cast<size_t>(!whole.failures.empty() || !whole.error.empty());
    }
  }
  EXPECT_GT(bad, 150U);  // the mutations do bite
}

TEST(Robustness, UnmutatedFilesAreRecognised) {
  for (const auto& [format, text] : valid_files()) {
    if (format == "names") continue;
    const auto want = text.find("image_id\":1,\"category_id\":2,\"bbox\":[1,2,3,4],\"score") == 2
                          ? Want::kPredictions
                          : Want::kAnnotations;
    const auto named = read_text(text, want, {.format = format});
    const auto recognised = read_text(text, want);
    EXPECT_EQ(named.lines, recognised.lines) << text;
    EXPECT_EQ(recognised.error, "") << text;
    EXPECT_FALSE(recognised.lines.empty()) << text;
  }
}

}  // namespace
}  // namespace cupel::io
