#pragma once

#include <memory>

#include "engine/io/export.hpp"

/// The exporters of the formats, one function each.
namespace cupel::io {

std::unique_ptr<Exporter> export_coco(const ExportRequest& request);
std::unique_ptr<Exporter> export_csv(const ExportRequest& request);
std::unique_ptr<Exporter> export_label_studio(const ExportRequest& request);
std::unique_ptr<Exporter> export_nucleus(const ExportRequest& request);
std::unique_ptr<Exporter> export_yolo(const ExportRequest& request);

}  // namespace cupel::io
