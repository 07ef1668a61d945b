# ./dev chaos [SCENARIO ...] [--seed N] [--faults N --leads N]: faults of every kind under load, with everything
# counted.  --list says which scenarios there are; --faults is one long run.

dev_chaos() {
  ensure_packages
  build leadrelay-chaos
  "$BIN/leadrelay-chaos" "$@"
}
