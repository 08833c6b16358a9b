"""A Helm chart, with values, and with changes to what it makes."""

from cdk8s import JsonPatch
from truekeel import App, Application, Drift, Environment, HelmChart, Settings

app = App(project="counter")
production = Environment(app, "production", namespace="counter", kubernetes_version="1.33")
application = Application(production, "counter")
counter = HelmChart(
    application,
    "counter",
    chart="counter",
    values={"replicas": 2, "settings": {"STORE": "store-service:80", "LIMIT": 1000, "EXACT": True}},
)
Settings.of(counter).drift(Drift.REPORT)
counter.object("Deployment", "counter").add_json_patch(JsonPatch.add("/spec/revisionHistoryLimit", 3))
counter.leave_out("ServiceAccount", "counter")
app.synth()
