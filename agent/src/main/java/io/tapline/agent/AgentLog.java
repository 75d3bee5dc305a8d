// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The agent's log: one line each on the standard error, where systemd takes it from, and the last lines in memory for a
 * bug report.
 *
 * <p>Threading: any thread.
 */
public final class AgentLog {
    /** The logger of everything that is ours. */
    public static final String ROOT = "io.tapline";

    private static final int KEPT_LINES = 2000;
    private static final Map<String, Level> LEVELS = Map.of(
            "error",
            Level.SEVERE,
            "warning",
            Level.WARNING,
            "info",
            Level.INFO,
            "debug",
            Level.FINE,
            "trace",
            Level.FINER,
            "off",
            Level.OFF);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Line format = new Line();
    private final ArrayDeque<String> lines = new ArrayDeque<>();
    // The JVM forgets a logger that nobody holds, and its level with it.
    private final Map<String, Logger> changed = new TreeMap<>();

    private AgentLog() {}

    /** A log that only keeps lines: for an agent inside another program. */
    public static AgentLog keeping() {
        AgentLog log = new AgentLog();
        Logger.getLogger(ROOT).addHandler(log.keeper());
        log.level("org.eclipse.jetty", "warning");
        return log;
    }

    /** Takes over the whole process's log. */
    static AgentLog ofProcess() {
        AgentLog log = new AgentLog();
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        Handler console = new ConsoleHandler();
        console.setLevel(Level.ALL);
        console.setFormatter(log.format);
        root.addHandler(console);
        root.addHandler(log.keeper());
        log.level("org.eclipse.jetty", "warning");
        return log;
    }

    private Handler keeper() {
        return new Handler() {
            @Override
            public void publish(LogRecord line) {
                keep(format.format(line));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    private void keep(String line) {
        synchronized (lines) {
            if (lines.size() == KEPT_LINES) {
                lines.remove();
            }
            lines.add(line);
        }
    }

    /** The last lines. */
    public String recent() {
        synchronized (lines) {
            return String.join("", lines);
        }
    }

    /**
     * Changes how much a logger says, until the agent ends.
     *
     * @param logger its name; those below it follow
     * @param level {@code error}, {@code warning}, {@code info}, {@code debug}, {@code trace} or {@code off}
     * @throws IllegalArgumentException if there is no such level
     */
    public void level(String logger, String level) {
        Level known = LEVELS.get(level.toLowerCase(Locale.ROOT));
        if (known == null) {
            throw new IllegalArgumentException(
                    "level: there is no '" + level + "'; use error, warning, info, debug, trace or off");
        }
        Logger named = Logger.getLogger(logger);
        named.setLevel(known);
        synchronized (changed) {
            changed.put(logger, named);
        }
    }

    /** The loggers that have a level of their own. */
    public Map<String, String> levels() {
        Map<String, String> levels = new TreeMap<>();
        levels.put(ROOT, "info");
        synchronized (changed) {
            changed.forEach((name, logger) -> LEVELS.forEach((word, level) -> {
                if (level.equals(logger.getLevel())) {
                    levels.put(name, word);
                }
            }));
        }
        return levels;
    }

    /** Time, level, what spoke, and what it said. */
    private static final class Line extends Formatter {
        @Override
        public String format(LogRecord line) {
            String logger = String.valueOf(line.getLoggerName());
            String name = logger.substring(logger.lastIndexOf('.') + 1);
            String text = TIME.format(line.getInstant()) + " " + word(line.getLevel()) + " " + name + ": "
                    + formatMessage(line) + System.lineSeparator();
            Throwable thrown = line.getThrown();
            if (thrown == null) {
                return text;
            }
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace, true));
            return text + trace;
        }

        private static String word(Level level) {
            if (level.intValue() >= Level.SEVERE.intValue()) {
                return "ERROR";
            }
            return level.equals(Level.WARNING) ? "WARN" : level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
        }
    }
}
