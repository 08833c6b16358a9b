/** One application of one environment. */
import { App, Application, Environment } from 'truekeel';
import { addUnits, OBJECTS } from './units.ts';

const app = new App();
const environment = new Environment(app, 'bench');
addUnits(new Application(environment, 'units', { namespace: 'units' }), OBJECTS);
app.synth();
