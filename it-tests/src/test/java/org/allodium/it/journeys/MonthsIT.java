package org.allodium.it.journeys;

import static org.allodium.it.journeys.Browsing.button;
import static org.allodium.it.journeys.Browsing.open;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.allodium.it.product.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A month is exported, checked, put away and brought back, by hand and by command.
class MonthsIT {
    private static final String MONTH = "2026-10";

    @TempDir Path folder;

    @Test
    void anOperatorExportsAndMovesAMonthByHand() throws Exception {
        try (var browsing = new Browsing()) {
            var page = browsing.signedIn("operator");
            open(page, "/staff/months");
            var row = page.getByRole(AriaRole.ROW).filter(has(MONTH));
            Download download =
                    page.waitForDownload(() -> button(row, "Export, October 2026").click());
            var file = folder.resolve("october.zip");
            download.saveAs(file);
            page.getByText("The export of 2026-10 is whole").waitFor();
            assertThat(allodium("verify-month", file.toString())).as(said()).isZero();
            assertThat(said()).contains("The export of 2026-10 is whole and unchanged.");

            button(row, "Detach, October 2026").click();
            var question = page.getByRole(AriaRole.ALERTDIALOG);
            button(question, "Detach").click();
            button(row, "Attach, October 2026").click();
            button(question, "Attach").click();
            button(row, "Detach, October 2026").waitFor();
        }
    }

    @Test
    void theCommandDoesTheSame() throws Exception {
        assertThat(allodium("months", "list")).as(said()).isZero();
        assertThat(said()).contains(MONTH);
        var file = folder.resolve("october.zip").toString();
        assertThat(allodium("months", "export", MONTH, "--to", file)).as(said()).isZero();
        assertThat(said()).contains("is whole and unchanged", "SHA-256 of its manifest: ");
        assertThat(allodium("months", "detach", MONTH)).as(said()).isZero();
        assertThat(allodium("months", "export", MONTH, "--to", file + "2")).isEqualTo(1);
        assertThat(said()).contains("2026-10 is detached: an operator attaches it first.");
        assertThat(allodium("months", "attach", MONTH)).as(said()).isZero();
        byte[] content = Files.readAllBytes(Path.of(file));
        Files.write(Path.of(file), Arrays.copyOf(content, content.length / 2));
        assertThat(allodium("verify-month", file)).isEqualTo(1);
        assertThat(said()).contains("The export is not valid:");
    }

    private int allodium(String... words) throws Exception {
        return Command.allodium(folder, words);
    }

    private String said() throws Exception {
        return Files.readString(folder.resolve("out"));
    }

    private static Locator.FilterOptions has(String text) {
        return new Locator.FilterOptions().setHasText(text);
    }
}
