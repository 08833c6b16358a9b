package com.example.greeter;

import dev.truekeel.Application;
import dev.truekeel.ApplicationProps;
import dev.truekeel.Drift;
import dev.truekeel.Environment;
import dev.truekeel.Prune;
import dev.truekeel.Settings;
import java.util.List;
import java.util.Map;
import org.cdk8s.ApiObject;
import org.cdk8s.JsonPatch;

/** A store, object by object. */
final class Store extends Application {
  private final ApiObject deployment;

  Store(Environment scope, String name) {
    super(scope, name, ApplicationProps.builder().drift(Drift.CORRECT).labels(selector(name)).build());
    Map<String, String> selector = selector(name);
    ApiObject settings =
        apiObject(
            name + "-settings",
            "v1",
            "ConfigMap",
            Map.of("data", Map.of("APPEND_ONLY", "yes", "MAX_MEMORY", "48mb")));
    Map<String, Object> container =
        Map.of(
            "name", "store",
            "image", "registry.example.com/store:2.1.0",
            "ports", List.of(Map.of("containerPort", 6379)),
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
            Map.of(
                "spec",
                Map.of(
                    "replicas", 1,
                    "selector", Map.of("matchLabels", selector),
                    "template", template)));
    apiObject(
        name + "-service",
        "v1",
        "Service",
        Map.of(
            "spec",
            Map.of("selector", selector, "ports", List.of(Map.of("port", 80, "targetPort", 6379)))));
    ApiObject data =
        apiObject(
            name + "-data",
            "v1",
            "PersistentVolumeClaim",
            Map.of(
                "spec",
                Map.of(
                    "accessModes", List.of("ReadWriteOnce"),
                    "resources", Map.of("requests", Map.of("storage", "1Gi")))));
    Settings.of(data).prune(Prune.PROTECT);
  }

  ApiObject deployment() {
    return deployment;
  }

  /** An object of any kind; content is what it has beside its metadata. */
  private ApiObject apiObject(String id, String apiVersion, String kind, Map<String, ?> content) {
    ApiObject made = ApiObject.Builder.create(this, id).apiVersion(apiVersion).kind(kind).build();
    content.forEach((field, value) -> made.addJsonPatch(JsonPatch.add("/" + field, value)));
    return made;
  }

  private static Map<String, String> selector(String name) {
    return Map.of("app.kubernetes.io/name", name);
  }
}
