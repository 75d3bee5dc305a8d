// SPDX-License-Identifier: Apache-2.0
package io.tapline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

final class UserErrorTest {
    @Test
    void namesTheFileAndWhatIsWrongWithIt() {
        assertThat(UserError.reason(new NoSuchFileException("/a"))).isEqualTo("there is no /a");
        assertThat(UserError.reason(new AccessDeniedException("/a")))
                .isEqualTo("/a is not for this user to read or change; run as root");
        assertThat(UserError.reason(new FileSystemException("/a", null, "No space left on device")))
                .isEqualTo("/a: No space left on device");
        assertThat(UserError.reason(new IOException("broken pipe"))).isEqualTo("broken pipe");
    }

    @Test
    void tellsWhatWasAttemptedToo() {
        assertThat(UserError.reason(new UncheckedIOException("cannot read the state", new NoSuchFileException("/a"))))
                .isEqualTo("cannot read the state: there is no /a");
    }
}
