// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.cli.UserError;
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.Kind;
import io.tapline.model.Namespace;
import io.tapline.model.Node;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.source.ManifestException;
import io.tapline.source.ManifestReader;
import io.tapline.source.Manifests;
import io.tapline.source.yaml.Mistake;
import io.tapline.source.yaml.TextFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The manifests of a lab as one text, so that the agent, which watches it, sees a change of several files as one.
 *
 * @param text YAML with all documents, and the namespaces that are only mentioned
 * @param intent what it declares
 */
record LabManifests(String text, Intent intent) {
    private static final String FILE = "manifests.yaml";

    /** Reads files and directories; warnings go to {@code err}. */
    static LabManifests read(List<Path> paths, PrintWriter err) {
        Manifests manifests = ManifestReader.read(paths);
        manifests.warnings().forEach(err::println);
        err.flush();
        try {
            return join(manifests);
        } catch (ManifestException e) {
            throw UserError.failure("the manifests cannot be accepted:" + System.lineSeparator() + e.getMessage(), e);
        } catch (Mistake e) {
            throw UserError.failure("the manifests cannot be read: " + e.explanation(), e);
        }
    }

    private static LabManifests join(Manifests manifests) {
        Intent intent = manifests.intent();
        Set<String> files = manifests.located().stream()
                .map(Manifests.Located::file)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        StringBuilder text = new StringBuilder();
        for (String file : files) {
            text.append("# ").append(file).append("\n---\n");
            text.append(TextFile.read(Path.of(file), "manifest")).append("\n...\n");
        }
        Set<String> mentioned = new TreeSet<>();
        intent.pods().map(Pod::namespace).forEach(mentioned::add);
        for (String namespace : mentioned) {
            if (intent.find(new ObjectRef(Kind.NAMESPACE, "", namespace)).isEmpty()) {
                text.append("---\napiVersion: v1\nkind: Namespace\nmetadata: {name: \"")
                        .append(namespace)
                        .append("\"}\n...\n");
                intent = intent.with(new IntentChange.Put(new Namespace(namespace, Map.of(), Map.of())));
            }
        }
        LabManifests joined = new LabManifests(text.toString(), intent);
        if (!ManifestReader.parse(FILE, joined.text).intent().equals(intent)) {
            throw UserError.failure(
                    "the manifests mean something else together than apart; give them to the lab as one file");
        }
        return joined;
    }

    /** What an earlier {@code lab up} stored. */
    static LabManifests stored(StateDirectory directory) {
        Path file = directory.manifests().resolve(FILE);
        String text = TextFile.read(file, "manifest");
        return new LabManifests(
                text, ManifestReader.parse(file.toString(), text).intent());
    }

    /** Whether there is something stored. */
    static boolean isStored(StateDirectory directory) {
        return Files.exists(directory.manifests().resolve(FILE));
    }

    /** Puts it where the agent watches, in one step. */
    void store(StateDirectory directory) throws IOException {
        Files.createDirectories(directory.manifests());
        Path temporary = directory.manifests().resolve("." + FILE);
        Files.writeString(temporary, text);
        Files.move(temporary, directory.manifests().resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The node that pods without one are bound to: the first that is declared or mentioned. */
    String firstNode() {
        return intent.nodes()
                .map(Node::name)
                .findFirst()
                .or(() -> intent.pods()
                        .map(Pod::node)
                        .filter(node -> !node.isEmpty())
                        .findFirst())
                .orElse("node-1");
    }
}
