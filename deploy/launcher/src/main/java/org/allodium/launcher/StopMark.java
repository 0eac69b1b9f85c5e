package org.allodium.launcher;

/// Says to a supervisor, and to a start under way, that somebody is stopping the product. The mark
/// names the process that stops, so that one whose maker was killed means nothing.
record StopMark(DataFolder folder) {
    void set() {
        Child.record(file(), ProcessHandle.current());
    }

    boolean stands() {
        return Child.recorded(file()).isPresent();
    }

    void remove() {
        DataFolder.delete(file());
    }

    private java.nio.file.Path file() {
        return folder.run().resolve("stopping");
    }
}
