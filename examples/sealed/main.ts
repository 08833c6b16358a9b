import { App, Application, Environment, EnvironmentSource, Mount, SealedSecret, Workload } from 'truekeel';

/* The files in `secrets` are sealed for a key that nobody has: enough to render and to plan. To apply, seal your own:
 *
 *     npx truekeel secret keygen ~/key.txt           (and its recipient into .sops.yaml)
 *     npx truekeel secret seal secrets/db.sops.yaml --from-literal user=shop --from-file password=password.txt
 *     npx truekeel sync --age-key-file ~/key.txt */
const app = new App();
const staging = new Environment(app, 'staging', { namespace: 'sealed' });
const web = new Application(staging, 'web', { createNamespace: true });

const db = new SealedSecret(web, 'db', { file: 'secrets/db.sops.yaml' });
const license = new SealedSecret(web, 'license', { file: 'secrets/license.txt', key: 'license.txt' });

// Other values make other Secrets: the pods are rolled, and the former Secret stays for a while.
new Workload(web, 'api', {
  image: 'registry.k8s.io/pause:3.10',
  environmentFrom: [EnvironmentSource.secret(db.secretName)],
  mounts: [Mount.secret('/etc/license', license.secretName)],
});

app.synth();
