// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the documentation's tables of conformance name exists. */
class ConformanceTablesTest {
    private static final Pattern NAMED = Pattern.compile("`(\\w*Test)?\\.(\\w+)`");
    private static final List<String> PACKAGES = List.of("io.tapline.agent.", "io.tapline.agent.socket.");

    @ParameterizedTest
    @CsvSource({"services.md, 27", "cni.md, 30"})
    void eachRowNamesATest(String page, int least) throws IOException {
        List<String> rows = rows(page);
        assertThat(rows).hasSizeGreaterThanOrEqualTo(least);
        for (String row : rows) {
            Matcher matcher = NAMED.matcher(row);
            String testClass = "";
            boolean found = false;
            while (matcher.find()) {
                testClass = matcher.group(1) == null ? testClass : matcher.group(1);
                assertThat(isTest(testClass, matcher.group(2))).as(row).isTrue();
                found = true;
            }
            assertThat(found).as(row).isTrue();
        }
    }

    @Test
    void eachTestOfServicesIsInTheTable() throws IOException {
        String all = String.join("\n", rows("services.md"));
        Stream.of(ServiceConformanceTest.class, ServiceChangeTest.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Test.class))
                .forEach(method -> assertThat(all)
                        .contains("`" + method.getDeclaringClass().getSimpleName() + "." + method.getName() + "`"));
    }

    /** The rows, without head, of the table below the heading "Conformance". */
    private static List<String> rows(String page) throws IOException {
        String text = Files.readString(Path.of("../docs").resolve(page));
        String section = text.substring(text.indexOf("## Conformance"));
        return section.lines()
                .dropWhile(line -> !line.startsWith("|--"))
                .skip(1)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }

    private static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class);
    }

    private static boolean isTest(String testClass, String method) {
        return PACKAGES.stream().anyMatch(prefix -> {
            try {
                return Arrays.stream(Class.forName(prefix + testClass).getDeclaredMethods())
                        .filter(declared -> declared.getName().equals(method))
                        .anyMatch(ConformanceTablesTest::isTest);
            } catch (ClassNotFoundException e) {
                return false;
            }
        });
    }
}
