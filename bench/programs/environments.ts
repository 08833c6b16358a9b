/** One application in each of two environments, with half of the objects each. */
import { App, Application, Environment } from 'truekeel';
import { addUnits, OBJECTS } from './units.ts';

const app = new App();
for (const name of ['staging', 'production']) {
  const environment = new Environment(app, name);
  addUnits(new Application(environment, 'units', { namespace: `units-${name}` }), OBJECTS / 2);
}
app.synth();
