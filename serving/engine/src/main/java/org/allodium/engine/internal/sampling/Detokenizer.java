package org.allodium.engine.internal.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.allodium.engine.GenerationPiece;
import org.allodium.engine.TokenScore;
import org.allodium.engine.internal.text.DecodeStream;
import org.allodium.engine.internal.text.StopFilter;

/// Makes pieces of an answer from its tokens. On one thread at a time.
public final class Detokenizer {
    private final DecodeStream text;
    private final boolean silent;
    private final StopFilter stops;
    private final List<TokenScore> untold = new ArrayList<>();
    private int count;

    /// @param silent whether the model has no text, so that each token is a piece
    public Detokenizer(DecodeStream text, List<String> stops, boolean silent) {
        this.text = text;
        this.silent = silent;
        this.stops = new StopFilter(stops);
    }

    /// Takes a token; gives a piece where text became complete.
    /// @param shown whether its text belongs to the answer: not that of an end
    public Optional<GenerationPiece> push(TokenScore token, boolean shown) {
        count++;
        untold.add(token);
        var piece = shown ? stops.push(text.push(token.id())) : "";
        return piece.isEmpty() && !silent ? Optional.empty() : Optional.of(piece(piece));
    }

    public boolean stopped() {
        return stops.stopped();
    }

    /// What was held back, text and tokens, when no more comes; it may complete a stop text.
    public Optional<GenerationPiece> finish() {
        var rest = stops.stopped() ? "" : stops.push(text.flush()) + stops.flush();
        return rest.isEmpty() && untold.isEmpty() ? Optional.empty() : Optional.of(piece(rest));
    }

    private GenerationPiece piece(String shown) {
        var piece = new GenerationPiece(shown, untold, count);
        untold.clear();
        return piece;
    }
}
