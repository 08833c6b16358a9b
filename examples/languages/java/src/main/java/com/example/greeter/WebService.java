package com.example.greeter;

import dev.truekeel.Application;
import dev.truekeel.ApplicationProps;
import dev.truekeel.Drift;
import dev.truekeel.Environment;
import java.util.List;
import java.util.Map;
import org.cdk8s.ApiObject;
import org.cdk8s.ApiObjectMetadata;
import org.cdk8s.JsonPatch;

/** A Deployment with its Service and its ConfigMap. */
final class WebService extends Application {
  /**
   * What differs between services.
   *
   * @param labels for the Deployment, such as who owns it
   */
  record Options(
      String image, int port, int replicas, Map<String, String> labels, Map<String, String> config) {}

  private final ApiObject deployment;

  WebService(Environment scope, String name, Options options) {
    super(scope, name, ApplicationProps.builder().drift(Drift.CORRECT).labels(selector(name)).build());
    Map<String, String> selector = selector(name);
    ApiObject settings =
        apiObject(name + "-settings", "v1", "ConfigMap", Map.of(), Map.of("data", options.config()));
    Map<String, Object> container =
        Map.of(
            "name", "web",
            "image", options.image(),
            "ports", List.of(Map.of("containerPort", options.port())),
            "envFrom", List.of(Map.of("configMapRef", Map.of("name", settings.getName()))),
            "resources",
                Map.of(
                    "requests", Map.of("cpu", "100m", "memory", "64Mi"),
                    "limits", Map.of("memory", "64Mi")));
    Map<String, Object> template =
        Map.of(
            "metadata", Map.of("labels", selector), "spec", Map.of("containers", List.of(container)));
    deployment =
        apiObject(
            name,
            "apps/v1",
            "Deployment",
            options.labels(),
            Map.of(
                "spec",
                Map.of(
                    "replicas", options.replicas(),
                    "selector", Map.of("matchLabels", selector),
                    "template", template)));
    apiObject(
        name + "-service",
        "v1",
        "Service",
        Map.of(),
        Map.of(
            "spec",
            Map.of(
                "selector", selector,
                "ports", List.of(Map.of("port", 80, "targetPort", options.port())))));
  }

  ApiObject deployment() {
    return deployment;
  }

  /** An object of any kind; content is what it has beside its metadata. */
  ApiObject apiObject(
      String id, String apiVersion, String kind, Map<String, String> labels, Map<String, ?> content) {
    ApiObject made =
        ApiObject.Builder.create(this, id)
            .apiVersion(apiVersion)
            .kind(kind)
            .metadata(ApiObjectMetadata.builder().labels(labels).build())
            .build();
    content.forEach((field, value) -> made.addJsonPatch(JsonPatch.add("/" + field, value)));
    return made;
  }

  private static Map<String, String> selector(String name) {
    return Map.of("app.kubernetes.io/name", name);
  }
}
