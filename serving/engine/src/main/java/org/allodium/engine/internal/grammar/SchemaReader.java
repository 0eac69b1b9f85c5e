package org.allodium.engine.internal.grammar;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.allodium.engine.FormatRefused;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Makes a grammar of a JSON Schema. What the grammar produces fits the schema; where the schema
/// allows several spellings or orders, one is chosen. A keyword that is not known is refused.
final class SchemaReader {
    private static final int MOST_CHARACTERS = 262_144;
    private static final int DEEPEST = 100;
    private static final int MOST_PARTS = 20_000;

    // Of a part with all that belongs to it, about.
    private static final int BYTES_OF_A_PART = 512;

    private final JsonNode whole;
    private final References references = new References(DEEPEST);
    private final ScalarSchema scalars = new ScalarSchema();
    private int parts;

    private SchemaReader(JsonNode whole) {
        this.whole = whole;
    }

    /// @throws FormatRefused if it is no schema, or one of a kind that is not supported
    static Node read(String schema) {
        var grammar = JsonParts.text(readValue(schema));
        Node.settle(grammar);
        return grammar;
    }

    /// A schema of arguments: those of an object, whatever it says of others.
    static Node readObject(String schema) {
        var value = readValue(schema);
        if (!JsonMapper.shared().readTree(schema).path("type").asString("").equals("object")) {
            throw new FormatRefused(
                    "type", "The schema of a tool's arguments must be an object's.");
        }
        return value;
    }

    private static Node readValue(String schema) {
        if (schema.length() > MOST_CHARACTERS) {
            throw tooLarge("");
        }
        JsonNode whole;
        try {
            whole = JsonMapper.shared().readTree(schema);
        } catch (JacksonException e) {
            throw new FormatRefused("", "The schema is not JSON.");
        }
        var value = new SchemaReader(whole).read();
        Node.settle(value);
        if (!value.finite()) {
            throw new FormatRefused("", "The schema allows no value of finite length.");
        }
        return value;
    }

    private static FormatRefused tooLarge(String place) {
        return new FormatRefused(place, "The schema is too large or too deep.");
    }

    /// What references lead to is read afterwards, one by one: a chain of them is no depth.
    private Node read() {
        var value = value(whole, "", References.WHOLE, 0);
        for (var next = references.next(); next != null; next = references.next()) {
            next.rule().be(value(target(next.from(), next.pointer()), next.place(), next.to(), 0));
        }
        references.check();
        return value;
    }

    /// @param here the reference that leads to this place; null once a character stands between
    private Node value(JsonNode schema, String place, @Nullable String here, int depth) {
        if (depth > DEEPEST || ++parts > MOST_PARTS) {
            throw tooLarge(place);
        }
        Effort.spend(1 + place.length());
        Effort.hold(BYTES_OF_A_PART);
        if (schema.isBoolean() && schema.asBoolean()) {
            return JsonParts.VALUE;
        }
        if (!(schema instanceof ObjectNode object)) {
            throw new FormatRefused(
                    place,
                    place.isEmpty()
                            ? "The schema must be an object."
                            : "`" + place + "` must be a schema.");
        }
        var part = new SchemaPart(object, place);
        if (part.has("$ref")) {
            return reference(part, here, depth);
        }
        if (part.has("enum") || part.has("const")) {
            return scalars.constants(part);
        }
        if (part.has("anyOf")) {
            part.only(Stream.of("anyOf"));
            return new Node.Choice(options(part, "anyOf", here, depth));
        }
        if (part.has("oneOf")) {
            part.only(Stream.of("oneOf"));
            Alternatives.demandApart(part);
            return new Node.Choice(options(part, "oneOf", here, depth));
        }
        if (part.has("allOf")) {
            part.only(Stream.of("allOf"));
            if (part.get("allOf").size() != 1) {
                throw part.refused("allOf", "`%s` is supported with one schema.", part.at("allOf"));
            }
            return options(part, "allOf", here, depth).getFirst();
        }
        return typed(part, depth);
    }

    private List<Node> options(SchemaPart part, String keyword, @Nullable String here, int depth) {
        var given = part.get(keyword);
        if (!given.isArray() || given.isEmpty()) {
            throw part.refused(
                    keyword, "`%s` must be a list of at least one schema.", part.at(keyword));
        }
        var options = new ArrayList<Node>();
        for (int i = 0; i < given.size(); i++) {
            options.add(value(given.get(i), part.at(keyword) + "." + i, here, depth + 1));
        }
        return options;
    }

    private Node reference(SchemaPart part, @Nullable String here, int depth) {
        part.only(Stream.of("$ref"));
        var reference = part.text("$ref");
        if (!reference.startsWith("#")) {
            throw part.refused("$ref", "`%s` must begin with #.", part.at("$ref"));
        }
        return references.to(reference, part, here, depth);
    }

    private JsonNode target(SchemaPart part, String pointer) {
        try {
            var target = whole.at(JsonPointer.compile(pointer));
            if (!target.isMissingNode()) {
                return target;
            }
        } catch (IllegalArgumentException e) {
            throw part.refused("$ref", "`%s` is no JSON pointer.", part.at("$ref"));
        }
        throw part.refused("$ref", "`%s` leads nowhere.", part.at("$ref"));
    }

