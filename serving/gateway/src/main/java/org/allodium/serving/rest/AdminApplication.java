package org.allodium.serving.rest;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/// `/admin/v1`, the API of the platform's own people. What is not named here is not served: the
/// server looks for no other resource, and its start does not wait for a look through all classes.
@ApplicationPath("/admin/v1")
public class AdminApplication extends Application {
    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(
                AdminModels.class,
                AdminMonths.class,
                StaffFilter.class,
                AdminFailures.class,
                AdminJson.class);
    }
}
