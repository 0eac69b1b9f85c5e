package org.allodium.serving.rest;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads the bodies of `/admin/v1` as strictly as those of `/v1`, each refusal with the name of its
/// field, and writes the answers.
@Provider
@ApplicationScoped
public class AdminJson implements MessageBodyReader<Object>, MessageBodyWriter<Object> {
    private static final int LARGEST_BODY = 65_536;
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Map<Class<?>, Function<ObjectNode, Object>> BODIES =
            Map.of(ImportModel.class, ImportModel::of, ChangeModel.class, ChangeModel::of);

    @Inject HangUps hangUps;
    @Inject Clock clock;
    @Context HttpServletRequest request;
    @Context HttpServletResponse response;

    @Override
    public boolean isReadable(
            Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return BODIES.containsKey(type);
    }

    @Override
    public Object readFrom(
            Class<Object> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream body)
            throws IOException {
        var exchange = new ServletExchange(request, response, hangUps);
        var read = RequestBody.read(exchange, LARGEST_BODY, bytes -> {}, clock);
        return Objects.requireNonNull(BODIES.get(type)).apply(read);
    }

    @Override
    public boolean isWriteable(
            Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return !StreamingOutput.class.isAssignableFrom(type);
    }

    @Override
    public void writeTo(
            Object entity,
            Class<?> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream out)
            throws IOException {
        out.write(JSON.writeValueAsBytes(entity));
    }
}
