# ./dev check [format|coroutines|simulate|sanitize|threads|fuzz|tidy ...]: everything that a reviewer should not
# have to look for.  Without names: all of it, cheapest first.

CHECKS='format coroutines simulate sanitize threads fuzz tidy'

dev_check() {
  ensure_packages
  local check
  for check in ${*:-$CHECKS}; do
    [[ " $CHECKS " == *" $check "* ]] || die "there is no check '$check'; there are: $CHECKS"
    "check_$check"
  done
  say "${green}All checks passed.${plain}"
}

sources() { git ls-files --cached --others --exclude-standard -- "$@"; }

check_format() {
  phase "Format (clang-format-16)" bash -c \
    'clang-format-16 --dry-run -Werror $(git ls-files --cached --others --exclude-standard -- "*.cc" "*.h")'
}

check_coroutines() {
  build
  local found=$RUN/logs/coroutines.log
  lint_coroutines() {
    grep -lE 'co_await|co_return' $(sources '*.cc') |
      xargs -P "$(nproc)" -n 6 clang-query-16 -p "$BUILD" -f tools/lint-coroutines.query > "$found" 2>&1
    ! grep -B1 -A4 'binds here' "$found"
  }
  phase "Coroutine lint (clang-query-16)" lint_coroutines
}

# A file is looked at again only when it, a header that it includes, or the rules have changed.
tidy_one() {
  local file=$1 stamp=$BUILD/tidy/${1//\//_} key
  key=$({ cat .clang-tidy tests/.clang-tidy "$file"; clang++-16 -std=c++20 -I. -MM "$file" 2> /dev/null |
    tr -d '\\\n' | tr ' ' '\n' | grep -E '^(common|services|tools|tests)/' | sort -u | xargs -r cat; } | sha256sum)
  mkdir -p "$BUILD/tidy"
  [ "$(cat "$stamp" 2> /dev/null)" = "$key" ] && return 0
  if clang-tidy-16 -p "$BUILD" --quiet "$file" > "$stamp.log" 2>&1; then
    echo "$key" > "$stamp"
  else
    grep -E 'error:|warning:' -A3 "$stamp.log" || cat "$stamp.log"
    return 1
  fi
}

check_tidy() {
  build
  export -f tidy_one
  export BUILD
  phase "clang-tidy-16" bash -c \
    'git ls-files --cached --others --exclude-standard -- "common/*.cc" "services/*.cc" "tools/*.cc" "tests/*.cc" |
      grep -v "^tests/fuzz/" | xargs -P "$(nproc)" -I{} bash -c "tidy_one {}"'
}

# docs/reliability.md.  What it prints last are the counts of schedules and steps.
check_simulate() {
  local counts=$RUN/logs/simulate.log
  build simulate
  simulate() { "$BIN/simulate" --seeds 100000 --jobs "$(nproc)" | tee "$counts"; }
  phase "Simulation of the delivery state machine" simulate
  say "    $(tail -n 1 "$counts")"
}

check_sanitize() {
  PRESET=asan BUILD=build/asan build unit_tests contract_tests
  phase "ASan + UBSan: unit and contract tests" \
    ctest --test-dir build/asan -L 'unit|contract' --output-on-failure --parallel "$(nproc)" --no-tests=error
}

check_threads() {
  [ -f build/tsan/build.ninja ] || phase "Configuring (tsan)" cmake --preset tsan
  PRESET=tsan BUILD=build/tsan build $(ninja -C build/tsan -t targets all |
    sed -n 's/^\(amqp[a-z_]*_test\|coro_test\): phony.*/\1/p')
  phase "TSan: the AMQP bridge" \
    ctest --test-dir build/tsan -R '^integration/amqp|^unit/Offload' --output-on-failure --no-tests=error
}

check_fuzz() {
  PRESET=asan BUILD=build/asan build fuzz_tests
  phase "Fuzz smoke: seeds, then a few seconds of search each" \
    ctest --test-dir build/asan -L fuzz --output-on-failure --no-tests=error
}
