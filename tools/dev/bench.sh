# ./dev bench [--leads N]: speed, beside the bare broker path measured in the same run.

dev_bench() {
  ensure_packages
  build
  "$BIN/leadrelay-bench" "$@"
}
