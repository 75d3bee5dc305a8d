// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EpollTest {
    private static final int WAIT_MILLIS = 10_000;

    private final Epoll epoll = Epoll.open(4);
    private final EventFd bell = EventFd.open();

    @AfterEach
    void close() {
        epoll.close();
        bell.close();
    }

    @Test
    void givesBackTheDataOfAReadyDescriptor() {
        epoll.add(bell.fd(), Epoll.READABLE, 0xfedc_ba98_7654_3210L);
        assertThat(epoll.poll()).isZero();
        bell.signal();
        assertThat(epoll.poll()).isEqualTo(1);
        assertThat(epoll.data(0)).isEqualTo(0xfedc_ba98_7654_3210L);
        assertThat(epoll.events(0)).isEqualTo(Epoll.READABLE);
    }

    @Test
    void isWokenByAnotherThread() throws InterruptedException {
        epoll.add(bell.fd(), Epoll.READABLE, 1);
        CountDownLatch waiting = new CountDownLatch(1);
        Thread ringer = Thread.ofPlatform().start(() -> {
            try {
                waiting.await();
                bell.signal();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        waiting.countDown();
        assertThat(epoll.await(-1)).isEqualTo(1);
        ringer.join();
    }

    @Test
    void reportsALevelAgainAndAnEdgeOnce() {
        epoll.add(bell.fd(), Epoll.READABLE, 1);
        bell.signal();
        assertThat(epoll.poll()).isEqualTo(1);
        assertThat(epoll.poll()).isEqualTo(1);

        epoll.modify(bell.fd(), Epoll.READABLE | Epoll.EDGE_TRIGGERED, 2);
        assertThat(epoll.poll()).isEqualTo(1);
        assertThat(epoll.data(0)).isEqualTo(2);
        assertThat(epoll.poll()).isZero();
        bell.signal();
        assertThat(epoll.poll()).isEqualTo(1);
    }

    @Test
    void reportsOnceOnlyUntilChanged() {
        epoll.add(bell.fd(), Epoll.READABLE | Epoll.ONE_SHOT, 1);
        bell.signal();
        assertThat(epoll.poll()).isEqualTo(1);
        assertThat(epoll.poll()).isZero();
        epoll.modify(bell.fd(), Epoll.READABLE | Epoll.ONE_SHOT, 1);
        assertThat(epoll.poll()).isEqualTo(1);
    }

    @Test
    void reportsRoomToWrite() {
        epoll.add(bell.fd(), Epoll.WRITABLE, 1);
        assertThat(epoll.await(WAIT_MILLIS)).isEqualTo(1);
        assertThat(epoll.events(0)).isEqualTo(Epoll.WRITABLE);
    }

    @Test
    void reportsNoMoreOfARemovedDescriptor() {
        epoll.add(bell.fd(), Epoll.READABLE, 1);
        bell.signal();
        epoll.remove(bell.fd());
        assertThat(epoll.poll()).isZero();
    }

    @Test
    void endsAWaitAfterItsTime() {
        assertThat(epoll.await(1)).isZero();
    }

    @Test
    void givesAllEventsInSeveralWaitsIfTheyAreMoreThanItsCapacity() {
        EventFd[] bells = new EventFd[10];
        for (int i = 0; i < bells.length; i++) {
            bells[i] = EventFd.open();
            epoll.add(bells[i].fd(), Epoll.READABLE | Epoll.EDGE_TRIGGERED, i);
            bells[i].signal();
        }
        Set<Long> seen = new HashSet<>();
        int count = epoll.await(WAIT_MILLIS);
        while (count > 0) {
            assertThat(count).isLessThanOrEqualTo(4);
            for (int i = 0; i < count; i++) {
                seen.add(epoll.data(i));
            }
            count = epoll.poll();
        }
        assertThat(seen).hasSize(bells.length);
        for (EventFd each : bells) {
            each.close();
        }
    }

    @Test
    void saysWhatIsWrongWithARegistration() {
        int fd = bell.fd();
        assertThatThrownBy(() -> epoll.remove(fd))
                .hasMessage("epoll_ctl(EPOLL_CTL_DEL) on descriptor " + fd + ": ENOENT (No such file or directory)");
        epoll.add(fd, Epoll.READABLE, 1);
        assertThatThrownBy(() -> epoll.add(fd, Epoll.READABLE, 1))
                .hasMessage("epoll_ctl(EPOLL_CTL_ADD) on descriptor " + fd + ": EEXIST (File exists)");
        assertThatThrownBy(() -> epoll.add(-1, Epoll.READABLE, 1)).hasMessageContaining("EBADF");
    }

    @Test
    void needsRoomForAnEvent() {
        assertThatThrownBy(() -> Epoll.open(0)).hasMessage("capacity must be at least 1, not 0");
    }
}
