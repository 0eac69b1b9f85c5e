package org.allodium.serving.internal.link;

import java.io.DataInput;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jgroups.Message;
import org.jgroups.MessageFactory;
import org.jgroups.ObjectMessage;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.util.Digest;
import org.jgroups.util.MutableDigest;
import org.jgroups.util.SeqnoList;
import org.jgroups.util.SizeStreamable;

/// JGroups would make any object of any class that a member names. Here a message holds bytes, or
/// one of the lists of numbers by which JGroups itself finds what was lost and what all have.
final class NarrowMessages extends MessageFactory {
    private NarrowMessages() {}

    /// For the whole process.
    static void impose() {
        creators[Message.OBJ_MSG] = Numbers::new;
    }

    /// Written as any other message of its kind.
    private static final class Numbers extends ObjectMessage {
        private static final Set<Short> KNOWN =
                Stream.of(SeqnoList.class, Digest.class, MutableDigest.class)
                        .map(ClassConfigurator::getMagicNumber)
                        .collect(Collectors.toUnmodifiableSet());

        @Override
        public Supplier<Message> create() {
            return Numbers::new;
        }

        @Override
        public void readPayload(DataInput in) throws IOException, ClassNotFoundException {
            if (in.readByte() == 0) {
                return;
            }
            short type = in.readShort();
            if (!KNOWN.contains(type)) {
                throw new StreamCorruptedException("No message between nodes is of type " + type);
            }
            SizeStreamable numbers = ClassConfigurator.create(type);
            numbers.readFrom(in);
            setObject(numbers);
        }
    }
}
