package org.allodium.serving.rest;

import java.util.ArrayList;
import java.util.List;
import org.allodium.kernel.Refused;
import org.allodium.serving.TextInput;
import tools.jackson.databind.JsonNode;

/// Reads a field that holds one text, texts, one text's token ids, or many.
/// @param most so many texts
/// @param empty whether a text may be
record TextInputs(String field, int most, boolean empty) {
    List<TextInput> of(Fields fields) {
        var value = fields.get(field);
        if (value == null) {
            throw Fields.missing(field);
        }
        if (value.isString()) {
            return List.of(text(value, field));
        }
        if (!value.isArray() || value.isEmpty()) {
            throw Refused.invalid(field, "serving.no-text-or-tokens", field);
        }
        if (value.get(0).isNumber()) {
            return List.of(tokens(value, field));
        }
        if (value.size() > most) {
            throw Fields.tooMany(field, most);
        }
        var inputs = new ArrayList<TextInput>(value.size());
        for (int i = 0; i < value.size(); i++) {
            var path = field + "[" + i + "]";
            var entry = value.get(i);
            inputs.add(entry.isArray() ? tokens(entry, path) : text(entry, path));
        }
        return inputs;
    }

    private TextInput text(JsonNode value, String path) {
        var text = Fields.text(value, path);
        if (text.isEmpty() && !empty) {
            throw Fields.empty(path);
        }
        return new TextInput.Text(text);
    }

    private static TextInput tokens(JsonNode list, String path) {
        if (list.isEmpty()) {
            throw Fields.empty(path);
        }
        var ids = new ArrayList<Long>(list.size());
        for (int i = 0; i < list.size(); i++) {
            var id = list.get(i);
            if (!id.isIntegralNumber() || !id.canConvertToLong()) {
                throw Fields.noTokenId(path + "[" + i + "]");
            }
            ids.add(id.asLong());
        }
        return new TextInput.Tokens(ids);
    }
}
