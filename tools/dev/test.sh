# ./dev test [-L LABEL] [-R NAME] ...: everything that ctest knows, from nothing.  Arguments go to ctest.

dev_test() {
  ensure_packages
  build
  local jobs
  jobs=$((2 * $(nproc)))  # Most tests wait more than they compute.
  say "  Testing"
  # Tests that start a broker or services take the RESOURCE_LOCK that their label asks for, so the
  # small ones fill the gaps.
  ctest --test-dir "$BUILD" --label-exclude bench --output-on-failure --parallel "$jobs" \
    --no-tests=error --progress "$@"
}
