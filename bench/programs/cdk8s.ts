/** A plain cdk8s program, which knows nothing of Truekeel. */
import { App, Chart } from 'cdk8s';
import { addUnits, OBJECTS } from './units.ts';

const app = new App();
addUnits(new Chart(app, 'units', { namespace: 'units' }), OBJECTS);
app.synth();
