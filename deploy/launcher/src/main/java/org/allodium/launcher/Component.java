package org.allodium.launcher;

import java.util.EnumSet;
import java.util.Set;

/// The processes, in the order in which they start; they stop in the opposite order.
public enum Component {
    DATABASE("db", "PostgreSQL"),
    KEYCLOAK("keycloak", "Keycloak"),
    PORTAL("portal", "Open Liberty"),
    /// Where there are two nodes: the same server once more. See decision 0122.
    SECOND_PORTAL("portal-2", "Open Liberty 2");

    static final int MOST_NODES = 2;

    private final String label;
    private final String program;

    Component(String label, String program) {
        this.label = label;
        this.program = program;
    }

    /// What a product of so many nodes consists of.
    static Set<Component> of(int nodes) {
        return nodes == MOST_NODES
                ? EnumSet.allOf(Component.class)
                : EnumSet.complementOf(EnumSet.of(SECOND_PORTAL));
    }

    /// As in `./allodium logs db` and in the names of log and pid files.
    public String label() {
        return label;
    }

    public String program() {
        return program;
    }

    /// Whether it is a node.
    boolean serves() {
        return this == PORTAL || this == SECOND_PORTAL;
    }

    /// As in `The portal is ready`.
    String words() {
        return this == SECOND_PORTAL ? "The second node" : "The portal";
    }

    /// The log that takes what it says on its console: a server writes another one by itself.
    String console() {
        return serves() ? label + "-console" : label;
    }
}
