/** Applications with a module each, in one environment. */
import { App, ApplicationFile, Environment } from 'truekeel';

const APPLICATIONS = 500;

const app = new App();
const environment = new Environment(app, 'bench');
for (let at = 0; at < APPLICATIONS; at += 1) {
  const name = `app-${at}`;
  new ApplicationFile(environment, name, { file: `./applications/${name}.ts`, namespace: name });
}
app.synth();
