package org.allodium.billing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ParquetFileTest {
    private static final List<String> COLUMNS = List.of("id", "at", "amount", "line");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void keepsEveryKindOfValueToItsEdge() throws IOException {
        var rows =
                List.of(
                        COLUMNS,
                        List.of(
                                "é, \"x\"\r\n",
                                "2026-11-30T23:59:59.999999Z",
                                "0.000000000001",
                                "1"),
                        List.of("b", "1969-12-31T23:59:59.999999Z", "-0.000000000001", "-1"),
                        List.of(
                                "c",
                                "2199-12-31T00:00:00.000000Z",
                                "999999999999.999999999999",
                                Long.toString(Long.MAX_VALUE)),
                        List.of(
                                "d",
                                "2027-01-01T00:00:00.000000Z",
                                "-999999999999.999999999999",
                                Long.toString(Long.MIN_VALUE)));
        var file = file();
        for (var row : rows.subList(1, rows.size())) {
            file.row(row);
        }
        file.row(Arrays.asList(null, null, null, null));
        assertThat(file.end().rows()).isEqualTo(5);
        var read = ParquetReading.of(out.toByteArray());
        assertThat(read.subList(0, 5)).isEqualTo(rows);
        assertThat(read.get(5)).containsExactly("", "", "", "");
    }

    @Test
    void refusesWhatWouldBeRounded() throws IOException {
        var file = file();
        assertThatThrownBy(
                        () ->
                                file.row(
                                        List.of(
                                                "a",
                                                "2026-11-30T00:00:00Z",
                                                "0.0000000000001",
                                                "1")))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void holdsNoMoreThanAGroupOfRows() throws IOException {
        var file = file();
        for (int n = 0; n < 250_000; n++) {
            file.row(List.of("same", "2026-11-30T00:00:00Z", "1", "1"));
        }
        file.end();
        assertThat(ParquetReading.groups(out.toByteArray()))
                .containsExactly(100_000L, 100_000L, 50_000L);
    }

    @Test
    void holdsNoMoreThanAGroupsBytes() throws IOException {
        var file = file();
        var random = new Random(7);
        byte[] noise = new byte[8_192];
        long before = 0;
        for (int n = 0; n < 3_000; n++) {
            random.nextBytes(noise);
            file.row(List.of(HexFormat.of().formatHex(noise), "2026-11-30T00:00:00Z", "1", "1"));
            before = Math.max(before, out.size());
        }
        assertThat(before).as("it leaves while it is written").isPositive();
        file.end();
        assertThat(ParquetReading.groups(out.toByteArray()))
                .hasSizeGreaterThan(1)
                .allSatisfy(rows -> assertThat(rows * noise.length * 2).isLessThan(32L << 20));
    }

    @Test
    void isAFileWithoutRowsToo() throws IOException {
        assertThat(file().end().rows()).isZero();
        assertThat(ParquetReading.of(out.toByteArray())).containsExactly(COLUMNS);
    }

    private ParquetFile file() throws IOException {
        return new ParquetFile("a.parquet", out, COLUMNS);
    }
}
