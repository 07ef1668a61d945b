# ./dev bench [MEASUREMENT ...] [--leads N] [--backlog N] [--crm NAME]: speed, beside the bare broker
# path measured in the same run.  `./dev bench help` lists the measurements; without names, all.

dev_bench() {
  ensure_packages
  build
  "$BIN/leadrelay-bench" "$@"
}
