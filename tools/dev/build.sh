# ./dev build [TARGET ...]

dev_build() {
  ensure_packages
  build "$@"
}
