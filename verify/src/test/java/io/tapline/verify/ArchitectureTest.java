// SPDX-License-Identifier: Apache-2.0
package io.tapline.verify;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.tapline.verify.Modules.Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the compiled classes of every module against {@link Modules}. */
final class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.tapline");

    /** Methods that answer differently from run to run, as {@code class.method}; {@code <init>} is a constructor. */
    private static final Set<String> TIME_AND_CHANCE = Set.of(
            "java.lang.System.nanoTime",
            "java.lang.System.currentTimeMillis",
            "java.lang.Thread.sleep",
            "java.lang.Math.random",
            "java.time.Instant.now",
            "java.time.LocalDateTime.now",
            "java.time.ZonedDateTime.now",
            "java.time.Clock.systemUTC",
            "java.time.Clock.systemDefaultZone",
            "java.time.Clock.system",
            "java.time.InstantSource.system",
            "java.util.Random.<init>",
            "java.util.UUID.randomUUID",
            "java.util.SplittableRandom.<init>",
            "java.util.concurrent.ThreadLocalRandom.current",
            "java.util.random.RandomGenerator.getDefault");

    static List<Module> modules() {
        return Modules.ALL;
    }

    @ParameterizedTest
    @MethodSource("modules")
    void moduleDependsOnlyOnWhatItMayUse(Module module) {
        noClasses()
                .that()
                .resideInAPackage(module.packages())
                .should()
                .dependOnClassesThat(outside(module))
                .because("of the table in " + Modules.class.getName())
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void timeAndChanceAreInjected() {
        String[] packages =
                Modules.DETERMINISTIC.stream().map(Modules::packagesOf).toArray(String[]::new);
        noClasses()
                .that()
                .resideInAnyPackage(packages)
                .and()
                .resideOutsideOfPackage("..boot..")
                .should()
                .accessTargetWhere(asksForTimeOrChance())
                .because("a whole cluster must run from one seed; only wiring in a package named boot may ask the JVM")
                .check(CLASSES);
    }

    @Test
    void everyModuleIsUnderTheseRules() throws IOException {
        Set<String> known = Set.copyOf(Modules.ALL.stream().map(Module::name).toList());
        for (String name : modulesWithSources()) {
            assertThat(known).as("module %s: add it to Modules", name).contains(name);
            assertThat(CLASSES.stream().anyMatch(resideInAPackage(Modules.packagesOf(name))))
                    .as("module %s: its classes are missing here, make verify or dist depend on it", name)
                    .isTrue();
        }
    }

    private static DescribedPredicate<JavaClass> outside(Module module) {
        String[] libraries = module.libraries().toArray(new String[0]);
        DescribedPredicate<JavaClass> ownOrUsed =
                resideInAnyPackage(Stream.concat(Stream.of(module.name()), module.uses().stream())
                        .map(Modules::packagesOf)
                        .toArray(String[]::new));
        DescribedPredicate<JavaClass> library =
                resideInAnyPackage(libraries).and(DescribedPredicate.not(resideInAPackage("io.tapline..")));
        return describe("are outside what module " + module.name() + " may use", target -> {
            JavaClass type = target.getBaseComponentType();
            return !type.isPrimitive() && !ownOrUsed.test(type) && !library.test(type);
        });
    }

    private static DescribedPredicate<JavaAccess<?>> asksForTimeOrChance() {
        return describe(
                "asks for the time or for a random number",
                access -> TIME_AND_CHANCE.contains(access.getTargetOwner().getName() + "."
                        + access.getTarget().getName()));
    }

    /** The directories beside this module that hold main sources. */
    private static List<String> modulesWithSources() throws IOException {
        try (Stream<Path> directories = Files.list(Path.of("..").toRealPath())) {
            return directories
                    .filter(directory -> Files.isDirectory(directory.resolve("src/main/java/io/tapline")))
                    .map(directory -> directory.getFileName().toString())
                    .toList();
        }
    }
}
