// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Network namespaces for one test, named after the process and deleted after the test; those of processes that died are
 * deleted before the first. Skips the test where namespaces cannot be made.
 */
final class TestNamespaces implements BeforeEachCallback, AfterEachCallback {
    static final String PREFIX = "tapline-test-";
    private static final Pattern LEFTOVER = Pattern.compile(PREFIX + "(\\d+)-\\d+");
    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static boolean tidied;

    private final List<NetworkNamespace> open = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    /** A name that no other test uses; a namespace of this name is deleted after the test. */
    String name() {
        String name = PREFIX + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();
        names.add(name);
        return name;
    }

    /** A new namespace, without IPv6 so that no device sends anything by itself. */
    NetworkNamespace create() {
        NetworkNamespace namespace = createWithIpv6();
        Sysctl.write(namespace, "ipv6/conf/all/disable_ipv6", "1");
        Sysctl.write(namespace, "ipv6/conf/default/disable_ipv6", "1");
        return namespace;
    }

    /** A new namespace. */
    NetworkNamespace createWithIpv6() {
        NetworkNamespace namespace = NetworkNamespace.create(name());
        open.add(namespace);
        return namespace;
    }

    /** The name of a namespace that {@link #create()} made. */
    static String nameOf(NetworkNamespace namespace) {
        return namespace.toString().replaceAll(".*\"(.*)\"", "$1");
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Privileges.assume(context.getRequiredTestClass().getSimpleName() + " " + context.getDisplayName());
        deleteLeftovers();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        open.forEach(NetworkNamespace::close);
        names.stream().filter(NetworkNamespace::exists).forEach(NetworkNamespace::delete);
    }

    private static synchronized void deleteLeftovers() {
        if (tidied) {
            return;
        }
        tidied = true;
        for (String name : NetworkNamespace.list()) {
            Matcher matcher = LEFTOVER.matcher(name);
            if (matcher.matches() && !isAlive(Long.parseLong(matcher.group(1)))) {
                NetworkNamespace.delete(name);
            }
        }
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).isPresent();
    }
}
