package org.allodium.serving;

import java.util.List;
import java.util.Optional;
import org.allodium.identity.Caller;

/// Documents to be put in order by how well they answer a query.
/// @param best how many of them to return; empty means all
public record RankCommand(
        Caller caller,
        String model,
        String query,
        List<String> documents,
        Optional<Integer> best,
        Optional<String> residency,
        Optional<String> dataClass)
        implements InferenceCommand {
    public RankCommand {
        documents = List.copyOf(documents);
    }
}
