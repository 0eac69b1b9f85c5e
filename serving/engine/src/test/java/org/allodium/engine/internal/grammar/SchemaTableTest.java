package org.allodium.engine.internal.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.allodium.engine.FormatRefused;
import org.allodium.engine.OutputFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The table of `docs/json-schema.md`, row by row.
class SchemaTableTest {
    private static final Path TABLE = Path.of("../../docs/json-schema.md");
    private static final int CELLS = 5;

    private final ByteWriter writer = ByteWriter.withTokens();

    record Row(String keyword, String schema, String fits, String breaks, String outcome) {
        boolean refused() {
            return outcome.equals("400");
        }
    }

    static Stream<Row> rows() throws IOException {
        return Files.readAllLines(TABLE).stream()
                .filter(line -> line.startsWith("| `"))
                .map(SchemaTableTest::row);
    }

    private static Row row(String line) {
        var cells = line.substring(2, line.length() - 2).split(" \\| ");
        assertThat(cells).as(line).hasSize(CELLS);
        return new Row(cells[0], code(cells[1]), code(cells[2]), code(cells[3]), cells[4]);
    }

    private static String code(String cell) {
        return cell.replace("`", "").replace("\\|", "|");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isAsTheTableSays(Row row) {
        var format = new OutputFormat.JsonSchema(row.schema());
        if (row.refused()) {
            var refusal =
                    catchThrowableOfType(
                            FormatRefused.class, () -> Constraints.compile(format, null));
            assertThat(refusal).as(row.schema()).isNotNull();
            var keyword = row.keyword().replaceAll("^`([^`:]+).*", "$1");
            assertThat(refusal.place()).contains(keyword);
            return;
        }
        var grammar = Constraints.compile(format, null);
        assertThat(writer.writes(grammar, row.fits())).as("fits").isTrue();
        assertThat(writer.writes(Constraints.compile(format, null), row.breaks()))
                .as("does not fit")
                .isFalse();
    }
}
