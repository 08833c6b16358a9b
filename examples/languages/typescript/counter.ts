/** A Helm chart, with values, and with changes to what it makes. */
import { JsonPatch } from 'cdk8s';
import { App, Application, Drift, Environment, HelmChart, Settings } from 'truekeel';

const app = new App({ project: 'counter' });
const production = new Environment(app, 'production', { namespace: 'counter', kubernetesVersion: '1.33' });
const application = new Application(production, 'counter');
const counter = new HelmChart(application, 'counter', {
  chart: 'counter',
  values: { replicas: 2, settings: { STORE: 'store-service:80', LIMIT: 1000, EXACT: true } },
});
Settings.of(counter).drift(Drift.REPORT);
counter.object('Deployment', 'counter').addJsonPatch(JsonPatch.add('/spec/revisionHistoryLimit', 3));
counter.leaveOut('ServiceAccount', 'counter');
app.synth();
