package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.evidence.ReceiptSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiptSchemaServletTest {
    @Test
    void givesTheSchemaThatAReceiptNames() {
        for (int version = 1; version <= ReceiptSchema.LATEST; version++) {
            var path = ReceiptSchema.address(version).substring(ReceiptSchema.FOLDER.length() - 1);
            assertThat(ReceiptSchemaServlet.schema(path)).isEqualTo(ReceiptSchema.text(version));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/0.json", "/99999.json", "/1", "/../1.json", "/01.json"})
    void hasNothingElse(String path) {
        assertThat(ReceiptSchemaServlet.schema(path)).isEmpty();
    }
}
