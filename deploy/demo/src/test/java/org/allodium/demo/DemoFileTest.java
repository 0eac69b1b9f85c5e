package org.allodium.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.allodium.kernel.Money;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoFileTest {
    @Test
    void readsPeopleAndKeysAndShowsNoSecret(@TempDir Path folder) throws IOException {
        var file = folder.resolve("demo.json");
        Files.writeString(
                file,
                """
                {"users":[
                  {"username":"owner","password":"p","subject":"s1","firstName":"Ada","lastName":"Lindqvist",
                   "email":"ada@example.org","roles":["owner"],"tenant":"coastal-climate-lab"},
                  {"username":"auditor","password":"p","subject":"s2","firstName":"Signe","lastName":"Torp",
                   "email":"signe@example.org","roles":["auditor"],"tenant":null}],
                 "keys":[{"name":"demo-standard","key":"sk-alo-secret","tenant":"coastal-climate-lab",
                   "purpose":"standard"}]}""");
        var demo = DemoFile.read(file);
        assertThat(demo.ownerOf("coastal-climate-lab").person().name()).isEqualTo("Ada Lindqvist");
        assertThat(demo.withRole("auditor").subject()).isEqualTo("s2");
        assertThat(demo.toString()).doesNotContain("sk-alo-secret");
    }

    @Test
    void namesEachOrganisationOnce() {
        var slugs =
                DemoOrganisation.all().stream()
                        .map(DemoOrganisation::slug)
                        .collect(Collectors.toSet());
        assertThat(slugs).hasSize(5).contains(DemoOrganisation.SPENT);
    }

    /// 64 tokens of answer and 32 of question, at 0.54 and 0.18 EUR per million.
    @Test
    void theSmallGrantPaysForTwentyAnswers() {
        var small =
                DemoOrganisation.all().stream()
                        .filter(organisation -> organisation.slug().equals("river-school"))
                        .findFirst()
                        .orElseThrow();
        assertThat(small.grant()).isEqualTo(Money.euro("0.00004032").times(20));
    }
}
