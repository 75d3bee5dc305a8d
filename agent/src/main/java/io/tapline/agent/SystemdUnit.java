// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import io.tapline.agent.view.Check;
import io.tapline.linux.LinuxException;
import io.tapline.linux.ServiceManager;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What systemd hears of a service of {@code Type=notify}: that it is ready, that it is alive as long as it is, and that
 * it ends ({@code sd_notify(3)}, {@code sd_watchdog_enabled(3)}). Without systemd nobody hears anything.
 *
 * <p>Threading: any thread.
 */
final class SystemdUnit implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SystemdUnit.class.getName());

    private final Consumer<String> systemd;
    private final Optional<Long> watchdogMicros;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tapline-watchdog").factory());

    SystemdUnit(Consumer<String> systemd, Optional<Long> watchdogMicros) {
        this.systemd = systemd;
        this.watchdogMicros = watchdogMicros;
    }

    /** The unit that this process is, by its environment. */
    static SystemdUnit of(Map<String, String> environment) {
        Optional<ServiceManager> manager = ServiceManager.at(Optional.ofNullable(environment.get("NOTIFY_SOCKET")));
        Optional<Long> watchdog = Optional.ofNullable(environment.get("WATCHDOG_USEC"))
                .filter(text -> text.matches("[1-9][0-9]{0,17}"))
                .map(Long::valueOf);
        return new SystemdUnit(state -> manager.ifPresent(there -> there.tell(state)), watchdog);
    }

    /** The service does its work; from now on {@code alive} is asked, twice in each watchdog interval. */
    void ready(String status, Supplier<List<Check>> alive) {
        tell("READY=1\nSTATUS=" + status);
        watchdogMicros.ifPresent(interval -> {
            Future<?> never = clock.scheduleAtFixedRate(
                    () -> watch(alive.get()), interval / 2, interval / 2, TimeUnit.MICROSECONDS);
            LOG.log(Level.DEBUG, "the watchdog wants to hear something every {0} us: {1}", interval, never);
        });
    }

    private void watch(List<Check> checks) {
        Optional<Check> failed = checks.stream()
                .filter(check -> check.state() == Check.State.FAILED)
                .findFirst();
        if (failed.isPresent()) {
            LOG.log(Level.ERROR, "systemd is not told that we are alive: {0}", failed.get());
        } else {
            tell("WATCHDOG=1");
        }
    }

    private void tell(String state) {
        try {
            systemd.accept(state);
        } catch (LinuxException e) {
            LOG.log(Level.WARNING, "systemd cannot be told: {0}", e.getMessage());
        }
    }

    /** The service ends. */
    @Override
    public void close() {
        clock.shutdownNow();
        tell("STOPPING=1");
    }
}
