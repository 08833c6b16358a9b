from __future__ import annotations

from typing import Any, Sequence

import jsii
from cdk8s import ApiObject, Cron, Duration, JsonPatch, Size
from constructs import IConstruct
from truekeel import (
    App,
    Application,
    ComputeAmount,
    Config,
    Cpu,
    Drift,
    Environment,
    EnvironmentSource,
    EnvironmentValue,
    GatewayReference,
    HealthCheck,
    IMixin,
    Mixins,
    Mount,
    OnFailure,
    Policies,
    Policy,
    PolicyException,
    PolicyFinding,
    PolicyObject,
    Prune,
    Settings,
    Severity,
    Topology,
    TopologySpread,
    Workload,
    WorkloadKind,
    WorkloadRoute,
)

from imports.greeter_example_com import Greeting, GreetingSpec, GreetingSpecTexts


class HasOwner(Policy):
    """Somebody answers for each Deployment."""

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


@jsii.implements(IMixin)
class Owned:
    """Says to whom objects belong."""

    def __init__(self, owner: str) -> None:
        self._owner = owner

    def supports(self, construct: IConstruct) -> bool:
        return ApiObject.is_api_object(construct)

    def apply_to(self, construct: IConstruct) -> None:
        ApiObject.of(construct).metadata.add_label("owner", self._owner)


def api_object(
    scope: Application,
    id: str,
    api_version: str,
    kind: str,
    **content: Any,
) -> ApiObject:
    """An object of any kind; `content` is what it has beside its metadata."""
    made = ApiObject(scope, id, api_version=api_version, kind=kind)
    for field, value in content.items():
        made.add_json_patch(JsonPatch.add(f"/{field}", value))
    return made


class Store(Application):
    """A store, object by object."""

    def __init__(self, scope: Environment, name: str) -> None:
        selector = {"app.kubernetes.io/name": name}
        super().__init__(scope, name, drift=Drift.CORRECT, labels=selector)
        settings = api_object(
            self,
            f"{name}-settings",
            "v1",
            "ConfigMap",
            data={"APPEND_ONLY": "yes", "MAX_MEMORY": "48mb"},
        )
        container = {
            "name": "store",
            "image": "registry.example.com/store:2.1.0",
            "ports": [{"containerPort": 6379}],
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
            spec={
                "replicas": 1,
                "selector": {"matchLabels": selector},
                "template": {"metadata": {"labels": selector}, "spec": {"containers": [container]}},
            },
        )
        api_object(
            self,
            f"{name}-service",
            "v1",
            "Service",
            spec={"selector": selector, "ports": [{"port": 80, "targetPort": 6379}]},
        )
        data = api_object(
            self,
            f"{name}-data",
            "v1",
            "PersistentVolumeClaim",
            spec={"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
        )
        Settings.of(data).prune(Prune.PROTECT)


class Greeter(Application):
    """What greets, what cleans up behind it, and what it says: a custom resource."""

    def __init__(self, scope: Environment, name: str, *, replicas: int) -> None:
        super().__init__(scope, name, drift=Drift.CORRECT)
        image = "registry.example.com/greeter:1.4.2"
        settings = Config(
            self,
            "settings",
            data={"GREETING": "Grüße, 世界", "STORE": "store-service:80", "LEVEL": "0755"},
        )
        web = Workload(
            self,
            "web",
            image=image,
            port=8080,
            more_ports={"metrics": 9090},
            replicas=replicas,
            environment_from=[EnvironmentSource.config(settings)],
            environment_values={"POD": EnvironmentValue.field("metadata.name")},
            mounts=[Mount.empty_directory("/cache", Size.mebibytes(32))],
            requests=ComputeAmount(cpu=Cpu.millis(100), memory=Size.mebibytes(64)),
            readiness=HealthCheck.http("/ready", period=Duration.seconds(5)),
            spread=TopologySpread(over=[Topology.ZONE]),
            route=WorkloadRoute(
                gateway=GatewayReference.named("public", namespace="gateways"),
                hostnames=["greeter.example.com"],
            ),
        )
        web.add_init_container("migrate", image=image, args=["migrate"])
        web.patch(JsonPatch.add("/spec/revisionHistoryLimit", 3))
        Workload(
            self,
            "cleanup",
            kind=WorkloadKind.CRON_JOB,
            schedule=Cron.daily(),
            time_zone="Europe/Rome",
            image=image,
            args=["clean-up", "--from", web.url],
        )
        Greeting(
            self,
            "greeting",
            spec=GreetingSpec(
                from_value="greeter",
                texts=[
                    GreetingSpecTexts(language="de", text="Grüße", default_value=True),
                    GreetingSpecTexts(language="zh", text="世界"),
                ],
                server_ip="192.0.2.7",
                tone="formal",
                port="metrics",
                limits={"guests": 30, "partners": 600},
                rendering={"columns": 80, "emphasis": {"words": ["world"]}},
            ),
        )
        farewell = {"language": "it", "text": "Ciao", "default": True}
        Greeting.from_manifest(
            self, "farewell", {"spec": {"from": "greeter", "texts": [farewell], "port": 9090}}
        )
        Mixins.of(self).apply(Owned("greeters"))


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
    store = Store(environment, "store")
    PolicyException.add(
        store.deployment,
        policy="has-owner",
        reason="the store moves to the platform team",
        expires="2099-12-31",
    )
    greeter = Greeter(environment, "greeter", replicas=replicas)
    greeter.add_dependency(store)

app.synth()
