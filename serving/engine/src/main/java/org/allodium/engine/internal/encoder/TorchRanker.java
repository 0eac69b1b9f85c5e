package org.allodium.engine.internal.encoder;

import java.util.List;
import org.allodium.engine.Computing;
import org.allodium.engine.EncoderOptions;
import org.allodium.engine.ModelDescription;
import org.allodium.engine.Ranker;
import org.allodium.engine.TokenPair;
import org.allodium.engine.internal.model.EncoderSpec;
import org.allodium.engine.internal.model.ModelFolder;

/// An encoder whose output is one number.
public final class TorchRanker implements Ranker {
    private final EncoderCopy copy;

    private TorchRanker(EncoderCopy copy) {
        this.copy = copy;
    }

    public static TorchRanker load(ModelFolder folder, EncoderSpec spec, EncoderOptions options) {
        return new TorchRanker(EncoderCopy.load(folder, spec, options));
    }

    @Override
    public ModelDescription description() {
        return copy.description();
    }

    @Override
    public Computing computing() {
        return copy.computing();
    }

    @Override
    public int mostBytesPerToken() {
        return copy.tokens().mostBytesPerToken();
    }

    @Override
    public TokenPair encode(String query, String document) {
        return copy.tokens().encodePair(query, document);
    }

    @Override
    public float[] score(List<TokenPair> pairs) {
        var rows =
                copy.results(
                        pairs.stream()
                                .map(pair -> new EncoderInput(pair.ids(), pair.types()))
                                .toList());
        var scores = new float[rows.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = rows.get(i)[0];
        }
        return scores;
    }

    @Override
    public void close() {
        copy.close();
    }
}
