package org.allodium.it.bench.inside;

import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/// What an engine does whose computing costs nothing: of many answers it says the next token of
/// each at its time, from one thread. A token is the instant at which it was said, on the clock
/// that all processes of a machine share.
final class Pace {
    private final DelayQueue<Voice> voices = new DelayQueue<>();

    Pace() {
        Thread.ofPlatform().daemon().name("pace").start(this::speak);
    }

    interface Hearer {
        void token(String text, int saidSoFar);

        void end(boolean whole, int said);
    }

    /// Says the first token now, and one each so many nanoseconds; where these are none, one
    /// whenever [#next] asks for it.
    Voice begin(int tokens, long nanos, Hearer hearer) {
        var voice = new Voice(tokens, nanos, hearer);
        voices.add(voice);
        return voice;
    }

    void next(Voice voice) {
        voice.due = System.nanoTime();
        voices.add(voice);
    }

    private void speak() {
        while (true) {
            try {
                var voice = voices.take();
                if (voice.goesOn()) {
                    voices.add(voice);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    static final class Voice implements Delayed {
        private final int tokens;
        private final long nanos;
        private final Hearer hearer;
        private long due = System.nanoTime();
        private int said;
        private volatile boolean cancelled;

        Voice(int tokens, long nanos, Hearer hearer) {
            this.tokens = tokens;
            this.nanos = nanos;
            this.hearer = hearer;
        }

        void cancel() {
            cancelled = true;
        }

        private boolean goesOn() {
            if (cancelled) {
                hearer.end(false, said);
                return false;
            }
            said++;
            hearer.token(now(), said);
            if (said == tokens) {
                hearer.end(true, said);
                return false;
            }
            due += nanos;
            return nanos > 0;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return other instanceof Voice voice ? Long.signum(due - voice.due) : 0;
        }
    }

    /// Found by who reads it between two signs that nothing else in an event contains.
    static String now() {
        return "@" + System.nanoTime() + "@";
    }
}
