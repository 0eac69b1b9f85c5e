package org.allodium.billing;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

@ApplicationScoped
public class Programmes {
    public ProgrammeId open(OpenProgramme command) {
        throw new UnsupportedOperationException();
    }

    public List<Programme> all() {
        throw new UnsupportedOperationException();
    }

    /// Accepting applications now.
    public List<Programme> accepting() {
        throw new UnsupportedOperationException();
    }

    public Optional<Programme> find(ProgrammeId id) {
        throw new UnsupportedOperationException();
    }
}
