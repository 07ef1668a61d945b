#pragma once
// What the operating system knows of this process, under the names that Prometheus clients agree on
// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics).

#include <string>

namespace leadrelay::service {

// CPU seconds, resident bytes, open files, start time, in the Prometheus exposition format.  Read
// anew at each call; a figure that cannot be read is left out.
std::string ProcessMetrics();

}  // namespace leadrelay::service
