// SPDX-License-Identifier: Apache-2.0
package io.tapline.verify;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The modules and the arrows between them. Module {@code m} is the package {@code io.tapline.m} and all below it. A
 * module that does not exist yet may stand here already.
 */
final class Modules {
    private static final Set<String> JDK = Set.of("java..", "jdk..", "org.jspecify..");
    private static final Set<String> JDK_AND_PICOCLI = Set.of("java..", "jdk..", "org.jspecify..", "picocli..");
    private static final Set<String> ANY = Set.of("..", "*..");

    /**
     * What a module may depend on.
     *
     * @param uses the other modules of this project
     * @param libraries packages from outside the project, in the notation of ArchUnit
     */
    record Module(String name, Set<String> uses, Set<String> libraries) {
        String packages() {
            return packagesOf(name);
        }
    }

    static final List<Module> ALL = List.of(
            new Module("testkit", Set.of(), ANY),
            new Module("wire", Set.of(), JDK),
            new Module("linux", Set.of(), JDK),
            new Module("model", Set.of("wire"), JDK),
            new Module("cni", Set.of(), JDK),
            new Module("cli", Set.of(), JDK_AND_PICOCLI),
            new Module("dataplane", Set.of("wire"), JDK),
            new Module("vswitch", Set.of("wire", "linux", "dataplane"), ANY),
            new Module("source", Set.of("model", "wire"), ANY),
            new Module("control", Set.of("model", "wire", "dataplane"), ANY),
            new Module(
                    "agent",
                    Set.of("model", "wire", "dataplane", "linux", "vswitch", "source", "control", "cli", "cni"),
                    ANY),
            new Module("lab", allBut("lab", "bench", "verify"), ANY),
            new Module("bench", allBut("bench", "verify"), ANY),
            new Module("verify", allBut("verify"), ANY));

    /** The modules that run the same in the simulator: time and randomness reach them from outside. */
    static final List<String> DETERMINISTIC = List.of("wire", "dataplane", "model", "control");

    private Modules() {}

    static String packagesOf(String module) {
        return "io.tapline." + module + "..";
    }

    private static Set<String> allBut(String... left) {
        Set<String> names = new HashSet<>(Set.of(
                "wire",
                "linux",
                "model",
                "cni",
                "cli",
                "dataplane",
                "vswitch",
                "source",
                "control",
                "agent",
                "lab",
                "bench"));
        Stream.of(left).forEach(names::remove);
        return names;
    }
}
