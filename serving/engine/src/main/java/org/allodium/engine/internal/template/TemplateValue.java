package org.allodium.engine.internal.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.function.UnaryOperator;
import org.allodium.engine.internal.template.Values.None;
import tools.jackson.databind.JsonNode;

/// JSON as templates see it.
public final class TemplateValue {
    private TemplateValue() {}

    /// @param text what becomes of every text, names of members included
    public static Object of(JsonNode json, UnaryOperator<String> text) {
        if (json.isObject()) {
            var map = new LinkedHashMap<String, Object>();
            json.properties().forEach(e -> map.put(text.apply(e.getKey()), of(e.getValue(), text)));
            return map;
        }
        if (json.isArray()) {
            var list = new ArrayList<Object>();
            json.forEach(e -> list.add(of(e, text)));
            return list;
        }
        if (json.isString()) {
            return text.apply(json.asString());
        }
        if (json.isBoolean()) {
            return json.asBoolean();
        }
        if (json.isIntegralNumber()) {
            return json.canConvertToLong() ? (Object) json.asLong() : json.bigIntegerValue();
        }
        return json.isNumber() ? (Object) json.asDouble() : None.NONE;
    }
}
