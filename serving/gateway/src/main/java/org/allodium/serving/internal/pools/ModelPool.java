package org.allodium.serving.internal.pools;

import java.time.Duration;
import java.util.Optional;
import org.allodium.catalog.Model;
import org.allodium.evidence.Receipt;
import org.allodium.sovereignty.PoolId;

/// One model's weights on one pool. It takes a request in or says *full*; nobody waits blindly.
public sealed interface ModelPool permits ChatPool, EmbeddingPool, RankingPool {
    PoolId pool();

    String digest();

    /// As the deployment asks, which may leave it to the engine.
    Model.Precision precision();

    Model.State state();

    /// The most bytes of text that count for one token of the model.
    int mostBytesPerToken();

    /// What it computes with; empty where nobody here knows.
    default Optional<Receipt.Computing> computesWith() {
        return Optional.empty();
    }

    /// Requests taken in and not finished.
    int waiting();

    /// A place in the queue; empty when all are taken.
    Optional<Seat> enter();

    /// When a place may become free.
    Duration expectedWait();

    /// Held from the moment a request is taken in until it has ended.
    interface Seat extends AutoCloseable {
        @Override
        void close();
    }

    /// The computation failed; nothing of it left the pool.
    final class Broken extends Exception {
        public Broken(Throwable cause) {
            super(cause);
        }

        /// Spoilt weights, and sums too large for their precision, end as infinite or as NaN.
        static void demandFinite(float[] computed) throws Broken {
            for (float number : computed) {
                if (!Float.isFinite(number)) {
                    throw new Broken(new ArithmeticException("The model computed no number"));
                }
            }
        }
    }
}
