# SPDX-License-Identifier: Apache-2.0
# Sourced by ./test and ./tapline: finds a JDK 25 or newer, exports it as JAVA_HOME and sets jdk_version (25.0.3).
# Reads the "release" file of each candidate, so that looking costs no process.

# is_jdk25 DIRECTORY: is it a whole JDK (a compiler, not only a runtime) of version 25 or newer?
is_jdk25() {
  local line
  [[ -x $1/bin/java && -x $1/bin/javac && -r $1/release ]] || return 1
  while IFS= read -r line; do
    if [[ $line == JAVA_VERSION=* ]]; then
      jdk_version=${line#*=}
      jdk_version=${jdk_version//\"/}
      ((${jdk_version%%[!0-9]*} >= 25))
      return
    fi
  done <"$1/release"
  return 1
}

# find_jdk: the caller's JAVA_HOME when it will do, else the usual places; explains itself when there is none.
find_jdk() {
  local candidate
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* /opt/*; do
    if [[ -n $candidate ]] && is_jdk25 "$candidate"; then
      export JAVA_HOME=$candidate
      return 0
    fi
  done
  cat >&2 <<'END'
tapline: no JDK 25 found (looked at JAVA_HOME, /usr/lib/jvm, ~/.sdkman and /opt).
  Install one of:
    Debian 14, Ubuntu 25.10 or later:  apt-get install openjdk-25-jdk
    elsewhere:                         package temurin-25-jdk from https://adoptium.net/installation/linux/
  or set JAVA_HOME to one that is already there.
END
  return 1
}
