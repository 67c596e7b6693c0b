// Fills a database in memory and asks it, through the C++ door.
#include <cupel/cupel.hpp>
#include <iostream>

int main() {
  cupel::Database database = cupel::Database::open(":memory:").value();
  cupel::Session session = database.session();

  std::vector<cupel::ItemRow> items = {{.reference_id = "a.jpg", .width = 640, .height = 480},
                                       {.reference_id = "b.jpg", .width = 640, .height = 480}};
  items[1].metadata.emplace_back("weather", "rainy");
  std::vector<cupel::ObjectRow> boxes = {
      {.reference_id = "a.jpg", .label = "car", .x = 10, .y = 20, .width = 100, .height = 50}};
  session.append_items(items).value();
  session.append_annotations(boxes).value();

  // Values are given apart from the text, so that nothing has to be quoted.
  const cupel::Parameters rainy{.named = {{"weather", "rainy"}}};
  cupel::Cursor cursor =
      session.run("annotations.count = 0 AND metadata.weather = $weather", rainy).value();
  while (std::optional<cupel::Batch> batch = cursor.next().value())
    for (size_t row = 0; row < batch->rows; ++row)
      std::cout << "without annotations: " << batch->columns[0].text(row) << "\n";

  // Failures are values; describe() says them with the place and what to write instead.
  const std::string mistaken = "metadata.wether = rainy";
  const cupel::Result<cupel::Cursor> answer = session.run(mistaken);
  for (const cupel::Warning& warning : answer.value().warnings())
    std::cout << cupel::describe(warning, mistaken);
  const cupel::Result<cupel::Cursor> failed = session.run("anotations.count = 0");
  if (!failed) std::cout << cupel::describe(failed.error(), "anotations.count = 0");
}
