package org.allodium.portal.parts;

import static org.allodium.portal.text.Messages.say;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.portal.text.Messages;

/// What an editor saw of a thing when they opened a form. When somebody else changed the thing
/// meanwhile, the form stays open and says who and what; saving again then replaces what was told.
public final class Seen<T> {
    private T last;

    public Seen(T first) {
        this.last = first;
    }

    public T last() {
        return last;
    }

    /// After the editor's own change.
    public void replacedBy(T now) {
        last = now;
    }

    /// @param work saves, given what the editor saw
    /// @param fresh reads what is there now
    /// @param change says, in the reader's language, what has become of the thing since
    public void save(Consumer<T> work, Supplier<T> fresh, Function<T, String> change) {
        try {
            work.accept(last);
        } catch (Refused refused) {
            if (refused.code() != ErrorCode.EDITED_MEANWHILE) {
                throw refused;
            }
            var now = fresh.get();
            var told = change.apply(now);
            last = now;
            // In the reader's language already.
            var words =
                    String.join(
                            " ",
                            refused.sentence().in(Messages.locale()),
                            told,
                            say("form.save-again"));
            throw new Refused(refused.code(), Sentence.asSaid(words));
        }
    }
}
