package org.allodium.engine.internal.grammar;

import java.util.List;
import java.util.Random;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Schemas of the supported kind, made by chance.
final class RandomSchema {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> NAMES =
            List.of("a", "name", "größe", "x y", "q\"u\\o", "\u0001", "😀", "nested", "b");
    // Without email: the validator takes only the top-level domains that it knows.
    private static final List<String> FORMATS =
            List.of("date", "time", "date-time", "uuid", "hostname", "ipv4");
    private static final List<String> PATTERNS =
            List.of(
                    "^[a-z]{1,5}$",
                    "^\\d{3}-\\d{4}$",
                    "^(ja|nein|vielleicht)$",
                    "[0-9]",
                    "^[^a-z\\s]{2,4}$",
                    "^\\w+@\\w+\\.(com|org)$",
                    "^.{0,3}x?$",
                    "^[A-Zäöü\"\\\\]+\\??$",
                    "^\\S*$");

    private final Random random;
    // A reference to the whole schema needs a bracket before it, else it never ends.
    private int brackets;

    private RandomSchema(Random random) {
        this.random = random;
    }

    static ObjectNode of(Random random) {
        var schema = new RandomSchema(random);
        if (random.nextInt(3) == 0) {
            return schema.any(3);
        }
        var whole = JSON.createObjectNode();
        schema.fillObject(whole, 3);
        return whole;
    }

    private ObjectNode any(int depth) {
        var schema = JSON.createObjectNode();
        if (random.nextInt(3) == 0) {
            schema.put("description", "something");
        }
        switch (random.nextInt(depth > 0 ? 9 : 5)) {
            case 0 -> fillString(schema);
            case 1 -> {
                fillInteger(schema);
                if (random.nextBoolean()) {
                    fillNumber(schema);
                }
            }
            case 2 -> schema.put("type", one("number", "boolean", "null", "integer"));
            case 3 -> fillEnum(schema);
            case 4 -> schema.putArray("type").add("string").add("null");
            case 5 -> fillArray(schema, depth);
            case 6 -> {
                var options = schema.putArray("anyOf");
                for (int i = 0; i <= random.nextInt(3); i++) {
                    options.add(any(depth - 1));
                }
            }
            case 7 -> {
                if (brackets == 0) {
                    fillString(schema);
                    break;
                }
                var options = schema.putArray("anyOf");
                options.addObject().put("type", "null");
                options.addObject().put("$ref", "#");
            }
            default -> fillObject(schema, depth);
        }
        return schema;
    }

    private void fillObject(ObjectNode schema, int depth) {
        schema.put("type", "object");
        brackets++;
        fillMembers(schema, depth);
        brackets--;
    }

    private void fillMembers(ObjectNode schema, int depth) {
        if (random.nextInt(6) == 0) {
            if (random.nextBoolean()) {
                schema.set("additionalProperties", any(depth - 1));
                schema.put("maxProperties", 2);
            }
            return;
        }
        var properties = schema.putObject("properties");
        var required = schema.putArray("required");
        for (int i = random.nextInt(4); i >= 0; i--) {
            var name = NAMES.get(random.nextInt(NAMES.size()));
            if (!properties.has(name) && random.nextInt(3) > 0) {
                required.add(name);
            }
            properties.set(name, any(depth - 1));
        }
        schema.put("additionalProperties", false);
    }

    private void fillArray(ObjectNode schema, int depth) {
        schema.put("type", "array");
        if (random.nextInt(4) > 0) {
            brackets++;
            schema.set("items", any(depth - 1));
            brackets--;
        }
        int min = random.nextInt(3);
        if (random.nextBoolean()) {
            schema.put("minItems", min);
        }
        schema.put("maxItems", min + random.nextInt(3));
    }

    private void fillString(ObjectNode schema) {
        schema.put("type", "string");
        switch (random.nextInt(5)) {
            case 0 -> schema.put("format", FORMATS.get(random.nextInt(FORMATS.size())));
            case 1 -> schema.put("pattern", PATTERNS.get(random.nextInt(PATTERNS.size())));
            case 2 -> {
                int min = random.nextInt(5);
                schema.put("minLength", min).put("maxLength", min + random.nextInt(40));
            }
            case 3 -> schema.put("pattern", "^[a-z ]*$").put("minLength", 2).put("maxLength", 9);
            default -> {}
        }
    }

    private void fillInteger(ObjectNode schema) {
        schema.put("type", "integer");
        long low = random.nextInt(2000) - 1000;
        switch (random.nextInt(4)) {
            case 0 -> schema.put("minimum", low).put("maximum", low + random.nextInt(500));
            case 1 -> schema.put("exclusiveMinimum", low);
            case 2 -> schema.put("maximum", low + 0.5);
            default -> {}
        }
    }

    private void fillNumber(ObjectNode schema) {
        schema.removeAll();
        schema.put("type", "number");
        double low = (random.nextInt(4000) - 2000) / 16.0;
        switch (random.nextInt(4)) {
            case 0 -> schema.put("minimum", low).put("maximum", low + random.nextInt(50) / 8.0);
            case 1 -> schema.put("exclusiveMinimum", low).put("exclusiveMaximum", low + 0.25);
            case 2 -> schema.put("exclusiveMaximum", low);
            default -> schema.put("minimum", low);
        }
    }

    private void fillEnum(ObjectNode schema) {
        var values = schema.putArray("enum");
        values.add(one("a", "\"quoted\"", "zeile\n", "😀"));
        if (random.nextBoolean()) {
            values.add(random.nextInt(100)).addNull().add(1.5);
            values.addObject().put("k", "v");
        }
    }

    private String one(String... options) {
        return options[random.nextInt(options.length)];
    }
}
