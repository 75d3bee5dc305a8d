// SPDX-License-Identifier: Apache-2.0
package io.tapline.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine.ExitCode;

/**
 * Something that the user can put right. It ends the program with {@code tapline: MESSAGE} on the standard error and
 * without a stack trace (with one under {@code --debug}). The message names the object, what is wrong with it and the
 * remedy, and has no full stop at its end.
 */
public final class UserError extends RuntimeException {
    private final int exitCode;

    /**
     * An error with an exit code of its own.
     *
     * @param exitCode 1 to 125
     * @throws IllegalArgumentException if the exit code is out of range
     */
    public UserError(String message, int exitCode, Throwable cause) {
        super(message, cause);
        this.exitCode = checked(exitCode);
    }

    private UserError(String message, int exitCode) {
        super(message);
        this.exitCode = checked(exitCode);
    }

    /** The command was understood but could not do its work: exit code 1. */
    public static UserError failure(String message) {
        return new UserError(message, ExitCode.SOFTWARE);
    }

    /** As {@link #failure(String)}; the cause is shown under {@code --debug} only, so the message must say it all. */
    public static UserError failure(String message, Throwable cause) {
        return new UserError(message, ExitCode.SOFTWARE, cause);
    }

    /** The command line makes no sense: exit code 2. */
    public static UserError usage(String message) {
        return new UserError(message, ExitCode.USAGE);
    }

    /** The exit code of the program, 1 to 125. */
    public int exitCode() {
        return exitCode;
    }

    private static int checked(int exitCode) {
        if (exitCode < 1 || exitCode > 125) {
            throw new IllegalArgumentException("exit code " + exitCode + " of a user error is not within 1 to 125");
        }
        return exitCode;
    }

    /** Why a file operation failed, in a user's words. */
    public static String reason(Exception e) {
        String file = e instanceof FileSystemException of ? String.valueOf(of.getFile()) : "";
        return switch (e) {
            case UncheckedIOException wrapped -> {
                IOException cause = wrapped.getCause();
                yield wrapped.getMessage() + (cause == null ? "" : ": " + reason(cause));
            }
            case NoSuchFileException missing -> "there is no " + file;
            case AccessDeniedException denied -> file + " is not for this user to read or change; run as root";
            case FileSystemException other when other.getReason() != null -> file + ": " + other.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
