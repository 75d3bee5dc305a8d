// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import io.tapline.cni.Installer;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The network configuration that runtimes read. */
public final class Conflist {
    private Conflist() {}

    /**
     * A network named after the plug-in, with other plug-ins behind it.
     *
     * @param version of CNI
     * @param chained names of the other plug-ins
     */
    public static String text(String version, List<String> chained) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("cniVersion", version);
        root.put("name", Installer.NAME);
        ArrayNode plugins = root.putArray("plugins");
        plugins.addObject().put("type", Installer.NAME);
        for (String plugin : chained) {
            ObjectNode entry = plugins.addObject().put("type", plugin);
            if (plugin.equals("portmap")) {
                entry.putObject("capabilities").put("portMappings", true);
            }
        }
        return root.toPrettyString() + "\n";
    }
}
