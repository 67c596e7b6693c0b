/* What leaves the shared library: everything else in it is hidden. */
#ifndef CUPEL_EXPORT_H
#define CUPEL_EXPORT_H

#if defined(__GNUC__)
#define CUPEL_EXPORT __attribute__((visibility("default")))
#else
#define CUPEL_EXPORT
#endif

#endif
