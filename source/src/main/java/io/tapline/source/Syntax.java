// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import io.tapline.source.yaml.Value;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The small notations of the Kubernetes API, with the limits of its package {@code util/validation}. Each method reads
 * a value and throws {@link io.tapline.source.yaml.Mistake} with the remedy.
 */
final class Syntax {
    private static final int MAX_LABEL = 63;
    private static final int MAX_SUBDOMAIN = 253;
    private static final int MAX_PORT_NAME = 15;
    private static final int MAX_ANNOTATION_BYTES = 256 << 10;

    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern SERVICE_NAME = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern QUALIFIED = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
    private static final Pattern PORT_NAME = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

    private Syntax() {}

    /** RFC 1123 label: names of namespaces, containers and ports of services. */
    static String dnsLabel(Value value) {
        return matching(value, DNS_LABEL, MAX_LABEL, "a-z, 0-9 and '-', beginning and ending with a letter or digit");
    }

    /** RFC 1035 label: names of services. */
    static String serviceName(Value value) {
        return matching(
                value, SERVICE_NAME, MAX_LABEL, "a-z, 0-9 and '-', beginning with a letter, not ending with '-'");
    }

    /** RFC 1123 subdomain: names of most objects. */
    static String subdomain(Value value) {
        return matching(
                value,
                SUBDOMAIN,
                MAX_SUBDOMAIN,
                "a-z, 0-9, '-' and '.', each part beginning and ending with a letter or digit");
    }

    /** Name of a port of a container, as policies and services refer to it (IANA service name). */
    static String portName(Value value) {
        String text = value.string();
        if (text.matches("[0-9]+")) {
            throw value.mistake("'" + text + "' is text and no port name; write the number without quotes: " + text);
        }
        String name = matching(value, PORT_NAME, MAX_PORT_NAME, "a-z, 0-9 and '-'");
        if (name.contains("--") || !name.matches(".*[a-z].*")) {
            throw value.mistake("'" + name + "' is not a port name; it needs a letter and must not hold '--'");
        }
        return name;
    }

    private static String matching(Value value, Pattern pattern, int most, String characters) {
        String text = value.string();
        if (text.isEmpty()) {
            throw value.mistake("must not be empty");
        }
        if (text.length() > most) {
            throw value.mistake(
                    "'" + text + "' has " + text.length() + " characters; at most " + most + " are allowed");
        }
        if (!pattern.matcher(text).matches()) {
            throw value.mistake("'" + text + "' is not allowed; use " + characters);
        }
        return text;
    }

    /** Key of a label: {@code name} or {@code prefix/name}. */
    static void labelKey(Value value, String key) {
        String name = key;
        int slash = key.indexOf('/');
        if (slash >= 0) {
            name = key.substring(slash + 1);
            String prefix = key.substring(0, slash);
            if (prefix.length() > MAX_SUBDOMAIN || !SUBDOMAIN.matcher(prefix).matches()) {
                throw value.mistake("the key '" + key + "' must have a DNS name before its '/', such as example.com/"
                        + (name.isEmpty() ? "name" : name));
            }
        }
        if (name.length() > MAX_LABEL || !QUALIFIED.matcher(name).matches()) {
            throw value.mistake("'" + key + "' is not a label key; use 1 to " + MAX_LABEL
                    + " letters, digits, '-', '_' and '.', beginning and ending with a letter or digit");
        }
    }

    /** Value of a label; may be empty. */
    static String labelValue(Value value) {
        String text = value.isNull() ? "" : value.string();
        if (text.length() > MAX_LABEL
                || (!text.isEmpty() && !QUALIFIED.matcher(text).matches())) {
            throw value.mistake("'" + text + "' is not a label value; use at most " + MAX_LABEL
                    + " letters, digits, '-', '_' and '.', beginning and ending with a letter or digit");
        }
        return text;
    }

    /** A map of labels. */
    static Map<String, String> labels(Value map) {
        Map<String, String> labels = new TreeMap<>();
        map.entries().forEach((key, value) -> {
            labelKey(value, key);
            labels.put(key, labelValue(value));
        });
        return labels;
    }

    /** A map of annotations. */
    static Map<String, String> annotations(Value map) {
        Map<String, String> annotations = new TreeMap<>();
        int size = 0;
        for (Map.Entry<String, Value> entry : map.entries().entrySet()) {
            Value value = entry.getValue();
            labelKey(value, entry.getKey());
            String text = value.isNull() ? "" : value.string();
            annotations.put(entry.getKey(), text);
            size += entry.getKey().length() + text.length();
        }
        if (size > MAX_ANNOTATION_BYTES) {
            throw map.mistake("annotations have " + size + " bytes; at most " + MAX_ANNOTATION_BYTES + " are allowed");
        }
        return annotations;
    }

    /** An address of either family. */
    static IpAddress address(Value value) {
        return value.build(() -> IpAddress.parse(value.string()));
    }

    /** A block with its length. Host bits are allowed, as the API allows them, and have no effect. */
    static IpPrefix cidr(Value value) {
        String text = value.string();
        if (text.isEmpty()) {
            throw value.mistake("must not be empty; write a block such as 10.0.0.0/8");
        }
        if (text.indexOf('/') < 0) {
            throw value.mistake("'" + text + "' is not a CIDR; write a block with its length, such as " + hint(text));
        }
        try {
            return IpPrefix.parse(text);
        } catch (IllegalArgumentException e) {
            throw value.mistake("'" + text + "' is not a CIDR; write a block such as 10.0.0.0/8 or 2001:db8::/32");
        }
    }

    private static String hint(String text) {
        try {
            return IpPrefix.host(IpAddress.parse(text)).toString();
        } catch (IllegalArgumentException e) {
            return "10.0.0.0/8 or 2001:db8::/32";
        }
    }

    /** A port number. */
    static int port(Value value) {
        return value.integer(1, 65535);
    }
}
