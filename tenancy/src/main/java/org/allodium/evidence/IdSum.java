package org.allodium.evidence;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.allodium.evidence.internal.Hashes;

/// Many ids in any order as one figure of few bytes: two are equal where their ids are the same,
/// each as often.
final class IdSum {
    private static final BigInteger BOUND = BigInteger.TWO.pow(256);

    private BigInteger sum = BigInteger.ZERO;
    private long count;

    void add(String id) {
        byte[] hash = Hashes.sha256().digest(id.getBytes(StandardCharsets.UTF_8));
        sum = sum.add(new BigInteger(1, hash)).mod(BOUND);
        count++;
    }

    long count() {
        return count;
    }

    boolean sameAs(IdSum other) {
        return count == other.count && sum.equals(other.sum);
    }
}
