package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Counted in looks, against the kernel's own table and against written ones.
class HangUpsTest {
    private static final String HEAD = "  sl  local_address rem_address   st tx_queue rx_queue\n";
    private static final String ESTABLISHED = "01";
    private static final String CLOSE_WAIT = "08";
    private static final String LISTENS = "0A";
    private final AtomicInteger gone = new AtomicInteger();
    @TempDir Path folder;

    @Test
    void seesAPeerThatHungUpByTheSecondLook() throws Exception {
        try (var server = new ServerSocket(0);
                var client = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
                var accepted = server.accept()) {
            var hangUps = new HangUps(SocketTable.ofThisProcess());
            hangUps.watch(ends(accepted), gone::incrementAndGet);
            look(hangUps, 3);
            assertThat(gone).as("it is still there").hasValue(0);
            hangUp(client);
            look(hangUps, 2);
            assertThat(gone).hasValue(1);
            look(hangUps, 2);
            assertThat(gone).as("told once").hasValue(1);
        }
    }

    @Test
    void aClientThatClosesOnlyItsOwnDirectionHasHungUp() throws Exception {
        try (var server = new ServerSocket(0);
                var client = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
                var accepted = server.accept()) {
            var hangUps = new HangUps(SocketTable.ofThisProcess());
            hangUps.watch(ends(accepted), gone::incrementAndGet);
            client.shutdownOutput();
            look(hangUps, 2);
            assertThat(gone).hasValue(1);
        }
    }

    @Test
    void aResetConnectionVanishesAndCountsAsClosed() throws Exception {
        try (var server = new ServerSocket(0);
                var client = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
                var accepted = server.accept()) {
            var hangUps = new HangUps(SocketTable.ofThisProcess());
            hangUps.watch(ends(accepted), gone::incrementAndGet);
            look(hangUps, 1);
            client.setSoLinger(true, 0);
            hangUp(client);
            look(hangUps, 2);
            assertThat(gone).hasValue(1);
        }
    }

    @Test
    void oneLookThatMissesARowIsNotBelieved() throws Exception {
        var hangUps = new HangUps(new SocketTable(folder));
        hangUps.watch(ends("10.1.2.3", 9080, "10.1.2.4", 40000), gone::incrementAndGet);
        write("tcp", row("0302010A:2378", "0402010A:9C40", ESTABLISHED));
        look(hangUps, 1);
        write("tcp", row("0302010A:2378", "00000000:0000", LISTENS));
        look(hangUps, 1);
        write("tcp", row("0302010A:2378", "0402010A:9C40", ESTABLISHED));
        look(hangUps, 1);
        write("tcp", row("0302010A:2378", "00000000:0000", LISTENS));
        look(hangUps, 1);
        assertThat(gone).hasValue(0);
        look(hangUps, 1);
        assertThat(gone).hasValue(1);
    }

    @Test
    void findsPeersOfEitherFamily() throws Exception {
        var hangUps = new HangUps(new SocketTable(folder));
        hangUps.watch(ends("127.0.0.1", 9080, "127.0.0.1", 40000), gone::incrementAndGet);
        hangUps.watch(ends("fd00::1", 9080, "fd00::2", 40000), gone::incrementAndGet);
        hangUps.watch(ends("127.0.0.1", 9080, "127.0.0.1", 40001), gone::incrementAndGet);
        write("tcp", "");
        write(
                "tcp6",
                row(
                                "0000000000000000FFFF00000100007F:2378",
                                "0000000000000000FFFF00000100007F:9C40",
                                CLOSE_WAIT)
                        + row(
                                "000000FD000000000000000001000000:2378",
                                "000000FD000000000000000002000000:9C40",
                                CLOSE_WAIT)
                        + row(
                                "0000000000000000FFFF00000100007F:2378",
                                "0000000000000000FFFF00000100007F:9C41",
                                ESTABLISHED));
        look(hangUps, 2);
        assertThat(gone).hasValue(2);
    }

    @Test
    void aConnectionThatWasResetBeforeTheFirstLookIsGone() throws Exception {
        var hangUps = new HangUps(new SocketTable(folder));
        hangUps.watch(ends("127.0.0.1", 9080, "127.0.0.1", 40000), gone::incrementAndGet);
        write("tcp", row("0100007F:2378", "00000000:0000", LISTENS));
        look(hangUps, 1);
        assertThat(gone).hasValue(0);
        look(hangUps, 3);
        assertThat(gone).hasValue(1);
    }

    @Test
    void aTableThatDoesNotShowTheServerIsNotBelieved() throws Exception {
        var hangUps = new HangUps(new SocketTable(folder));
        hangUps.watch(ends("127.0.0.1", 9080, "203.0.113.7", 40000), gone::incrementAndGet);
        write("tcp", row("0100007F:2379", "0100007F:9C41", ESTABLISHED));
        look(hangUps, 5);
        assertThat(gone).hasValue(0);
    }

    @Test
    void looksNoMoreWhenTheAnswerHasCome() throws Exception {
        var hangUps = new HangUps(new SocketTable(folder));
        try (var _ =
                hangUps.watch(ends("127.0.0.1", 9080, "127.0.0.1", 40000), gone::incrementAndGet)) {
            write("tcp", row("0100007F:2378", "0100007F:9C40", ESTABLISHED));
            look(hangUps, 1);
        }
        write("tcp", row("0100007F:2378", "0100007F:9C40", CLOSE_WAIT));
        look(hangUps, 2);
        assertThat(gone).hasValue(0);
    }

    @Test
    void runsToTheEndWhereTheTableCannotBeRead() {
        var hangUps = new HangUps(new SocketTable(folder.resolve("nowhere")));
        hangUps.watch(ends("127.0.0.1", 9080, "127.0.0.1", 40000), gone::incrementAndGet);
        look(hangUps, 3);
        assertThat(gone).hasValue(0);
    }

    private static void hangUp(Socket client) throws IOException {
        client.close();
    }

    private static void look(HangUps hangUps, int times) {
        for (int i = 0; i < times; i++) {
            hangUps.look();
        }
    }

    private void write(String file, String rows) throws IOException {
        Files.writeString(folder.resolve(file), HEAD + rows);
    }

    private static String row(String local, String remote, String state) {
        return "   0: %s %s %s 00000000:00000000 00:00000000 00000000  1000        0 1 1\n"
                .formatted(local, remote, state);
    }

    private static SocketTable.Ends ends(Socket accepted) {
        return new SocketTable.Ends(
                (InetSocketAddress) accepted.getLocalSocketAddress(),
                (InetSocketAddress) accepted.getRemoteSocketAddress());
    }

    private static SocketTable.Ends ends(
            String local, int localPort, String remote, int remotePort) {
        return new SocketTable.Ends(
                new InetSocketAddress(InetAddress.ofLiteral(local), localPort),
                new InetSocketAddress(InetAddress.ofLiteral(remote), remotePort));
    }
}
