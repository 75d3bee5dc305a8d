// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import io.tapline.agent.view.ManifestState;
import io.tapline.model.Intent;
import io.tapline.source.ManifestReader;
import io.tapline.source.Manifests;
import io.tapline.source.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A directory of manifests as the source of intent. It is read when the kernel says that it changed, and now and then
 * besides, for file systems that say nothing. A mistake in any file leaves the last good state in force.
 *
 * <p>Threading: a thread of its own calls the listener.
 */
public final class ManifestDirectory implements AutoCloseable {
    /** What the log says when a change is in force. */
    public static final String TAKEN_OVER = "the manifests have been taken over";
    /** What the log says when a change could not be brought into force. */
    public static final String NOT_TAKEN_OVER = "the manifests could not be taken over";

    private static final System.Logger LOG = System.getLogger(ManifestDirectory.class.getName());
    private static final long RESCAN_SECONDS = 10;
    private static final long SETTLE_MILLIS = 50;

    private final Path directory;
    private final LastGoodManifests lastGood;
    private final WatchService watch;
    private Intent last;
    private volatile ManifestState state;

    private ManifestDirectory(Path directory, LastGoodManifests lastGood) throws IOException {
        this.directory = directory;
        this.lastGood = lastGood;
        this.watch = directory.getFileSystem().newWatchService();
        directory.register(
                watch,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_MODIFY,
                StandardWatchEventKinds.ENTRY_DELETE);
        Manifests first = ManifestReader.read(List.of(directory));
        Optional<LastGoodManifests.Saved> saved = first.hasErrors() ? lastGood.load() : Optional.empty();
        this.last = saved.isPresent() ? saved.get().intent() : first.intent();
        this.state = state(first, saved.map(LastGoodManifests.Saved::since).orElseGet(Instant::now));
        if (saved.isPresent()) {
            state.problems().forEach(problem -> LOG.log(Level.WARNING, problem));
            LOG.log(Level.WARNING, "what was in force at {0} is in force again", state.readAt());
        } else {
            lastGood.save(directory, last);
        }
    }

    /**
     * Reads a directory. If there is a mistake in it, what was in force last is in force again.
     *
     * @param copy file that keeps what was in force last
     * @throws io.tapline.source.ManifestException if there is a mistake and no last good state yet
     * @throws IllegalArgumentException if it is no directory
     */
    public static ManifestDirectory open(Path directory, Path copy) {
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException("manifests: " + directory + " is not a directory");
        }
        try {
            return new ManifestDirectory(directory, new LastGoodManifests(copy));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot watch " + directory, e);
        }
    }

    /** What it declares; before {@link #follow}. */
    public Intent intent() {
        return last;
    }

    /** How it was when it was last read. */
    public ManifestState state() {
        return state;
    }

    private ManifestState state(Manifests read, Instant readAt) {
        return new ManifestState(
                directory.toString(),
                readAt,
                last.objects().size(),
                !read.hasErrors(),
                read.problems().stream().map(Problem::toString).toList());
    }

    /** Calls the listener with each new state, until closed. */
    public void follow(Consumer<Intent> listener) {
        Thread.ofPlatform().daemon().name("tapline-manifests").start(() -> run(listener));
    }

    private void run(Consumer<Intent> listener) {
        try {
            while (true) {
                WatchKey key = watch.poll(RESCAN_SECONDS, TimeUnit.SECONDS);
                if (key != null) {
                    TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS); // several files often change together
                    key.pollEvents();
                    key.reset();
                }
                readAgain(listener);
            }
        } catch (ClosedWatchServiceException e) {
            LOG.log(Level.DEBUG, "{0} is not watched any more", directory);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void readAgain(Consumer<Intent> listener) {
        try {
            Manifests manifests = ManifestReader.read(List.of(directory));
            ManifestState before = state;
            Intent intent = manifests.hasErrors() ? last : manifests.intent();
            boolean changed = !intent.equals(last);
            if (changed) {
                last = intent;
            }
            state = state(manifests, changed ? Instant.now() : before.readAt());
            if (!state.problems().equals(before.problems())) {
                state.problems().forEach(problem -> LOG.log(Level.WARNING, problem));
            }
            if (changed) {
                listener.accept(intent);
                lastGood.save(directory, last);
                LOG.log(
                        Level.INFO,
                        TAKEN_OVER + ": {0} objects",
                        intent.objects().size());
            }
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, NOT_TAKEN_OVER + " from " + directory, e);
        }
    }

    @Override
    public void close() {
        try {
            watch.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
