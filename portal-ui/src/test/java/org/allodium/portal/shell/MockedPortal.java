package org.allodium.portal.shell;

import com.vaadin.browserless.internal.Routes;
import com.vaadin.browserless.internal.UIFactory;
import com.vaadin.browserless.mocks.MockVaadinHelper;
import com.vaadin.browserless.mocks.MockVaadinSession;
import com.vaadin.browserless.mocks.MockedUI;
import com.vaadin.cdi.CdiVaadinServlet;
import com.vaadin.cdi.CdiVaadinServletService;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.function.DeploymentConfiguration;
import com.vaadin.flow.router.HasErrorParameter;
import com.vaadin.flow.router.Location;
import com.vaadin.flow.router.QueryParameters;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.server.ServiceException;
import com.vaadin.flow.server.VaadinRequest;
import com.vaadin.flow.server.VaadinServletContext;
import com.vaadin.flow.server.VaadinServletService;
import com.vaadin.flow.server.VaadinSession;
import jakarta.enterprise.inject.spi.BeanManager;
import java.util.Set;
import java.util.stream.Collectors;

/// The portal's servlet without a server: pages are made by CDI, as they ship.
final class MockedPortal extends CdiVaadinServlet {
    static final UIFactory PAGES = Page::new;

    private final transient BeanManager beans;

    MockedPortal(BeanManager beans) {
        this.beans = beans;
    }

    @Override
    protected DeploymentConfiguration createDeploymentConfiguration()
            throws jakarta.servlet.ServletException {
        MockVaadinHelper.mockFlowBuildInfo(this);
        return super.createDeploymentConfiguration();
    }

    @Override
    protected VaadinServletService createServletService(DeploymentConfiguration configuration)
            throws ServiceException {
        var service = new Service(this, configuration, beans);
        service.init();
        new Routes(routes(), failures(), Set.of(), true)
                .register((VaadinServletContext) service.getContext());
        return service;
    }

    @SuppressWarnings("unchecked")
    private static Set<Class<? extends Component>> routes() {
        return Portal.classes().stream()
                .filter(type -> type.isAnnotationPresent(Route.class))
                .map(type -> (Class<? extends Component>) type)
                .collect(Collectors.toSet());
    }

    @SuppressWarnings("unchecked")
    private static Set<Class<? extends HasErrorParameter<?>>> failures() {
        return Portal.classes().stream()
                .filter(HasErrorParameter.class::isAssignableFrom)
                .map(type -> (Class<? extends HasErrorParameter<?>>) type)
                .collect(Collectors.toSet());
    }

    /// Reads an address as a browser would, where a query may follow the path.
    private static final class Page extends MockedUI {
        @Override
        public void navigate(String address, QueryParameters query) {
            var location = new Location(address);
            super.navigate(
                    location.getPath(),
                    query.getParameters().isEmpty() ? location.getQueryParameters() : query);
        }
    }

    private static final class Service extends CdiVaadinServletService {
        Service(
                CdiVaadinServlet servlet,
                DeploymentConfiguration configuration,
                BeanManager beans) {
            super(servlet, configuration, beans);
        }

        @Override
        protected boolean isAtmosphereAvailable() {
            return false;
        }

        @Override
        public String getMainDivId(VaadinSession session, VaadinRequest request) {
            return "ROOT-1";
        }

        @Override
        protected VaadinSession createVaadinSession(VaadinRequest request) {
            return new MockVaadinSession(this, PAGES);
        }
    }
}
