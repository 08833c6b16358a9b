import { Deployment } from 'cdk8s-plus-27';
import { App, Application, Environment } from 'truekeel';

const app = new App();
const staging = new Environment(app, 'staging', { namespace: 'hello' });

const hello = new Application(staging, 'hello', { createNamespace: true });
const web = new Deployment(hello, 'web', {
  replicas: 2,
  containers: [{ image: 'registry.k8s.io/echoserver:1.10', portNumber: 8080 }],
});
web.exposeViaService();

app.synth();
