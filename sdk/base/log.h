/* SPDX-License-Identifier: MIT */
/* Log lines: "2026-01-31 12:00:00.123 LEVEL thread subsystem: text". To stderr until log_open gives a file. Any thread. */
#ifndef PRLKVM_BASE_LOG_H
#define PRLKVM_BASE_LOG_H

enum log_level { LOG_ERROR_LEVEL, LOG_WARN_LEVEL, LOG_INFO_LEVEL, LOG_DEBUG_LEVEL };

/* Appends to path (0600, bounded: rotated to path.1 above max_bytes). The library stays silent until told (PRLKVM_LOG=level). */
int log_open(const char *path, unsigned long max_bytes);
void log_set_level(enum log_level level);
/* Control characters and bad UTF-8 in the result are escaped, the line is cut at 4 KiB. */
void log_write(enum log_level level, const char *subsystem, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#define LOG_E(sub, ...) log_write(LOG_ERROR_LEVEL, sub, __VA_ARGS__)
#define LOG_W(sub, ...) log_write(LOG_WARN_LEVEL, sub, __VA_ARGS__)
#define LOG_I(sub, ...) log_write(LOG_INFO_LEVEL, sub, __VA_ARGS__)
#define LOG_D(sub, ...) log_write(LOG_DEBUG_LEVEL, sub, __VA_ARGS__)

#endif
