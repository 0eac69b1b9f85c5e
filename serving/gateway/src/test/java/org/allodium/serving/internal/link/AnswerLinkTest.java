package org.allodium.serving.internal.link;

import static org.allodium.serving.internal.link.LinkedNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.allodium.serving.internal.link.LinkedNode.Wire;
import org.allodium.sovereignty.PoolId;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two nodes that keep answers, each reached through a wire of its own.
class AnswerLinkTest {
    private static final String SECRET = "The recipe of the national cake";

    @TempDir static Path folder;
    private static Path ours;
    private static Path foreign;

    private Wire toFirst;
    private Wire toSecond;

    @BeforeAll
    static void makeKeys() throws Exception {
        ours = KeysFolder.make(folder.resolve("ours"));
        foreign = KeysFolder.make(folder.resolve("foreign"));
    }

    @BeforeEach
    void lay() throws Exception {
        toFirst = Wire.lay();
        toSecond = Wire.lay();
    }

    @AfterEach
    void takeUp() {
        toFirst.close();
        toSecond.close();
    }

    private LinkedNode first() {
        return LinkedNode.open("first", toFirst, toSecond, ours);
    }

    private LinkedNode second() {
        return LinkedNode.open("second", toSecond, toFirst, ours);
    }

    @Test
    void whatOneKeepsTheOtherFindsWhereItsDecisionPermits() {
        try (var first = first();
                var second = second()) {
            first.awaitMembers(2);
            second.awaitMembers(2);
            first.keep("from the first", "one");
            second.keep("from the second", "two");
            second.awaitFinds("from the first", "one");
            first.awaitFinds("from the second", "two");
            assertThat(second.find("from the first", new PoolId("elsewhere"))).isEmpty();
            assertThat(second.registry.get("allodium.serving.link.members").gauge().value())
                    .isEqualTo(2);
        }
    }

    @Test
    void aNodeThatStartsAgainIsToldWhatTheOtherKeptMeanwhile() {
        try (var first = first()) {
            first.awaitMembers(1);
            first.keep("early", "before");
            for (int start = 1; start <= 2; start++) {
                try (var second = second()) {
                    second.awaitFinds("early", "before");
                }
                first.awaitMembers(1);
            }
        }
    }

    @Test
    void theWireCarriesNoAnswerInTheClear() {
        try (var first = first();
                var second = second()) {
            first.awaitMembers(2);
            first.keep("cake", SECRET);
            second.awaitFinds("cake", SECRET);
            for (var wire : List.of(toFirst, toSecond)) {
                assertThat(new String(wire.proxy().passed(), StandardCharsets.ISO_8859_1))
                        .doesNotContain(SECRET)
                        .doesNotContain(LinkedNode.key("cake").digest());
            }
            assertThat(toFirst.proxy().passed().length + toSecond.proxy().passed().length)
                    .isGreaterThan(SECRET.length());
        }
    }

    @Test
    void aStrangerWithKeysOfItsOwnNeitherHearsNorIsHeard() throws Exception {
        try (var toStranger = Wire.lay();
                var first = first();
                var stranger = LinkedNode.open("stranger", toStranger, toFirst, foreign)) {
            stranger.awaitMembers(1);
            await("the stranger has knocked", () -> toFirst.proxy().passed().length > 0);
            stranger.keep("poison", "foreign");
            try (var second = second()) {
                first.awaitMembers(2);
                first.keep("cake", SECRET);
                second.awaitFinds("cake", SECRET);
                assertThat(stranger.link.members()).isEqualTo(1);
                assertThat(stranger.find("cake")).isEmpty();
                assertThat(first.find("poison")).isEmpty();
                assertThat(second.find("poison")).isEmpty();
            }
        }
    }

    @Test
    void aStrangerThatSpeaksInTheClearNeitherHearsNorIsHeard() throws Exception {
        try (var first = first();
                var second = second();
                var stranger = inTheClear()) {
            first.awaitMembers(2);
            stranger.connect("allodium");
            assertThat(stranger.view().size()).as("alone").isEqualTo(1);
            stranger.send(new BytesMessage(null, SECRET.getBytes(StandardCharsets.UTF_8)));
            first.keep("cake", SECRET);
            second.awaitFinds("cake", SECRET);
            assertThat(first.link.members()).isEqualTo(2);
            assertThat(stranger.view().size()).as("alone").isEqualTo(1);
        }
    }

    private JChannel inTheClear() throws Exception {
        var transport = new TCP();
        transport.setBindAddress(InetAddress.getLoopbackAddress());
        transport.setBindPort(Wire.lay().port());
        return new JChannel(
                transport,
                new TCPPING()
                        .setPortRange(0)
                        .setValue(
                                "initial_hosts_str",
                                "127.0.0.1[%d],127.0.0.1[%d]"
                                        .formatted(toFirst.proxy().port(), toFirst.port())),
                new NAKACK2().useMcastXmit(false),
                new UNICAST3(),
                new STABLE(),
                new GMS().setJoinTimeout(1_000));
    }

    @Test
    void eachAnswersAloneWhileTheLinkIsCutAndBothTogetherAfterwards() {
        try (var first = first();
                var second = second()) {
            first.awaitMembers(2);
            second.awaitMembers(2);
            cut();
            first.keep("first alone", "one");
            second.keep("second alone", "two");
            first.awaitMembers(1);
            second.awaitMembers(1);
            assertThat(first.find("first alone")).contains("one");
            assertThat(second.find("second alone")).contains("two");
            assertThat(first.find("second alone")).isEmpty();
            assertThat(second.find("first alone")).isEmpty();
            restore();
            second.awaitFinds("first alone", "one");
            first.awaitFinds("second alone", "two");
            first.awaitMembers(2);
            second.awaitMembers(2);
        }
    }

    /// While the other one neither hears nor has been given up.
    @Test
    void keepingNeverWaitsForTheOther() {
        try (var first = first();
                var second = second()) {
            first.awaitMembers(2);
            cut();
            var large = "x".repeat(100_000);
            for (int n = 0; n < 300; n++) {
                first.keep("question " + n, large);
            }
            assertThat(first.find("question 299")).contains(large);
            assertThat(first.registry.counter("allodium.serving.link.answers", "what", "dropped"))
                    .satisfies(dropped -> assertThat(dropped.count()).isPositive());
            second.awaitMembers(1);
        }
    }

    private void cut() {
        toFirst.proxy().cut();
        toSecond.proxy().cut();
    }

    private void restore() {
        toFirst.proxy().restore();
        toSecond.proxy().restore();
    }

    @Test
    void nothingIsLeftOfALinkThatIsClosed() {
        var before = threads();
        try (var first = first();
                var second = second()) {
            first.awaitMembers(2);
            second.awaitMembers(2);
        }
        await("all its threads have ended", () -> before.containsAll(threads()));
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && !thread.getName().startsWith("ForkJoinPool"))
                .filter(thread -> !thread.getName().startsWith("VirtualThread"))
                .toList();
    }

    @Test
    void aNodeWithoutKeysDoesNotStart() {
        assertThatThrownBy(
                        () ->
                                LinkedNode.open(
                                        "first", toFirst, toSecond, folder.resolve("nothing")))
                .hasMessageContaining("tls.key")
                .hasMessageContaining("nothing");
    }
}
