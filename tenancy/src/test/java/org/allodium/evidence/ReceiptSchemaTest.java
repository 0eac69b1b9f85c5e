package org.allodium.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ReceiptSchemaTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @ParameterizedTest
    @MethodSource("versions")
    void aPublishedSchemaStaysAsItIs(int version) {
        assertThat(ReceiptSchema.text(version))
                .contains(Golden.text("schema-" + version + ".json"));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void eachVersionTakesNothingFromReadersOfTheFirst(int version) {
        assertThat(AddOnly.losses(schema(1), schema(version))).isEmpty();
        if (version > 1) {
            assertThat(AddOnly.losses(schema(version - 1), schema(version))).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/properties, cost, gone",
        "/properties/usage/properties, input_tokens, gone",
        "/properties/cost, pattern, was",
        "/$defs/place/properties/national, type, was",
    })
    void whatIsRemovedOrLoosenedIsNoticed(String at, String name, String loss) {
        var changed = schema(1).deepCopy();
        ((ObjectNode) changed.at(at)).remove(name);
        assertThat(AddOnly.losses(schema(1), changed))
                .singleElement()
                .asString()
                .startsWith(at + "/" + name)
                .contains(loss);
    }

    @Test
    void whatIsNarrowedOrDemandedAnewIsNoticed() {
        var narrowed = (ObjectNode) schema(1).deepCopy();
        ((ObjectNode) narrowed.at("/properties/outcome")).putArray("enum").add("completed");
        assertThat(AddOnly.losses(schema(1), narrowed)).hasSize(1);
        var demanded = (ObjectNode) schema(1).deepCopy();
        demanded.withArray("required").add("delivery");
        assertThat(AddOnly.losses(schema(1), demanded)).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void whatIsWrittenNowFitsTheSchemaOfEveryVersion(int version) {
        assertThat(errors(version, FullReceipt.receipt().toJson())).isEmpty();
        assertThat(errors(version, SampleReceipts.receipt("r-1", UUID.randomUUID()).toJson()))
                .isEmpty();
    }

    @Test
    void everyFieldThatIsWrittenIsDescribed() {
        var closed = schema(ReceiptSchema.LATEST);
        close(closed);
        assertThat(validate(closed, FullReceipt.receipt().toJson())).isEmpty();
        assertThat(validate(closed, FullReceipt.receipt().toJson().replace("\"cost\"", "\"kost\"")))
                .isNotEmpty();
    }

    @Test
    void anotherKindOfValueDoesNotFit() {
        var receipt = FullReceipt.receipt().toJson();
        assertThat(errors(2, receipt.replace("\"0.00000000001\"", "1e-11"))).isNotEmpty();
        assertThat(errors(2, receipt.replace("\"kernel\":", "\"kernel_\":"))).isNotEmpty();
    }

    @Test
    void aReceiptNamesTheSchemaOfItsVersion() {
        var written = JSON.readTree(FullReceipt.receipt().toJson());
        int version = written.required("version").intValue();
        assertThat(version).isEqualTo(ReceiptSchema.LATEST);
        assertThat(written.required("schema").stringValue())
                .isEqualTo(schema(version).required("$id").stringValue());
    }

    @Test
    void thereIsNoOtherVersion() {
        assertThat(ReceiptSchema.text(0)).isEmpty();
        assertThat(ReceiptSchema.text(ReceiptSchema.LATEST + 1)).isEmpty();
    }

    static List<Integer> versions() {
        return java.util.stream.IntStream.rangeClosed(1, ReceiptSchema.LATEST).boxed().toList();
    }

    static List<String> errors(int version, String payload) {
        return validate(schema(version), payload);
    }

    private static List<String> validate(JsonNode schema, String payload) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema)
                .validate(
                        JSON.readTree(payload),
                        context -> context.executionConfig(c -> c.formatAssertionsEnabled(true)))
                .stream()
                .map(Object::toString)
                .toList();
    }

    private static JsonNode schema(int version) {
        return JSON.readTree(ReceiptSchema.text(version).orElseThrow());
    }

    /// Admits no field that is not described.
    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.has("properties")) {
            object.put("additionalProperties", false);
        }
        schema.forEach(ReceiptSchemaTest::close);
    }
}
