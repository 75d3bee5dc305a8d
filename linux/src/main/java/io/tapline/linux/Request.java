// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

/**
 * One change for {@link Rtnetlink#apply}. The text form is what messages say: {@code add address 10.1.1.2/32 dev #3}.
 */
public sealed interface Request {
    /** Creates a device; {@code EEXIST} if the name is taken. */
    record CreateLink(LinkKind kind, LinkSettings settings) implements Request {
        @Override
        public String toString() {
            return "create " + kind.kernelName()
                    + settings.name().map(name -> " \"" + name + "\"").orElse("");
        }
    }

    /** Changes what {@code settings} sets; a new name only for a device given by index. */
    record ChangeLink(LinkRef link, LinkSettings settings) implements Request {
        /** @throws IllegalArgumentException if a device given by name is to be renamed */
        public ChangeLink {
            if (link instanceof LinkRef.ByName && settings.name().isPresent()) {
                throw new IllegalArgumentException(
                        "rename the device " + link + " by its index: the kernel cannot do it by name");
            }
        }

        @Override
        public String toString() {
            return "change device " + link;
        }
    }

    /** Deletes a device; {@code ENODEV} if there is none. The other end of a veth pair goes with it. */
    record DeleteLink(LinkRef link) implements Request {
        @Override
        public String toString() {
            return "delete device " + link;
        }
    }

    /** Adds an entry; {@code EEXIST} if it exists. */
    record Add(Entry entry) implements Request {
        @Override
        public String toString() {
            return "add " + entry;
        }
    }

    /** Adds an entry or replaces the one with its key; see the key at each {@link Entry}. */
    record Replace(Entry entry) implements Request {
        @Override
        public String toString() {
            return "replace " + entry;
        }
    }

    /** Deletes the entry with this key; an error if there is none. */
    record Delete(Entry entry) implements Request {
        @Override
        public String toString() {
            return "delete " + entry;
        }
    }

    /** Creates a device. */
    static Request createLink(LinkKind kind, LinkSettings settings) {
        return new CreateLink(kind, settings);
    }

    /** Creates a pair of connected devices. */
    static Request createVeth(LinkSettings end, LinkSettings peer) {
        return new CreateLink(new LinkKind.Veth(peer), end);
    }

    /** Changes the device with this index. */
    static Request changeLink(int index, LinkSettings settings) {
        return new ChangeLink(new LinkRef.ByIndex(index), settings);
    }

    /** Changes the device with this name. */
    static Request changeLink(String name, LinkSettings settings) {
        return new ChangeLink(new LinkRef.ByName(name), settings);
    }

    /** Deletes the device with this index. */
    static Request deleteLink(int index) {
        return new DeleteLink(new LinkRef.ByIndex(index));
    }

    /** Deletes the device with this name. */
    static Request deleteLink(String name) {
        return new DeleteLink(new LinkRef.ByName(name));
    }

    /** Adds an entry. */
    static Request add(Entry entry) {
        return new Add(entry);
    }

    /** Adds or replaces an entry. */
    static Request replace(Entry entry) {
        return new Replace(entry);
    }

    /** Deletes an entry. */
    static Request delete(Entry entry) {
        return new Delete(entry);
    }
}
