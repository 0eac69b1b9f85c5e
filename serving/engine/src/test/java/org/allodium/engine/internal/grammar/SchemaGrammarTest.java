package org.allodium.engine.internal.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.allodium.engine.FormatRefused;
import org.allodium.engine.OutputFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaGrammarTest {
    private static final String PERSON =
            "{'type':'object','properties':{'name':{'type':'string'},'age':{'type':'integer'}},"
                    + "'required':['name'],'additionalProperties':false}";
    private static final String TREE =
            "{'$ref':'#/$defs/node','$defs':{'node':{'type':'object','properties':{'left':"
                    + "{'anyOf':[{'$ref':'#/$defs/node'},{'type':'null'}]}},'required':['left']}}}";

    private final ByteWriter writer = ByteWriter.withTokens();

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                PERSON + " § {'name':'A','age':3}",
                PERSON + " § {'name':'A'}",
                PERSON + " § `{\n  'name': 'A',\n  'age': 3\n}`",
                PERSON + " § {'name':'\\\\'\\u00e9\\ud83d\\ude00 ü'}",
                TREE + " § {'left':{'left':{'left':null}}}",
                "{'type':'array','items':{'type':'boolean'},'minItems':1,'maxItems':2} § [true, false]",
                "{'type':'array'} § [1.5e-3,'a',null,{'b':[]}]",
                "{'type':'object'} § {'x':{'y':[[]]}}",
                "{'type':'object','additionalProperties':{'type':'integer'}} § {'x':1,'y':2}",
                "{'type':'object','properties':{}} § {}",
                "{'enum':['a','b',1,null,{'x':[1]}]} § {'x':[1]}",
                "{'const':'ü'} § 'ü'",
                "{'type':['string','null']} § null",
                "{'type':'integer','minimum':-12,'maximum':105} § -12",
                "{'type':'integer','minimum':-12,'maximum':105} § 99",
                "{'type':'integer','exclusiveMinimum':3} § 4",
                "{'type':'integer','maximum':-3} § -3",
                "{'type':'number','minimum':-0.5,'maximum':12.25} § -0.5",
                "{'type':'number','minimum':-0.5,'maximum':12.25} § 12.250",
                "{'type':'number','minimum':-0.5,'maximum':12.25} § 0.001",
                "{'type':'number','exclusiveMinimum':0,'exclusiveMaximum':1} § 0.0001",
                "{'type':'number','exclusiveMinimum':0} § 123456.5",
                "{'type':'number','maximum':-3.5} § -3.50",
                "{'type':'string','minLength':2,'maxLength':3} § 'ü\\n😀'",
                "{'type':'string','pattern':'^[a-c]{2,}(x|yz)?$'} § 'abcyz'",
                "{'type':'string','pattern':'b'} § 'abc'",
                "{'type':'string','pattern':'^\\\\d+\\\\.\\\\S$','maxLength':4} § '12.x'",
                "{'type':'string','format':'date'} § '2024-12-31'",
                "{'type':'string','format':'date-time'} § '2024-02-28T23:59:59.5+01:00'",
                "{'type':'string','format':'uuid'} § '123e4567-e89b-12d3-a456-426614174000'",
                "{'type':'string','format':'email'} § 'a.b+c@post.example.org'",
                "{'type':'string','format':'ipv4'} § '192.168.0.255'",
                "{'properties':{'a':true},'required':['a']} § {'a':7}",
                "{'allOf':[{'type':'null'}],'description':'x'} § null",
                "{} § [0]",
                "true § 0",
            })
    void writesWhatFits(String schema, String text) {
        assertThat(writer.writes(schema(schema), quoted(text))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                PERSON + " § {'age':3}",
                PERSON + " § {'age':3,'name':'A'}",
                PERSON + " § {'name':'A','x':1}",
                PERSON + " § {'name':'A',}",
                PERSON + " § {'name':'A'",
                PERSON + " § {'name':5}",
                PERSON + " § `{'name':'A\n'}`",
                PERSON + " § {'name':'\\ud83d'}",
                PERSON + " § {'name':'A','age':3.5}",
                PERSON + " § {'name':'A','age':03}",
                TREE + " § {'left':{}}",
                "{'type':'array','items':{'type':'boolean'},'minItems':1,'maxItems':2} § []",
                "{'type':'array','maxItems':2} § [1,2,3]",
                "{'type':'array'} § [1,]",
                "{'type':'object','properties':{}} § {'a':1}",
                "{'enum':['a','b']} § 'c'",
                "{'type':'string','enum':['a',1]} § 1",
                "{'type':'integer','minimum':-12,'maximum':105} § 106",
                "{'type':'integer','minimum':-12,'maximum':105} § -13",
                "{'type':'integer','minimum':-12,'maximum':105} § -0",
                "{'type':'integer','exclusiveMinimum':3} § 3",
                "{'type':'number','minimum':-0.5,'maximum':12.25} § -0.51",
                "{'type':'number','minimum':-0.5,'maximum':12.25} § 12.2501",
                "{'type':'number','minimum':-0.5,'maximum':12.25} § 13",
                "{'type':'number','minimum':-0.5,'maximum':12.25} § 1e0",
                "{'type':'number','exclusiveMinimum':0,'exclusiveMaximum':1} § 0.000",
                "{'type':'number','exclusiveMinimum':0,'exclusiveMaximum':1} § 1",
                "{'type':'number','exclusiveMinimum':0,'exclusiveMaximum':1} § 1.0",
                "{'type':'number','maximum':-3.5} § -3.49",
                "{'type':'number','maximum':-3.5} § 0",
                "{'type':'string','minLength':2,'maxLength':3} § 'a'",
                "{'type':'string','minLength':2,'maxLength':3} § 'abcd'",
                "{'type':'string','pattern':'^[a-c]{2,}$'} § 'a'",
                "{'type':'string','pattern':'^[^a]$'} § 'a'",
                "{'type':'string','format':'date'} § '2023-02-29'",
                "{'type':'string','format':'date'} § '2024-04-31'",
                "{'type':'string','format':'ipv4'} § '256.1.1.1'",
                "{'type':'null'} § nul",
                "{} § 1e",
                "{} § 'a' 1",
            })
    void writesNothingElse(String schema, String text) {
        assertThat(writer.writes(schema(schema), quoted(text))).isFalse();
    }

    @Test
    void aJsonObjectIsAnyObject() {
        var format = new OutputFormat.JsonObject();
        assertThat(writer.writes(format, "{\"a\": [1, {\"b\": null}]}")).isTrue();
        assertThat(writer.writes(format, " {}")).isTrue();
        assertThat(writer.writes(format, "[]")).isFalse();
        assertThat(writer.writes(format, "{}\n")).isFalse();
        assertThat(writer.writes(format, "{\"a\":" + " ".repeat(2) + "1}")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "{'type':'object','properties':{'a':{'type':'number','multipleOf':2}}}"
                        + " § properties.a.multipleOf",
                "{'type':'number','minimum':2,'maximum':1.5} § minimum",
                "{'type':'number','minimum':1e30} § minimum",
                "{'type':'number','exclusiveMinimum':2,'maximum':2} § exclusiveMinimum",
                "{'type':'array','items':{'type':'string','format':'iri'}} § items.format",
                "{'type':'array','uniqueItems':true} § uniqueItems",
                "{'type':'array','prefixItems':[]} § prefixItems",
                "{'anyOf':[{'type':'null'},{'not':{}}]} § anyOf.1.not",
                "{'oneOf':[{'type':'integer'},{'type':'number'}]} § oneOf",
                "{'type':'object','patternProperties':{}} § patternProperties",
                "{'type':'object','properties':{'a':true},'required':['b']} § required",
                "{'type':'string','pattern':'(?=a)'} § pattern",
                "{'type':'string','pattern':'\\\\bx'} § pattern",
                "{'type':'string','pattern':'(a)\\\\1'} § pattern",
                "{'type':'string','pattern':'a$b'} § pattern",
                "{'type':'string','pattern':'[a'} § pattern",
                "{'type':'string','pattern':'\\\\p{L}'} § pattern",
                "{'type':'string','pattern':'(((a{900}){900}){900})'} § pattern",
                "{'type':'string','pattern':'^a$','minLength':2} § minLength",
                "{'type':'string','minLength':3,'maxLength':2} § maxLength",
                "{'type':'integer','minimum':3,'maximum':2} § minimum",
                "{'type':'date'} § type",
                "{'type':'string','enum':[1]} § enum",
                "{'$ref':'#/$defs/x'} § $ref",
                "{'$ref':'other.json'} § $ref",
                "{'$ref':'#'} § $ref",
                "{'$defs':{'a':{'$ref':'#/$defs/a'}},'$ref':'#/$defs/a'} § $defs.a.$ref",
                "{'type':'object','properties':{'a':5}} § properties.a",
                "{'properties':{'a':{'$ref':'#'}},'required':['a']} § ``",
                "false § ``",
                "[1] § ``",
                "{'type' § ``",
            })
    void refusesByNameWhatItDoesNotKeep(String schema, String place) {
        var refusal =
                catchThrowableOfType(
                        FormatRefused.class, () -> Constraints.compile(schema(schema), null));
        assertThat(refusal).as(schema).isNotNull();
        assertThat(refusal.place()).isEqualTo(place);
        assertThat(refusal.getMessage()).endsWith(".");
    }

    @Test
    void aPartWithoutFiniteTextIsLeftOut() {
        var schema =
                schema(
                        "{'properties':{'a':{'$ref':'#/$defs/e'},'b':true},'$defs':{'e':{'properties':"
                                + "{'x':{'$ref':'#/$defs/e'}},'required':['x']}}}");
        assertThat(writer.writes(schema, "{\"b\":1}")).isTrue();
        assertThat(writer.writes(schema, "{\"a\":{\"x\":{\"x\":")).isFalse();
    }

    private static OutputFormat schema(String quotedSingly) {
        return new OutputFormat.JsonSchema(quoted(quotedSingly));
    }

    private static String quoted(String text) {
        return text.replace("\\\\'", "\\\"").replace('\'', '"');
    }
}