    private Node typed(SchemaPart part, int depth) {
        var types = types(part);
        part.only(
                Stream.concat(
                        Stream.of("type"), types.stream().flatMap(t -> t.keywords().stream())));
        if (types.isEmpty()) {
            return JsonParts.VALUE;
        }
        var options = new ArrayList<Node>();
        for (var type : types) {
            options.add(
                    switch (type) {
                        case OBJECT -> object(part, depth);
                        case ARRAY -> array(part, depth);
                        case STRING, NUMBER, INTEGER, BOOLEAN, NULL -> scalars.of(type, part);
                    });
        }
        return options.size() == 1 ? options.getFirst() : new Node.Choice(options);
    }

    /// The types that are named; without any, the one to which the keywords belong.
    private static Set<SchemaType> types(SchemaPart part) {
        var given = part.get("type");
        var types = new LinkedHashSet<SchemaType>();
        if (!part.has("type")) {
            var rules = part.rules();
            Stream.of(SchemaType.OBJECT, SchemaType.ARRAY, SchemaType.STRING, SchemaType.NUMBER)
                    .filter(t -> t.keywords().stream().anyMatch(rules::contains))
                    .findFirst()
                    .ifPresent(types::add);
            return types;
        }
        var names = given.isArray() ? given.valueStream().toList() : List.of(given);
        for (var name : names) {
            types.add(
                    SchemaType.of(name)
                            .orElseThrow(
                                    () ->
                                            part.refused(
                                                    "type",
                                                    "`%s` must be one of object, array, string,"
                                                            + " number, integer, boolean, null, or"
                                                            + " a list of these.",
                                                    part.at("type"))));
        }
        if (types.isEmpty()) {
            throw part.refused("type", "`%s` names no type.", part.at("type"));
        }
        return types;
    }

    private Node array(SchemaPart part, int depth) {
        int min = part.count("minItems", 0, Counted.MOST);
        int max = part.count("maxItems", Regular.UNLIMITED, Counted.MOST);
        if (max != Regular.UNLIMITED && max < min) {
            throw part.refused("maxItems", "`%s` is below minItems.", part.at("maxItems"));
        }
        if (part.flag("uniqueItems") && (max == Regular.UNLIMITED || max > 1)) {
            throw part.refused(
                    "uniqueItems",
                    "`%s` is supported for at most one item.",
                    part.at("uniqueItems"));
        }
        var items =
                part.has("items")
                        ? value(part.get("items"), part.at("items"), null, depth + 1)
                        : JsonParts.VALUE;
        return JsonParts.list(items, min, max);
    }

    private Node object(SchemaPart part, int depth) {
        var properties = part.get("properties");
        if (part.has("properties") && !properties.isObject()) {
            throw part.refused("properties", "`%s` must be an object.", part.at("properties"));
        }
        var required = required(part, properties);
        if (properties.isEmpty()) {
            return free(part, depth);
        }
        part.only(Stream.of("type", "properties", "required", "additionalProperties"));
        // Where others are allowed too, none is written: that fits as well.
        var members = new ArrayList<Node.Members.Member>();
        for (var property : properties.properties()) {
            var name = property.getKey();
            var value =
                    value(property.getValue(), part.at("properties") + "." + name, null, depth + 1);
            members.add(new Node.Members.Member(name, value, required.contains(name)));
        }
        return JsonParts.opened("{", new Node.Members(members));
    }

    /// An object without properties: any names, or none where nothing else is allowed.
    private Node free(SchemaPart part, int depth) {
        var additional = part.get("additionalProperties");
        int min = part.count("minProperties", 0, Counted.MOST);
        int max = part.count("maxProperties", Regular.UNLIMITED, Counted.MOST);
        if (min > 1) {
            // Names may repeat, so that two members need not be two properties.
            throw part.refused(
                    "minProperties", "`%s` is supported up to 1.", part.at("minProperties"));
        }
        boolean closed =
                isFalse(additional) || part.has("properties") && !part.has("additionalProperties");
        if (closed && min == 0) {
            return JsonParts.opened("{", new Node.Members(List.of()));
        }
        if (closed || max != Regular.UNLIMITED && max < min) {
            throw part.refused("minProperties", "`%s` fits no object.", part.at("minProperties"));
        }
        var value =
                part.has("additionalProperties")
                        ? value(additional, part.at("additionalProperties"), null, depth + 1)
                        : JsonParts.VALUE;
        return JsonParts.map(value, min, max);
    }

    private static boolean isFalse(JsonNode value) {
        return value.isBoolean() && !value.asBoolean();
    }

    private static Set<String> required(SchemaPart part, JsonNode properties) {
        var names = new HashSet<String>();
        for (var name : part.get("required")) {
            if (!name.isString()) {
                throw part.refused("required", "`%s` must list names.", part.at("required"));
            }
            if (!properties.has(name.asString())) {
                throw part.refused(
                        "required",
                        "`%s` names a property that properties does not have.",
                        part.at("required"));
            }
            names.add(name.asString());
        }
        return names;
    }
}
