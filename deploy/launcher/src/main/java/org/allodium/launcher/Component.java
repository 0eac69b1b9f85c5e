package org.allodium.launcher;

/// The three processes, in the order in which they start; they stop in the opposite order.
public enum Component {
    DATABASE("db", "PostgreSQL"),
    KEYCLOAK("keycloak", "Keycloak"),
    PORTAL("portal", "Open Liberty");

    private final String label;
    private final String program;

    Component(String label, String program) {
        this.label = label;
        this.program = program;
    }

    /// As in `./allodium logs db` and in the names of log and pid files.
    public String label() {
        return label;
    }

    public String program() {
        return program;
    }
}
