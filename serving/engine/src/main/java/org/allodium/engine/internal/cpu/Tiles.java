package org.allodium.engine.internal.cpu;

/// What became of the processor's matrix tiles (AMX), in the numbering of the C sources.
enum Tiles {
    ABSENT("The processor has no matrix tiles that the system shows"),
    USED("Linear layers use the processor's matrix tiles"),
    FORBIDDEN("The processor's matrix tiles are not used: ALLODIUM_TILES is off"),
    NOT_GRANTED("The processor's matrix tiles are not used: the system does not grant them"),
    WRONG(
            "The processor's matrix tiles are not used: they do not compute what its vector"
                    + " instructions compute");

    private final String words;

    Tiles(String words) {
        this.words = words;
    }

    /// Whether who runs the machine would expect tiles and is to hear that there are none.
    boolean surprises() {
        return this == NOT_GRANTED || this == WRONG;
    }

    String words() {
        return words;
    }
}
