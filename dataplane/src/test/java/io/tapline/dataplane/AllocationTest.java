// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AllocationTest {

    @Test
    void allocatesNothingPerPacketInSteadyState() throws Exception {
        Map<String, Long> result = runWithoutCheckedMemory();
        assertThat(result.get("frames")).isGreaterThan(1_000_000);
        for (String traffic :
                List.of("drops", "made", "sessions-added", "sessions-recycled", "ttl-expired", "denied")) {
            assertThat(result.get(traffic)).as(traffic).isGreaterThan(10_000);
        }
        assertThat(result.get("nat-sessions-added")).isGreaterThan(100_000);
        assertThat(result.get("nat-sessions-expired")).isGreaterThan(100_000);
        assertThat(result.get("nat-bytes"))
                .as("bytes allocated by NAT44, of %s", result)
                .isZero();
        assertThat(result.get("bytes")).as("bytes allocated, of %s", result).isZero();
    }

    private static Map<String, Long> runWithoutCheckedMemory() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AllocationRun.class.getName())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        Map<String, Long> values = new HashMap<>();
        for (String line : output.lines().toList()) {
            String[] parts = line.split("=", 2);
            values.put(parts[0], Long.parseLong(parts[1]));
        }
        return values;
    }
}
