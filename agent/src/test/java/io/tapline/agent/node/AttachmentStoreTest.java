// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.agent.node.Attachment.Phase;
import io.tapline.wire.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AttachmentStoreTest {
    private static final String EARLIER_BOOT = "00000000-0000-4000-8000-000000000000\n";

    @TempDir
    private Path state;

    private Path record(String name) {
        return state.resolve("attachments").resolve(name);
    }

    private static Attachment attachment(String container, int number) {
        return new Attachment(
                new AttachmentKey(container, "eth0"),
                "tapline",
                new PodIdentity("shop", container, "uid"),
                "/run/netns/" + container,
                4026531992L,
                IpAddress.parse("10.1.1." + number),
                number,
                number,
                Phase.READY);
    }

    @Test
    void givesBackWhatWasWrittenLastOldestFirst() {
        AttachmentStore store = new AttachmentStore(state);
        store.write(attachment("b", 2).in(Phase.ADDING));
        store.write(attachment("a", 3));
        store.write(attachment("b", 2));
        store.write(attachment("c", 4));
        store.delete(attachment("c", 4).key());
        assertThat(new AttachmentStore(state).readAll()).containsExactly(attachment("b", 2), attachment("a", 3));
    }

    @Test
    void removesWhatWasHalfWrittenWhenTheAgentDied() throws IOException {
        AttachmentStore store = new AttachmentStore(state);
        Path half = Files.writeString(record("a@eth0.json.new"), "{\"contai");
        assertThat(store.readAll()).isEmpty();
        assertThat(half).doesNotExist();
    }

    @Test
    void refusesARecordOfThisBootThatItDoesNotUnderstand() throws IOException {
        AttachmentStore store = new AttachmentStore(state);
        store.readAll();
        Path cut = Files.writeString(record("a@eth0.json"), "{\"contai");
        assertThatThrownBy(store::readAll)
                .hasMessageContaining("a@eth0.json cannot be understood")
                .hasMessageContaining("then delete the file");
        assertThat(cut).exists();
    }

    /** A machine that loses power may leave files empty; it must come up nevertheless. */
    @Test
    void dropsWhatAnEarlierBootLeftCutOffAndKeepsTheRest() throws IOException {
        AttachmentStore store = new AttachmentStore(state);
        store.write(attachment("whole", 2));
        Path cut = Files.createFile(record("cut@eth0.json"));
        Files.writeString(state.resolve("boot"), EARLIER_BOOT);
        assertThat(store.readAll()).containsExactly(attachment("whole", 2));
        assertThat(cut).doesNotExist();
        Files.createFile(cut);
        assertThatThrownBy(store::readAll).hasMessageContaining("cannot be understood");
    }
}
