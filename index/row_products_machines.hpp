#pragma once

#include "index/row_products.hpp"

// The versions for single processors. They stand in files of their own, compiled for these
// (CMakeLists.txt); row_products.cpp asks the processor before it calls one.
namespace cupel::index {

extern const RowKernels kAvx2Kernels;    ///< needs AVX2 and F16C
extern const RowKernels kAvx512Kernels;  ///< needs AVX-512 F and VL, and F16C

}  // namespace cupel::index
