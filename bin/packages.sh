# SPDX-License-Identifier: Apache-2.0
# Sourced by ./test: installs the Debian packages whose commands the tests call.

# Each package by a command that it brings.
declare -A package_of=(
  [ip]=iproute2
  [iperf3]=iperf3
  [tshark]=tshark
  [tcpdump]=tcpdump
  [ethtool]=ethtool
  [curl]=curl
  [ping]=iputils-ping
  [nc]=netcat-openbsd
  [ps]=procps
  [mvn]=maven
  [iptables]=iptables
  [/usr/lib/cni/portmap]=containernetworking-plugins
)

# missing_packages: the packages whose commands are not there, one a line.
missing_packages() {
  local command
  for command in "${!package_of[@]}"; do
    command -v "$command" >/dev/null || echo "${package_of[$command]}"
  done
}

# install_packages: installs what is missing, as root and where there is apt-get; says nothing when nothing is missing.
# What cannot be installed is no reason to stop: the tests that need it skip themselves and say so.
install_packages() {
  local missing log
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]} > 0)) || return 0
  if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
    echo "test: not installed: ${missing[*]}; tests that need them are skipped" >&2
    return 0
  fi
  echo "test: installing ${missing[*]}" >&2
  log=$(mktemp)
  if ! { apt-get -qq update &&
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    echo "test: could not install ${missing[*]}; tests that need them are skipped" >&2
  fi
  rm -f "$log"
}
