// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.scenario;

import io.tapline.source.yaml.Value;
import io.tapline.wire.capture.Capture;
import io.tapline.wire.capture.CaptureInterface;
import io.tapline.wire.capture.CapturedPacket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The capture files that a scenario refers to; each is read once. */
final class CaptureFiles {
    /** Most bytes of a capture file. */
    static final int MAX_FILE_BYTES = 64 << 20;

    private static final Pattern RANGE = Pattern.compile("([0-9]{1,9})(?:-([0-9]{1,9}))?");

    private final Path scenario;
    private final int maxFrameBytes;
    private final Map<Path, Capture> captures = new HashMap<>();

    /** Files are sought beside {@code scenario}; a frame may have {@code maxFrameBytes}. */
    CaptureFiles(Path scenario, int maxFrameBytes) {
        this.scenario = scenario;
        this.maxFrameBytes = maxFrameBytes;
    }

    /** All frames of the file that {@code name} names, or those whose numbers, from 1, {@code chosen} lists. */
    List<byte[]> frames(Value name, Optional<Value> chosen) {
        Capture capture = captures.computeIfAbsent(path(name), path -> load(name, path));
        List<Integer> numbers = new ArrayList<>();
        int count = capture.packets().size();
        if (chosen.isEmpty()) {
            add(name, 1, count, numbers);
        } else {
            List<Value> ranges = chosen.get().isList() ? chosen.get().list() : List.of(chosen.get());
            ranges.forEach(range -> range(range, count, numbers));
        }
        List<byte[]> frames = new ArrayList<>();
        for (int number : numbers) {
            frames.add(frame(name, number, capture));
        }
        return frames;
    }

    private Path path(Value name) {
        return name.as(text -> {
            try {
                return scenario.resolveSibling(text);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException("'" + text + "' cannot be the name of a file", e);
            }
        });
    }

    private static Capture load(Value name, Path path) {
        try {
            if (!Files.isRegularFile(path)) {
                throw name.mistake(
                        "there is no file " + path + "; a relative name starts from the scenario's directory");
            }
            if (Files.size(path) > MAX_FILE_BYTES) {
                throw name.mistake(path + " is larger than " + (MAX_FILE_BYTES >> 20) + " MiB");
            }
            Capture capture = Capture.read(Files.readAllBytes(path));
            if (capture.fault().isPresent()) {
                throw name.mistake(path + " is damaged " + capture.fault().get());
            }
            return capture;
        } catch (IOException e) {
            throw name.mistake(path + " cannot be read: " + e.getMessage());
        }
    }

    private static void range(Value range, int count, List<Integer> numbers) {
        Matcher matcher = RANGE.matcher(range.text());
        if (!matcher.matches()) {
            throw range.mistake("'" + range.text() + "' is neither a frame's number nor a range; write 3 or 3-7");
        }
        int first = Integer.parseInt(matcher.group(1));
        int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
        if (first < 1 || last < first || last > count) {
            throw range.mistake("'" + range.text() + "' is not within the capture's frames, 1.." + count);
        }
        add(range, first, last, numbers);
    }

    private static void add(Value place, int first, int last, List<Integer> numbers) {
        if (numbers.size() + (last - first + 1) > Scenario.MAX_PACKETS) {
            throw place.mistake("these are more frames than the " + Scenario.MAX_PACKETS
                    + " that a replay takes; choose some with 'frames: 1-" + Scenario.MAX_PACKETS + "'");
        }
        for (int number = first; number <= last; number++) {
            numbers.add(number);
        }
    }

    private byte[] frame(Value name, int number, Capture capture) {
        CapturedPacket packet = capture.packets().get(number - 1);
        int linkType = capture.interfaces().get(packet.interfaceIndex()).linkType();
        if (linkType != CaptureInterface.ETHERNET) {
            throw name.mistake(
                    "frame " + number + " is of link type " + linkType + "; only Ethernet, type 1, is replayed");
        }
        if (packet.isCut()) {
            throw name.mistake("of frame " + number + " the file has only " + packet.bytes().length + " of "
                    + packet.originalLength() + " bytes; capture whole frames, or leave it out with 'frames'");
        }
        if (packet.bytes().length > maxFrameBytes) {
            throw name.mistake(
                    "frame " + number + " of " + packet.bytes().length + " bytes is longer than " + maxFrameBytes);
        }
        return packet.bytes();
    }
}
