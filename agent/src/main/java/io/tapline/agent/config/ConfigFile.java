// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.config;

import io.tapline.agent.config.AgentConfig.Setting;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Reads the configuration file: keys, values and the lines in which they stand. */
final class ConfigFile {
    private final String name;
    private final Map<Knob, Setting> settings = new EnumMap<>(Knob.class);

    private ConfigFile(String name) {
        this.name = name;
    }

    static Map<Knob, Setting> read(String name, String text) {
        ConfigFile file = new ConfigFile(name);
        LoadSettings load = LoadSettings.builder().setLabel(name).build();
        try {
            Optional<Node> root = new Compose(load).composeString(text);
            root.ifPresent(node -> file.readMap(node, ""));
        } catch (MarkedYamlEngineException e) {
            String line =
                    e.getProblemMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
            throw new ConfigFileException(name + line + ": this is not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new ConfigFileException(name + ": this is not YAML: " + e.getMessage());
        }
        return file.settings;
    }

    private void readMap(Node node, String prefix) {
        if (node instanceof ScalarNode scalar && scalar.getValue().isEmpty()) {
            return;
        }
        if (!(node instanceof MappingNode map)) {
            String key = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1) + ": ";
            throw new ConfigFileException(place(node) + ": " + key + "must be a map of keys and values");
        }
        for (NodeTuple entry : map.getValue()) {
            Node key = entry.getKeyNode();
            String text = key instanceof ScalarNode scalar ? scalar.getValue() : "";
            readEntry(prefix + text, key, entry.getValueNode());
        }
    }

    private void readEntry(String path, Node key, Node value) {
        if (Knob.paths().stream().anyMatch(known -> known.startsWith(path + "."))) {
            readMap(value, path + ".");
            return;
        }
        Knob knob = Arrays.stream(Knob.values())
                .filter(candidate -> candidate.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new ConfigFileException(place(key) + ": " + path
                        + ": unknown key; see 'tapline agent --print-config' for all there are"));
        if (!(value instanceof ScalarNode scalar)) {
            throw new ConfigFileException(place(value) + ": " + path + ": must be a single value");
        }
        if (settings.put(knob, new Setting(scalar.getValue(), place(value))) != null) {
            throw new ConfigFileException(place(key) + ": " + path + ": is given twice");
        }
    }

    private String place(Node node) {
        return name
                + node.getStartMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
    }
}
