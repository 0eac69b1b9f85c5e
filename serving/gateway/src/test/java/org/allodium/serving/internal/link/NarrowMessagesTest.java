package org.allodium.serving.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.io.Serializable;
import java.io.StreamCorruptedException;
import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.MessageFactory;
import org.jgroups.ObjectMessage;
import org.jgroups.util.MutableDigest;
import org.jgroups.util.SeqnoList;
import org.jgroups.util.SizeStreamable;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a member sends that has been taken over.
class NarrowMessagesTest {
    private static boolean sprung;

    @BeforeEach
    void impose() {
        NarrowMessages.impose();
        sprung = false;
    }

    @Test
    void noObjectOfJavaIsMade() throws Exception {
        var sent = written(new ObjectMessage(null, new SerializedTrap()));
        assertThatThrownBy(() -> received(sent)).isInstanceOf(StreamCorruptedException.class);
        assertThat(sprung).isFalse();
    }

    @Test
    void noClassThatTheMessageNamesIsMade() throws Exception {
        var sent = written(new ObjectMessage(null, (SizeStreamable) new NamedTrap()));
        sprung = false;
        assertThatThrownBy(() -> received(sent)).isInstanceOf(StreamCorruptedException.class);
        assertThat(sprung).isFalse();
    }

    @Test
    void whatIsAskedForAgainIsUnderstood() throws Exception {
        var lost = new SeqnoList(10, 0).add(3, 7);
        assertThat(received(written(new ObjectMessage(null, lost))).<Object>getObject())
                .hasToString(lost.toString());
    }

    @Test
    void whatAllHaveSeenIsUnderstood() throws Exception {
        var seen = new MutableDigest(new Address[] {UUID.randomUUID()});
        assertThat(received(written(new ObjectMessage(null, seen))).<Object>getObject())
                .isEqualTo(seen);
    }

    private static byte[] written(Message message) throws Exception {
        var bytes = new ByteArrayOutputStream();
        message.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static Message received(byte[] sent) throws Exception {
        Message message = MessageFactory.create(Message.OBJ_MSG);
        message.readFrom(new DataInputStream(new ByteArrayInputStream(sent)));
        return message;
    }

    private static final class SerializedTrap implements Serializable {
        @Serial private static final long serialVersionUID = 1;

        @Serial
        private void readObject(ObjectInputStream in) {
            sprung = true;
        }
    }

    public static final class NamedTrap implements SizeStreamable {
        public NamedTrap() {
            sprung = true;
        }

        @Override
        public int serializedSize() {
            return 0;
        }

        @Override
        public void writeTo(DataOutput out) {}

        @Override
        public void readFrom(DataInput in) {}
    }
}
