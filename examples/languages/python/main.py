from __future__ import annotations

from typing import Any, Mapping, Sequence

from cdk8s import ApiObject, ApiObjectMetadata, JsonPatch
from truekeel import (
    App,
    Application,
    Drift,
    Environment,
    OnFailure,
    Policies,
    Policy,
    PolicyException,
    PolicyFinding,
    PolicyObject,
    Prune,
    Settings,
    Severity,
)


class HasOwner(Policy):
    """Somebody answers for each workload."""

    def __init__(self) -> None:
        super().__init__("has-owner")

    def check_object(self, object: PolicyObject) -> Sequence[PolicyFinding]:
        if object.kind != "Deployment" or object.manifest["metadata"].get("labels", {}).get("owner"):
            return []
        return [
            PolicyFinding(
                message='has no label "owner"',
                field="metadata.labels",
                hint="Name your team.",
            )
        ]


def api_object(
    scope: Application,
    id: str,
    api_version: str,
    kind: str,
    labels: Mapping[str, str] | None = None,
    **content: Any,
) -> ApiObject:
    """An object of any kind; `content` is what it has beside its metadata."""
    made = ApiObject(
        scope, id, api_version=api_version, kind=kind, metadata=ApiObjectMetadata(labels=labels or {})
    )
    for field, value in content.items():
        made.add_json_patch(JsonPatch.add(f"/{field}", value))
    return made


class WebService(Application):
    """A Deployment with its Service and its ConfigMap."""

    def __init__(
        self,
        scope: Environment,
        name: str,
        *,
        image: str,
        port: int,
        replicas: int,
        config: Mapping[str, str],
        owner: str | None = None,
    ) -> None:
        selector = {"app.kubernetes.io/name": name}
        super().__init__(scope, name, drift=Drift.CORRECT, labels=selector)
        settings = api_object(self, f"{name}-settings", "v1", "ConfigMap", data=config)
        container = {
            "name": "web",
            "image": image,
            "ports": [{"containerPort": port}],
            "envFrom": [{"configMapRef": {"name": settings.name}}],
            "resources": {
                "requests": {"cpu": "100m", "memory": "64Mi"},
                "limits": {"memory": "64Mi"},
            },
        }
        self.deployment = api_object(
            self,
            name,
            "apps/v1",
            "Deployment",
            labels={"owner": owner} if owner else None,
            spec={
                "replicas": replicas,
                "selector": {"matchLabels": selector},
                "template": {"metadata": {"labels": selector}, "spec": {"containers": [container]}},
            },
        )
        api_object(
            self,
            f"{name}-service",
            "v1",
            "Service",
            spec={"selector": selector, "ports": [{"port": 80, "targetPort": port}]},
        )


app = App(project="greeter", policies=[HasOwner()])
staging = Environment(app, "staging", namespace="greeter", kubernetes_version="1.33")
production = Environment(
    app,
    "production",
    namespace="greeter",
    kubernetes_version="1.33",
    promotes_from=[staging],
    on_failure=OnFailure.ROLL_BACK,
    policies=[Policies.starter_rule("latest-tag", severity=Severity.ERROR)],
)

for environment, replicas in [(staging, 1), (production, 3)]:
    store = WebService(
        environment,
        "store",
        image="registry.example.com/store:2.1.0",
        port=6379,
        replicas=1,
        config={"APPEND_ONLY": "yes", "MAX_MEMORY": "48mb"},
    )
    PolicyException.add(
        store.deployment,
        policy="has-owner",
        reason="the store moves to the platform team",
        expires="2099-12-31",
    )
    data = api_object(
        store,
        "store-data",
        "v1",
        "PersistentVolumeClaim",
        spec={"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    )
    Settings.of(data).prune(Prune.PROTECT)
    web = WebService(
        environment,
        "web",
        image="registry.example.com/greeter:1.4.2",
        port=8080,
        replicas=replicas,
        owner="greeters",
        config={"GREETING": "Grüße, 世界", "STORE": "store-service:80", "LEVEL": "0755"},
    )
    web.add_dependency(store)

app.synth()
