package org.allodium.serving;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client that writes down what it hears, and leaves when it has heard enough.
class Hearing implements AnswerListener {
    final List<String> heard = new ArrayList<>();
    private final int patience;
    boolean whole;
    @Nullable AnswerStart start;
    @Nullable AnswerEnd end;

    Hearing() {
        this(Integer.MAX_VALUE);
    }

    Hearing(int patience) {
        this.patience = patience;
    }

    @Override
    public void started(AnswerStart begun) {
        start = begun;
    }

    @Override
    public void waiting() throws IOException {
        hear("…");
    }

    @Override
    public boolean streams() {
        return !whole;
    }

    @Override
    public void text(int choice, String piece) throws IOException {
        hear(choice + ":" + piece);
    }

    @Override
    public void choiceEnded(int choice, String finishReason) throws IOException {
        hear(choice + "=" + finishReason);
    }

    @Override
    public void ended(AnswerEnd ending) {
        end = ending;
    }

    private void hear(String what) throws IOException {
        if (heard.size() >= patience) {
            throw new IOException("Broken pipe");
        }
        heard.add(what);
    }
}
