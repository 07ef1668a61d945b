# ./dev bench [--leads N]: speed, beside the bare broker path measured in the same run, and how much
# of what CRMs let in is used.  --rates [CRM]: only the latter, of all or of one.

dev_bench() {
  ensure_packages
  build
  "$BIN/leadrelay-bench" "$@"
}
